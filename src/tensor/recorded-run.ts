// A run of operations over some tensors that was recorded, and is repeated over others by its kernels alone.
import { flattenNest, packNest } from '../config/index.js';
import type { Nest } from '../config/index.js';
import { currentRuntime, plainRuntime, Recording, withRuntime } from '../runtime/index.js';
import type { Recorded } from '../runtime/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import type { DType } from './dtype.js';
import { tidy } from './scope.js';
import { sameShape } from './shape.js';
import type { Shape } from './shape.js';
import { watchingStorages } from './storage.js';
import type { Storage } from './storage.js';
import { emptyTensor, Tensor } from './tensor.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** A tensor of the run: its elements in memory. */
interface Place {
  readonly pointer: Pointer;
  readonly bytes: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

const placeOf = ({ pointer, byteLength: bytes, shape, dtype }: Tensor): Place => ({
  pointer,
  bytes,
  shape,
  dtype,
});

/** Gives memory back that belonged to runs which nobody holds any more. */
const collected = new FinalizationRegistry<Recorded['arena']>((arena) => {
  arena.dispose();
});

/** Whether a run is being recorded now. */
export function isRunRecorded(): boolean {
  return currentRuntime() !== plainRuntime();
}

/** A run that can be repeated as long as no tensor changes that it has read beside its inputs. */
export class RecordedRun {
  readonly #recorded: Recorded;
  readonly #inputs: readonly Place[];
  readonly #outputs: readonly Place[];
  readonly #structure: Nest<Tensor>;
  readonly #storages: readonly Storage[];
  readonly #revisions: readonly number[];

  constructor(
    recorded: Recorded,
    inputs: readonly Place[],
    outputs: readonly Place[],
    structure: Nest<Tensor>,
    storages: ReadonlyMap<Storage, number>,
  ) {
    this.#recorded = recorded;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#structure = structure;
    this.#storages = [...storages.keys()];
    this.#revisions = [...storages.values()];
    collected.register(this, recorded.arena, this);
  }

  /** Whether the tensors that were read are what they were, and memory was not given up. */
  get isValid(): boolean {
    const storages = this.#storages;
    const revisions = this.#revisions;
    for (let i = 0; i < storages.length; i++) {
      if (storages[i]?.revision !== revisions[i]) return false;
    }
    return !this.#recorded.arena.isGone;
  }

  /**
   * The results for other inputs, of the shapes and dtypes of those before, in the structure in which the run gave them.
   * Undefined if the run would go another way for these.
   */
  repeat(x: readonly Tensor[]): Nest<Tensor> | undefined {
    const { steps, arena } = this.#recorded;
    const runtime = plainRuntime();
    const outputs = this.#outputs.map(({ shape, dtype }) => emptyTensor(shape, dtype));
    let isDone = false;
    try {
      // Room for the outputs may have been made of the arena.
      if (arena.isGone) return undefined;
      this.#inputs.forEach(({ pointer, bytes }, i) => {
        runtime.copy(pointer, x[i]?.pointer ?? 0, bytes);
      });
      isDone = runtime.replay(steps);
      if (!isDone) return undefined;
      this.#outputs.forEach(({ pointer, bytes }, i) => {
        runtime.copy(outputs[i]?.pointer ?? 0, pointer, bytes);
      });
    } finally {
      if (!isDone) for (const output of outputs) output.dispose();
    }
    const structure = this.#structure;
    return structure instanceof Tensor ? outputs[0] : packNest(structure, isTensor, outputs);
  }

  /** Gives the memory back. */
  dispose(): void {
    collected.unregister(this);
    this.#recorded.arena.dispose();
  }
}

/** What a recorded run has given, and how to repeat it; undefined if that cannot be. */
interface FirstRun {
  readonly result: Nest<Tensor>;
  readonly run: RecordedRun | undefined;
}

/**
 * Runs `f` over copies of `inputs`, in a scope of its own, and records what it does. Its results must be tensors of their
 * own. The run can be repeated if it consists of kernels and of decisions (`runtime.decide`), draws no random numbers, keeps
 * nothing, and reads no elements.
 */
export function recordRun(
  inputs: readonly Tensor[],
  f: (x: readonly Tensor[]) => Nest<Tensor>,
): FirstRun {
  const runtime = plainRuntime();
  const recording = new Recording(runtime);
  const storages = new Map<Storage, number>();
  let isOver = false;
  try {
    const [places, result] = withRuntime(recording, () =>
      tidy(() => {
        const x = inputs.map(({ shape, dtype, pointer, byteLength }) => {
          const copy = emptyTensor(shape, dtype);
          runtime.copy(copy.pointer, pointer, byteLength);
          return copy;
        });
        return [x.map(placeOf), watchingStorages(storages, () => f(x))] as const;
      }),
    );
    const given = flattenNest(result, isTensor);
    // Masks are not repeated.
    if (given.some(({ mask }) => mask !== undefined)) recording.noteEffect();
    for (const [storage, revision] of storages) {
      if (recording.owns(storage.pointer)) storages.delete(storage);
      else if (storage.revision !== revision) recording.noteEffect();
    }
    if (recording.isRefused) return { result, run: undefined };
    const outputs = given.map(placeOf);
    const copies = given.map(({ shape, dtype }) => emptyTensor(shape, dtype));
    outputs.forEach(({ pointer, bytes }, i) => {
      runtime.copy(copies[i]?.pointer ?? 0, pointer, bytes);
    });
    withRuntime(recording, () => {
      for (const tensor of given) tensor.dispose();
    });
    isOver = true;
    const recorded = recording.finish(true);
    return {
      result: result instanceof Tensor ? (copies[0] ?? result) : packNest(result, isTensor, copies),
      run: recorded && new RecordedRun(recorded, places, outputs, result, storages),
    };
  } finally {
    if (!isOver) recording.finish(false);
  }
}

/** Whether tensors are alive, of those shapes and dtypes, and without masks. */
export function areAlike(
  x: readonly Tensor[],
  shapes: readonly Shape[],
  dtypes: readonly DType[],
): boolean {
  if (x.length !== shapes.length) return false;
  for (let i = 0; i < x.length; i++) {
    const tensor = x[i];
    if (tensor === undefined || tensor.dtype !== dtypes[i] || tensor.mask !== undefined) {
      return false;
    }
    if (tensor.isDisposed || !sameShape(tensor.shape, shapes[i] ?? [])) return false;
  }
  return true;
}
