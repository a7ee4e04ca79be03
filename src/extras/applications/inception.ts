import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import type { Blocks, Size } from './blocks.js';

/** A convolution: width, size, stride, padding. */
export type Step = readonly [width: number, size: Size, strides?: number, padding?: 'valid'];

/** Convolutions one after the other, each with batch normalization and relu. */
export const chain = (x: SymbolicTensor, net: Blocks, steps: readonly Step[]): SymbolicTensor =>
  steps.reduce(
    (y, [width, size, strides = 1, padding = 'same' as const]) =>
      net.convNorm(y, width, size, undefined, { strides, padding }),
    x,
  );

/** Convolutions and poolings before the first branches. */
export function stem(picture: SymbolicTensor, net: Blocks): SymbolicTensor {
  let x = chain(picture, net, [
    [32, 3, 2, 'valid'],
    [32, 3, 1, 'valid'],
    [64, 3],
  ]);
  x = chain(net.pool('max', x, 3, 2), net, [
    [80, 1, 1, 'valid'],
    [192, 3, 1, 'valid'],
  ]);
  return net.pool('max', x, 3, 2);
}

/** Branches of convolutions, and the means of 3 × 3 pixels with a convolution behind them, one after the other. */
export function inceptionBlock(
  x: SymbolicTensor,
  net: Blocks,
  name: string,
  branches: readonly (readonly Step[])[],
  width: number,
): SymbolicTensor {
  const outputs = branches.map((steps) => chain(x, net, steps));
  const means = net.pool('average', x, 3, 1, undefined, 'same');
  return net.concatenate([...outputs, chain(means, net, [[width, 1]])], name);
}

/** Branches of convolutions that halve the picture, and the largest of 3 × 3 pixels. */
export function reductionBlock(
  x: SymbolicTensor,
  net: Blocks,
  name: string,
  branches: readonly (readonly Step[])[],
): SymbolicTensor {
  const outputs = branches.map((steps) => chain(x, net, steps));
  return net.concatenate([...outputs, net.pool('max', x, 3, 2)], name);
}
