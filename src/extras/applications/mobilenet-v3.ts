/**
 * MobileNetV3, with what goes with it. Keras: `applications.mobilenet_v3`.
 *
 * @module
 */

import { checkBoolean, checkNumber, checkOptions } from '../../config/index.js';
import { Rescaling } from '../../nn/layers/scaling.js';
import { Flatten } from '../../nn/layers/reshaping.js';
import { Activation, ReLU } from '../../nn/layers/activation.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { mul } from '../../engine/ops/index.js';
import { application, pooled, POOLS } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { eights } from './blocks.js';
import type { Blocks } from './blocks.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessNothing as preprocessInput } from './preprocess-input.js';

/** Options of `MobileNetV3Small` and `MobileNetV3Large`. */
export interface MobileNetV3Options<
  W extends WeightsSource = WeightsSource,
> extends ApplicationOptions<W> {
  /** The factor of all numbers of channels. Default 1. */
  readonly alpha?: number;
  /** Whether all kernels are 3 × 3, all activations are relu, and no block weights its channels. Default false. */
  readonly minimalistic?: boolean;
  /** Rate of the dropout before the classification layer. Default 0.2. */
  readonly dropoutRate?: number;
  /** Whether the model itself scales pixels from 0 … 255 to −1 … 1. Default true. */
  readonly includePreprocessing?: boolean;
}

/** A block: expansion, width, kernel, stride, whether it weighs its channels, activation. */
type Row = readonly [number, number, 3 | 5, 1 | 2, boolean, 'ReLU' | 'hard_swish'];

const SMALL: readonly Row[] = [
  [1, 16, 3, 2, true, 'ReLU'],
  [72 / 16, 24, 3, 2, false, 'ReLU'],
  [88 / 24, 24, 3, 1, false, 'ReLU'],
  [4, 40, 5, 2, true, 'hard_swish'],
  [6, 40, 5, 1, true, 'hard_swish'],
  [6, 40, 5, 1, true, 'hard_swish'],
  [3, 48, 5, 1, true, 'hard_swish'],
  [3, 48, 5, 1, true, 'hard_swish'],
  [6, 96, 5, 2, true, 'hard_swish'],
  [6, 96, 5, 1, true, 'hard_swish'],
  [6, 96, 5, 1, true, 'hard_swish'],
];

const LARGE: readonly Row[] = [
  [1, 16, 3, 1, false, 'ReLU'],
  [4, 24, 3, 2, false, 'ReLU'],
  [3, 24, 3, 1, false, 'ReLU'],
  [3, 40, 5, 2, true, 'ReLU'],
  [3, 40, 5, 1, true, 'ReLU'],
  [3, 40, 5, 1, true, 'ReLU'],
  [6, 80, 3, 2, false, 'hard_swish'],
  [2.5, 80, 3, 1, false, 'hard_swish'],
  [2.3, 80, 3, 1, false, 'hard_swish'],
  [2.3, 80, 3, 1, false, 'hard_swish'],
  [6, 112, 3, 1, true, 'hard_swish'],
  [6, 112, 3, 1, true, 'hard_swish'],
  [6, 160, 5, 2, true, 'hard_swish'],
  [6, 160, 5, 1, true, 'hard_swish'],
  [6, 160, 5, 1, true, 'hard_swish'],
];

const SAME = { padding: 'same' } as const;
const WITH_BIAS = { ...SAME, useBias: true } as const;

/** Each channel times a weight between 0 and 1, which is computed from the means of all. */
function weighed(x: SymbolicTensor, net: Blocks, channels: number, prefix: string): SymbolicTensor {
  const name = `${prefix}squeeze_excite`;
  let weights = net.globalPool('average', x, `${name}_avg_pool`, true);
  weights = net.conv(weights, eights(channels * 0.25), 1, `${name}_conv`, WITH_BIAS);
  weights = net.put(new ReLU({ name: `${name}_relu` }), weights);
  weights = net.conv(weights, channels, 1, `${name}_conv_1`, WITH_BIAS);
  weights = net.put(new ReLU({ maxValue: 6 }), weights.add(3));
  // Under the name that Keras gives it.
  weights = weights.applyOperation(mul, 'multiply', [weights, 1 / 6]) as SymbolicTensor;
  return net.multiply(x, weights, `${name}_mul`);
}

function block(
  given: SymbolicTensor,
  net: Blocks,
  index: number,
  [expansion, width, size, strides, isWeighed, activation]: Row,
): SymbolicTensor {
  const prefix = index === 0 ? 'expanded_conv_' : `expanded_conv_${index}_`;
  const channels = net.channels(given);
  const inside = eights(channels * expansion);
  const normed = (y: SymbolicTensor, name: string): SymbolicTensor => net.norm(y, prefix + name);
  const activate = (y: SymbolicTensor): SymbolicTensor => net.activate(y, undefined, activation);
  let x = given;
  if (index > 0) {
    x = activate(normed(net.conv(x, inside, 1, `${prefix}expand`, SAME), 'expand_bn'));
  }
  const names = [`${prefix}depthwise`, `${prefix}depthwise_bn`, null] as const;
  x = activate(net.depthwise(x, size, names, { strides, pad: `${prefix}depthwise_pad` }));
  if (isWeighed) x = weighed(x, net, inside, prefix);
  x = normed(net.conv(x, width, 1, `${prefix}project`, SAME), 'project_bn');
  return strides === 1 && channels === width ? net.add(given, x, `${prefix}add`) : x;
}

/** @param features width of the last layer before the classes */
function mobileNetV3<W extends WeightsSource>(
  owner: string,
  rows: readonly Row[],
  features: number,
  options: MobileNetV3Options<W>,
): Made<W> {
  checkOptions(owner, options);
  const { minimalistic = false, dropoutRate = 0.2, includePreprocessing = true } = options;
  const alpha = checkNumber(owner, 'alpha', options.alpha ?? 1, { above: 0 });
  checkNumber(owner, 'dropoutRate', dropoutRate, { min: 0, max: 1 });
  checkBoolean(owner, 'minimalistic', minimalistic);
  checkBoolean(owner, 'includePreprocessing', includePreprocessing);
  const frame = {
    size: 224,
    takesAnySize: true,
    name: owner,
    habits: {
      lastAxis: -1,
      activation: minimalistic ? 'ReLU' : 'hard_swish',
      norm: { epsilon: 1e-3, momentum: 0.999 },
    },
    options: ['alpha', 'minimalistic', 'dropoutRate', 'includePreprocessing'],
  } as const;
  return application(owner, options, frame, (picture, net, settings) => {
    let x = picture;
    if (includePreprocessing) x = net.put(new Rescaling(1 / 127.5, { offset: -1 }), x);
    x = net.convNorm(x, 16, 3, ['conv', 'conv_bn', undefined], { ...SAME, strides: 2 });
    rows.forEach(([expansion, channels, size, stride, isWeighed, activation], i) => {
      const width = eights(channels * alpha);
      const row: Row = minimalistic
        ? [expansion, width, 3, stride, false, 'ReLU']
        : [expansion, width, size, stride, isWeighed, activation];
      x = block(x, net, i, row);
    });
    const last = eights(net.channels(x) * 6);
    x = net.convNorm(x, last, 1, ['conv_1', 'conv_1_bn', undefined], SAME);
    const { includeTop, classes, classifierActivation } = settings;
    if (!includeTop) return pooled(x, net, settings, POOLS);
    x = net.globalPool('average', x, undefined, true);
    x = net.conv(x, alpha > 1 ? eights(features * alpha) : features, 1, 'conv_2', WITH_BIAS);
    x = net.activate(x);
    if (dropoutRate > 0) x = net.dropout(x, dropoutRate);
    x = net.conv(x, classes, 1, 'logits', WITH_BIAS);
    x = net.put(new Flatten({ dataFormat: net.dataFormat }), x);
    return net.put(new Activation(classifierActivation, { name: 'predictions' }), x);
  });
}

/**
 * The small MobileNetV3 (Howard et al., 2019), whose blocks weight their channels: 2.6 million weights, pictures of 224 × 224.
 * Keras: `applications.MobileNetV3Small`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.MobileNetV3Small({ classes: 10, inputShape: [64, 64, 3] });
 */
export function MobileNetV3Small<W extends WeightsSource = null>(
  options: MobileNetV3Options<W> = {},
): Made<W> {
  return mobileNetV3('MobileNetV3Small', SMALL, 1024, options);
}

/**
 * The large MobileNetV3 (Howard et al., 2019), whose blocks weight their channels: 5.5 million weights, pictures of 224 × 224.
 * Keras: `applications.MobileNetV3Large`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.MobileNetV3Large({ classes: 10, inputShape: [64, 64, 3] });
 */
export function MobileNetV3Large<W extends WeightsSource = null>(
  options: MobileNetV3Options<W> = {},
): Made<W> {
  return mobileNetV3('MobileNetV3Large', LARGE, 1280, options);
}
