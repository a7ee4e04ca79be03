import { checkOptions, COPY, requireObject } from '../../config/index.js';
import type { WeightsFormatName } from '../../files/formats/names.js';
import type { Target } from '../../files/locations/target.js';
import type { FileArray } from '../../files/formats/elements.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';

/** All that decides how a `fit` goes on, copied. */
export interface TrainingSnapshot {
  /** Weights and optimizer state by name. */
  readonly arrays: readonly (readonly [name: string, array: FileArray])[];
  /** Epoch and batch, random generators, metrics: what JSON can hold. */
  readonly state: unknown;
}

/** The `fit` that runs, as callbacks may save and restore it. */
export interface TrainingProgress {
  /** Where training is now; training waits for the snapshot. */
  snapshot(): Promise<TrainingSnapshot>;
  /**
   * Goes on there; called in `onTrainBegin`, and waited for.
   *
   * @param label what messages call the location that it comes from
   * @throws ValueError, ShapeError or FormatError if it is not one of this model and `fit`.
   */
  restore(snapshot: TrainingSnapshot, label: string): Promise<void>;
}

/** Results so far, by name: `loss`, `accuracy`, `val_loss` … */
export type Logs = Readonly<Record<string, number>>;

/** Results over the batches so far: the loss, and each metric under its name, such as `accuracy`. */
export interface BatchLogs extends Logs {
  /** The mean loss, with what layers add. */
  readonly loss: number;
}

/** Results of an epoch: those of training, and with validation data each of them again as `val_…`. */
export interface EpochLogs extends BatchLogs {
  /** The loss of the validation; there with `validationData` or `validationSplit`, in epochs that validate. */
  readonly val_loss: number;
}

/** How weights are written. */
export interface WeightsTargetOptions {
  /** The format. Default: the one that the path's extension names. */
  readonly format?: WeightsFormatName;
}

/** What a callback sees of a layer. */
export interface LoggedLayer {
  /** The name of the layer. */
  readonly name: string;
  /** The weights of the layer. */
  readonly weights: readonly Variable[];
}

/** What a callback sees of the model that is trained. */
export interface CallbackModel {
  /** Whether training ends after the current batch. A callback may set it true. */
  stopTraining: boolean;
  /** The compiled metrics: which way is better decides `mode: 'auto'`. */
  readonly metrics?: readonly {
    readonly name: string;
    readonly direction?: 'up' | 'down' | undefined;
  }[];
  /** The names of the metrics in logs, in their order: of several outputs with the name of the output in front. */
  readonly metricsNames?: readonly string[];
  /** The layers of the model, in order. */
  readonly layers?: readonly LoggedLayer[];
  /** What `fit` trains with; callbacks may change the learning rate, and exchange the weights with their averages. */
  readonly optimizer?:
    | {
        learningRate: number;
        readonly useEma?: boolean;
        /** The optimizers that make its steps, if others do. */
        readonly inner?: Readonly<
          Record<
            string,
            { readonly useEma?: boolean; readonly name?: string; readonly learningRate?: number }
          >
        >;
        readonly iterations?: number;
        /** Each weight with its moving average, and whether the two are exchanged. */
        readonly averages?: readonly (readonly [weight: Variable, average: Variable])[];
        hasSwapped?: boolean;
      }
    | undefined;
  /** Brings here what a worker has that trains the model; undefined for a model that is trained here. */
  pull?(): Promise<void>;
  /** The `fit` that runs. */
  readonly training?: TrainingProgress | undefined;
  /**
   * Writes the whole model.
   *
   * @param target the path of a `.keras` file, or another place that `model.save` takes
   */
  save?(target: string): Promise<void>;
  /**
   * Writes the weights into a file.
   *
   * @param target the path of a file of weights, or another place that `model.saveWeights` takes
   * @param options the format, if an object takes the bytes
   */
  saveWeights?(target: Target, options?: WeightsTargetOptions): Promise<void>;
  /** The model as Keras writes it. @throws ValueError for a model without a config */
  toJSON?(): Record<string, unknown>;
  /** Copies of all weights. */
  getWeights(): Tensor[];
  /**
   * Copies values into all weights.
   *
   * @param weights values of the shapes of the weights, in the order of `getWeights`
   */
  setWeights(weights: readonly Tensor[]): void;
}

/** How the loop runs. */
export interface CallbackParams {
  /** 0: silent, 1: progress bar, 2: a line an epoch, 'auto': 1 on a terminal, else 2. */
  readonly verbose?: 'auto' | 0 | 1 | 2;
  /** The number of the epoch after which training ends; 1 while a model is evaluated or predicts. */
  readonly epochs?: number;
  /** Batches of an epoch; null while they are not known. */
  readonly steps?: number | null;
}

/** What a hook may return: anything; the loop waits for a promise. */
export type HookResult = unknown;

/**
 * Base class of callbacks: its hooks are called while a model trains, is evaluated or predicts. A hook may
 * be async, the loop waits for it. `logs` holds the results so far, and is empty where there are none yet.
 *
 * @example
 * class Stopwatch extends callbacks.Callback {
 *   start = 0;
 *   onEpochBegin() { this.start = performance.now(); }
 *   onEpochEnd(epoch) { console.log(epoch, performance.now() - this.start); }
 * }
 */
export class Callback {
  #model: CallbackModel | undefined;
  /** How the loop runs; an empty object before a loop begins. */
  params: CallbackParams = {};

  /** The model, once a loop has begun. */
  get model(): CallbackModel | undefined {
    return this.#model;
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /** Called before a loop begins. */
  setModel(model: CallbackModel): void {
    this.#model = model;
  }

  /** Called before a loop begins. */
  setParams(params: CallbackParams): void {
    requireObject('setParams', 'params', params);
    this.params = params;
  }

  /** Before `fit` begins. */
  onTrainBegin(_logs: Logs): HookResult {
    return undefined;
  }

  /** After `fit` has ended. */
  onTrainEnd(_logs: EpochLogs): HookResult {
    return undefined;
  }

  /** Before an epoch, counted from 0. */
  onEpochBegin(_epoch: number, _logs: Logs): HookResult {
    return undefined;
  }

  /** After an epoch; `logs` holds the metrics of training and, as `val_…`, of validation. */
  onEpochEnd(_epoch: number, _logs: EpochLogs): HookResult {
    return undefined;
  }

  /** Before a training batch, counted from 0 in each epoch. */
  onTrainBatchBegin(batch: number, logs: Logs): HookResult {
    return this.onBatchBegin(batch, logs);
  }

  /** After a training batch; `logs` holds the means over the epoch so far. */
  onTrainBatchEnd(batch: number, logs: BatchLogs): HookResult {
    return this.onBatchEnd(batch, logs);
  }

  /** Another name of `onTrainBatchBegin`. */
  onBatchBegin(_batch: number, _logs: Logs): HookResult {
    return undefined;
  }

  /** Another name of `onTrainBatchEnd`. */
  onBatchEnd(_batch: number, _logs: BatchLogs): HookResult {
    return undefined;
  }

  /** Before `evaluate` or a validation begins. */
  onTestBegin(_logs: Logs): HookResult {
    return undefined;
  }

  /** After `evaluate` or a validation has ended. */
  onTestEnd(_logs: BatchLogs): HookResult {
    return undefined;
  }

  /** Before a batch of `evaluate` or of a validation. */
  onTestBatchBegin(_batch: number, _logs: Logs): HookResult {
    return undefined;
  }

  /** After a batch of `evaluate` or of a validation. */
  onTestBatchEnd(_batch: number, _logs: BatchLogs): HookResult {
    return undefined;
  }

  /** Before `predict` begins. */
  onPredictBegin(_logs: Logs): HookResult {
    return undefined;
  }

  /** After `predict` has ended. */
  onPredictEnd(_logs: Logs): HookResult {
    return undefined;
  }

  /** Before a batch of `predict`. */
  onPredictBatchBegin(_batch: number, _logs: Logs): HookResult {
    return undefined;
  }

  /** After a batch of `predict`. */
  onPredictBatchEnd(_batch: number, _logs: Logs): HookResult {
    return undefined;
  }
}

/** Names of all hooks. */
export const HOOKS = [
  'onTrainBegin',
  'onTrainEnd',
  'onEpochBegin',
  'onEpochEnd',
  'onTrainBatchBegin',
  'onTrainBatchEnd',
  'onBatchBegin',
  'onBatchEnd',
  'onTestBegin',
  'onTestEnd',
  'onTestBatchBegin',
  'onTestBatchEnd',
  'onPredictBegin',
  'onPredictEnd',
  'onPredictBatchBegin',
  'onPredictBatchEnd',
] as const;

/** The name of a hook. */
export type HookName = (typeof HOOKS)[number];

/** Some hooks, as a plain object. */
export type Hooks = { readonly [Name in HookName]?: Callback[Name] | undefined };

/**
 * A callback of plain functions. Such an object may also stand for itself where callbacks are taken.
 *
 * @example new callbacks.LambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) })
 */
export class LambdaCallback extends Callback {
  /** @throws ValueError for a hook that does not exist or is not a function. */
  constructor(hooks: Hooks) {
    super();
    checkOptions('LambdaCallback', hooks, HOOKS);
    for (const name of HOOKS) {
      const hook = hooks[name];
      if (hook === undefined) continue;
      if (typeof hook !== 'function') {
        throw new ValueError(
          `LambdaCallback: ${name} must be a function, got ${describeValue(hook)}.`,
        );
      }
      // Called as methods of the object they came in, so that `this` is what its author expects.
      Object.defineProperty(this, name, { value: hook.bind(hooks), configurable: true });
    }
  }
}
