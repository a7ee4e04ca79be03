/**
 * MobileNetV2, with what goes with it. Keras: `applications.mobilenet_v2`.
 *
 * @module
 */

import { checkNumber, checkOptions } from '../../config/index.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { application, classified } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { eights, hundredths, named } from './blocks.js';
import type { Blocks } from './blocks.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessTf as preprocessInput } from './preprocess-input.js';

/** Options of `MobileNetV2`. */
export interface MobileNetV2Options<
  W extends WeightsSource = WeightsSource,
> extends ApplicationOptions<W> {
  /** The factor of all numbers of channels. Default 1. */
  readonly alpha?: number;
}

/** Groups of blocks: width, number of blocks, stride of the first. */
const GROUPS = [
  [16, 1, 1],
  [24, 2, 2],
  [32, 3, 2],
  [64, 4, 2],
  [96, 3, 1],
  [160, 3, 2],
  [320, 1, 1],
] as const;

/** How many times as many channels a block has inside. The first block has no more inside. */
const EXPANSION = 6;

/** Many channels of single pixels, a convolution of each, few channels; plus what came where the shape is the same. */
function block(
  given: SymbolicTensor,
  net: Blocks,
  index: number,
  width: number,
  strides: number,
): SymbolicTensor {
  const prefix = index === 0 ? 'expanded_conv_' : `block_${index}_`;
  const parts = (name: string, relu: string | null = '_relu') =>
    named(prefix + name, '', '_BN', relu);
  const channels = net.channels(given);
  const same = { padding: 'same' } as const;
  const x =
    index === 0 ? given : net.convNorm(given, EXPANSION * channels, 1, parts('expand'), same);
  const y = net.depthwise(x, 3, parts('depthwise'), { strides, pad: `${prefix}pad` });
  const z = net.convNorm(y, width, 1, parts('project', null), same);
  return channels === width && strides === 1 ? net.add(given, z, `${prefix}add`) : z;
}

/** Sizes for which there are published weights. Of another input tensor the name of the model says 224. */
const SIZES: readonly unknown[] = [96, 128, 160, 192, 224];

function sizeOf({ inputTensor, dataFormat }: MobileNetV2Options): number {
  const first = dataFormat === undefined || /last/i.test(dataFormat) ? 1 : 2;
  const [rows, columns] = inputTensor?.shape?.slice(first) ?? [];
  return rows === columns && SIZES.includes(rows) ? (rows as number) : 224;
}

/**
 * MobileNetV2 (Sandler et al., 2018), made of inverted residual blocks: 3.5 million weights, pictures of 224 × 224.
 * Keras: `applications.MobileNetV2`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const base = applications.MobileNetV2({ inputShape: [96, 96, 3], includeTop: false });
 */
export function MobileNetV2<W extends WeightsSource = null>(
  options: MobileNetV2Options<W> = {},
): Made<W> {
  const owner = 'MobileNetV2';
  checkOptions(owner, options);
  const alpha = checkNumber(owner, 'alpha', options.alpha ?? 1, { above: 0 });
  const frame = {
    size: sizeOf(options),
    name: ([rows]: readonly (number | null)[]) =>
      `mobilenetv2_${hundredths(alpha)}_${rows ?? 'None'}`,
    habits: { lastAxis: -1, activation: 'relu6', norm: { epsilon: 1e-3, momentum: 0.999 } },
    options: ['alpha'],
  } as const;
  return application(owner, options, frame, (picture, net, settings) => {
    const names = ['Conv1', 'bn_Conv1', 'Conv1_relu'] as const;
    const first = { strides: 2, padding: 'same' } as const;
    let x = net.convNorm(picture, eights(32 * alpha), 3, names, first);
    let index = 0;
    for (const [filters, count, stride] of GROUPS) {
      const width = eights(Math.trunc(filters * alpha));
      for (let i = 0; i < count; i++) x = block(x, net, index++, width, i === 0 ? stride : 1);
    }
    // Narrow networks keep all features that they end with.
    const features = alpha > 1 ? eights(1280 * alpha) : 1280;
    x = net.convNorm(x, features, 1, ['Conv_1', 'Conv_1_bn', 'out_relu']);
    return classified(x, net, settings, { pool: null });
  });
}
