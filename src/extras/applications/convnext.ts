/**
 * ConvNeXt, with what goes with it. Keras: `applications.convnext`.
 *
 * @module
 */

import { checkBoolean, checkOptions } from '../../config/index.js';
import { Normalization } from '../../nn/layers/normalization.js';
import { LayerScale } from '../../nn/layers/scaling.js';
import { LayerNormalization } from '../../nn/layers/layer-normalization.js';
import { Input } from '../../nn/layers/input.js';
import { Dense } from '../../nn/layers/dense.js';
import { Conv2D } from '../../nn/layers/convolution.js';
import { Activation } from '../../nn/layers/activation.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import type { AnyLayer } from '../../nn/layers/core/layer.js';
import { Sequential } from '../../nn/models/sequential.js';
import { application, pooled } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import type { Blocks } from './blocks.js';
import { DEVIATIONS, MEANS } from './blocks.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessNothing as preprocessInput } from './preprocess-input.js';

/** Options of `ConvNeXtTiny` to `ConvNeXtXLarge`. */
export interface ConvNeXtOptions<
  W extends WeightsSource = WeightsSource,
> extends ApplicationOptions<W> {
  /** Whether the model itself normalizes pixels from 0 to 255 to mean 0 and variance 1 over ImageNet. Default true. */
  readonly includePreprocessing?: boolean;
}

/** What the learned factors of blocks begin with. */
const FACTOR = 1e-6;

const byLayer = (name?: string): LayerNormalization =>
  new LayerNormalization({ epsilon: 1e-6, ...(name === undefined ? {} : { name }) });

/** A convolution of 7 × 7 of each channel, two layers on single pixels, and a learned factor; plus what came. */
function block(given: SymbolicTensor, net: Blocks, width: number, name: string): SymbolicTensor {
  const layers: readonly AnyLayer[] = [
    new Conv2D(width, 7, { padding: 'same', groups: width, name: `${name}_depthwise_conv` }),
    byLayer(`${name}_layernorm`),
    new Dense(4 * width, { name: `${name}_pointwise_conv_1` }),
    new Activation('gelu', { name: `${name}_gelu` }),
    new Dense(width, { name: `${name}_pointwise_conv_2` }),
    new LayerScale(FACTOR, width, { name: `${name}_layer_scale` }),
    new Activation('linear', { name: `${name}_identity` }),
  ];
  return given.add(layers.reduce((x, layer) => net.put(layer, x), given));
}

/** Layers that are a model inside, which begins with its input as Keras's does. */
function sequence(
  x: SymbolicTensor,
  net: Blocks,
  name: string,
  layers: readonly AnyLayer[],
): SymbolicTensor {
  return net.put(new Sequential([Input({ batchShape: x.shape }), ...layers], { name }), x);
}

const stem = (x: SymbolicTensor, net: Blocks, model: string, width: number): SymbolicTensor =>
  sequence(x, net, `${model}_stem`, [
    new Conv2D(width, 4, { strides: 4, name: `${model}_stem_conv` }),
    byLayer(`${model}_stem_layernorm`),
  ]);

/** Halves the picture. */
const smaller = (
  x: SymbolicTensor,
  net: Blocks,
  model: string,
  width: number,
  i: number,
): SymbolicTensor =>
  sequence(x, net, `${model}_downsampling_block_${i}`, [
    byLayer(`${model}_downsampling_layernorm_${i}`),
    new Conv2D(width, 2, { strides: 2, name: `${model}_downsampling_conv_${i}` }),
  ]);

/** @param last number of blocks in the third stage @param widths of the four stages */
function convNeXt<W extends WeightsSource>(
  owner: string,
  name: string,
  last: number,
  widths: readonly number[],
  options: ConvNeXtOptions<W>,
): Made<W> {
  checkOptions(owner, options);
  const { includePreprocessing = true } = options;
  checkBoolean(owner, 'includePreprocessing', includePreprocessing);
  const frame = {
    size: 224,
    name,
    habits: {},
    hasOneInput: true,
    takesChannelsFirst: false,
    options: ['includePreprocessing'],
  } as const;
  return application(owner, options, frame, (picture, net, settings) => {
    const { name: model, inputShape, includeTop, classes, classifierActivation } = settings;
    let x = picture;
    if (includePreprocessing && inputShape[2] === 3) {
      const mean = MEANS.map((color) => 255 * color);
      const variance = DEVIATIONS.map((one) => 255 * one).map((one) => one * one);
      const options = { mean, variance, name: `${model}_prestem_normalization` };
      x = net.put(new Normalization(options), x);
    }
    widths.forEach((width, stage) => {
      x = stage === 0 ? stem(x, net, model, width) : smaller(x, net, model, width, stage - 1);
      const depth = stage === 2 ? last : 3;
      for (let i = 0; i < depth; i++)
        x = block(x, net, width, `${model}_stage_${stage}_block_${i}`);
    });
    // Keras counts these weights, as it has no other name for them.
    net.layers
      .filter((layer) => layer instanceof LayerScale)
      .forEach(({ gamma }, i) => {
        if (i > 0) gamma.path += `_${i}`;
      });
    if (!includeTop) return net.put(byLayer(), pooled(x, net, settings));
    x = net.put(
      byLayer(`${model}_head_layernorm`),
      net.globalPool('average', x, `${model}_head_gap`),
    );
    return net.dense(x, classes, `${model}_head_dense`, { activation: classifierActivation });
  });
}

/**
 * ConvNeXt Tiny (Liu et al., 2022): 28.6 million weights, pictures of 224 × 224. Keras: `applications.ConvNeXtTiny`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ConvNeXtTiny({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ConvNeXtTiny<W extends WeightsSource = null>(
  options: ConvNeXtOptions<W> = {},
): Made<W> {
  return convNeXt('ConvNeXtTiny', 'convnext_tiny', 9, [96, 192, 384, 768], options);
}

/**
 * ConvNeXt Small (Liu et al., 2022): 50.2 million weights, pictures of 224 × 224. Keras: `applications.ConvNeXtSmall`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ConvNeXtSmall({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ConvNeXtSmall<W extends WeightsSource = null>(
  options: ConvNeXtOptions<W> = {},
): Made<W> {
  return convNeXt('ConvNeXtSmall', 'convnext_small', 27, [96, 192, 384, 768], options);
}

/**
 * ConvNeXt Base (Liu et al., 2022): 88.6 million weights, pictures of 224 × 224. Keras: `applications.ConvNeXtBase`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ConvNeXtBase({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ConvNeXtBase<W extends WeightsSource = null>(
  options: ConvNeXtOptions<W> = {},
): Made<W> {
  return convNeXt('ConvNeXtBase', 'convnext_base', 27, [128, 256, 512, 1024], options);
}

/**
 * ConvNeXt Large (Liu et al., 2022): 197.8 million weights, pictures of 224 × 224. Keras: `applications.ConvNeXtLarge`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ConvNeXtLarge({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ConvNeXtLarge<W extends WeightsSource = null>(
  options: ConvNeXtOptions<W> = {},
): Made<W> {
  return convNeXt('ConvNeXtLarge', 'convnext_large', 27, [192, 384, 768, 1536], options);
}

/**
 * ConvNeXt XLarge (Liu et al., 2022): 350.2 million weights, pictures of 224 × 224. Keras:
 * `applications.ConvNeXtXLarge`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ConvNeXtXLarge({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ConvNeXtXLarge<W extends WeightsSource = null>(
  options: ConvNeXtOptions<W> = {},
): Made<W> {
  return convNeXt('ConvNeXtXLarge', 'convnext_xlarge', 27, [256, 512, 1024, 2048], options);
}
