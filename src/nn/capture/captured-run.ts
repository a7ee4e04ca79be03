// A run of operations over some tensors that was captured, and is replayed over others by its kernels alone.
import { emptyTensor, Tensor, tidy } from '../../engine/tensor/index.js';
import { tensorAt } from '../../engine/tensor/tensor.js';
import { flattenNest, nestPacker } from '../../config/index.js';
import { notingReads } from '../../engine/tensor/storage.js';
import { plainRuntime, withRuntime } from '../../engine/runtime/index.js';
import type { Nest } from '../../config/index.js';
import type { DType } from '../../config/dtype.js';
import type { Shape, Variable } from '../../engine/tensor/index.js';
import type { Reads, Storage } from '../../engine/tensor/storage.js';
import type { Pointer } from '../../engine/wasm/generated/kernels.js';
import { beginCapture } from './program.js';
import type { Arena, NanosecondsOf } from './program.js';
import { layersWithin } from '../layers/core/inner-layers.js';
import { penaltyOf } from '../layers/core/weight-holder.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { Guard } from './guard.js';
import type { Trainer } from './guard.js';
import { isOfLibrary, isOfWrittenClass, isPenaltyOfLibrary, isPure } from './purity.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Lists of tensors, some of which may be left out. */
export type Inputs = readonly (readonly (Tensor | undefined)[])[];

/** A run that can be replayed as long as no tensor changes that it has read beside its inputs and the variables. */
export interface CapturedRun {
  /** Whether the tensors that were read are what they were, and memory was not given up. */
  isValid(): boolean;
  /**
   * The results for other inputs, of the shapes and dtypes of those before, in the structure in which the run gave them.
   * Undefined if the run would go another way for these.
   */
  replay(x: Inputs): Nest<Tensor> | undefined;
  /**
   * Tensors that look at where each replay writes its results, in the same structure. They belong to the run, and hold
   * what is meant while a `use` of `borrow` is called.
   */
  outputs(): Nest<Tensor>;
  /** Runs it again and calls `use`, which may read `places`. False, without a call of `use`, if the run would go another way. */
  borrow(x: Inputs, use: () => void): boolean;
  /** Replays in which another way, with the same results, would have been faster, by those that have looked. */
  readonly detours: number;
  /** Inputs, results and the steps between them, as a text. */
  describe(nanosecondsOf: NanosecondsOf): string;
  /** Gives the memory back. */
  dispose(): void;
}

/** What a run may do. */
interface RunLimits {
  /** Bytes that its results may take, those on the way included. */
  readonly bytes: number;
  /** Variables whose elements change between two replays, as by an optimizer. Default: none. */
  readonly trained?: readonly Variable[];
  /** Variables that the run itself may change, as the moving mean of a normalization. Default: none. */
  readonly changed?: readonly Variable[];
}

/** Gives memory back that belonged to runs to which no reference is left. */
const collected = new FinalizationRegistry<Arena>((arena) => {
  arena.dispose();
});

/** Bytes that the blocks of all captures may take together. */
const ALL_BYTES = 1 << 29;

const arenas = new Set<Arena>();

/** Keeps a new arena beside the others, of which the oldest are given back if they are too many. */
function hold(arena: Arena): void {
  let bytes = arena.bytes;
  for (const other of arenas) {
    if (other.isGone) arenas.delete(other);
    else bytes += other.bytes;
  }
  for (const other of arenas) {
    if (bytes <= ALL_BYTES) break;
    bytes -= other.bytes;
    other.dispose();
    arenas.delete(other);
  }
  arenas.add(arena);
}

/** A tensor's elements in memory, which stay there when it is disposed. */
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

/** Dtypes and shapes as a text. */
const shown = (tensors: readonly (Tensor | undefined)[]): string =>
  tensors
    .map((tensor) =>
      tensor === undefined ? 'none' : `${tensor.dtype} [${tensor.shape.join(', ')}]`,
    )
    .join(', ');

/** A variable and where its elements lie, before a run. */
interface Held {
  readonly variable: Variable;
  readonly version: number;
  readonly pointer: Pointer;
}

/** Where the elements of a variable lie; undefined if they are quantized. */
const storageOf = ({ held }: Variable): Storage | undefined =>
  held instanceof Tensor && !held.isDisposed ? held.storage : undefined;

/**
 * Runs `f` over copies of `inputs`, in a scope of its own, and captures what it does. Its results must be tensors of their
 * own. The run can be replayed if it consists of kernels, decisions (`runtime.guard`) and numbers drawn from generators,
 * changes nothing but variables that it may change, and reads no elements.
 *
 * @returns the result, and the run if it can be replayed
 */
export function captureRun<X extends Inputs>(
  inputs: X,
  f: (x: X) => Nest<Tensor>,
  { bytes: arenaBytes, trained = [], changed = [] }: RunLimits,
): { readonly result: Nest<Tensor>; readonly run?: CapturedRun } {
  const runtime = plainRuntime();
  const capture = beginCapture(runtime, arenaBytes);
  const reads: Reads = { storages: new Map(), tensors: new Set() };
  const { storages } = reads;
  const free = new Map<Storage, Held>();
  for (const variable of [...trained, ...changed]) {
    const storage = storageOf(variable);
    if (storage === undefined) continue;
    free.set(storage, { variable, version: storage.version, pointer: storage.pointer });
    // What was derived from weights holds until the next step. Each step derives it again.
    storage.derived = undefined;
  }
  const given = shown(inputs.flat());
  // Nothing of it belongs to the run.
  const pointers = inputs.flatMap((part) => part.map((tensor) => tensor?.pointer ?? 0));
  const from: Pointer[] = [];
  let isOver = false;
  try {
    const structure = withRuntime(capture.working, () =>
      tidy(() => {
        const x = inputs.map((part) =>
          part.map((tensor) => {
            const copy = tensor && emptyTensor(tensor.shape, tensor.dtype);
            const pointer = copy?.pointer ?? 0;
            if (copy !== undefined)
              runtime.copy(pointer, pointers[from.length] ?? 0, copy.byteLength);
            from.push(pointer);
            return copy;
          }),
        );
        return notingReads(reads, () => f(x as unknown as X));
      }),
    );
    const results = flattenNest(structure, isTensor);
    withRuntime(capture.working, () => {
      for (const storage of free.keys()) storage.derived = undefined;
    });
    // What is not the run's own, such as a weight, may change before its results are read.
    let isSteady =
      !capture.isRefused() &&
      results.every(({ mask, storage }) => mask === undefined && capture.owns(storage.pointer));
    for (const [storage, revision] of storages) {
      const isOwn = capture.owns(storage.pointer);
      if (isOwn || free.has(storage)) storages.delete(storage);
      else if (storage.revision !== revision) isSteady = false;
    }
    if (!isSteady) return { result: structure };
    const written = [...free].flatMap(([storage, { version, pointer }]) =>
      storage.version === version
        ? []
        : [{ storage, pointer, before: new Uint8Array(storage.bytes) }],
    );
    const to = results.map(placeOf);
    const packed = nestPacker(structure, isTensor);
    const makeOutputs = (): Tensor[] => to.map(({ shape, dtype }) => emptyTensor(shape, dtype));
    const filled = (outputs: readonly Tensor[]): Nest<Tensor> => {
      for (let i = 0; i < to.length; i++) {
        const { pointer, bytes } = to[i] as Place;
        runtime.copy((outputs[i] as Tensor).pointer, pointer, bytes);
      }
      return packed(outputs);
    };
    const result = filled(makeOutputs());
    withRuntime(capture.working, () => {
      for (const tensor of results) {
        if (!tensor.isDisposed) tensor.dispose();
      }
    });
    isOver = true;
    const captured = capture.finish(true);
    if (captured === undefined) return { result };
    const { arena } = captured;
    hold(arena);
    const read = [...storages.keys()];
    const revisions = [...storages.values()];
    const alive = [...reads.tensors].filter(
      (tensor) => !tensor.isDisposed && !capture.owns(tensor.storage.pointer),
    );
    /** Runs it again for these inputs; false if it would go another way, with all as it was. */
    const runAgain = (x: Inputs): boolean => {
      let next = 0;
      for (const part of x) {
        for (const tensor of part) {
          const pointer = from[next++] ?? 0;
          tensor?.copyTo(pointer);
        }
      }
      for (const { pointer, before } of written)
        before.set(runtime.uint8.subarray(pointer, pointer + before.length));
      let isDone = false;
      try {
        isDone = captured.replay();
        return isDone;
      } finally {
        for (const { storage, pointer, before } of written) {
          if (!isDone && runtime.refusal === undefined) runtime.uint8.set(before, pointer);
          storage.touch();
        }
      }
    };
    const run: CapturedRun = {
      isValid() {
        for (let i = 0; i < read.length; i++) {
          if (read[i]?.revision !== revisions[i]) return false;
        }
        for (const tensor of alive) if (tensor.isDisposed) return false;
        for (const [storage, { variable }] of free)
          if (storageOf(variable) !== storage) return false;
        return !arena.isGone;
      },
      replay(x) {
        const outputs = makeOutputs();
        let y: Nest<Tensor> | undefined;
        try {
          // Room for the outputs may have been made of the arena.
          if (!arena.isGone && runAgain(x)) y = filled(outputs);
          return y;
        } finally {
          if (y === undefined) for (const output of outputs) output.dispose();
        }
      },
      outputs: () => packed(borrowed),
      borrow(x, use) {
        if (!runAgain(x)) return false;
        // What was derived from results of the replay before is gone.
        for (const { storage } of borrowed) storage.touch();
        arena.borrow(places, use);
        return true;
      },
      get detours() {
        return captured.detours;
      },
      describe(nanosecondsOf) {
        return `${given} → ${shown(borrowed)}: ${captured.describe(nanosecondsOf)}`;
      },
      dispose() {
        collected.unregister(run);
        arena.dispose();
      },
    };
    const places = to.map(({ pointer }) => pointer);
    const borrowed = to.map(({ pointer, shape, dtype }) => tensorAt(pointer, shape, dtype));
    collected.register(run, arena, run);
    return { result, run };
  } finally {
    if (!isOver) capture.finish(false);
  }
}

/** What a step works with beside the tensors that it gets. */
export interface StepSetting {
  /** What the step runs. */
  readonly model: AnyLayer;
  /** Of a step that computes a loss: what takes part beside layers and the penalties of weights. */
  readonly trainer?: () => Trainer;
  /** Bytes that a capture may take. */
  readonly bytes: number;
  /** The variables whose gradients the step computes. Default: none. */
  readonly trained?: readonly Variable[];
}

/** A step that was captured. */
interface Captured {
  readonly result: Nest<Tensor>;
  /** What replays the step; undefined if that is not possible. */
  readonly run?: CapturedRun;
  /** What the capture depends on beside tensors. */
  readonly guard?: Guard;
}

/** Runs a step and captures it; undefined, without running it, if code of the user takes part. */
export function captureStep<X extends Inputs>(
  x: X,
  { model, trainer, bytes, trained = [] }: StepSetting,
  step: (x: X) => Nest<Tensor>,
): Captured | undefined {
  const around = trainer?.() ?? { losses: [], measures: [], metrics: [], optimizers: [] };
  const { losses, measures, optimizers } = around;
  const weights = trainer === undefined ? [] : model.weights;
  // Another optimizer may keep the gradients that it borrows.
  const isPlain =
    [...losses, ...measures].every(isOfLibrary) &&
    optimizers.every(isOfWrittenClass) &&
    isPure(model) &&
    weights.every(isPenaltyOfLibrary);
  if (!isPlain) return undefined;
  const layers = layersWithin(model);
  const changed = trained.length > 0 ? weights : [];
  const { result, run } = captureRun(x, step, { bytes, trained, changed });
  if (run === undefined) return { result };
  const penalties = weights.flatMap(({ regularizer }) => penaltyOf(regularizer) ?? []);
  const trainable = trainer === undefined ? [] : [...layers, ...weights];
  return { result, run, guard: new Guard({ ...around, model, layers, penalties, trainable }) };
}
