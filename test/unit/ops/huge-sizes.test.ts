import { describe, expect, it } from 'vitest';
import { MAX_LENGTH } from '../../../src/config/limits.js';
import * as ops from '../../../src/engine/ops/index.js';
import type { ConvolutionOptions, PoolingOptions } from '../../../src/engine/ops/index.js';
import * as random from '../../../src/random.js';
import { full, ones, tensor, tidy, zeros } from '../../../src/engine/tensor/index.js';
import type { Shape, Tensor } from '../../../src/engine/tensor/index.js';
import { toCategorical } from '../../../src/utils.js';
import { HUGE, refusal } from '../huge-numbers.js';

/** Different numbers of that shape. */
const numbers = (shape: Shape): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(7 * i + 1)),
    { shape },
  );

describe('a huge size', () => {
  const x = ones([2, 2, 2, 2]);
  const row = ones([4]);
  const kernel = ones([2, 2, 2, 2]);
  const kernel1 = ones([2, 2, 2]);
  const sequence = ones([2, 3, 2]);
  const volume = ones([1, 2, 2, 2, 2]);
  const kernel3 = ones([2, 2, 2, 2, 2]);

  const calls: Readonly<Record<string, readonly [(n: number) => unknown, RegExp]>> = {
    'maxPool2d, poolSize': [(n) => ops.maxPool2d(x, { poolSize: [1, n] }), /maxPool2d: poolSize/],
    'maxPool2d, poolSize, same': [
      (n) => ops.maxPool2d(x, { poolSize: n, strides: 1, padding: 'same' }),
      /maxPool2d: poolSize/,
    ],
    'averagePool2d, strides': [
      (n) => ops.averagePool2d(x, { strides: n }),
      /averagePool2d: strides/,
    ],
    'maxPool1d, poolSize': [(n) => ops.maxPool1d(sequence, { poolSize: n }), /maxPool1d: poolSize/],
    'averagePool1d, strides': [(n) => ops.averagePool1d(sequence, { strides: n }), /: strides/],
    'adaptiveMaxPool, outputSize': [
      (n) => ops.adaptiveMaxPool(x, [1, n]),
      /adaptiveMaxPool: outputSize/,
    ],
    'adaptiveAveragePool, outputSize': [
      (n) => ops.adaptiveAveragePool(sequence, n),
      /adaptiveAveragePool: outputSize/,
    ],
    'unfold, kernelSize': [(n) => ops.unfold(x, [1, n]), /unfold: /],
    'unfold, dilation': [(n) => ops.unfold(x, 1, { dilation: n }), /unfold: dilation/],
    'unfold, padding': [(n) => ops.unfold(x, 1, { padding: n }), /unfold: /],
    'unfold, stride': [(n) => ops.unfold(x, 1, { stride: n }), /unfold: stride/],
    'fold, outputSize': [(n) => ops.fold(sequence, n, 1, { stride: n }), /fold: /],
    'fold, padding': [(n) => ops.fold(sequence, 1, 1, { padding: n }), /fold: /],
    depthToSpace: [(n) => ops.depthToSpace(x, n), /depthToSpace: /],
    spaceToDepth: [(n) => ops.spaceToDepth(x, n), /spaceToDepth: /],
    'conv2d, strides': [(n) => ops.conv2d(x, kernel, null, { strides: n }), /conv2d: strides/],
    'conv2d, dilationRate': [
      (n) => ops.conv2d(x, kernel, null, { dilationRate: n, padding: 'same' }),
      /conv2d: dilationRate/,
    ],
    'conv1d, dilationRate': [
      (n) => ops.conv1d(sequence, kernel1, null, { dilationRate: n, padding: 'causal' }),
      /conv1d: dilationRate/,
    ],
    'conv3d, strides': [
      (n) => ops.conv3d(volume, kernel3, null, { strides: [n, 1, 1] }),
      /conv3d: strides/,
    ],
    'conv3d, dilationRate': [
      (n) => ops.conv3d(volume, kernel3, null, { dilationRate: [n, 1, 1], padding: 'same' }),
      /conv3d: dilationRate/,
    ],
    'conv2d, groups': [(n) => ops.conv2d(x, kernel, null, { groups: n }), /conv2d: groups/],
    'upSample, nearest': [(n) => ops.upSample(x, 1, n), /upSample: size/],
    'upSample, bilinear': [(n) => ops.upSample(x, 1, n, 'bilinear'), /upSample: size/],
    pad: [(n) => ops.pad(row, [[0, n]]), /pad: widths/],
    'pad, before': [(n) => ops.pad(row, [[n, 0]]), /pad: widths/],
    tile: [(n) => ops.tile(row, n), /tile: repeats/],
    'tile of nothing': [(n) => ops.tile(zeros([0, 2]), [1, n]), /tile: repeats/],
    oneHot: [(n) => ops.oneHot([0, 1], n), /oneHot: classes/],
    toCategorical: [(n) => toCategorical([0, 1], n), /toCategorical: numClasses/],
    broadcastTo: [(n) => ops.broadcastTo(ones([1]), [n]), /A tensor of shape \(\S+,\), float32/],
    'broadcastTo of nothing': [(n) => ops.broadcastTo(zeros([0, 1]), [0, n]), /A tensor of shape/],
    reshape: [(n) => ops.reshape(row, [n]), /reshape/],
    'reshape of nothing': [(n) => ops.reshape(zeros([0]), [n, 0]), /reshape: A tensor of shape/],
    zeros: [(n) => zeros([n]), /A tensor of shape/],
    'zeros of nothing': [(n) => zeros([n, 0]), /A tensor of shape/],
    'zeros along two axes': [(n) => zeros([n, n]), /A tensor of shape/],
    full: [(n) => full([2, n], 1), /A tensor of shape/],
    topK: [(n) => ops.topK(row, n), /topK of shape \(4,\): k/],
    split: [(n) => ops.split(row, n), /split/],
    'split of nothing': [(n) => ops.split(zeros([0]), n), /split/],
    gather: [(n) => ops.gather(row, [Math.min(n, 2 ** 31 - 128)]), /gather: index/],
    slice: [(n) => ops.slice(row, n), /slice: index/],
    expandDims: [(n) => ops.expandDims(row, n), /expandDims: axis/],
    sum: [(n) => ops.sum(row, n), /sum: axis/],
    'random.normal': [(n) => random.normal([n]), /random.normal: A tensor of shape/],
    'random.uniform': [(n) => random.uniform([n]), /random.uniform: A tensor of shape/],
    'random.randint': [(n) => random.randint([n], 0, 2), /random.randint: A tensor/],
    'random.permutation': [(n) => random.permutation(n), /random.permutation: A tensor of shape/],
  };

  it.each(Object.entries(calls))('is refused by name: %s', (_, [call, message]) => {
    for (const n of HUGE) expect(refusal(() => call(n))).toMatch(message);
  });

  it('that is refused takes no random numbers', () => {
    random.setSeed(3);
    const expected = random.uniform([4]).toArray();
    random.setSeed(3);
    refusal(() => random.uniform([1e300]));
    expect(random.uniform([4]).toArray()).toEqual(expected);
  });
});

describe('the largest windows', () => {
  /** Value and gradients of f are the same with either options. */
  const expectSame = <Options>(
    f: (options: Options, ...inputs: Tensor[]) => Tensor,
    huge: Options,
    small: Options,
    ...shapes: Shape[]
  ): void => {
    const results = [huge, small].map((options) =>
      tidy(() => {
        const of = (...inputs: Tensor[]): Tensor => f(options, ...inputs);
        const inputs = shapes.map(numbers);
        const y = of(...inputs);
        const weighted = (...args: Tensor[]): Tensor =>
          of(...args)
            .mul(numbers(y.shape))
            .sum();
        const gradients = ops.grad(weighted)(...inputs) as Tensor | Tensor[];
        return [y, gradients].flat(2).map((t) => ({ shape: t.shape, elements: [...t.data()] }));
      }),
    );
    expect(results[0]).toEqual(results[1]);
  };
  const L = MAX_LENGTH;
  const image: Shape = [2, 4, 3, 2];
  const sequence: Shape = [2, 5, 2];
  const volume: Shape = [2, 4, 3, 2, 2];

  const pooling: readonly (readonly [PoolingOptions, PoolingOptions])[] = [
    [
      { poolSize: [2, 1], strides: L },
      { poolSize: [2, 1], strides: 4 },
    ],
    [
      { poolSize: 2, strides: L, padding: 'same' },
      { poolSize: 2, strides: 4, padding: 'same' },
    ],
    // An even window that covers the image wherever it stands.
    [
      { poolSize: [L, 1], strides: 1, padding: 'same' },
      { poolSize: [10, 1], strides: 1, padding: 'same' },
    ],
    [
      { poolSize: [1, L], strides: [1, L], padding: 'same' },
      { poolSize: [1, 10], strides: [1, 4], padding: 'same' },
    ],
    [
      { poolSize: [2 ** 14, 2 ** 14 - 2], strides: 1, padding: 'same' },
      { poolSize: 10, strides: 1, padding: 'same' },
    ],
  ];
  it.each(pooling)('pooling with %o', (huge, small) => {
    expectSame((o, x) => ops.maxPool2d(x, o), huge, small, image);
    expectSame((o, x) => ops.averagePool2d(x, o), huge, small, image);
  });

  // Of a kernel of three whose neighbours lie outside, the middle one is left; of a causal one, the last.
  const far = (L - 2) / 2;
  const convolution: readonly (readonly [ConvolutionOptions, ConvolutionOptions, Shape, Shape])[] =
    [
      [{ strides: L }, { strides: 4 }, image, [2, 2, 2, 3]],
      [{ strides: L, padding: 'same' }, { strides: 4, padding: 'same' }, image, [3, 3, 2, 3]],
      [
        { dilationRate: far, padding: 'same' },
        { dilationRate: 5, padding: 'same' },
        image,
        [3, 3, 2, 3],
      ],
      [
        { dilationRate: [1, far], padding: 'same' },
        { dilationRate: [1, 5], padding: 'same' },
        image,
        [2, 3, 2, 3],
      ],
      [
        { dilationRate: far, padding: 'causal' },
        { dilationRate: 5, padding: 'causal' },
        sequence,
        [3, 2, 3],
      ],
      [{ strides: L }, { strides: 5 }, sequence, [3, 2, 3]],
      [{ strides: L, padding: 'same' }, { strides: 5, padding: 'same' }, volume, [3, 3, 3, 2, 3]],
      [
        { dilationRate: far, padding: 'same' },
        { dilationRate: 5, padding: 'same' },
        volume,
        [3, 3, 3, 2, 3],
      ],
    ];
  it.each(convolution)('convolution with %o', (huge, small, shape, kernel) => {
    const convolve = [ops.conv1d, ops.conv2d, ops.conv3d][shape.length - 3] ?? ops.conv3d;
    expectSame((o, x, k) => convolve(x, k, null, o), huge, small, shape, kernel);
  });

  it('that are a little larger are refused with what they reach over', () => {
    const [x, kernel] = [ones(image), ones([3, 3, 2, 3])];
    expect(
      refusal(() => ops.conv2d(x, kernel, null, { dilationRate: far + 1, padding: 'same' })),
    ).toMatch(
      /conv2d: a window of 3 × 3 with a dilationRate of 134217726 × 134217726 is too large/,
    );
    expect(
      refusal(() => ops.maxPool2d(x, { poolSize: 2 ** 14, strides: 1, padding: 'same' })),
    ).toMatch(/maxPool2d: a window of 16384 × 16384 is too large/);
  });

  it('leave other tensors alone where a long kernel lies across a wide image', () => {
    const bystander = full([2 ** 18], 7);
    const [x, kernel] = [ones([1, 1, 2 ** 18, 1]), ones([2 ** 16, 1, 1, 1])];
    expect(refusal(() => ops.conv2d(x, kernel, null, { padding: 'same' }))).toMatch(
      /convolution: what a row of outputs sees: A tensor of shape \(262144, 65536, 1, 1\)/,
    );
    expect(bystander.data().every((value) => value === 7)).toBe(true);
    for (const t of [bystander, x, kernel]) t.dispose();
  });
});
