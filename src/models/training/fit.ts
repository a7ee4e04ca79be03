import type { Callbacks, CallbackList } from '../../callbacks/callback-list.js';
import { History } from '../../callbacks/history.js';
import { checkNumber } from '../../config/check-number.js';
import { checkOptions } from '../../config/index.js';
import type { BatchIterable, BatchSource, ClassWeight } from '../../data/batches/index.js';
import { orAbort } from '../../data/or-abort.js';
import { PauseClock } from '../../runtime/index.js';
import type { Tensor, TensorLike, Variable } from '../../tensor/index.js';
import type { Compiled, Logs } from './compiled.js';
import { testLoop } from './evaluate.js';
import { fitData } from './fit-data.js';
import type { DataLike } from './inputs.js';
import { COUNT, forEachBatch, loopCallbacks, loopSettings } from './loop.js';
import type { LoopControl, LoopOptions } from './loop.js';
import type { Model } from '../model.js';
import { trainedVariables, trainStep } from './steps.js';
import { FitProgress } from './fit-progress.js';

/** Data to validate with: arrays, or an (async) iterable of batches. */
export type ValidationData =
  | readonly [x: TensorLike, y: TensorLike]
  | readonly [x: TensorLike, y: TensorLike, sampleWeight: TensorLike]
  | BatchIterable;

/** Options of `fit`. */
export interface FitOptions extends LoopOptions {
  /** Epochs in all, those before `initialEpoch` included. Default 1. */
  readonly epochs?: number;
  /** A callback or a list of them; a plain object of hooks is one, too. */
  readonly callbacks?: Callbacks;
  /** Part of the samples, at the end, that is set aside to validate with, 0 … 1. Default 0. */
  readonly validationSplit?: number;
  readonly validationData?: ValidationData | null;
  /** A new order of the samples in each epoch. Default true; an iterable keeps its own order. */
  readonly shuffle?: boolean;
  /** Weight of each class in the loss; classes that are not named count 1. */
  readonly classWeight?: ClassWeight | null;
  /** One weight a sample, [n]. */
  readonly sampleWeight?: TensorLike | null;
  /** Number of the first epoch, to go on with earlier training. Default 0. */
  readonly initialEpoch?: number;
  /**
   * Batches of an epoch. The next epoch goes on where it stopped, and at the end of the data from the start.
   * Default: all there are.
   */
  readonly stepsPerEpoch?: number | null;
  /** Batches of a validation, which begins anew each time. Default: all there are. */
  readonly validationSteps?: number | null;
  /** Samples of a batch of arrays to validate with. Default `batchSize`. */
  readonly validationBatchSize?: number | null;
  /** Validate after every so many epochs, or after the epochs in the list (counted from 1). Default 1. */
  readonly validationFreq?: number | readonly number[];
}

/** Names of the options of `fit`. */
export const FIT_OPTIONS = [
  'batchSize',
  'verbose',
  'yieldEvery',
  'signal',
  'epochs',
  'callbacks',
  'validationSplit',
  'validationData',
  'shuffle',
  'classWeight',
  'sampleWeight',
  'initialEpoch',
  'stepsPerEpoch',
  'validationSteps',
  'validationBatchSize',
  'validationFreq',
] as const satisfies readonly (keyof FitOptions)[];

/** Trains a model: what `model.fit` does. */
export async function fit(
  model: Model,
  x: DataLike,
  y: TensorLike | undefined,
  options: FitOptions,
): Promise<History> {
  checkOptions('fit', options, FIT_OPTIONS);
  const compiled = model.requireCompiled('fit');
  const { verbose, yieldEvery, signal } = loopSettings('fit', options);
  const epochs = checkNumber('fit', 'epochs', options.epochs ?? 1, COUNT);
  const initialEpoch = checkNumber('fit', 'initialEpoch', options.initialEpoch ?? 0, {
    min: 0,
    integer: true,
  });
  const isValidationDue = validationSchedule(options.validationFreq ?? 1);
  const { training, validation } = fitData(model, x, y, options);
  try {
    const history = new History();
    model.history = history;
    const params = { verbose, epochs, steps: training.steps ?? null };
    // The history comes last: what other callbacks add to the logs belongs to it.
    const callbacks = loopCallbacks('fit', options.callbacks, model, params, signal, [history]);
    const between = (hooks: () => Promise<unknown> | undefined): Promise<void> =>
      model.activity.betweenEpochs(hooks, (promise) => orAbort(promise, signal));
    const clock = new PauseClock(yieldEvery);
    model.stopTraining = false;
    let logs: Logs | undefined;
    // A callback may let it go on where an earlier run was interrupted.
    const run = new FitProgress(model, compiled, training, initialEpoch);
    model.training = run;
    await between(() => callbacks.onTrainBegin());
    while (run.epoch < epochs && !model.stopTraining) {
      const { epoch } = run;
      await between(() => callbacks.onEpochBegin(epoch));
      compiled.reset();
      run.restoreMetrics();
      await trainEpoch(model, compiled, training, callbacks, {
        clock,
        signal,
        isStopped: () => model.stopTraining,
      });
      logs = run.results();
      if (validation !== undefined && isValidationDue(epoch)) {
        const control = { clock, signal };
        const op = 'fit: validationData';
        const validated = await testLoop(op, model, compiled, validation, callbacks, control);
        for (const [name, value] of Object.entries(validated)) logs[`val_${name}`] = value;
      }
      run.epoch++;
      await between(() => callbacks.onEpochEnd(epoch, logs));
      if (clock.afterEpoch()) await clock.pause();
    }
    compiled.optimizer.finalizeVariableValues();
    await between(() => callbacks.onTrainEnd(logs));
    return history;
  } finally {
    model.training = undefined;
    await training.close();
    await validation?.close();
  }
}

/** One pass over the training batches. */
async function trainEpoch(
  model: Model,
  compiled: Compiled,
  source: BatchSource,
  callbacks: CallbackList,
  control: LoopControl,
): Promise<void> {
  const withLogs = callbacks.has('onTrainBatchEnd');
  // Which weights are trained may change between epochs (model.trainable), not within.
  let variables: readonly Variable[] | undefined;
  const variablesFor = (x: Tensor): readonly Variable[] =>
    (variables ??= trainedVariables(model, x));
  await forEachBatch('fit', source, control, {
    begin: (batch) => callbacks.onTrainBatchBegin(batch),
    work: (make) => {
      trainStep('fit', model, compiled, variablesFor, make);
    },
    end: (batch) => (withLogs ? callbacks.onTrainBatchEnd(batch, compiled.logs()) : undefined),
  });
}

/** Whether to validate after an epoch (counted from 0). */
function validationSchedule(freq: number | readonly number[]): (epoch: number) => boolean {
  if (Array.isArray(freq) && freq.length > 0) {
    const chosen = new Set(freq.map((epoch) => checkNumber('fit', 'validationFreq', epoch, COUNT)));
    return (epoch) => chosen.has(epoch + 1);
  }
  const every = checkNumber('fit', 'validationFreq', freq, COUNT);
  return (epoch) => (epoch + 1) % every === 0;
}
