import type { ActivationIdentifier } from '../../nn/activations/registry.js';
import { ZeroPadding2D } from '../../nn/layers/zero-padding.js';
import { DepthwiseConv2D, SeparableConv2D } from '../../nn/layers/depthwise-convolution.js';
import { Reshape } from '../../nn/layers/reshaping.js';
import { GlobalAveragePooling2D, GlobalMaxPooling2D } from '../../nn/layers/global-pooling.js';
import { Dropout } from '../../nn/layers/regularization.js';
import { Dense } from '../../nn/layers/dense.js';
import { Conv2D } from '../../nn/layers/convolution.js';
import { BatchNormalization } from '../../nn/layers/batch-normalization.js';
import { AveragePooling2D, MaxPooling2D } from '../../nn/layers/pooling.js';
import { Add, Concatenate, Multiply } from '../../nn/layers/merging.js';
import { Activation, ReLU } from '../../nn/layers/activation.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import type { BatchNormalizationOptions } from '../../nn/layers/batch-normalization.js';
import type { AnyLayer } from '../../nn/layers/core/layer.js';
import type { DataFormat } from '../../engine/ops/index.js';
import type { Initializer } from '../../nn/initializers/initializer.js';

/** A number for both axes of a picture, or one for each. */
export type Size = number | readonly [height: number, width: number];

/** The name of a layer; undefined where Keras counts: `conv2d_7`. */
type Name = string | undefined;

/** The names of a convolution, of its batch normalization and of its activation; null: no activation. */
type Names = readonly [convolution: Name, norm: Name, activation: Name | null];

/** What is the same in all blocks of an architecture. */
export interface Habits {
  /** The last axis as configs of the architecture write it. Default 3. */
  readonly lastAxis?: 3 | -1;
  readonly norm?: Omit<BatchNormalizationOptions, 'axis' | 'name'>;
  /** Whether convolutions have biases. Default false, as batch normalization follows. */
  readonly useBias?: boolean;
  /** What kernels of convolutions begin with. Default: as in the layers. */
  readonly kernelInitializer?: Initializer;
  /** What follows batch normalization. Default: `'relu'`; `'relu6'` is a layer `ReLU`, as is `'ReLU'` without a limit. */
  readonly activation?: 'relu' | 'relu6' | 'ReLU' | 'swish' | 'hard_swish';
}

/** Options of a convolution. */
interface ConvolutionOptions {
  readonly strides?: Size;
  readonly padding?: 'valid' | 'same';
  readonly useBias?: boolean;
  readonly activation?: ActivationIdentifier;
  readonly groups?: number;
}

/** Options of a convolution of single channels. */
interface DepthwiseOptions {
  readonly strides?: number;
  /** Name of the layer of zeros before a stride of 2. Default: none. */
  readonly pad?: string;
  readonly padding?: 'valid' | 'same';
  readonly depthMultiplier?: number;
}

const called = (name: Name | null): { readonly name?: string } =>
  name === undefined || name === null ? {} : { name };

/**
 * The layers of an architecture, each called at once. They are made in the order of Keras's, as the numbers in names such as
 * `conv2d_7` depend on it.
 */
export class Blocks {
  /** All layers so far. */
  readonly layers: AnyLayer[] = [];
  /** The axis of the channels. */
  readonly axis: number;
  #scope = '';

  constructor(
    readonly dataFormat: DataFormat,
    readonly habits: Habits,
  ) {
    this.axis = dataFormat === 'channels_first' ? 1 : (habits.lastAxis ?? 3);
  }

  /** Number of channels. */
  channels(x: SymbolicTensor): number {
    return x.shape.at(this.axis) ?? 0;
  }

  /** Height and width, null where any will do. */
  sides({ shape }: SymbolicTensor): readonly [height: number | null, width: number | null] {
    const first = this.dataFormat === 'channels_first' ? 2 : 1;
    return [shape[first] ?? null, shape[first + 1] ?? null];
  }

  /** Runs `f`; the paths of weights that are made in it begin with a name, as in a `name_scope` of Keras. */
  within<T>(scope: string, f: () => T): T {
    const outer = this.#scope;
    this.#scope = `${outer}${scope}/`;
    try {
      return f();
    } finally {
      this.#scope = outer;
    }
  }

  /** Calls a layer. */
  put(layer: AnyLayer, x: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor {
    this.layers.push(layer);
    const y = layer.apply(x) as SymbolicTensor;
    if (this.#scope !== '') {
      for (const weight of layer.weights) weight.path = this.#scope + weight.path;
    }
    return y;
  }

  conv(
    x: SymbolicTensor,
    filters: number,
    size: Size,
    name?: Name,
    options: ConvolutionOptions = {},
  ): SymbolicTensor {
    const layer = new Conv2D(filters, size, { ...this.#kernel, ...options, ...called(name) });
    return this.put(layer, x);
  }

  separable(
    x: SymbolicTensor,
    filters: number,
    size: Size,
    name: string,
    options: ConvolutionOptions = {},
  ): SymbolicTensor {
    const { dataFormat } = this;
    const layer = new SeparableConv2D(filters, size, {
      ...{ dataFormat, padding: 'same', useBias: false },
      ...options,
      name,
    });
    return this.put(layer, x);
  }

  /** A convolution of each channel for itself; with stride 2 behind zeros, where these have a name. */
  depthwise(
    x: SymbolicTensor,
    size: number,
    [name, norm, activation]: Names,
    { strides = 1, pad, ...options }: DepthwiseOptions = {},
  ): SymbolicTensor {
    const isPadded = strides > 1 && pad !== undefined;
    const given = isPadded ? this.padToHalve(x, size, pad) : x;
    const { kernelInitializer, ...usual } = this.#kernel;
    const layer = new DepthwiseConv2D(size, {
      ...usual,
      ...(kernelInitializer && { depthwiseInitializer: kernelInitializer }),
      strides,
      padding: isPadded ? 'valid' : 'same',
      ...options,
      ...called(name),
    });
    return this.normed(this.put(layer, given), norm, activation);
  }

  get #kernel(): {
    readonly dataFormat: DataFormat;
    readonly useBias: boolean;
    readonly kernelInitializer?: Initializer;
  } {
    const { useBias = false, kernelInitializer } = this.habits;
    return {
      dataFormat: this.dataFormat,
      useBias,
      ...(kernelInitializer && { kernelInitializer }),
    };
  }

  norm(x: SymbolicTensor, name?: Name): SymbolicTensor {
    const { axis } = this;
    return this.put(new BatchNormalization({ axis, ...this.habits.norm, ...called(name) }), x);
  }

  /** An activation, by default the one that is usual in the architecture. */
  activate(
    x: SymbolicTensor,
    name?: Name,
    activation = this.habits.activation ?? 'relu',
  ): SymbolicTensor {
    const isLayer = activation === 'relu6' || activation === 'ReLU';
    const layer = isLayer
      ? new ReLU({ ...(activation === 'relu6' && { maxValue: 6 }), ...called(name) })
      : new Activation(activation, called(name));
    return this.put(layer, x);
  }

  /** Batch normalization and, unless its name is null, the activation. */
  normed(x: SymbolicTensor, norm: Name, activation: Name | null): SymbolicTensor {
    const y = this.norm(x, norm);
    return activation === null ? y : this.activate(y, activation);
  }

  /** Convolution, batch normalization, activation. */
  convNorm(
    x: SymbolicTensor,
    filters: number,
    size: Size,
    [name, norm, activation]: Names = [undefined, undefined, undefined],
    options?: ConvolutionOptions,
  ): SymbolicTensor {
    return this.normed(this.conv(x, filters, size, name, options), norm, activation);
  }

  /** Zeros around a picture; two pairs are those of height and width. */
  pad(
    x: SymbolicTensor,
    padding: number | readonly [readonly [number, number], readonly [number, number]],
    name?: Name,
  ): SymbolicTensor {
    const { dataFormat } = this;
    return this.put(new ZeroPadding2D(padding, { dataFormat, ...called(name) }), x);
  }

  /** Zeros with which a kernel that moves by 2 reads all of a picture. */
  padToHalve(x: SymbolicTensor, size: number, name: string): SymbolicTensor {
    const [height, width] = this.sides(x);
    const half = Math.floor(size / 2);
    // Of an unknown height Keras takes both lengths for even ones.
    const before = (length: number | null): number =>
      half - (height === null || length === null ? 1 : 1 - (length % 2));
    const sides = [
      [before(height), half],
      [before(width), half],
    ] as const;
    return this.pad(x, sides, name);
  }

  pool(
    kind: 'max' | 'average',
    x: SymbolicTensor,
    size: number,
    strides: number,
    name?: Name,
    padding: 'valid' | 'same' = 'valid',
  ): SymbolicTensor {
    const Pooling = kind === 'max' ? MaxPooling2D : AveragePooling2D;
    const { dataFormat } = this;
    return this.put(new Pooling(size, { strides, padding, dataFormat, ...called(name) }), x);
  }

  /** The mean or the largest of each channel: [batch, channels], or with `keepdims` a picture of one pixel. */
  globalPool(
    kind: 'max' | 'average',
    x: SymbolicTensor,
    name?: Name,
    keepdims = false,
  ): SymbolicTensor {
    const Pooling = kind === 'max' ? GlobalMaxPooling2D : GlobalAveragePooling2D;
    return this.put(new Pooling({ dataFormat: this.dataFormat, keepdims, ...called(name) }), x);
  }

  add(x: SymbolicTensor, y: SymbolicTensor, name?: Name): SymbolicTensor {
    return this.put(new Add(called(name)), [x, y]);
  }

  multiply(x: SymbolicTensor, y: SymbolicTensor, name: string): SymbolicTensor {
    return this.put(new Multiply({ name }), [x, y]);
  }

  concatenate(parts: readonly SymbolicTensor[], name?: Name): SymbolicTensor {
    return this.put(new Concatenate({ axis: this.axis, ...called(name) }), parts);
  }

  dense(
    x: SymbolicTensor,
    units: number,
    name: string,
    options: {
      readonly activation?: ActivationIdentifier;
      readonly kernelInitializer?: Initializer;
      readonly biasInitializer?: Initializer;
    } = {},
  ): SymbolicTensor {
    return this.put(new Dense(units, { ...options, name }), x);
  }

  /** Dropout; of whole samples, which stochastic depth is, for `isWhole`. */
  dropout(x: SymbolicTensor, rate: number, name?: Name, isWhole = false): SymbolicTensor {
    const noise = isWhole ? { noiseShape: [null, 1, 1, 1] } : {};
    return this.put(new Dropout(rate, { ...noise, ...called(name) }), x);
  }

  /** The channels of a vector as a picture of one pixel. */
  asPixel(x: SymbolicTensor, name: string): SymbolicTensor {
    const { length } = x.shape;
    const channels = x.shape[length - 1] ?? 0;
    const shape = this.dataFormat === 'channels_first' ? [channels, 1, 1] : [1, 1, channels];
    return this.put(new Reshape(shape, { name }), x);
  }
}

/** Names that begin alike: `named('conv1', '_conv', '_bn', '_relu')`. */
export const named = (
  prefix: string,
  convolution: string,
  norm: string,
  activation: string | null = null,
): Names => [prefix + convolution, prefix + norm, activation === null ? null : prefix + activation];

/** The multiple of 8 next to a number of channels: at least 8, and at least 0.9 times the number. */
export function eights(channels: number): number {
  const next = Math.max(8, 8 * Math.floor(Math.trunc(channels + 4) / 8));
  return next < 0.9 * channels ? next + 8 : next;
}

/** A number with two digits behind the point as Python writes it: of two numbers equally near, the one that ends even. */
export function hundredths(x: number): string {
  const scaled = x * 100;
  const isBetween = Number.isInteger(8 * x) && scaled % 1 === 0.5;
  return (isBetween ? (2 * Math.round(scaled / 2)) / 100 : x).toFixed(2);
}

/** Means of the colors of ImageNet, red, green and blue, where pixels are from 0 to 1. */
export const MEANS = [0.485, 0.456, 0.406] as const;

/** Standard deviations of the colors of ImageNet. */
export const DEVIATIONS = [0.229, 0.224, 0.225] as const;
