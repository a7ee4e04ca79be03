import { checkOptions, COPY, requireObject } from '../../config/index.js';
import type { WeightsFormatName } from '../../files/formats/names.js';
import type { Target } from '../../files/locations/target.js';
import type { FileArray } from '../../files/formats/elements.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';

/** A copy of everything that determines how a `fit` continues. */
export interface TrainingSnapshot {
  /** Weights and optimizer state by name. */
  readonly arrays: readonly (readonly [name: string, array: FileArray])[];
  /** Epoch and batch, random generators and metrics, as JSON. */
  readonly state: unknown;
}

/** The running `fit`, which callbacks may save and restore. */
export interface TrainingProgress {
  /** Takes a snapshot of the training; training waits for it. */
  snapshot(): Promise<TrainingSnapshot>;
  /**
   * Continues from a snapshot. Call it in `onTrainBegin`; training waits for it.
   *
   * @param label the name of the snapshot's location in messages
   * @throws ValueError, ShapeError or FormatError if the snapshot does not match this model and `fit`.
   */
  restore(snapshot: TrainingSnapshot, label: string): Promise<void>;
}

/** Results so far, by name: `loss`, `accuracy`, `val_loss` … */
export type Logs = Readonly<Record<string, number>>;

/** Results over the batches so far: the loss, and each metric under its name, such as `accuracy`. */
export interface BatchLogs extends Logs {
  /** The mean loss, including losses that layers add. */
  readonly loss: number;
}

/** Results of an epoch: those of training and, with validation data, those of validation as `val_…`. */
export interface EpochLogs extends BatchLogs {
  /** The validation loss, in epochs with validation (`validationData` or `validationSplit`). */
  readonly val_loss: number;
}

/** Options for writing weights. */
export interface WeightsTargetOptions {
  /** The format. Default: follows from the path's extension. */
  readonly format?: WeightsFormatName;
}

/** The part of a layer that callbacks use. */
export interface LoggedLayer {
  /** The name of the layer. */
  readonly name: string;
  /** The weights of the layer. */
  readonly weights: readonly Variable[];
}

/** The part of the trained model that callbacks use. */
export interface CallbackModel {
  /** Whether training ends after the current batch. A callback may set it to true. */
  stopTraining: boolean;
  /** The compiled metrics, whose directions decide `mode: 'auto'`. */
  readonly metrics?: readonly {
    readonly name: string;
    readonly direction?: 'up' | 'down' | undefined;
  }[];
  /** The names of the metrics in logs, in order; with several outputs, each starts with the name of the output. */
  readonly metricsNames?: readonly string[];
  /** The layers of the model, in order. */
  readonly layers?: readonly LoggedLayer[];
  /** The optimizer of `fit`. Callbacks may change the learning rate, and swap the weights with their averages. */
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
  /** Fetches weights and state from the worker that trains the model; undefined for a model that is trained in this thread. */
  pull?(): Promise<void>;
  /** The running `fit`. */
  readonly training?: TrainingProgress | undefined;
  /**
   * Saves the whole model.
   *
   * @param target the path of a `.keras` file, or another target of `model.save`
   */
  save?(target: string): Promise<void>;
  /**
   * Saves the weights.
   *
   * @param target the path of a weights file, or another target of `model.saveWeights`
   * @param options the format, if the target is an object
   */
  saveWeights?(target: Target, options?: WeightsTargetOptions): Promise<void>;
  /** The model as Keras writes it. @throws ValueError for a model without a config */
  toJSON?(): Record<string, unknown>;
  /** Copies of all weights. */
  getWeights(): Tensor[];
  /**
   * Sets all weights.
   *
   * @param weights values for all weights, with their shapes, in the order of `getWeights`
   */
  setWeights(weights: readonly Tensor[]): void;
}

/** Parameters of the running loop. */
export interface CallbackParams {
  /** 0: silent, 1: progress bar, 2: one line per epoch, `'auto'`: 1 on a terminal, otherwise 2. */
  readonly verbose?: 'auto' | 0 | 1 | 2;
  /** The number of the epoch after which training ends; 1 in `evaluate` and `predict`. */
  readonly epochs?: number;
  /** The number of batches per epoch; null while it is unknown. */
  readonly steps?: number | null;
}

/** The result of a hook, which may be anything; the loop waits for a promise. */
export type HookResult = unknown;

/**
 * Base class of callbacks, whose hooks are called during `fit`, `evaluate` and `predict`. A hook may be async; the loop
 * waits for it. `logs` holds the results so far, and is empty if there are none yet.
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
  /** Parameters of the running loop; an empty object before a loop begins. */
  params: CallbackParams = {};

  /** The model; available once a loop has begun. */
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

  /** Another name for `onTrainBatchBegin`. */
  onBatchBegin(_batch: number, _logs: Logs): HookResult {
    return undefined;
  }

  /** Another name for `onTrainBatchEnd`. */
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

/** Hooks as a plain object. */
export type Hooks = { readonly [Name in HookName]?: Callback[Name] | undefined };

/**
 * A callback made of plain functions. You can also use the object of functions directly as a callback.
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
