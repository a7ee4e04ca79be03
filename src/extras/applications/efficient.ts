import { VarianceScaling } from '../../nn/initializers/variance-scaling.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import type { Blocks } from './blocks.js';

/** What kernels of convolutions begin with. */
export const KERNELS = new VarianceScaling({
  scale: 2,
  mode: 'fan_out',
  distribution: 'truncated_normal',
});

/** What the kernel of the last layer begins with. */
export const CLASSES = new VarianceScaling({
  scale: 1 / 3,
  mode: 'fan_out',
  distribution: 'uniform',
});

/** How much is dropped in the last block, less in those before. */
export const DROPPED = 0.2;

/** A letter for each block of a group: `block2b_`. */
export const blockName = (group: number, i: number): string =>
  `block${group + 1}${String.fromCharCode('a'.charCodeAt(0) + i)}_`;

/** Each channel times a weight between 0 and 1, which is computed from the means of all. @param channels width inside */
export function weighed(
  x: SymbolicTensor,
  net: Blocks,
  channels: number,
  prefix: string,
): SymbolicTensor {
  const name = `${prefix}se_`;
  const options = { padding: 'same', useBias: true } as const;
  let weights = net.asPixel(net.globalPool('average', x, `${name}squeeze`), `${name}reshape`);
  weights = net.conv(weights, channels, 1, `${name}reduce`, { ...options, activation: 'swish' });
  weights = net.conv(weights, net.channels(x), 1, `${name}expand`, {
    ...options,
    activation: 'sigmoid',
  });
  return net.multiply(x, weights, `${name}excite`);
}

/** What a block ends with: fewer channels and, where the shape is that of what came, dropout of whole pictures and a sum. */
export function added(
  x: SymbolicTensor,
  given: SymbolicTensor,
  net: Blocks,
  prefix: string,
  rate: number,
): SymbolicTensor {
  const regularized = rate > 0 ? net.dropout(x, rate, `${prefix}drop`, true) : x;
  return net.add(regularized, given, `${prefix}add`);
}

/** What a block of an EfficientNet is. */
export interface EfficientBlock {
  readonly prefix: string;
  readonly size: number;
  readonly strides: number;
  readonly expansion: number;
  readonly width: number;
  readonly rate: number;
}
