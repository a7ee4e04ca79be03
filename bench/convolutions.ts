// Depthwise and transposed convolutions alone: their rate compared with that of a product, or their time compared with that of a copy.
import { backendInfo, grad, ops, random, tidy, Variable } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { formatGflops, formatMs } from './format.js';
import { printHeading, printNote, printTable } from './report.js';
import { interleave } from './timing.js';

/** The side of the product. */
const N = 512;
const PRODUCT_FLOPS = 2 * N ** 3;

interface Shape {
  readonly name: string;
  readonly images: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: number;
}

/** Layers of MobileNetV2 at 96 px, of Xception, and those that double images in generators and U-Nets. */
const SHAPES: readonly Shape[] = [
  { name: 'depthwise', images: [16, 48, 48, 32], kernel: [3, 3, 32, 1], strides: 1 },
  { name: 'depthwise', images: [16, 48, 48, 96], kernel: [3, 3, 96, 1], strides: 2 },
  { name: 'depthwise', images: [16, 24, 24, 144], kernel: [3, 3, 144, 1], strides: 1 },
  { name: 'depthwise', images: [16, 12, 12, 192], kernel: [3, 3, 192, 1], strides: 1 },
  { name: 'depthwise', images: [16, 6, 6, 576], kernel: [3, 3, 576, 1], strides: 1 },
  { name: 'depthwise', images: [16, 14, 14, 192], kernel: [7, 7, 192, 1], strides: 1 },
  { name: 'transposed', images: [32, 7, 7, 128], kernel: [4, 4, 64, 128], strides: 2 },
  { name: 'transposed', images: [16, 16, 16, 128], kernel: [4, 4, 64, 128], strides: 2 },
  { name: 'transposed', images: [16, 32, 32, 64], kernel: [4, 4, 32, 64], strides: 2 },
];

export async function benchConvolutions(rounds: number): Promise<void> {
  printHeading(
    `depthwise and transposed convolutions, threads: ${backendInfo().threads}, against matmul ${N}³`,
  );
  const rows: string[][] = [];
  for (const shape of SHAPES) rows.push(...(await measure(shape, rounds)));
  printTable(
    ['', 'images', 'kernel', 'strides', '', 'min', 'GFLOP/s (min)', 'of matmul', '÷ copies'],
    rows,
  );
  printNote(
    'a copy reads and writes as many numbers as the convolution reads and writes images; a gradient is measured with the ' +
      'convolution before it, and both are counted',
  );
}

async function measure(
  { name, images, kernel, strides }: Shape,
  rounds: number,
): Promise<string[][]> {
  const options = { strides, padding: 'same' } as const;
  const convolve = (x: Tensor, k: Tensor): Tensor =>
    name === 'depthwise'
      ? ops.depthwiseConv2d(x, k, null, options)
      : ops.conv2dTranspose(x, k, null, options);
  const x = new Variable(random.normal(images, { seed: 1 }), { name: 'images' });
  const k = new Variable(random.normal(kernel, { seed: 2 }), { name: 'kernel' });
  using y = convolve(x.value, k.value);
  using dy = random.normal(y.shape, { seed: 3 });
  using square = random.normal([N, N], { seed: 4 });
  using moved = random.normal([(x.value.size + y.size) / 2], { seed: 5 });
  const taps = name === 'depthwise' ? kernel.slice(0, 2) : kernel;
  const outputs = name === 'depthwise' ? y.size : x.value.size / (images.at(-1) ?? 1);
  const flops = 2 * outputs * taps.reduce((a, b) => a * b, 1);
  const gradient = (of: Variable) => (): void => {
    tidy(() => {
      grad(() => convolve(x.value, k.value), [of], { dy });
    });
  };
  const timings = await interleave(
    {
      forward: () => convolve(x.value, k.value).dispose(),
      'with dx': gradient(x),
      'with dk': gradient(k),
      product: () => ops.matmul(square, square).dispose(),
      copy: () => moved.add(1).dispose(),
    },
    rounds,
  );
  const { product, copy, ...own } = timings;
  const sizes = [name, images.join(' × '), kernel.join(' × '), String(strides)];
  const rows = Object.entries(own).map(([part, { min }]) => {
    const passes = part === 'forward' ? 1 : 2;
    const share = (passes * flops * product.min) / (min * PRODUCT_FLOPS);
    return [
      ...(part === 'forward' ? sizes : ['', '', '', '']),
      part,
      formatMs(min),
      formatGflops(passes * flops, min),
      `${(100 * share).toFixed(0)} %`,
      (min / (passes * copy.min)).toFixed(2),
    ];
  });
  x.dispose();
  k.dispose();
  return rows;
}
