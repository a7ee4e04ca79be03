/**
 * Xception, with what goes with it. Keras: `applications.xception`.
 *
 * @module
 */

import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { application, classified } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { named } from './blocks.js';
import type { Blocks } from './blocks.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessTf as preprocessInput } from './preprocess-input.js';

/** relu, a separable convolution, batch normalization. */
function separable(
  x: SymbolicTensor,
  net: Blocks,
  width: number,
  name: string,
  activation?: string,
): SymbolicTensor {
  const given = activation === undefined ? x : net.activate(x, activation);
  return net.norm(net.separable(given, width, 3, name), `${name}_bn`);
}

/** A block that halves the picture, in parallel with a convolution that does so too. */
function downsamplingBlock(
  given: SymbolicTensor,
  net: Blocks,
  name: string,
  [first, second]: readonly [number, number],
): SymbolicTensor {
  const prefix = `${name}_sepconv`;
  const residual = net.convNorm(given, second, 1, [undefined, undefined, null], {
    strides: 2,
    padding: 'same',
  });
  // What the second block is given went through relu.
  const relu = name === 'block2' ? undefined : `${prefix}1_act`;
  let x = separable(given, net, first, `${prefix}1`, relu);
  x = separable(x, net, second, `${prefix}2`, `${prefix}2_act`);
  return net.add(net.pool('max', x, 3, 2, `${name}_pool`, 'same'), residual);
}

/**
 * Xception (Chollet, 2016), made of separable convolutions: 22.9 million weights, pictures of 299 × 299. Keras:
 * `applications.Xception`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 71 × 71.
 * @example const model = applications.Xception({ classes: 10, inputShape: [96, 96, 3] });
 */
export function Xception<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  const habits = { lastAxis: -1 } as const;
  const frame = { size: 299, smallest: 71, name: 'xception', habits } as const;
  return application('Xception', options, frame, (picture, net, settings) => {
    const first = (i: number) => named(`block1_conv${i}`, '', '_bn', '_act');
    let x = net.convNorm(picture, 32, 3, first(1), { strides: 2 });
    x = net.convNorm(x, 64, 3, first(2));
    [128, 256, 728].forEach((width, i) => {
      x = downsamplingBlock(x, net, `block${i + 2}`, [width, width]);
    });
    for (let i = 5; i < 13; i++) {
      const given = x;
      for (let j = 1; j <= 3; j++) {
        const name = `block${i}_sepconv${j}`;
        x = separable(x, net, 728, name, `${name}_act`);
      }
      x = net.add(x, given);
    }
    x = downsamplingBlock(x, net, 'block13', [728, 1024]);
    [1536, 2048].forEach((width, i) => {
      const name = `block14_sepconv${i + 1}`;
      x = net.activate(separable(x, net, width, name), `${name}_act`);
    });
    return classified(x, net, settings);
  });
}
