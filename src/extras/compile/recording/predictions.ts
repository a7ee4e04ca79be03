// Records predictions of a model, for one batch and for what questions may be answered.
import { GEMV_BEFORE_PANELS } from '../../../../assembly/tuning.js';
import { flattenNest } from '../../../config/index.js';
import type { DType } from '../../../config/dtype.js';
import { withRuntime } from '../../../engine/runtime/index.js';
import { emptyTensor, Tensor, tidy } from '../../../engine/tensor/index.js';
import type { Shape } from '../../../engine/tensor/index.js';
import { notingReads } from '../../../engine/tensor/storage.js';
import { layersWithin } from '../../../nn/layers/core/inner-layers.js';
import type { AnyLayer } from '../../../nn/layers/core/layer.js';
import { predictBatch } from '../../../nn/training/steps.js';
import type { CompilableModel } from '../../../nn/training/compilable-model.js';
import { Recorder } from './recorder.js';
import type { Asked } from './recorder.js';
import type { Block, Place, Step } from './steps.js';
import { World } from './world.js';
import type { Problem } from './world.js';

/** What a model takes, a batch of it. */
export interface InputSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A tensor of a recorded prediction. */
export interface Port {
  readonly place: Place;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A prediction that was recorded. */
export interface Recording {
  readonly steps: readonly Step[];
  readonly asked: readonly Asked[];
  /** The answers that were not the usual ones, and those before. */
  readonly answers: readonly number[];
  /** All blocks, in the order in which they were made. */
  readonly made: readonly Block[];
  readonly inputs: readonly Port[];
  /** Undefined where the last answer has led to an error. */
  readonly outputs: readonly Port[] | undefined;
  /** Whether something is kept that was not before. */
  readonly isUnsteady: boolean;
}

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Predictions of a matrix until all are kept as kernels read them. */
const WARM_UP = GEMV_BEFORE_PANELS + 2;

/** More predictions, as long as something is kept that was not before. */
const MAX_WARM_UP = WARM_UP + 8;

/** Calls `f`, and says meanwhile which of the layers runs. */
function naming<T>(world: World, layers: readonly AnyLayer[], f: () => T): T {
  const named = layers.filter((layer) => !Object.hasOwn(layer, 'apply'));
  for (const layer of named) {
    const apply = layer.apply.bind(layer) as (...args: unknown[]) => unknown;
    const wrapped = (...args: unknown[]): unknown => {
      const outer = world.layer;
      world.layer = layer.name;
      try {
        return apply(...args);
      } finally {
        world.layer = outer;
      }
    };
    Object.defineProperty(layer, 'apply', { value: wrapped, configurable: true });
  }
  try {
    return f();
  } finally {
    for (const layer of named) Reflect.deleteProperty(layer, 'apply');
  }
}

/** Bytes that stand for a batch: positive numbers below 1, or whole numbers that are valid wherever such are: 0. */
function madeUp({ length }: Uint8Array, dtype: DType): Uint8Array {
  if (dtype !== 'float32') return new Uint8Array(length);
  let state = 1;
  const numbers = Float32Array.from({ length: length / 4 }, () => {
    state = Math.imul(state, 0x19660d) + 0x3c6ef35f;
    return (state >>> 8) / 2 ** 24;
  });
  return new Uint8Array(numbers.buffer);
}

export class Predictions {
  readonly world = new World();
  readonly #model: CompilableModel;
  readonly #inputs: readonly InputSpec[];
  readonly #layers: readonly AnyLayer[];
  readonly #problems: Problem[] = [];

  constructor(model: CompilableModel, inputs: readonly InputSpec[]) {
    this.#model = model;
    this.#inputs = inputs;
    this.#layers = layersWithin<AnyLayer>(model).filter((layer) => layer !== model);
  }

  /** Why the model cannot be compiled, as far as recordings have shown. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** The prediction where all questions get their usual answers. */
  first(): Recording {
    this.#forgetDerived();
    for (let i = 1; ; i++) {
      this.#problems.length = 0;
      const recording = this.record([], []);
      if (i >= WARM_UP && !recording.isUnsteady) return this.#checked();
      if (i < MAX_WARM_UP) continue;
      this.#problems.push({ layer: '', reason: 'keeps something new in each prediction' });
      return recording;
    }
  }

  /** The last of the first predictions: what is constant must be the same before and after. */
  #checked(): Recording {
    this.world.readConstants();
    const recording = this.record([], []);
    if (!this.world.areConstantsSame())
      this.#problems.push({ layer: '', reason: 'changes what it keeps between predictions' });
    return recording;
  }

  /**
   * A prediction.
   *
   * @param answers to the first questions; the others get the usual ones
   * @param known the blocks of a recording that is the same up to the last of the answers
   */
  record(answers: readonly number[], known: readonly Block[]): Recording {
    const recorder = new Recorder(this.world, answers, known);
    const inputs: Port[] = [];
    let outputs: readonly Port[] | undefined;
    try {
      outputs = this.#run(recorder, inputs);
    } catch (error) {
      const isExpected = (answers.at(-1) ?? 0) !== 0 && recorder.asked.length === answers.length;
      if (!isExpected) throw error;
    }
    // What an error says of computed numbers is of no account.
    if (outputs !== undefined) this.#noteProblems(recorder.problems);
    const { steps, asked, made, isUnsteady } = recorder;
    return { steps, asked, answers, made, inputs, outputs, isUnsteady };
  }

  #run(recorder: Recorder, inputs: Port[]): readonly Port[] {
    let outputs: readonly Port[] = [];
    withRuntime(recorder.working, () => {
      try {
        naming(this.world, this.#layers, () => {
          tidy(() => {
            outputs = this.#predict(recorder, inputs);
          });
        });
      } finally {
        recorder.finish();
      }
    });
    return outputs;
  }

  #predict(recorder: Recorder, inputs: Port[]): Port[] {
    const { runtime } = this.world;
    const x = this.#inputs.map(({ shape, dtype }) => {
      const tensor = emptyTensor(shape, dtype);
      const { pointer, byteLength } = tensor;
      const bytes = runtime.uint8.subarray(pointer, pointer + byteLength);
      bytes.set(madeUp(bytes, dtype));
      const place = recorder.placeOf(pointer);
      place.block.isFixed = true;
      inputs.push({ place, shape, dtype });
      return tensor;
    });
    const batch = { x, y: [], sampleWeight: [] };
    const y = notingReads(recorder.reads, () => predictBatch('compileModel', this.#model, batch));
    // Losses that layers add hold tensors.
    this.#model.clearLosses();
    return flattenNest(y, isTensor).map((tensor) => {
      const { pointer, shape, dtype, mask } = tensor;
      if (mask !== undefined) recorder.note('gives a mask with its result');
      const place = recorder.placeOf(pointer);
      place.block.isFixed = true;
      return { place, shape, dtype };
    });
  }

  #noteProblems(problems: readonly Problem[]): void {
    for (const problem of problems) {
      const { layer, reason } = problem;
      if (!this.#problems.some((other) => other.layer === layer && other.reason === reason))
        this.#problems.push(problem);
    }
  }

  /** What was derived from weights before lies in blocks of unknown lengths. It is derived again. */
  #forgetDerived(): void {
    const recorder = new Recorder(this.world, [], [], true);
    this.#run(recorder, []);
    withRuntime(recorder.working, () => {
      for (const storage of recorder.reads.storages.keys()) storage.derived = undefined;
    });
  }
}
