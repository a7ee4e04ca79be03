// A run of operations over some tensors that was recorded, and is repeated over others by its kernels alone.
import { flattenNest, packNest } from '../config/index.js';
import type { Nest } from '../config/index.js';
import { currentRuntime, plainRuntime, startRecording, withRuntime } from '../runtime/index.js';
import type { Arena } from '../runtime/index.js';
import { tidy } from './scope.js';
import { watchingStorages } from './storage.js';
import type { Storage } from './storage.js';
import { emptyTensor, Tensor } from './tensor.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** A run that can be repeated as long as no tensor changes that it has read beside its inputs. */
export interface RecordedRun {
  /** Whether the tensors that were read are what they were, and memory was not given up. */
  isValid(): boolean;
  /**
   * The results for other inputs, of the shapes and dtypes of those before, in the structure in which the run gave them.
   * Undefined if the run would go another way for these.
   */
  repeat(x: readonly Tensor[]): Nest<Tensor> | undefined;
  /** Gives the memory back. */
  dispose(): void;
}

/** Gives memory back that belonged to runs which nobody holds any more. */
const collected = new FinalizationRegistry<Arena>((arena) => {
  arena.dispose();
});

/** Whether a run is being recorded now. */
export function isRunRecorded(): boolean {
  return currentRuntime() !== plainRuntime();
}

/** A tensor's elements in memory, which stay there when it is disposed. */
const placeOf = ({ pointer, byteLength: bytes, shape, dtype }: Tensor) => ({
  pointer,
  bytes,
  shape,
  dtype,
});

/**
 * Runs `f` over copies of `inputs`, in a scope of its own, and records what it does. Its results must be tensors of their
 * own. The run can be repeated if it consists of kernels and of decisions (`runtime.decide`), draws no random numbers, keeps
 * nothing, and reads no elements.
 *
 * @returns the result, and the run if it can be repeated
 */
export function recordRun(
  inputs: readonly Tensor[],
  f: (x: readonly Tensor[]) => Nest<Tensor>,
): { readonly result: Nest<Tensor>; readonly run?: RecordedRun } {
  const runtime = plainRuntime();
  const recording = startRecording(runtime);
  const storages = new Map<Storage, number>();
  let isOver = false;
  try {
    const [from, structure] = withRuntime(recording.working, () =>
      tidy(() => {
        const x = inputs.map((given) => {
          const copy = emptyTensor(given.shape, given.dtype);
          runtime.copy(copy.pointer, given.pointer, given.byteLength);
          return copy;
        });
        return [x.map(placeOf), watchingStorages(storages, () => f(x))] as const;
      }),
    );
    const given = flattenNest(structure, isTensor);
    let isSteady = given.every(({ mask }) => mask === undefined) && !recording.isRefused();
    for (const [storage, revision] of storages) {
      if (recording.owns(storage.pointer)) storages.delete(storage);
      else if (storage.revision !== revision) isSteady = false;
    }
    if (!isSteady) return { result: structure };
    const to = given.map(placeOf);
    const makeOutputs = (): Tensor[] => to.map(({ shape, dtype }) => emptyTensor(shape, dtype));
    const filled = (outputs: readonly Tensor[]): Nest<Tensor> => {
      for (let i = 0; i < to.length; i++) {
        const { pointer, bytes } = to[i] as (typeof to)[number];
        runtime.copy((outputs[i] as Tensor).pointer, pointer, bytes);
      }
      return structure instanceof Tensor
        ? (outputs[0] as Tensor)
        : packNest(structure, isTensor, outputs);
    };
    const result = filled(makeOutputs());
    withRuntime(recording.working, () => {
      for (const tensor of given) tensor.dispose();
    });
    isOver = true;
    const recorded = recording.finish(true);
    if (recorded === undefined) return { result };
    const { steps, arena } = recorded;
    const read = [...storages.keys()];
    const revisions = [...storages.values()];
    const run: RecordedRun = {
      isValid() {
        for (let i = 0; i < read.length; i++) {
          if (read[i]?.revision !== revisions[i]) return false;
        }
        return !arena.isGone;
      },
      repeat(x) {
        const outputs = makeOutputs();
        let y: Nest<Tensor> | undefined;
        try {
          // Room for the outputs may have been made of the arena.
          if (arena.isGone) return undefined;
          for (let i = 0; i < from.length; i++) {
            const { pointer, bytes } = from[i] as (typeof from)[number];
            runtime.copy(pointer, (x[i] as Tensor).pointer, bytes);
          }
          if (steps.every((step) => step() !== false)) y = filled(outputs);
          return y;
        } finally {
          if (y === undefined) for (const output of outputs) output.dispose();
        }
      },
      dispose() {
        collected.unregister(run);
        arena.dispose();
      },
    };
    collected.register(run, arena, run);
    return { result, run };
  } finally {
    if (!isOver) recording.finish(false);
  }
}
