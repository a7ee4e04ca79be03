/**
 * EfficientNetV2, with what goes with it. Keras: `applications.efficientnet_v2`.
 *
 * @module
 */

import { checkBoolean, checkOptions } from '../../config/index.js';
import { Constant } from '../../nn/initializers/constant.js';
import { Rescaling } from '../../nn/layers/scaling.js';
import { Normalization } from '../../nn/layers/normalization.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import type { PartialShape } from '../../engine/tensor/index.js';
import { application, classified, POOLS } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { DEVIATIONS, MEANS, named } from './blocks.js';
import type { Blocks } from './blocks.js';
import { added, blockName, CLASSES, DROPPED, KERNELS, weighed } from './efficient.js';
import type { EfficientBlock } from './efficient.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessNothing as preprocessInput } from './preprocess-input.js';

/** Options of `EfficientNetV2B0` to `EfficientNetV2L`. */
export interface EfficientNetV2Options<
  W extends WeightsSource = WeightsSource,
> extends ApplicationOptions<W> {
  /** Whether the model itself scales pixels from 0 to 255 to the range that it needs. Default true. */
  readonly includePreprocessing?: boolean;
}

/** A group of blocks: kind, number of blocks, width, expansion, stride of the first. */
type Group = readonly ['fused' | 'depthwise', number, number, number, 1 | 2];

const BASE: readonly Group[] = [
  ['fused', 1, 16, 1, 1],
  ['fused', 2, 32, 4, 2],
  ['fused', 2, 48, 4, 2],
  ['depthwise', 3, 96, 4, 2],
  ['depthwise', 5, 112, 6, 1],
  ['depthwise', 8, 192, 6, 2],
];

const S: readonly Group[] = [
  ['fused', 2, 24, 1, 1],
  ['fused', 4, 48, 4, 2],
  ['fused', 4, 64, 4, 2],
  ['depthwise', 6, 128, 4, 2],
  ['depthwise', 9, 160, 6, 1],
  ['depthwise', 15, 256, 6, 2],
];

const M: readonly Group[] = [
  ['fused', 3, 24, 1, 1],
  ['fused', 5, 48, 4, 2],
  ['fused', 5, 80, 4, 2],
  ['depthwise', 7, 160, 4, 2],
  ['depthwise', 14, 176, 6, 1],
  ['depthwise', 18, 304, 6, 2],
  ['depthwise', 5, 512, 6, 1],
];

const L: readonly Group[] = [
  ['fused', 4, 32, 1, 1],
  ['fused', 7, 64, 4, 2],
  ['fused', 7, 96, 4, 2],
  ['depthwise', 10, 192, 4, 2],
  ['depthwise', 19, 224, 6, 1],
  ['depthwise', 25, 384, 6, 2],
  ['depthwise', 7, 640, 6, 1],
];

const SAME = { padding: 'same' } as const;

/** Convolutions of single channels between convolutions of single pixels. */
function depthwiseBlock(
  given: SymbolicTensor,
  net: Blocks,
  { prefix, size, strides, expansion, width }: EfficientBlock,
): SymbolicTensor {
  const channels = net.channels(given);
  const expand = named(`${prefix}expand_`, 'conv', 'bn', 'activation');
  let x = given;
  if (expansion > 1) x = net.convNorm(x, channels * expansion, 1, expand, SAME);
  x = net.depthwise(x, size, named(prefix, 'dwconv2', 'bn', 'activation'), { strides });
  x = weighed(x, net, Math.max(1, Math.trunc(channels * 0.25)), prefix);
  return net.convNorm(x, width, 1, named(`${prefix}project_`, 'conv', 'bn'), SAME);
}

/** One convolution of all channels in place of the first two. */
function fusedBlock(
  given: SymbolicTensor,
  net: Blocks,
  { prefix, size, strides, expansion, width }: EfficientBlock,
): SymbolicTensor {
  const first = { ...SAME, strides };
  const expand = named(`${prefix}expand_`, 'conv', 'bn', 'activation');
  const project = `${prefix}project_`;
  if (expansion === 1) {
    return net.convNorm(given, width, size, named(project, 'conv', 'bn', 'activation'), first);
  }
  const x = net.convNorm(given, net.channels(given) * expansion, size, expand, first);
  return net.convNorm(x, width, 1, named(project, 'conv', 'bn'), SAME);
}

/** How a network scales: factors of width and depth, size of pictures. */
type Scaling = readonly [width: number, depth: number, size: number];

function efficientNetV2<W extends WeightsSource>(
  owner: string,
  groups: readonly Group[],
  [wider, deeper, size]: Scaling,
  options: EfficientNetV2Options<W>,
): Made<W> {
  checkOptions(owner, options);
  const { includePreprocessing = true } = options;
  checkBoolean(owner, 'includePreprocessing', includePreprocessing);
  const frame = {
    size,
    name: owner.toLowerCase().replace('v2', 'v2-'),
    habits: { kernelInitializer: KERNELS, activation: 'swish', norm: { momentum: 0.9 } },
    options: ['includePreprocessing'],
  } as const;
  return application(owner, options, frame, (picture, net, settings) => {
    const widthOf = (width: number): number => Math.max(8, 8 * Math.floor((width * wider + 4) / 8));
    let x = includePreprocessing
      ? preprocessed(picture, net, settings.inputShape, groups)
      : picture;
    const stem = named('stem_', 'conv', 'bn', 'activation');
    const first = groups === BASE || groups === L ? 32 : 24;
    x = net.convNorm(x, widthOf(first), 3, stem, { ...SAME, strides: 2 });
    // Of the depth before it is scaled.
    const total = groups.reduce((sum, [, count]) => sum + count, 0);
    let number = 0;
    groups.forEach(([kind, count, width, expansion, stride], group) => {
      const make = kind === 'fused' ? fusedBlock : depthwiseBlock;
      for (let i = 0; i < Math.ceil(deeper * count); i++) {
        const prefix = blockName(group, i);
        const rate = (DROPPED * number++) / total;
        const strides = i === 0 ? stride : 1;
        const blockOptions = { prefix, size: 3, strides, expansion, width: widthOf(width), rate };
        const y = make(x, net, blockOptions);
        const isSame = strides === 1 && net.channels(x) === blockOptions.width;
        x = isSame ? added(y, x, net, prefix, rate) : y;
      }
    });
    x = net.convNorm(x, widthOf(1280), 1, named('top_', 'conv', 'bn', 'activation'), SAME);
    return classified(x, net, settings, {
      names: POOLS,
      dropout: 0.2,
      kernelInitializer: CLASSES,
      biasInitializer: new Constant(0),
    });
  });
}

/** Pixels from 0 to 255 as a network wants them: B0 to B3 by the colors of ImageNet. */
function preprocessed(
  picture: SymbolicTensor,
  net: Blocks,
  inputShape: PartialShape,
  groups: readonly Group[],
): SymbolicTensor {
  const isByColors = groups === BASE && inputShape[net.axis - 1] === 3;
  if (!isByColors) return net.put(new Rescaling(1 / 128, { offset: -1 }), picture);
  const x = net.put(new Rescaling(1 / 255), picture);
  const variance = DEVIATIONS.map((one) => one * one);
  return net.put(new Normalization({ mean: MEANS, variance, axis: net.axis }), x);
}

/**
 * EfficientNetV2 B0 (Tan and Le, 2021): 7.2 million weights, pictures of 224 × 224. Keras:
 * `applications.EfficientNetV2B0`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetV2B0({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetV2B0<W extends WeightsSource = null>(
  options: EfficientNetV2Options<W> = {},
): Made<W> {
  return efficientNetV2('EfficientNetV2B0', BASE, [1, 1, 224], options);
}

/**
 * EfficientNetV2 B1 (Tan and Le, 2021): 8.2 million weights, pictures of 240 × 240. Keras:
 * `applications.EfficientNetV2B1`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetV2B1({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetV2B1<W extends WeightsSource = null>(
  options: EfficientNetV2Options<W> = {},
): Made<W> {
  return efficientNetV2('EfficientNetV2B1', BASE, [1, 1.1, 240], options);
}

/**
 * EfficientNetV2 B2 (Tan and Le, 2021): 10.2 million weights, pictures of 260 × 260. Keras:
 * `applications.EfficientNetV2B2`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetV2B2({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetV2B2<W extends WeightsSource = null>(
  options: EfficientNetV2Options<W> = {},
): Made<W> {
  return efficientNetV2('EfficientNetV2B2', BASE, [1.1, 1.2, 260], options);
}

/**
 * EfficientNetV2 B3 (Tan and Le, 2021): 14.5 million weights, pictures of 300 × 300. Keras:
 * `applications.EfficientNetV2B3`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetV2B3({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetV2B3<W extends WeightsSource = null>(
  options: EfficientNetV2Options<W> = {},
): Made<W> {
  return efficientNetV2('EfficientNetV2B3', BASE, [1.2, 1.4, 300], options);
}

/**
 * EfficientNetV2 S (Tan and Le, 2021): 21.6 million weights, pictures of 384 × 384. Keras:
 * `applications.EfficientNetV2S`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetV2S({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetV2S<W extends WeightsSource = null>(
  options: EfficientNetV2Options<W> = {},
): Made<W> {
  return efficientNetV2('EfficientNetV2S', S, [1, 1, 384], options);
}

/**
 * EfficientNetV2 M (Tan and Le, 2021): 54.4 million weights, pictures of 480 × 480. Keras:
 * `applications.EfficientNetV2M`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetV2M({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetV2M<W extends WeightsSource = null>(
  options: EfficientNetV2Options<W> = {},
): Made<W> {
  return efficientNetV2('EfficientNetV2M', M, [1, 1, 480], options);
}

/**
 * EfficientNetV2 L (Tan and Le, 2021): 119.0 million weights, pictures of 480 × 480. Keras:
 * `applications.EfficientNetV2L`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetV2L({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetV2L<W extends WeightsSource = null>(
  options: EfficientNetV2Options<W> = {},
): Made<W> {
  return efficientNetV2('EfficientNetV2L', L, [1, 1, 480], options);
}
