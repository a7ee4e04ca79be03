/**
 * DenseNet, with what goes with it. Keras: `applications.densenet`.
 *
 * @module
 */

import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { application, classified, POOLS } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import type { Blocks } from './blocks.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessTorch as preprocessInput } from './preprocess-input.js';

/** How many channels each layer adds. */
const GROWTH = 32;

/** Batch normalization, relu, convolution. */
function normConv(
  x: SymbolicTensor,
  net: Blocks,
  prefix: string,
  width: number,
  size: number,
  name: string,
): SymbolicTensor {
  const given = net.normed(x, `${prefix}_bn`, `${prefix}_relu`);
  return net.conv(given, width, size, name, { padding: size === 1 ? 'valid' : 'same' });
}

/** @param depths how many layers each of the four blocks has */
function denseNet<W extends WeightsSource>(
  owner: string,
  depths: readonly number[],
  options: ApplicationOptions<W>,
): Made<W> {
  const habits = { norm: { epsilon: 1.001e-5 } } as const;
  const name = owner.toLowerCase();
  const frame = { size: 224, name, habits, takesChannelsFirst: false } as const;
  return application(owner, options, frame, (picture, net, settings) => {
    let x = net.convNorm(net.pad(picture, 3), 64, 7, ['conv1_conv', 'conv1_bn', 'conv1_relu'], {
      strides: 2,
    });
    x = net.pool('max', net.pad(x, 1), 3, 2, 'pool1');
    depths.forEach((depth, i) => {
      const stage = i + 2;
      for (let j = 1; j <= depth; j++) {
        const block = `conv${stage}_block${j}`;
        let y = normConv(x, net, `${block}_0`, 4 * GROWTH, 1, `${block}_1_conv`);
        y = normConv(y, net, `${block}_1`, GROWTH, 3, `${block}_2_conv`);
        x = net.concatenate([x, y], `${block}_concat`);
      }
      if (i === depths.length - 1) return;
      const half = Math.floor(net.channels(x) / 2);
      x = normConv(x, net, `pool${stage}`, half, 1, `pool${stage}_conv`);
      x = net.pool('average', x, 2, 2, `pool${stage}_pool`);
    });
    return classified(net.normed(x, 'bn', 'relu'), net, settings, { names: POOLS });
  });
}

/**
 * DenseNet with 121 layers (Huang et al., 2016), each of which gets the outputs of all layers before it: 8.1 million
 * weights, pictures of 224 × 224. Keras: `applications.DenseNet121`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.DenseNet121({ classes: 10, inputShape: [64, 64, 3] });
 */
export function DenseNet121<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return denseNet('DenseNet121', [6, 12, 24, 16], options);
}

/**
 * DenseNet with 169 layers (Huang et al., 2016), each of which gets the outputs of all layers before it: 14.3 million
 * weights, pictures of 224 × 224. Keras: `applications.DenseNet169`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.DenseNet169({ classes: 10, inputShape: [64, 64, 3] });
 */
export function DenseNet169<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return denseNet('DenseNet169', [6, 12, 32, 32], options);
}

/**
 * DenseNet with 201 layers (Huang et al., 2016), each of which gets the outputs of all layers before it: 20.2 million
 * weights, pictures of 224 × 224. Keras: `applications.DenseNet201`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.DenseNet201({ classes: 10, inputShape: [64, 64, 3] });
 */
export function DenseNet201<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  return denseNet('DenseNet201', [6, 12, 48, 32], options);
}
