import {
  ArrayBatches,
  classWeightToSampleWeight,
  isBatchIterable,
  IterableBatches,
  RepeatedBatches,
  requireFinite,
  requireSameLength,
  toSamples,
} from '../../data/batches/index.js';
import type { Batch, BatchSource, ClassWeight } from '../../data/batches/index.js';
import type { BatchIterable } from '../../data/index.js';
import { isDataset } from '../../data/dataset/is-dataset.js';
import { ShapeError, ValueError } from '../../errors.js';
import { neighbouringRows } from '../../ops/batch-rows.js';
import { formatShape, sameShape, tidy } from '../../tensor/index.js';
import type { PartialShape, Tensor, TensorLike } from '../../tensor/index.js';
import { checkTargets } from './check-targets.js';
import type { CompilableModel } from '../compilable-model.js';

/** Samples: a tensor, nested arrays, a typed array, or an (async) iterable of batches. */
export type DataLike = TensorLike | BatchIterable;

/** What a caller gives to a loop. */
export interface Given<X = TensorLike> {
  readonly x: X;
  readonly y?: TensorLike | null | undefined;
  readonly sampleWeight?: TensorLike | null | undefined;
}

/** What a method needs samples for. What has to hold of them depends on this, and never on the name of the method. */
export type Purpose = 'training' | 'measuring' | 'predicting';

/** All samples in memory. */
export interface Samples extends Batch {
  /** Tensors that were made here; the others are the caller's. */
  readonly owned: readonly Tensor[];
}

/** How samples are turned into batches. */
export interface BatchingOptions {
  /** Undefined: 32. An iterable takes none. */
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
  /** Batches of an epoch; undefined: all. */
  readonly steps: number | undefined;
  /** How messages call `steps`; `stepsPerEpoch` goes on, epoch after epoch, the others begin anew. */
  readonly stepsName: 'stepsPerEpoch' | 'validationSteps' | 'steps';
  /** Ends the waiting for a batch of an iterable. */
  readonly signal: AbortSignal | undefined;
}

const DEFAULT_BATCH_SIZE = 32;

/** The shape of a sample, as far as the model knows it. */
function sampleShapeOf(model: CompilableModel): PartialShape | undefined {
  return model.inputShape?.slice(1);
}

/**
 * Arrays as tensors, checked against each other and the model.
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
  const samples = tidy(() => toBatch(op, purpose, model, given, classWeight));
  const theirs: readonly unknown[] = [given.x, given.y, given.sampleWeight];
  const all = [samples.x, samples.y, samples.sampleWeight];
  return {
    ...samples,
    owned: all.filter((tensor) => tensor !== undefined).filter((t) => !theirs.includes(t)),
  };
}

/** Samples as one batch, for callers that run in a `tidy` of their own. */
export function toBatch(
  op: string,
  purpose: Purpose,
  model: CompilableModel,
  given: Given,
  classWeight?: ClassWeight,
): Batch {
  const { x } = given;
  const y = given.y ?? undefined;
  const sampleWeight = given.sampleWeight ?? undefined;
  const batch = {
    x: toSamples(`${op}: x`, x, sampleShapeOf(model)),
    y: y === undefined ? undefined : toSamples(`${op}: y`, y),
    sampleWeight:
      sampleWeight === undefined ? undefined : toSamples(`${op}: sampleWeight`, sampleWeight),
  };
  requireSameLength(op, batch.x, { y: batch.y, sampleWeight: batch.sampleWeight });
  checkBatch(purpose, model, op, batch);
  if (classWeight === undefined) return batch;
  return { ...batch, sampleWeight: weightsOfClasses(op, batch, classWeight) };
}

function weightsOfClasses(
  op: string,
  { y, sampleWeight }: Batch,
  classWeight: ClassWeight,
): Tensor {
  if (sampleWeight !== undefined) {
    throw new ValueError(`${op}: give sampleWeight or classWeight, not both.`);
  }
  if (y === undefined) throw new ValueError(`${op}: classWeight needs targets y.`);
  return classWeightToSampleWeight(y, classWeight);
}

/**
 * Refuses what the model cannot use before anything is computed, and makes the weights if there are none.
 *
 * @param name how messages call the batch
 */
function checkBatch(purpose: Purpose, model: CompilableModel, name: string, batch: Batch): void {
  const { x, y, sampleWeight } = batch;
  if (x.shape[0] === 0) {
    throw new ValueError(
      `${name}: x is empty (shape ${formatShape(x.shape)}). Give at least one sample.`,
    );
  }
  checkShape(name, model, x);
  if (purpose === 'predicting') return;
  const harm =
    purpose === 'training'
      ? 'Training on it would turn every weight into NaN'
      : 'Loss and metrics would be NaN';
  requireFinite(`${name}: x`, x, harm);
  if (y !== undefined) {
    requireFinite(`${name}: y`, y, harm);
    checkTargets(`${name}: y`, model.loss, y);
  }
  if (sampleWeight !== undefined) requireFinite(`${name}: sampleWeight`, sampleWeight, harm);
}

function checkShape(name: string, model: CompilableModel, x: Tensor): void {
  const expected = sampleShapeOf(model);
  const actual = x.shape.slice(1);
  if (expected === undefined) {
    model.build([null, ...actual]);
    return;
  }
  const known = expected.map((length, axis) => length ?? actual[axis] ?? null);
  if (sameShape(known, actual)) return;
  const size = known.reduce<number>((product, length) => product * (length ?? NaN), 1);
  const advice =
    size * (x.shape[0] ?? 0) === x.size
      ? `Use x.reshape([${[x.shape[0], ...known].join(', ')}]).`
      : 'Reshape the samples, or change the inputShape of the first layer.';
  throw new ShapeError(
    `${name}: model '${model.name}' takes samples of shape ${formatShape(expected)}, but x has shape ` +
      `${formatShape(x.shape)}, that is samples of ${formatShape(actual)}. ${advice}`,
  );
}

/** Batches of what `fit`, `evaluate` and `predict` were given. */
export function toBatches(
  op: string,
  purpose: Purpose,
  model: CompilableModel,
  given: Given<DataLike>,
  options: BatchingOptions,
): BatchSource {
  const { x } = given;
  const y = given.y ?? undefined;
  const sampleWeight = given.sampleWeight ?? undefined;
  if (!isBatchIterable(x)) {
    return batchesOf(op, toSampleTensors(op, purpose, model, { x, y, sampleWeight }), options);
  }
  if (y !== undefined || sampleWeight !== undefined) {
    throw new ValueError(
      `${op}: with an iterable of batches, y and sampleWeight come in the batches: [x, y, sampleWeight].`,
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
  return new IterableBatches(op, x, {
    steps: options.steps,
    restarts: options.stepsName !== 'stepsPerEpoch',
    signal: options.signal,
    sampleShape: () => sampleShapeOf(model),
    check: (name, batch) => {
      checkBatch(purpose, model, name, batch);
    },
  });
}

/** Batches of samples in memory. */
export function batchesOf(op: string, samples: Samples, options: BatchingOptions): BatchSource {
  const { batchSize = DEFAULT_BATCH_SIZE, shuffle, steps, stepsName } = options;
  if (steps !== undefined && stepsName === 'stepsPerEpoch') {
    return new RepeatedBatches(new ArrayBatches(samples, { batchSize, shuffle }), steps);
  }
  const batches = new ArrayBatches(samples, { batchSize, shuffle, steps });
  if (steps === undefined || batches.steps === steps) return batches;
  batches.close();
  throw new ValueError(
    `${op}: ${stepsName} = ${steps}, but ${String(samples.x.shape[0])} samples in batches of ${batchSize} are only ` +
      `${batches.steps} batches. Give fewer steps, or leave ${stepsName} out to take all.`,
  );
}

/**
 * Sets the last part of the samples aside, before any shuffling, as Keras does: training keeps the first
 * floor(n · (1 − fraction)).
 */
export function splitSamples(samples: Samples, fraction: number): [Samples, Samples] {
  const count = samples.x.shape[0] ?? 0;
  const cut = Math.floor(count * (1 - fraction));
  if (cut === 0 || cut === count) {
    throw new ValueError(
      `fit: validationSplit = ${fraction} of ${count} samples leaves ${cut} to train on and ${count - cut} to ` +
        `validate with. Both need at least one.`,
    );
  }
  const part = (first: number, length: number): Samples => {
    const x = neighbouringRows(samples.x, first, length);
    const y = samples.y && neighbouringRows(samples.y, first, length);
    const sampleWeight =
      samples.sampleWeight && neighbouringRows(samples.sampleWeight, first, length);
    return { x, y, sampleWeight, owned: [x, y, sampleWeight].filter((t) => t !== undefined) };
  };
  const parts: [Samples, Samples] = [part(0, cut), part(cut, count - cut)];
  // The parts look at the same memory.
  for (const tensor of samples.owned) tensor.dispose();
  return parts;
}

/** The samples with the weights of their classes. */
export function withClassWeight(op: string, samples: Samples, classWeight: ClassWeight): Samples {
  const sampleWeight = weightsOfClasses(op, samples, classWeight);
  return { ...samples, sampleWeight, owned: [...samples.owned, sampleWeight] };
}
