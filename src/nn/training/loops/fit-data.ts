import { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { ValueError } from '../../../errors.js';
import { checkBoolean, checkNumber } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { isBatchIterable } from '../../data/batches/index.js';
import type { BatchIterable, BatchSource } from '../../data/batches/index.js';
import type { AnyData, FitOptions, PartialSamples, SamplesLike, ValidationData } from '../types.js';
import {
  batchesOf,
  splitSamples,
  toBatches,
  toSampleTensors,
  withClassWeight,
} from './batching.js';
import type { BatchingOptions, Samples } from './batching.js';
import { optionalCount } from './loop.js';
import type { CompilableModel } from '../compilable-model.js';

/** Where `fit` takes its batches from. */
export interface FitSources {
  readonly training: BatchSource;
  readonly validation: BatchSource | undefined;
  /** Where the orders of samples come from. */
  readonly generator: SeedGenerator;
}

/**
 * Batches to train on and, if asked for, to validate with. Training data come first: an unbuilt model is built for
 * them. If something does not fit, what was made of the arrays is freed.
 */
export function fitData(
  model: CompilableModel,
  x: AnyData,
  y: PartialSamples,
  options: FitOptions,
): FitSources {
  const fraction = checkNumber('fit', 'validationSplit', options.validationSplit ?? 0, {
    min: 0,
    below: 1,
  });
  const { sampleWeight } = options;
  const validationData = options.validationData ?? undefined;
  if (validationData === undefined && fraction === 0) refuseWithoutValidation(options);
  const batchSize = optionalCount('fit', 'batchSize', options.batchSize);
  const batching: BatchingOptions = {
    batchSize,
    shuffle: checkBoolean('fit', 'shuffle', options.shuffle ?? true),
    steps: optionalCount('fit', 'stepsPerEpoch', options.stepsPerEpoch),
    stepsName: 'stepsPerEpoch',
    signal: options.signal,
  };
  const ownBatchSize = optionalCount('fit', 'validationBatchSize', options.validationBatchSize);
  const validationBatching: BatchingOptions = {
    batchSize: ownBatchSize ?? (isBatchIterable(validationData) ? undefined : batchSize),
    shuffle: false,
    steps: optionalCount('fit', 'validationSteps', options.validationSteps),
    stepsName: 'validationSteps',
    signal: options.signal,
  };
  const validate = (generator: SeedGenerator): BatchSource | undefined =>
    validationData === undefined
      ? undefined
      : validationBatches(model, validationData, { ...validationBatching, generator });
  // Its own, so that two fits at once train as each does alone.
  const ownGenerator = (): SeedGenerator => new SeedGenerator();
  if (isBatchIterable(x)) {
    refuseForIterable(options);
    const generator = ownGenerator();
    const data = { x, y, sampleWeight };
    const training = toBatches('fit', 'training', model, data, { ...batching, generator });
    return { training, validation: validate(generator), generator };
  }
  const classWeight = options.classWeight ?? undefined;
  const made: Samples[] = [];
  try {
    const samples = toSampleTensors('fit', 'training', model, { x, y, sampleWeight });
    made.push(samples);
    // After the samples have made the weights.
    const generator = ownGenerator();
    const isSplit = fraction > 0 && validationData === undefined;
    const [trainSamples, validationSamples] = isSplit
      ? splitSamples(samples, fraction)
      : [samples, undefined];
    made.push(trainSamples, ...(validationSamples === undefined ? [] : [validationSamples]));
    // Classes are weighted in training only.
    const trained =
      classWeight === undefined
        ? trainSamples
        : withClassWeight('fit', model, trainSamples, classWeight);
    made.push(trained);
    const training = batchesOf('fit', trained, { ...batching, generator });
    const validation =
      validationSamples === undefined
        ? validate(generator)
        : batchesOf('fit', validationSamples, validationBatching);
    return { training, validation, generator };
  } catch (error) {
    for (const { owned } of made) for (const tensor of owned) tensor.dispose();
    throw error;
  }
}

/** Refuses options that say how to validate where there is nothing to validate with. */
function refuseWithoutValidation(options: FitOptions): void {
  for (const name of ['validationSteps', 'validationBatchSize', 'validationFreq'] as const) {
    if (options[name] === undefined || options[name] === null) continue;
    throw new ValueError(
      `fit: ${name} = ${describeValue(options[name])}, but there is nothing to validate with. Give validationData ` +
        `or validationSplit, or leave it out.`,
    );
  }
}

/** Refuses options that only samples in memory can keep. */
function refuseForIterable({ validationSplit, classWeight, shuffle }: FitOptions): void {
  const misplaced = {
    validationSplit: validationSplit === 0 ? undefined : validationSplit,
    classWeight,
    shuffle: shuffle === true ? true : undefined,
  };
  for (const [name, value] of Object.entries(misplaced)) {
    if (value === undefined || value === null) continue;
    throw new ValueError(
      `fit: ${name} needs all samples in memory, but x is an iterable of batches.`,
    );
  }
}

function validationBatches(
  model: CompilableModel,
  data: ValidationData,
  batching: BatchingOptions,
): BatchSource {
  const op = 'fit: validationData';
  const args = validationArguments(data);
  if (isBatchIterable(args)) return toBatches(op, 'measuring', model, { x: args }, batching);
  const [x, y, sampleWeight] = args;
  return toBatches(op, 'measuring', model, { x, y, sampleWeight }, batching);
}

/** Data to validate with, told apart. @throws ValueError for anything but arrays or an iterable. */
export function validationArguments(
  data: ValidationData,
): readonly [SamplesLike, PartialSamples, PartialSamples?] | BatchIterable {
  if (isBatchIterable(data)) return data;
  if (Array.isArray(data) && data.length >= 2 && data.length <= 3) {
    return data;
  }
  throw new ValueError(
    'fit: validationData must be [x, y], [x, y, sampleWeight] or an iterable of batches.',
  );
}
