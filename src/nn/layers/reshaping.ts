import { describeValue } from '../../config/describe-value.js';
import { configurable, isListOf, length, requireLengths } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { broadcastTo, expandDims, reshape, transpose } from '../../engine/ops/index.js';
import { formatShape, requireRoom } from '../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor } from '../../engine/tensor/index.js';
import { toChannelsLast } from '../../engine/ops/windows/data-format.js';
import { dataFormat } from './spatial.js';
import type { LayerOptions } from './core/layer-options.js';
import { Layer } from './core/layer.js';

/** Options of `Flatten`. */
export interface FlattenOptions extends OptionsOf<typeof Flatten> {}

/**
 * Flattens each sample to a vector: [batch, a, b, …] becomes [batch, a · b · …], and [batch] becomes [batch, 1]. Any
 * dtype. Keras: `Flatten`.
 *
 * @example new layers.Flatten({ inputShape: [28, 28] })
 */
export class Flatten extends configurable(Layer<Tensor, Tensor>, 'Flatten', {
  /** With `'channels_first'` the channels are first moved to the end. Default `'channels_last'`. */
  dataFormat: dataFormat(),
}) {
  /** @throws ValueError for an unknown data format or option. */
  constructor(options: FlattenOptions = {}) {
    super(options);
    this.inputSpec = { minNdim: 1 };
  }

  override call(x: Tensor): Tensor {
    const [batch = 0, ...sample] = x.shape;
    const length = sample.reduce((size, n) => size * n, 1);
    const input = x.ndim < 3 ? x : toChannelsLast(x, this.dataFormat);
    return reshape(input, [batch, length]);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const [batch = null, ...sample] = inputShape;
    let length: number | null = 1;
    for (const n of sample) length = n === null || length === null ? null : length * n;
    return [batch, length];
  }
}

/**
 * Gives each sample a new shape: [batch, …] becomes [batch, …targetShape]. Any dtype. Keras: `Reshape`.
 *
 * @example new layers.Reshape([28, 28, 1], { inputShape: [784] })
 */
export class Reshape extends configurable(
  Layer<Tensor, Tensor>,
  'Reshape',
  {
    /** The new shape of a sample; one length may be −1 and is then inferred. */
    targetShape: targetShape(),
  },
  { positional: ['targetShape'] },
) {
  /**
   * @param targetShape the new shape of a sample; one length may be −1 and is then inferred
   * @throws ValueError if `targetShape` is not a list of lengths, or contains −1 twice.
   */
  constructor(targetShape: Shape, options: LayerOptions = {}) {
    super(options, [targetShape]);
    this.inputSpec = { minNdim: 1 };
  }

  override call(x: Tensor): Tensor {
    const [batch = 0, ...sample] = x.shape;
    return reshape(x, [batch, ...this.#resolve(sample)]);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const [batch = null, ...sample] = inputShape;
    const lengths = sample.filter((length) => length !== null);
    if (lengths.length === sample.length) return [batch, ...this.#resolve(lengths)];
    return [batch, ...this.targetShape.map((length) => (length === -1 ? null : length))];
  }

  /** The target shape for samples of shape `sample`, −1 replaced. */
  #resolve(sample: Shape): Shape {
    const elements = sample.reduce((size, n) => size * n, 1);
    const stated = this.targetShape.reduce((size, n) => (n === -1 ? size : size * n), 1);
    const fits = this.targetShape.includes(-1) ? elements % stated === 0 : elements === stated;
    if (!fits) {
      throw new ShapeError(
        `${this.label} cannot make samples of shape ${formatShape(this.targetShape)} from samples of shape ` +
          `${formatShape(sample)}, which have ${elements} elements.`,
      );
    }
    return this.targetShape.map((length) => (length === -1 ? elements / stated : length));
  }
}

/** An option that is a shape in which one length may be −1. */
function targetShape(): Option<Shape> {
  const isLength = (n: unknown): n is number => Number.isInteger(n) && (Number(n) > 0 || n === -1);
  return {
    check: (given, { owner, name }) => {
      if (isListOf(given, isLength)) {
        requireLengths(owner, name, given);
        if (given.filter((n) => n === -1).length <= 1) return [...given];
      }
      throw new ValueError(
        `${owner}: ${name} must be a list of whole numbers above 0, with at most one -1, got ` +
          `${describeValue(given)}.`,
      );
    },
  };
}

/**
 * Reorders the axes of each sample: axis i of the output's sample is axis `dims[i]` of the input,
 * counted from 1, as axis 0 is the batch. `new Permute([2, 1])` turns [batch, a, b] into [batch, b, a]. Any dtype.
 * Keras: `Permute`.
 *
 * @example new layers.Permute([2, 1], { inputShape: [10, 64] })
 */
export class Permute extends configurable(
  Layer<Tensor, Tensor>,
  'Permute',
  {
    /** The order of the axes: the numbers from 1 to the number of a sample's axes, each once. */
    dims: orderOfAxes(),
  },
  { positional: ['dims'] },
) {
  /**
   * @param dims the order of the axes, counted from 1
   * @throws ValueError if `dims` is not an order of 1 … n.
   */
  constructor(dims: readonly number[], options: LayerOptions = {}) {
    super(options, [dims]);
    this.inputSpec = { ndim: this.dims.length + 1 };
  }

  override call(x: Tensor): Tensor {
    return transpose(x, [0, ...this.dims]);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [0, ...this.dims].map((axis) => inputShape[axis] ?? null);
  }
}

/** An option that is an order of the numbers from 1 to n. */
function orderOfAxes(): Option<readonly number[]> {
  return {
    check: (given, { owner, name }) => {
      if (isListOf(given, Number.isInteger) && given.length > 0) {
        const numbers = new Set(given);
        if (given.every((_, i) => numbers.has(i + 1))) return [...(given as readonly number[])];
      }
      throw new ValueError(
        `${owner}: ${name} must hold the numbers from 1 to the number of a sample's axes, each once, got ` +
          `${describeValue(given)}.`,
      );
    },
  };
}

/**
 * Repeats each sample n times: [batch, features] becomes [batch, n, features]. Any dtype. Keras:
 * `RepeatVector`.
 *
 * @example new layers.RepeatVector(3).apply([[1, 2]]) // [[[1, 2], [1, 2], [1, 2]]]
 */
export class RepeatVector extends configurable(
  Layer<Tensor, Tensor>,
  'RepeatVector',
  {
    /** The number of repetitions. */
    n: length(),
  },
  { positional: ['n'] },
) {
  /**
   * @param n the number of repetitions
   * @throws ValueError if `n` is not a whole number above 0.
   */
  constructor(n: number, options: LayerOptions = {}) {
    super(options, [n]);
    this.inputSpec = { ndim: 2 };
  }

  override call(x: Tensor): Tensor {
    const [batch = 0, features = 0] = x.shape;
    const shape = [batch, this.n, features];
    requireRoom(shape, x.dtype, () => `n = ${this.n}`);
    return broadcastTo(expandDims(x, 1), shape);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const [batch = null, features = null] = inputShape;
    return [batch, this.n, features];
  }
}
