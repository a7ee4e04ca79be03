import { CallbackList } from '../callbacks/callback-list.js';
import type { CallbackLike } from '../callbacks/callback-list.js';
import { History } from '../callbacks/history.js';
import { ProgbarLogger } from '../callbacks/progbar-logger.js';
import { checkOptions } from '../config/index.js';
import { isBatchIterable } from '../data/batches/index.js';
import type { BatchIterable, BatchSource, ClassWeight } from '../data/batches/index.js';
import { ValueError } from '../errors.js';
import { pause, PauseClock } from '../runtime/index.js';
import type { TensorLike } from '../tensor/index.js';
import type { Logs } from './compiled.js';
import { testLoop } from './evaluate.js';
import { batchesOf, splitSamples, toBatches, toSampleTensors } from './inputs.js';
import type { BatchingOptions, DataLike } from './inputs.js';
import { checkCount, forEachBatch, loopSettings } from './loop.js';
import type { LoopOptions } from './loop.js';
import type { Model } from './model.js';
import { trainStep } from './steps.js';

/** Data to validate with: arrays, or an (async) iterable of batches. */
export type ValidationData =
  | readonly [x: TensorLike, y: TensorLike]
  | readonly [x: TensorLike, y: TensorLike, sampleWeight: TensorLike]
  | BatchIterable;

/** Options of `fit`. */
export interface FitOptions extends LoopOptions {
  /** Epochs in all, those before `initialEpoch` included. Default 1. */
  readonly epochs?: number;
  readonly callbacks?: readonly CallbackLike[];
  /** Part of the samples, at the end, that is set aside to validate with, 0 … 1. Default 0. */
  readonly validationSplit?: number;
  readonly validationData?: ValidationData;
  /** A new order of the samples in each epoch. Default true. */
  readonly shuffle?: boolean;
  /** Weight of each class in the loss; classes that are not named count 1. */
  readonly classWeight?: ClassWeight;
  /** One weight a sample, [n]. */
  readonly sampleWeight?: TensorLike;
  /** Number of the first epoch, to go on with earlier training. Default 0. */
  readonly initialEpoch?: number;
  /** Batches of an epoch. Default: all there are. */
  readonly stepsPerEpoch?: number | null;
  /** Batches of a validation. Default: all there are. */
  readonly validationSteps?: number | null;
  /** Default `batchSize`. */
  readonly validationBatchSize?: number | null;
  /** Validate after every so many epochs, or after the epochs in the list (counted from 1). Default 1. */
  readonly validationFreq?: number | readonly number[];
}

const OPTIONS = [
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
  checkOptions('fit', options, OPTIONS);
  const compiled = model.requireCompiled('fit');
  const { verbose, yieldEvery, signal } = loopSettings('fit', options);
  const epochs = checkCount('fit', 'epochs', options.epochs ?? 1);
  const initialEpoch = checkCount('fit', 'initialEpoch', options.initialEpoch ?? 0, 0);
  const isValidationDue = validationSchedule(options.validationFreq ?? 1);
  const { training, validation } = prepare(model, x, y, options);

  const history = new History();
  const callbacks = new CallbackList(
    [
      history,
      ...(options.callbacks ?? []),
      ...(verbose === 0 ? [] : [new ProgbarLogger()]),
    ],
    model,
    { verbose, epochs, steps: training.steps ?? null },
  );
  const clock = new PauseClock(yieldEvery);
  const control = { clock, signal, isStopped: () => model.stopTraining };
  model.stopTraining = false;
  let logs: Logs = {};
  let variables = model.trainableWeights;
  await callbacks.onTrainBegin();
  for (let epoch = initialEpoch; epoch < epochs && !model.stopTraining; epoch++) {
    compiled.reset();
    await callbacks.onEpochBegin(epoch);
    const withLogs = callbacks.has('onTrainBatchEnd');
    const count = await forEachBatch(training, control, {
      begin: (batch) => callbacks.onTrainBatchBegin(batch),
      work: (make) => {
        if (variables.length === 0) variables = model.trainableWeights;
        trainStep(model, compiled, variables, make);
      },
      end: (batch) => (withLogs ? callbacks.onTrainBatchEnd(batch, compiled.logs()) : undefined),
    });
    if (count === 0) throw new ValueError(`fit: the data gave no batch in epoch ${epoch + 1}.`);
    logs = compiled.logs();
    if (validation !== undefined && isValidationDue(epoch)) {
      const results = await testLoop(model, compiled, validation, callbacks, { clock, signal });
      for (const [name, value] of Object.entries(results)) logs[`val_${name}`] = value;
    }
    await callbacks.onEpochEnd(epoch, logs);
    if (clock.afterEpoch()) await pause();
  }
  compiled.optimizer.finalizeVariableValues();
  await callbacks.onTrainEnd(logs);
  return history;
}

/** Batches to train on and, if asked for, to validate with. */
function prepare(
  model: Model,
  x: DataLike,
  y: TensorLike | undefined,
  options: FitOptions,
): { readonly training: BatchSource; readonly validation: BatchSource | undefined } {
  const { batchSize } = loopSettings('fit', options);
  const steps = optionalCount('stepsPerEpoch', options.stepsPerEpoch);
  const batching: BatchingOptions = { batchSize, shuffle: options.shuffle ?? true, steps };
  const validationBatching: BatchingOptions = {
    batchSize: optionalCount('validationBatchSize', options.validationBatchSize) ?? batchSize,
    shuffle: false,
    steps: optionalCount('validationSteps', options.validationSteps),
  };
  const fraction = options.validationSplit ?? 0;
  if (!(fraction >= 0 && fraction < 1)) {
    throw new ValueError(
      `fit: validationSplit must be at least 0 and below 1, got ${String(fraction)}.`,
    );
  }
  const { validationData } = options;
  const given =
    validationData === undefined
      ? undefined
      : validationBatches(model, validationData, validationBatching);
  if (isBatchIterable(x)) {
    const misplaced = { validationSplit: fraction || undefined, classWeight: options.classWeight };
    for (const [name, value] of Object.entries(misplaced)) {
      if (value !== undefined) {
        throw new ValueError(`fit: ${name} needs all samples in memory, but x is an iterable of batches.`);
      }
    }
    return {
      training: toBatches('fit', model, x, y, options.sampleWeight, batching),
      validation: given,
    };
  }
  const { sampleWeight, classWeight } = options;
  const samples = toSampleTensors('fit', model, x, y, sampleWeight, classWeight);
  if (fraction === 0 || given !== undefined) {
    return { training: batchesOf(samples, batching), validation: given };
  }
  const [kept, aside] = splitSamples(samples, fraction);
  return { training: batchesOf(kept, batching), validation: batchesOf(aside, validationBatching) };
}

function validationBatches(
  model: Model,
  data: ValidationData,
  batching: BatchingOptions,
): BatchSource {
  if (isBatchIterable(data)) {
    return toBatches('fit: validationData', model, data, undefined, undefined, batching);
  }
  if (!Array.isArray(data) || data.length < 2 || data.length > 3) {
    throw new ValueError(
      'fit: validationData must be [x, y], [x, y, sampleWeight] or an iterable of batches.',
    );
  }
  const [x, y, sampleWeight] = data as readonly [TensorLike, TensorLike, TensorLike?];
  return toBatches('fit: validationData', model, x, y, sampleWeight, batching);
}

function optionalCount(name: string, value: number | null | undefined): number | undefined {
  return value === undefined || value === null ? undefined : checkCount('fit', name, value);
}

/** Whether to validate after an epoch (counted from 0). */
function validationSchedule(freq: number | readonly number[]): (epoch: number) => boolean {
  if (typeof freq === 'number') {
    const every = checkCount('fit', 'validationFreq', freq);
    return (epoch) => (epoch + 1) % every === 0;
  }
  const chosen = new Set(freq.map((epoch) => checkCount('fit', 'validationFreq', epoch)));
  return (epoch) => chosen.has(epoch + 1);
}
