/**
 * ResNet, with what goes with it. Keras: `applications.resnet`.
 *
 * @module
 */

import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { named } from './blocks.js';
import { DEPTHS, residual } from './residual.js';
import type { ResidualBlock } from './residual.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessCaffe as preprocessInput } from './preprocess-input.js';

const block: ResidualBlock = (x, net, { name, width, isFirst, strides }) => {
  const part = (i: number, relu: string | null = '_relu') =>
    named(`${name}_${i}`, '_conv', '_bn', relu);
  const shortcut = isFirst ? net.convNorm(x, 4 * width, 1, part(0, null), { strides }) : x;
  let y = net.convNorm(x, width, 1, part(1), { strides });
  y = net.convNorm(y, width, 3, part(2), { padding: 'same' });
  y = net.convNorm(y, 4 * width, 1, part(3, null));
  return net.activate(net.add(shortcut, y, `${name}_add`), `${name}_out`);
};

function resNet<W extends WeightsSource>(
  owner: string,
  depths: readonly number[],
  options: ApplicationOptions<W>,
): Made<W> {
  const variant = { block, halves: 'first', keepsSize: 0, isPreactivated: false } as const;
  return residual(owner, depths, options, variant);
}

/**
 * ResNet with 50 layers (He et al., 2015): 25.6 million weights, pictures of 224 × 224. Keras: `applications.ResNet50`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ResNet50({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ResNet50<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return resNet('ResNet50', DEPTHS[50], options);
}

/**
 * ResNet with 101 layers (He et al., 2015): 44.7 million weights, pictures of 224 × 224. Keras:
 * `applications.ResNet101`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ResNet101({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ResNet101<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return resNet('ResNet101', DEPTHS[101], options);
}

/**
 * ResNet with 152 layers (He et al., 2015): 60.4 million weights, pictures of 224 × 224. Keras:
 * `applications.ResNet152`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.ResNet152({ classes: 10, inputShape: [64, 64, 3] });
 */
export function ResNet152<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return resNet('ResNet152', DEPTHS[152], options);
}
