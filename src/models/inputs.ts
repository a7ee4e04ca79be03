import {
  ArrayBatches,
  classWeightToSampleWeight,
  isBatchIterable,
  IterableBatches,
  RepeatedBatches,
  requireFinite,
  requireSameLength,
  toSamples,
} from '../data/batches/index.js';
import type { BatchIterable, BatchSource, ClassWeight } from '../data/batches/index.js';
import { ShapeError, ValueError } from '../errors.js';
import { formatShape, sameShape, tidy } from '../tensor/index.js';
import type { PartialShape, Tensor, TensorLike } from '../tensor/index.js';
import type { Model } from './model.js';

/** Samples: a tensor, nested arrays, a typed array, or an (async) iterable of batches. */
export type DataLike = TensorLike | BatchIterable;

/** All samples in memory. */
export interface Samples {
  readonly x: Tensor;
  readonly y: Tensor | undefined;
  readonly sampleWeight: Tensor | undefined;
}

/** How samples are turned into batches. */
export interface BatchingOptions {
  readonly batchSize: number;
  readonly shuffle: boolean;
  /** Batches of an epoch; undefined: all. */
  readonly steps: number | undefined;
}

/** The shape of a sample, as far as the model knows it. */
function sampleShapeOf(model: Model): PartialShape | undefined {
  return model.inputShape?.slice(1);
}

/**
 * Arrays as tensors, checked against each other and the model.
 *
 * @param op 'fit', 'evaluate' or 'predict', for messages
 * @throws ShapeError or ValueError naming what does not fit.
 */
export function toSampleTensors(
  op: string,
  model: Model,
  x: TensorLike,
  y: TensorLike | undefined,
  sampleWeight: TensorLike | undefined,
  classWeight?: ClassWeight,
): Samples {
  const inputs = toSamples(`${op}: x`, x, sampleShapeOf(model));
  const targets = y === undefined ? undefined : toSamples(`${op}: y`, y);
  let weights =
    sampleWeight === undefined ? undefined : toSamples(`${op}: sampleWeight`, sampleWeight);
  if (classWeight !== undefined) {
    if (weights !== undefined) {
      throw new ValueError(`${op}: give sampleWeight or classWeight, not both.`);
    }
    if (targets === undefined) throw new ValueError(`${op}: classWeight needs targets y.`);
    weights = classWeightToSampleWeight(targets, classWeight);
  }
  if (inputs.shape[0] === 0) {
    throw new ValueError(
      `${op}: x is empty (shape ${formatShape(inputs.shape)}). Give at least one sample.`,
    );
  }
  requireSameLength(op, inputs, { y: targets, sampleWeight: weights });
  checkAgainstModel(op, model, inputs);
  if (op !== 'predict') {
    requireFinite(`${op}: x`, inputs);
    if (targets !== undefined) requireFinite(`${op}: y`, targets);
  }
  return { x: inputs, y: targets, sampleWeight: weights };
}

/** Refuses samples of another shape before anything is computed, and makes the weights if there are none. */
function checkAgainstModel(op: string, model: Model, x: Tensor): void {
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
    `${op}: model '${model.name}' takes samples of shape ${formatShape(expected)}, but x has shape ` +
      `${formatShape(x.shape)}, that is samples of ${formatShape(actual)}. ${advice}`,
  );
}

/** Batches of what `fit`, `evaluate` and `predict` were given. */
export function toBatches(
  op: string,
  model: Model,
  x: DataLike,
  y: TensorLike | undefined,
  sampleWeight: TensorLike | undefined,
  options: BatchingOptions,
): BatchSource {
  if (isBatchIterable(x)) {
    if (y !== undefined || sampleWeight !== undefined) {
      throw new ValueError(
        `${op}: with an iterable of batches, y and sampleWeight come in the batches: [x, y, sampleWeight].`,
      );
    }
    return new IterableBatches(op, x, options.steps, sampleShapeOf(model));
  }
  return batchesOf(toSampleTensors(op, model, x, y, sampleWeight), options);
}

/** Batches of samples in memory. */
export function batchesOf(samples: Samples, options: BatchingOptions): BatchSource {
  const { batchSize, shuffle, steps } = options;
  const batches = new ArrayBatches(samples, { batchSize, shuffle });
  return steps === undefined ? batches : new RepeatedBatches(batches, steps);
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
  const part = (from: number, to: number): Samples => {
    const take = (tensor: Tensor | undefined): Tensor | undefined =>
      tensor === undefined ? undefined : tidy(() => tensor.slice([from, to]));
    return { x: samples.x.slice([from, to]), y: take(samples.y), sampleWeight: take(samples.sampleWeight) };
  };
  return [part(0, cut), part(cut, count)];
}
