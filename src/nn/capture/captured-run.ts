// A run of operations over some tensors that was captured, and is replayed over others by its kernels alone.
import { emptyTensor, Tensor, tidy } from '../../engine/tensor/index.js';
import { tensorAt } from '../../engine/tensor/tensor.js';
import { flattenNest, nestPacker } from '../../config/index.js';
import { notingReads } from '../../engine/tensor/storage.js';
import { plainRuntime, withRuntime } from '../../engine/runtime/index.js';
import type { Runtime } from '../../engine/runtime/runtime.js';
import type { Nest } from '../../config/index.js';
import type { DType } from '../../config/dtype.js';
import type { Shape, Variable } from '../../engine/tensor/index.js';
import type { Reads, Storage } from '../../engine/tensor/storage.js';
import type { Pointer } from '../../engine/wasm/generated/kernels.js';
import { collected, hold } from './arena.js';
import type { Arena } from './arena.js';
import { Capture } from './program.js';
import type { NanosecondsOf, Program } from './program.js';
import { layersWithin } from '../layers/core/inner-layers.js';
import { penaltyOf } from '../layers/core/weight-holder.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { Guard } from './guard.js';
import type { Trainer } from './guard.js';
import { isOfLibrary, isOfWrittenClass, isPenaltyOfLibrary, isPure } from './purity.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Lists of tensors, some of which may be left out. */
export type Inputs = readonly (readonly (Tensor | undefined)[])[];

/** What a run may do. */
interface RunLimits {
  /** Bytes that its results may take, those on the way included. */
  readonly bytes: number;
  /** Variables whose elements change between two replays, as by an optimizer. Default: none. */
  readonly trained?: readonly Variable[];
  /** Variables that the run itself may change, as the moving mean of a normalization. Default: none. */
  readonly changed?: readonly Variable[];
}

/** A tensor's elements in memory, which stay there when it is disposed. */
interface TensorView {
  readonly pointer: Pointer;
  readonly bytes: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

const viewOf = ({ pointer, byteLength: bytes, shape, dtype }: Tensor): TensorView => ({
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

/** A block that a run writes which is not its own. */
interface Written {
  readonly storage: Storage;
  readonly pointer: Pointer;
  /** Room for its bytes as they were before a replay. */
  readonly before: Uint8Array;
}

/** Where a run leaves its results. */
interface Results {
  readonly views: readonly TensorView[];
  /** Gives a list of tensors the structure of the results. */
  readonly packed: (tensors: readonly Tensor[]) => Nest<Tensor>;
}

/** Tensors into which the results can be copied. */
const roomFor = ({ views }: Results): Tensor[] =>
  views.map(({ shape, dtype }) => emptyTensor(shape, dtype));

/** Copies the results into `outputs`, and gives these their structure. */
function filled(runtime: Runtime, results: Results, outputs: readonly Tensor[]): Nest<Tensor> {
  const { views, packed } = results;
  for (let i = 0; i < views.length; i++) {
    const { pointer, bytes } = views[i] as TensorView;
    runtime.copy((outputs[i] as Tensor).pointer, pointer, bytes);
  }
  return packed(outputs);
}

/** What a captured run consists of, and depends on. */
interface RunState {
  readonly runtime: Runtime;
  readonly program: Program;
  /** Dtypes and shapes of its inputs. */
  readonly given: string;
  /** Where the run reads its inputs; 0 for one that is left out. */
  readonly from: readonly Pointer[];
  readonly results: Results;
  /** The variables that may change. */
  readonly free: ReadonlyMap<Storage, Held>;
  readonly written: readonly Written[];
  /** Blocks that must stay what they are, with their revisions. */
  readonly storages: ReadonlyMap<Storage, number>;
  /** Tensors that must not be disposed. */
  readonly alive: readonly { readonly isDisposed: boolean }[];
}

/** A run that can be replayed as long as no tensor changes that it has read apart from its inputs and the variables. */
export class CapturedRun {
  readonly #state: RunState;
  readonly #arena: Arena;
  readonly #pointers: readonly Pointer[];
  /** Tensors that look at the results. */
  readonly #borrowed: readonly Tensor[];
  readonly #read: readonly Storage[];
  readonly #revisions: readonly number[];

  constructor(state: RunState) {
    const { views } = state.results;
    this.#state = state;
    this.#arena = state.program.arena;
    this.#pointers = views.map(({ pointer }) => pointer);
    this.#borrowed = views.map(({ pointer, shape, dtype }) => tensorAt(pointer, shape, dtype));
    this.#read = [...state.storages.keys()];
    this.#revisions = [...state.storages.values()];
    collected.register(this, this.#arena, this);
  }

  /** Whether the tensors that were read are what they were, and memory was not given up. */
  isValid(): boolean {
    const { alive, free } = this.#state;
    const read = this.#read;
    const revisions = this.#revisions;
    for (let i = 0; i < read.length; i++) {
      if (read[i]?.revision !== revisions[i]) return false;
    }
    for (const tensor of alive) if (tensor.isDisposed) return false;
    for (const [storage, { variable }] of free) if (storageOf(variable) !== storage) return false;
    return !this.#arena.isGone;
  }

  /**
   * The results for other inputs, of the shapes and dtypes of those before, in the structure in which the run gave them.
   * Undefined if the run would go another way for these.
   */
  replay(x: Inputs): Nest<Tensor> | undefined {
    const { runtime, results } = this.#state;
    const outputs = roomFor(results);
    let y: Nest<Tensor> | undefined;
    try {
      // Room for the outputs may have been made of the arena.
      if (!this.#arena.isGone && this.#runAgain(x)) y = filled(runtime, results, outputs);
      return y;
    } finally {
      if (y === undefined) for (const output of outputs) output.dispose();
    }
  }

  /**
   * Tensors that look at where each replay writes its results, in the same structure. They belong to the run, and hold
   * what is meant while a `use` of `borrow` is called.
   */
  outputs(): Nest<Tensor> {
    return this.#state.results.packed(this.#borrowed);
  }

  /** Runs it again and calls `use`, which may read `outputs`. False, without a call of `use`, if the run would go another way. */
  borrow(x: Inputs, use: () => void): boolean {
    if (!this.#runAgain(x)) return false;
    // What was derived from results of the replay before is gone.
    for (const { storage } of this.#borrowed) storage.touch();
    this.#arena.borrow(this.#pointers, use);
    return true;
  }

  /** Replays in which another way, with the same results, would have been faster, by those that have looked. */
  get detours(): number {
    return this.#state.program.detours;
  }

  /** Inputs, results and the steps between them, as a text. */
  describe(nanosecondsOf: NanosecondsOf): string {
    const { given, program } = this.#state;
    return `${given} → ${shown(this.#borrowed)}: ${program.describe(nanosecondsOf)}`;
  }

  /** Gives the memory back. */
  dispose(): void {
    collected.unregister(this);
    this.#arena.dispose();
  }

  /** Runs it again for these inputs; false if it would go another way, with all as it was. */
  #runAgain(x: Inputs): boolean {
    const { runtime, program, from, written } = this.#state;
    let next = 0;
    for (const list of x) {
      for (const tensor of list) {
        const pointer = from[next++] ?? 0;
        tensor?.copyTo(pointer);
      }
    }
    for (const { pointer, before } of written)
      before.set(runtime.uint8.subarray(pointer, pointer + before.length));
    let isDone = false;
    try {
      isDone = program.replay();
      return isDone;
    } finally {
      for (const { storage, pointer, before } of written) {
        if (!isDone && runtime.refusal === undefined) runtime.uint8.set(before, pointer);
        storage.touch();
      }
    }
  }
}

/** A result, and the run that gave it if it can be replayed. */
interface Outcome {
  readonly result: Nest<Tensor>;
  readonly run?: CapturedRun;
}

/** A run while it is captured. */
class RunCapture {
  readonly #runtime = plainRuntime();
  readonly #capture: Capture;
  readonly #reads: Reads = { storages: new Map(), tensors: new Set() };
  /** The variables that may change. */
  readonly #free = new Map<Storage, Held>();
  /** Where the run reads its inputs. */
  readonly #from: Pointer[] = [];

  constructor({ bytes, trained = [], changed = [] }: RunLimits) {
    this.#capture = new Capture(this.#runtime, bytes);
    for (const variable of [...trained, ...changed]) {
      const storage = storageOf(variable);
      if (storage === undefined) continue;
      this.#free.set(storage, { variable, version: storage.version, pointer: storage.pointer });
      // What was derived from weights holds until the next step. Each step derives it again.
      storage.derived = undefined;
    }
  }

  run<X extends Inputs>(inputs: X, f: (x: X) => Nest<Tensor>): Outcome {
    const runtime = this.#runtime;
    const given = shown(inputs.flat());
    let isOver = false;
    try {
      const structure = this.#runOnCopies(inputs, f);
      const tensors = flattenNest(structure, isTensor);
      withRuntime(this.#capture.working, () => {
        for (const storage of this.#free.keys()) storage.derived = undefined;
      });
      if (!this.#isSteady(tensors)) return { result: structure };
      const written = this.#written();
      const results = { views: tensors.map(viewOf), packed: nestPacker(structure, isTensor) };
      const result = filled(runtime, results, roomFor(results));
      withRuntime(this.#capture.working, () => {
        for (const tensor of tensors) {
          if (!tensor.isDisposed) tensor.dispose();
        }
      });
      isOver = true;
      const program = this.#capture.finish(true);
      if (program === undefined) return { result };
      hold(program.arena);
      const [from, free, alive] = [this.#from, this.#free, this.#alive()];
      const { storages } = this.#reads;
      const state = { runtime, program, given, from, results, free, written, storages, alive };
      return { result, run: new CapturedRun(state) };
    } finally {
      if (!isOver) this.#capture.finish(false);
    }
  }

  /** Runs `f` over copies of `inputs`. */
  #runOnCopies<X extends Inputs>(inputs: X, f: (x: X) => Nest<Tensor>): Nest<Tensor> {
    const from = this.#from;
    // Nothing of it belongs to the run.
    const pointers = inputs.flatMap((list) => list.map((tensor) => tensor?.pointer ?? 0));
    return withRuntime(this.#capture.working, () =>
      tidy(() => {
        const x = inputs.map((list) =>
          list.map((tensor) => {
            const copy = tensor && emptyTensor(tensor.shape, tensor.dtype);
            const pointer = copy?.pointer ?? 0;
            if (copy !== undefined)
              this.#runtime.copy(pointer, pointers[from.length] ?? 0, copy.byteLength);
            from.push(pointer);
            return copy;
          }),
        );
        return notingReads(this.#reads, () => f(x as unknown as X));
      }),
    );
  }

  /** Whether the run can be replayed. Leaves only those storages among the reads that must stay what they are. */
  #isSteady(results: readonly Tensor[]): boolean {
    const capture = this.#capture;
    const { storages } = this.#reads;
    // What is not the run's own, such as a weight, may change before its results are read.
    let isSteady =
      !capture.isRefused &&
      results.every(({ mask, storage }) => mask === undefined && capture.owns(storage.pointer));
    for (const [storage, revision] of storages) {
      const isOwn = capture.owns(storage.pointer);
      if (isOwn || this.#free.has(storage)) storages.delete(storage);
      else if (storage.revision !== revision) isSteady = false;
    }
    return isSteady;
  }

  /** The variables that the run has written. */
  #written(): Written[] {
    return [...this.#free].flatMap(([storage, { version, pointer }]) =>
      storage.version === version
        ? []
        : [{ storage, pointer, before: new Uint8Array(storage.bytes) }],
    );
  }

  /** The tensors that were read and are not the run's own. */
  #alive(): RunState['alive'] {
    return [...this.#reads.tensors].filter(
      (tensor) => !tensor.isDisposed && !this.#capture.owns(tensor.storage.pointer),
    );
  }
}

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
  limits: RunLimits,
): Outcome {
  return new RunCapture(limits).run(inputs, f);
}

/** What a step works with apart from the tensors that it gets. */
export interface StepSetting {
  /** What the step runs. */
  readonly model: AnyLayer;
  /** Of a step that computes a loss: what takes part apart from layers and the penalties of weights. */
  readonly trainer?: () => Trainer;
  /** Bytes that a capture may take. */
  readonly bytes: number;
  /** The variables whose gradients the step computes. Default: none. */
  readonly trained?: readonly Variable[];
}

/** A step that was captured. */
interface Captured extends Outcome {
  /** What the capture depends on apart from tensors. */
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
