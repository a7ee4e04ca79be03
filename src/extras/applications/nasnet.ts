/**
 * NASNet, with what goes with it. Keras: `applications.nasnet`.
 *
 * @module
 */

import { checkOptions } from '../../config/index.js';
import { HeNormal } from '../../nn/initializers/variance-scaling.js';
import { Cropping2D } from '../../nn/layers/zero-padding.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { application, classified } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import type { Blocks } from './blocks.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessTf as preprocessInput } from './preprocess-input.js';

/** Two separable convolutions, each behind relu. */
function separable(
  given: SymbolicTensor,
  net: Blocks,
  width: number,
  size: number,
  id: string,
  strides = 1,
): SymbolicTensor {
  return net.within(`separable_conv_block_${id}`, () => {
    const name = (part: string): string => `separable_conv_${part}_${id}`;
    let x = net.activate(given);
    if (strides > 1) x = net.padToHalve(x, size, name('1_pad'));
    const padding = strides > 1 ? 'valid' : 'same';
    x = net.separable(x, width, size, name('1'), { strides, padding });
    x = net.activate(net.norm(x, name('1_bn')));
    return net.norm(net.separable(x, width, size, name('2')), name('2_bn'));
  });
}

/** What the cell before was given, with size and width of what this cell is given. */
function adjusted(
  before: SymbolicTensor | undefined,
  given: SymbolicTensor,
  net: Blocks,
  width: number,
  id: string,
): SymbolicTensor {
  return net.within('adjust_block', () => {
    if (before === undefined) return given;
    const name = (part: string): string => `adjust_${part}_${id}`;
    if (net.sides(before)[1] !== net.sides(given)[1]) {
      return net.within(`adjust_reduction_block_${id}`, () => {
        const half = Math.floor(width / 2);
        const x = net.activate(before, name('relu_1'));
        const reduced = (y: SymbolicTensor, i: number): SymbolicTensor => {
          const pixels = net.pool('average', y, 1, 2, name(`avg_pool_${i}`));
          return net.conv(pixels, half, 1, name(`conv_${i}`), { padding: 'same' });
        };
        const even = reduced(x, 1);
        const sides = [0, 1] as const;
        const shifted = net.put(
          new Cropping2D([
            [1, 0],
            [1, 0],
          ]),
          net.pad(x, [sides, sides]),
        );
        return net.norm(net.concatenate([even, reduced(shifted, 2)]), name('bn'));
      });
    }
    if (net.channels(before) === width) return before;
    return net.within(`adjust_projection_block_${id}`, () => {
      const x = net.activate(before);
      const projected = net.conv(x, width, 1, name('conv_projection'), { padding: 'same' });
      return net.norm(projected, name('bn'));
    });
  });
}

/** A cell of the network: what it gives of what it is given and of what the cell before was given. */
type Cell = (
  given: SymbolicTensor,
  before: SymbolicTensor | undefined,
  net: Blocks,
  width: number,
  id: string,
) => SymbolicTensor;

/** What the cell works on: relu, a convolution of single pixels, batch normalization. */
function projected(
  given: SymbolicTensor,
  net: Blocks,
  width: number,
  kind: string,
  id: string,
): SymbolicTensor {
  const x = net.conv(net.activate(given), width, 1, `${kind}_conv_1_${id}`, { padding: 'same' });
  return net.norm(x, `${kind}_bn_1_${id}`);
}

const normalCell: Cell = (given, before, net, width, id) =>
  net.within(`normal_A_block_${id}`, () => {
    const p = adjusted(before, given, net, width, id);
    const h = projected(given, net, width, 'normal', id);
    const name = (part: string): string => `normal_${part}_${id}`;
    const conv = (x: SymbolicTensor, size: number, part: string): SymbolicTensor =>
      separable(x, net, width, size, name(part));
    const mean = (x: SymbolicTensor, part: string): SymbolicTensor =>
      net.pool('average', x, 3, 1, name(part), 'same');
    const pairs: readonly (() => readonly [SymbolicTensor, SymbolicTensor])[] = [
      () => [conv(h, 5, 'left1'), conv(p, 3, 'right1')],
      () => [conv(p, 5, 'left2'), conv(p, 3, 'right2')],
      () => [mean(h, 'left3'), p],
      () => [mean(p, 'left4'), mean(p, 'right4')],
      () => [conv(h, 3, 'left5'), h],
    ];
    const sums = pairs.map((pair, i) =>
      net.within(`block_${i + 1}`, () => net.add(...pair(), name(`add_${i + 1}`))),
    );
    return net.concatenate([p, ...sums], name('concat'));
  });

const reductionCell: Cell = (given, before, net, width, id) =>
  net.within(`reduction_A_block_${id}`, () => {
    const p = adjusted(before, given, net, width, id);
    const h = projected(given, net, width, 'reduction', id);
    const name = (part: string): string => `reduction_${part}_${id}`;
    const padded = net.padToHalve(h, 3, name('pad_1'));
    const conv = (x: SymbolicTensor, size: number, part: string, strides = 2): SymbolicTensor =>
      separable(x, net, width, size, name(part), strides);
    const pool = (kind: 'max' | 'average', part: string): SymbolicTensor =>
      net.pool(kind, padded, 3, 2, name(part));
    const sum = (
      i: number,
      pair: () => readonly [SymbolicTensor, SymbolicTensor],
      part?: string,
    ): SymbolicTensor => net.within(`block_${i}`, () => net.add(...pair(), part && name(part)));
    const x1 = sum(1, () => [conv(h, 5, 'left1'), conv(p, 7, 'right1')], 'add_1');
    const x2 = sum(2, () => [pool('max', 'left2'), conv(p, 7, 'right2')], 'add_2');
    const x3 = sum(3, () => [pool('average', 'left3'), conv(p, 5, 'right3')], 'add3');
    const x4 = sum(4, () => [x2, net.pool('average', x1, 3, 1, name('left4'), 'same')]);
    const x5 = sum(5, () => [conv(x1, 3, 'left4', 1), pool('max', 'right5')], 'add4');
    return net.concatenate([x2, x3, x4, x5], name('concat'));
  });

/** How the two networks differ. */
interface Scale {
  readonly size: number;
  readonly stem: number;
  /** Number of normal cells between two that halve the picture. */
  readonly depth: number;
  /** Width of the first normal cells. */
  readonly width: number;
  /** Whether the cell behind one that halves looks past it. */
  readonly skipsReduction: boolean;
}

function nasNet<W extends WeightsSource>(
  owner: string,
  name: string,
  { size, stem, depth, width, skipsReduction }: Scale,
  options: ApplicationOptions<W>,
): Made<W> {
  const habits = {
    lastAxis: -1,
    norm: { momentum: 0.9997, epsilon: 1e-3 },
    kernelInitializer: new HeNormal(),
  } as const;
  const frame = { size, name, habits, takesChannelsFirst: false } as const;
  return application(owner, options, frame, (picture, net, settings) => {
    let x = net.conv(picture, stem, 3, 'stem_conv1', { strides: 2 });
    x = net.norm(x, 'stem_bn1');
    let before: SymbolicTensor | undefined;
    const put = (cell: Cell, factor: number, id: string, isPassedOn = true): void => {
      const y = cell(x, before, net, width * factor, id);
      if (isPassedOn) before = x;
      x = y;
    };
    put(reductionCell, 1 / 4, 'stem_1');
    put(reductionCell, 1 / 2, 'stem_2');
    for (let stage = 0; stage < 3; stage++) {
      const factor = 2 ** stage;
      if (stage > 0) put(reductionCell, factor, `reduce_${stage * depth}`, !skipsReduction);
      for (let i = 0; i < depth; i++) {
        put(normalCell, factor, String(stage * depth + i + (stage > 0 ? 1 : 0)));
      }
    }
    return classified(net.activate(x), net, settings, { pool: null });
  });
}

/**
 * The small NASNet-A (Zoph et al., 2017), whose cells were found by a search: 5.3 million weights, pictures of 224 × 224. Keras:
 * `applications.NASNetMobile`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.NASNetMobile({ classes: 10 });
 */
export function NASNetMobile<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  checkOptions('NASNetMobile', options);
  const scale = { size: 224, stem: 32, depth: 4, width: 44, skipsReduction: false };
  // Keras's only default of a size without the classes.
  const isOpen = options.includeTop === false && (options.inputShape ?? null) === null;
  const given = isOpen ? { ...options, inputShape: [224, 224, 3] } : options;
  return nasNet('NASNetMobile', 'nasnet_mobile', scale, given);
}

/**
 * The large NASNet-A (Zoph et al., 2017), whose cells were found by a search: 88.9 million weights, pictures of 331 × 331. Keras:
 * `applications.NASNetLarge`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.NASNetLarge({ classes: 10 });
 */
export function NASNetLarge<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  const scale = { size: 331, stem: 96, depth: 6, width: 168, skipsReduction: true };
  return nasNet('NASNetLarge', 'nasnet_large', scale, options);
}
