/**
 * ResNet of the second version, with what goes with it. Keras: `applications.resnet_v2`.
 *
 * @module
 */

import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { named } from './blocks.js';
import { DEPTHS, residual } from './residual.js';
import type { ResidualBlock } from './residual.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessTf as preprocessInput } from './preprocess-input.js';

const block: ResidualBlock = (x, net, { name, width, isFirst, strides }) => {
  const part = (i: number) => named(`${name}_${i}`, '_conv', '_bn', '_relu');
  const given = net.normed(x, `${name}_preact_bn`, `${name}_preact_relu`);
  const shorten = (): SymbolicTensor => (strides > 1 ? net.pool('max', x, 1, strides) : x);
  const shortcut = isFirst
    ? net.conv(given, 4 * width, 1, `${name}_0_conv`, { strides })
    : shorten();
  let y = net.convNorm(given, width, 1, part(1), { useBias: false });
  y = net.convNorm(net.pad(y, 1, `${name}_2_pad`), width, 3, part(2), { strides, useBias: false });
  y = net.conv(y, 4 * width, 1, `${name}_3_conv`);
  return net.add(shortcut, y, `${name}_out`);
};

function resNetV2<W extends WeightsSource>(
  owner: string,
  depths: readonly number[],
  options: ApplicationOptions<W>,
): Made<W> {
  const variant = { block, halves: 'last', keepsSize: 3, isPreactivated: true } as const;
  return residual(owner, depths, options, variant);
}

/**
 * ResNet with 50 layers with batch normalization before each convolution (He et al., 2016): 25.6 million weights, pictures of 224 ×
 * 224. Keras: `applications.ResNet50V2`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ResNet50V2({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ResNet50V2<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return resNetV2('ResNet50V2', DEPTHS[50], options);
}

/**
 * ResNet with 101 layers with batch normalization before each convolution (He et al., 2016): 44.7 million weights, pictures of 224 ×
 * 224. Keras: `applications.ResNet101V2`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ResNet101V2({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ResNet101V2<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return resNetV2('ResNet101V2', DEPTHS[101], options);
}

/**
 * ResNet with 152 layers with batch normalization before each convolution (He et al., 2016): 60.4 million weights, pictures of 224 ×
 * 224. Keras: `applications.ResNet152V2`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ResNet152V2({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ResNet152V2<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return resNetV2('ResNet152V2', DEPTHS[152], options);
}
