import { ValueError } from '../../../errors.js';
import {
  countOf,
  isBatchIterable,
  mapBatch,
  rowAsBatch,
  tensorsOf,
} from '../../data/batches/index.js';
import { flattenNest } from '../../../config/index.js';
import { isDataset } from '../../data/dataset/is-dataset.js';
import { isValue, tidy } from '../../../engine/tensor/index.js';
import { neighbouringRows } from '../../../engine/ops/linalg/products/batch-rows.js';
import { sampleShapesOf } from '../../layers/core/ports.js';
import { toBatch, weightsOfClasses } from '../inputs.js';
import type { Batch, BatchSource, ClassWeight } from '../../data/batches/index.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import type { Value } from '../../../engine/tensor/index.js';
import type { CompilableModel } from '../compilable-model.js';
import type { Given, Purpose } from '../inputs.js';
import { AlikeBatches, ArrayBatches, RepeatedBatches } from './batch-sources.js';
import { IterableBatches } from './iterable-batches.js';

/** All samples in memory. */
export interface Samples extends Batch {
  /** Tensors that were made here; the others are the caller's. */
  readonly owned: readonly Value[];
}

/** How samples are turned into batches. */
export interface BatchingOptions {
  /** Undefined: 32. An iterable takes none. */
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
  /** Batches of an epoch; undefined: all. */
  readonly steps: number | undefined;
  /** The name of `steps` in messages; `stepsPerEpoch` goes on, epoch after epoch, the others start over. */
  readonly stepsName: 'stepsPerEpoch' | 'validationSteps' | 'steps';
  /** Ends the waiting for a batch of an iterable. */
  readonly signal: AbortSignal | undefined;
  /** Where the orders of samples come from. Default: the global generator. */
  readonly generator?: SeedGenerator | undefined;
}

const DEFAULT_BATCH_SIZE = 32;

/**
 * Arrays as tensors in the order of the model, checked against each other and the model.
 *
 * @param op the method, for messages
 * @throws ShapeError or ValueError naming what does not fit.
 */
export function toSampleTensors(
  op: string,
  purpose: Purpose,
  model: CompilableModel,
  given: Given,
  classWeight?: ClassWeight,
): Samples {
  const samples = tidy(() => toBatch(op, purpose, model, given, { classWeight }));
  const theirs = flattenNest([given.x, given.y, given.sampleWeight], isValue);
  return {
    ...samples,
    owned: tensorsOf(samples).filter((tensor) => !theirs.includes(tensor)),
  };
}

/** Batches of what `fit`, `evaluate` and `predict` were given. */
export function toBatches(
  op: string,
  purpose: Purpose,
  model: CompilableModel,
  given: Given,
  options: BatchingOptions,
): BatchSource {
  const x = op === 'predict' ? rowAsBatch(given.x) : given.x;
  const y = given.y ?? undefined;
  const sampleWeight = given.sampleWeight ?? undefined;
  if (!isBatchIterable(x)) {
    return batchesOf(op, toSampleTensors(op, purpose, model, { x, y, sampleWeight }), options);
  }
  if (y !== undefined || sampleWeight !== undefined) {
    throw new ValueError(
      `${op}: with an iterable of batches, y and sampleWeight are part of the batches: [x, y, sampleWeight].`,
    );
  }
  if (options.batchSize !== undefined) {
    throw new ValueError(
      `${op}: batchSize = ${options.batchSize} cannot be kept, as an iterable gives batches as they are. Leave ` +
        `it out.`,
    );
  }
  if (isDataset(x) && x.size === Infinity && options.steps === undefined) {
    throw new ValueError(
      `${op}: the data set repeats without end. Say how many batches to take: ${options.stepsName}.`,
    );
  }
  const alike = new AlikeBatches();
  return new IterableBatches(op, x, {
    steps: options.steps,
    restarts: options.stepsName !== 'stepsPerEpoch',
    signal: options.signal,
    generator: options.generator,
    make: (name, values) => toBatch(op, purpose, model, values, { name, alike }),
    isSample: (sample) => isOneSample(model, sample),
  });
}

/** Whether tensors have as many axes as samples of the model have, not as batches. */
function isOneSample(model: CompilableModel, x: unknown): boolean {
  const shapes = sampleShapesOf(model.inputShape);
  const tensors = flattenNest(x, isValue);
  return (
    shapes.length > 0 &&
    shapes.length === tensors.length &&
    // Whatever their order, a batch has an axis more.
    shapes.reduce((sum, shape) => sum + shape.length, 0) ===
      tensors.reduce((sum, { ndim }) => sum + ndim, 0)
  );
}

/** Batches of samples in memory. */
export function batchesOf(op: string, samples: Samples, options: BatchingOptions): BatchSource {
  const { batchSize = DEFAULT_BATCH_SIZE, shuffle, steps, stepsName, generator: seed } = options;
  if (steps !== undefined && stepsName === 'stepsPerEpoch') {
    return new RepeatedBatches(new ArrayBatches(samples, { batchSize, shuffle, seed }), steps);
  }
  const batches = new ArrayBatches(samples, { batchSize, shuffle, steps, seed });
  if (steps === undefined || batches.steps === steps) return batches;
  batches.close();
  throw new ValueError(
    `${op}: ${stepsName} = ${steps}, but ${countOf(samples)} samples in batches of ${batchSize} are only ` +
      `${batches.steps} batches. Give fewer steps, or leave ${stepsName} out to take all.`,
  );
}

/**
 * Sets the last part of the samples aside, before any shuffling, as Keras does: training keeps the first
 * floor(n · (1 − fraction)).
 */
export function splitSamples(samples: Samples, fraction: number): [Samples, Samples] {
  const count = countOf(samples);
  const cut = Math.floor(count * (1 - fraction));
  if (cut === 0 || cut === count) {
    throw new ValueError(
      `fit: validationSplit = ${fraction} of ${count} samples leaves ${cut} to train on and ${count - cut} to ` +
        `validate with. Both need at least one.`,
    );
  }
  const subset = (first: number, length: number): Samples => {
    const rows = mapBatch(samples, (value) => neighbouringRows(value, first, length));
    return { ...rows, owned: tensorsOf(rows) };
  };
  const subsets: [Samples, Samples] = [subset(0, cut), subset(cut, count - cut)];
  // The parts look at the same memory.
  for (const tensor of samples.owned) tensor.dispose();
  return subsets;
}

/** The samples with the weights of their classes. */
export function withClassWeight(
  op: string,
  model: CompilableModel,
  samples: Samples,
  classWeight: ClassWeight,
): Samples {
  const sampleWeight = weightsOfClasses(op, model, samples, classWeight);
  return { ...samples, sampleWeight: [sampleWeight], owned: [...samples.owned, sampleWeight] };
}
