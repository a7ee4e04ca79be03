/**
 * EfficientNet, with what goes with it. Keras: `applications.efficientnet`.
 *
 * @module
 */

import { checkBoolean, checkOptions } from '../../config/index.js';
import { Rescaling } from '../../nn/layers/scaling.js';
import { Normalization } from '../../nn/layers/normalization.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { application, classified, POOLS } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { DEVIATIONS, eights, named } from './blocks.js';
import type { Blocks } from './blocks.js';
import { added, blockName, CLASSES, DROPPED, KERNELS, weighed } from './efficient.js';
import type { EfficientBlock } from './efficient.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessNothing as preprocessInput } from './preprocess-input.js';

/** Options of `EfficientNetB0` to `EfficientNetB7`. */
export interface EfficientNetOptions<
  W extends WeightsSource = WeightsSource,
> extends ApplicationOptions<W> {
  /**
   * Whether the model divides pictures by the square root of the colors' standard deviations, as Keras's model does only
   * with `weights="imagenet"`. Set it to true for the weights that Keras publishes. Default false.
   */
  readonly imagenetRescaling?: boolean;
}

/** Groups of blocks: kernel, number of blocks, width, expansion, stride of the first. */
const GROUPS = [
  [3, 1, 16, 1, 1],
  [3, 2, 24, 6, 2],
  [5, 2, 40, 6, 2],
  [3, 3, 80, 6, 2],
  [5, 3, 112, 6, 1],
  [5, 4, 192, 6, 2],
  [3, 1, 320, 6, 1],
] as const;

function block(
  given: SymbolicTensor,
  net: Blocks,
  { prefix, size, strides, expansion, width, rate }: EfficientBlock,
): SymbolicTensor {
  const channels = net.channels(given);
  const parts = (name: string, activation: string | null = 'activation') =>
    named(prefix + name, 'conv', 'bn', activation);
  const same = { padding: 'same' } as const;
  let x = given;
  if (expansion > 1) x = net.convNorm(x, channels * expansion, 1, parts('expand_'), same);
  const depthwise = named(prefix, 'dwconv', 'bn', 'activation');
  x = net.depthwise(x, size, depthwise, { strides, pad: `${prefix}dwconv_pad` });
  x = weighed(x, net, Math.max(1, Math.trunc(channels * 0.25)), prefix);
  x = net.convNorm(x, width, 1, parts('project_', null), same);
  return strides === 1 && channels === width ? added(x, given, net, prefix, rate) : x;
}

/** How a network differs from B0: factors of width and depth, size of pictures, rate of the last dropout. */
type Scaling = readonly [width: number, depth: number, size: number, dropout: number];

function efficientNet<W extends WeightsSource>(
  owner: string,
  [wider, deeper, size, dropout]: Scaling,
  options: EfficientNetOptions<W>,
): Made<W> {
  checkOptions(owner, options);
  const isRescaled = options.imagenetRescaling ?? false;
  checkBoolean(owner, 'imagenetRescaling', isRescaled);
  const habits = { kernelInitializer: KERNELS, activation: 'swish' } as const;
  const name = owner.toLowerCase();
  const frame = { size, name, habits, options: ['imagenetRescaling'] } as const;
  return application(owner, options, frame, (picture, net, settings) => {
    const widthOf = (width: number): number => eights(width * wider);
    let x = net.put(new Rescaling(1 / 255), picture);
    x = net.put(new Normalization({ axis: net.axis }), x);
    if (isRescaled) x = net.put(new Rescaling(DEVIATIONS.map((one) => 1 / Math.sqrt(one))), x);
    x = net.padToHalve(x, 3, 'stem_conv_pad');
    const stem = named('stem_', 'conv', 'bn', 'activation');
    x = net.convNorm(x, widthOf(32), 3, stem, { strides: 2 });
    const countOf = (count: number): number => Math.ceil(deeper * count);
    const total = GROUPS.reduce((sum, [, count]) => sum + countOf(count), 0);
    let number = 0;
    GROUPS.forEach(([kernel, count, width, expansion, stride], group) => {
      for (let i = 0; i < countOf(count); i++) {
        x = block(x, net, {
          prefix: blockName(group, i),
          size: kernel,
          strides: i === 0 ? stride : 1,
          expansion,
          width: widthOf(width),
          rate: (DROPPED * number++) / total,
        });
      }
    });
    const top = named('top_', 'conv', 'bn', 'activation');
    x = net.convNorm(x, widthOf(1280), 1, top, { padding: 'same' });
    return classified(x, net, settings, { names: POOLS, dropout, kernelInitializer: CLASSES });
  });
}

/**
 * EfficientNet B0 (Tan and Le, 2019): 5.3 million weights, pictures of 224 × 224. Keras: `applications.EfficientNetB0`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetB0({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetB0<W extends WeightsSource = null>(
  options: EfficientNetOptions<W> = {},
): Made<W> {
  return efficientNet('EfficientNetB0', [1, 1, 224, 0.2], options);
}

/**
 * EfficientNet B1 (Tan and Le, 2019): 7.9 million weights, pictures of 240 × 240. Keras: `applications.EfficientNetB1`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetB1({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetB1<W extends WeightsSource = null>(
  options: EfficientNetOptions<W> = {},
): Made<W> {
  return efficientNet('EfficientNetB1', [1, 1.1, 240, 0.2], options);
}

/**
 * EfficientNet B2 (Tan and Le, 2019): 9.2 million weights, pictures of 260 × 260. Keras: `applications.EfficientNetB2`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetB2({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetB2<W extends WeightsSource = null>(
  options: EfficientNetOptions<W> = {},
): Made<W> {
  return efficientNet('EfficientNetB2', [1.1, 1.2, 260, 0.3], options);
}

/**
 * EfficientNet B3 (Tan and Le, 2019): 12.3 million weights, pictures of 300 × 300. Keras:
 * `applications.EfficientNetB3`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetB3({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetB3<W extends WeightsSource = null>(
  options: EfficientNetOptions<W> = {},
): Made<W> {
  return efficientNet('EfficientNetB3', [1.2, 1.4, 300, 0.3], options);
}

/**
 * EfficientNet B4 (Tan and Le, 2019): 19.5 million weights, pictures of 380 × 380. Keras:
 * `applications.EfficientNetB4`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetB4({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetB4<W extends WeightsSource = null>(
  options: EfficientNetOptions<W> = {},
): Made<W> {
  return efficientNet('EfficientNetB4', [1.4, 1.8, 380, 0.4], options);
}

/**
 * EfficientNet B5 (Tan and Le, 2019): 30.6 million weights, pictures of 456 × 456. Keras:
 * `applications.EfficientNetB5`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetB5({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetB5<W extends WeightsSource = null>(
  options: EfficientNetOptions<W> = {},
): Made<W> {
  return efficientNet('EfficientNetB5', [1.6, 2.2, 456, 0.4], options);
}

/**
 * EfficientNet B6 (Tan and Le, 2019): 43.3 million weights, pictures of 528 × 528. Keras:
 * `applications.EfficientNetB6`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetB6({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetB6<W extends WeightsSource = null>(
  options: EfficientNetOptions<W> = {},
): Made<W> {
  return efficientNet('EfficientNetB6', [1.8, 2.6, 528, 0.5], options);
}

/**
 * EfficientNet B7 (Tan and Le, 2019): 66.7 million weights, pictures of 600 × 600. Keras:
 * `applications.EfficientNetB7`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.EfficientNetB7({ classes: 10, inputShape: [64, 64, 3] });
 */
export function EfficientNetB7<W extends WeightsSource = null>(
  options: EfficientNetOptions<W> = {},
): Made<W> {
  return efficientNet('EfficientNetB7', [2, 3.1, 600, 0.5], options);
}
