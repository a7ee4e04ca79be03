// Each way of products and convolutions, forced, against sums in float64: around tiles, for all shares of zeros.
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Epilogue } from '../../../assembly/codes.js';
import { gemm, productWays } from '../../../src/engine/ops/linalg/products/gemm.js';
import type { Way } from '../../../src/engine/ops/linalg/products/ways.js';
import { slide, windowAxes } from '../../../src/engine/ops/windows/convolution-operands.js';
import {
  convolutionWays,
  groupGradientWays,
  groupWays,
  kernelGradientWays,
} from '../../../src/engine/ops/windows/convolution-groups.js';
import { windowAlong } from '../../../src/engine/ops/windows/window.js';
import type { WindowPadding, WindowRank } from '../../../src/engine/ops/windows/window.js';
import { mul, sum } from '../../../src/engine/ops/index.js';
import { emptyTensor, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { values } from '../../kernels/values.js';
import { sizeOf, unravel } from '../../reference/dense-array.js';
import { matmul, matrix } from '../../reference/matmul.js';
import { resolved } from '../../reference/windows.js';
import { shapesOf } from '../../shapes.js';
import { gradientsOf } from './agreement.js';

/** The lists of ways, by their names in the sources. */
const lists = {
  productWays: productWays.rows,
  convolutionWays: convolutionWays.rows,
  kernelGradientWays: kernelGradientWays.rows,
  groupWays: groupWays.rows,
  groupGradientWays: groupGradientWays.rows,
};
type List = keyof typeof lists;

/** The ways that ran, by their lists. */
const tested = new Map<List, Set<string>>();

const DENSITIES = [0, 0.03, 0.25, 0.5, 0.75, 1];

afterEach(() => {
  vi.restoreAllMocks();
});

/** Calls of `visit` for each product of a convolution: of which element of x and of the kernel, and of which sum it is part. */
function productsOf(
  from: readonly number[],
  kernel: readonly number[],
  to: readonly number[],
  groups: number,
  placeOf: (axis: number, output: number, tap: number) => number,
): (visit: (x: number, weight: number, y: number) => void) => void {
  const [channels = 0, perGroup = 0, filters = 0] = [from.at(-1), ...kernel.slice(-2)];
  const [pixels, taps] = [to.slice(0, -1), kernel.slice(0, -2)];
  // An output that sees a pixel through a tap.
  const seen: [pixel: number, tap: number, output: number][] = [];
  for (let output = 0; output < sizeOf(pixels); output++) {
    const [image = 0, ...place] = unravel(output, pixels);
    for (let tap = 0; tap < sizeOf(taps); tap++) {
      const at = unravel(tap, taps).map((k, axis) => placeOf(axis, place[axis] ?? 0, k));
      if (at.some((p, axis) => p < 0 || p >= (from[axis + 1] ?? 0))) continue;
      const pixel = at.reduce((flat, p, axis) => flat * (from[axis + 1] ?? 0) + p, image);
      seen.push([pixel, tap, output]);
    }
  }
  return (visit) => {
    for (const [pixel, tap, output] of seen) {
      for (let filter = 0; filter < filters; filter++) {
        const first = pixel * channels + Math.floor((filter * groups) / filters) * perGroup;
        for (let c = 0; c < perGroup; c++) {
          visit(first + c, (tap * perGroup + c) * filters + filter, output * filters + filter);
        }
      }
    }
  };
}

/** What `compute` gives by each way of a list that is open to the problem, with the name of the way that ran. */
function byEachWay(list: List, compute: () => Float32Array): [way: string, result: Float32Array][] {
  const results: [string, Float32Array][] = [];
  for (const { name: forced } of lists[list]) {
    const ran: string[] = [];
    for (const [at, way] of lists[list].entries()) {
      const original = way as Way<unknown, unknown>;
      const [nanoseconds, run] = [original.nanoseconds.bind(way), original.run.bind(way)];
      // What takes forever does not fit, but for the first way, which fits anything.
      const canRun = (problem: unknown): boolean => at === 0 || nanoseconds(problem) !== Infinity;
      vi.spyOn(way, 'nanoseconds').mockImplementation((problem: unknown) =>
        way.name === forced && canRun(problem) ? 0 : Infinity,
      );
      vi.spyOn(way, 'run').mockImplementation((problem: unknown) => {
        ran.push(way.name);
        run(problem);
      });
    }
    const result = tidy(() => compute());
    vi.restoreAllMocks();
    if (ran.length > 0 && ran.every((name) => name === forced)) results.push([forced, result]);
  }
  return results;
}

/** Sums in float64, and Σ |terms| of each. */
class Sums {
  readonly value: Float64Array;
  readonly size: Float64Array;

  constructor(length: number) {
    this.value = new Float64Array(length);
    this.size = new Float64Array(length);
  }

  add(i: number, term: number): void {
    this.value[i] = (this.value[i] ?? NaN) + term;
    this.size[i] = (this.size[i] ?? NaN) + Math.abs(term);
  }
}

/** Expects that exactly `ways` ran, each near the sums (or what `behind` makes of them), and those of the same bits alike. */
function expectWays(
  list: List,
  ways: readonly string[],
  results: readonly [way: string, result: Float32Array][],
  { value, size }: Sums,
  behind = (number: number, _: number): number => number,
): void {
  expect(
    results.map(([way]) => way),
    `${list}: the ways that ran`,
  ).toEqual(ways);
  // Sums of float32 in any order; filtering has errors that are relative to the largest number of a tile.
  const largest = size.reduce((a, b) => Math.max(a, b), 0);
  const isSame = new Map(lists[list].map(({ name, sameBits }) => [name, sameBits]));
  const first = results.find(([way]) => isSame.get(way));
  const names = tested.get(list) ?? new Set();
  tested.set(list, names);
  for (const [way, result] of results) {
    names.add(way);
    const isSummed = way !== 'Winograd' && way !== 'per group';
    expect(result.length).toBe(value.length);
    const bad = result.findIndex((number, i) => {
      const error = Math.abs(number - behind(value[i] ?? NaN, i));
      return !(error <= (isSummed ? 1e-6 * (size[i] ?? NaN) : 1e-5 * largest) + 1e-7);
    });
    expect(bad, `${list}, ${way}: element ${bad} is ${result[bad]} for ${value[bad]}`).toBe(-1);
    if (first === undefined || !isSame.get(way)) continue;
    const areBits = Buffer.from(result.buffer).equals(Buffer.from(first[1].buffer));
    expect(areBits, `${list}: the bits of ${way} are those of ${first[0]}`).toBe(true);
  }
}

/** `n` numbers of which a part is not zero: zeros, of either sign, are some alone and some `together`, neighbours or not. */
function numbers(n: number, density: number, together: (i: number) => number): Float32Array {
  const part = Math.sqrt(density);
  const isKept = (draw: number | undefined): boolean => ((draw ?? 0) + 1) / 2 < part;
  const [alone, shared] = [values(n, 1, n + 1), values(n, 1, n + 2)];
  return values(n, 1, n + 3).map((number, i) =>
    isKept(alone[i]) && isKept(shared[together(i)]) ? number : i % 2 === 0 ? 0 : -0,
  );
}

const ways = (text: string): string[] => text.split(' · ');

describe('a matrix product', () => {
  interface Product {
    /** m, n, k. */
    readonly sizes: readonly [number, number, number];
    readonly transA?: boolean;
    readonly transB?: boolean;
    readonly isPlain?: boolean;
    /** Products with the same B before. */
    readonly before?: number;
    readonly ways: string;
  }
  const ofA = 'tiles · lists of A · lists of A, near';
  const ofB = 'lists of B · lists of B, near';
  const products: readonly Product[] = [
    { sizes: [1, 1, 1], ways: 'tiles · one row' },
    { sizes: [1, 47, 300], ways: 'tiles · one row' },
    { sizes: [1, 53, 301], ways: 'tiles · one row' },
    { sizes: [1, 101, 17], before: 6, ways: 'tiles · one row' },
    { sizes: [1, 53, 30], transB: true, ways: 'tiles' },
    { sizes: [3, 12, 288], ways: 'tiles' },
    { sizes: [4, 13, 289], transA: true, ways: 'tiles' },
    { sizes: [25, 20, 577], before: 2, ways: 'tiles' },
    { sizes: [23, 37, 5], transB: true, ways: 'tiles' },
    { sizes: [64, 32, 32], ways: ofA },
    { sizes: [65, 33, 273], ways: ofA },
    { sizes: [67, 64, 300], transB: true, ways: ofA },
    { sizes: [66, 35, 45], transA: true, ways: ofA },
    { sizes: [66, 65, 45], transA: true, isPlain: true, ways: `${ofA} · ${ofB}` },
    { sizes: [33, 81, 545], transA: true, isPlain: true, ways: `tiles · ${ofB}` },
    // More rows than there is room for their lists; deeper than the second-level cache.
    { sizes: [136, 33, 2048], ways: ofA },
    { sizes: [32, 65, 2051], transA: true, isPlain: true, ways: `tiles · ${ofB}` },
  ];

  it.each(products)('$sizes $transA $transB goes by $ways', (given) => {
    const { sizes, transA = false, transB = false, isPlain = false, before = 0 } = given;
    const [m, n, k] = sizes;
    const [lda, ldb] = [transA ? m : k, transB ? k : n];
    // A slice of three rows of A, or a row of B, is zero together.
    const sliceOfA = (i: number): number => {
      const [row, slice] = transA ? [i % m, Math.floor(i / m)] : [Math.floor(i / k), i % k];
      return Math.floor(row / 3) * k + slice;
    };
    const rowOfB = (i: number): number => (transB ? i % k : Math.floor(i / n));
    const offsets = values(n, 1, 3);
    for (const density of m * n * k > 2e6 ? [0.25] : DENSITIES) {
      for (const [left, right] of [
        [density, 1],
        [1, density],
      ] as const) {
        // prettier-ignore
        const a = numbers(m * k, left, sliceOfA);
        const b = numbers(k * n, right, rowOfB);
        const results = byEachWay('productWays', () => {
          const c = emptyTensor([m, n], 'float32');
          const from = { a: tensor(a).pointer, b: tensor(b), m, n, k, transA, transB };
          const bias = isPlain ? 0 : tensor(offsets).pointer;
          const epilogue = isPlain ? Epilogue.None : Epilogue.Relu;
          for (let i = 0; i <= before; i++) gemm({ c: c.pointer, ...from, bias, epilogue });
          return Float32Array.from(c.data());
        });
        const { product, magnitude } = matmul(matrix(a, lda, transA), matrix(b, ldb, transB), m, n, k); // prettier-ignore
        const sums = { value: Float64Array.from(product), size: Float64Array.from(magnitude) };
        expectWays('productWays', ways(given.ways), results, sums as Sums, (value, i) =>
          isPlain ? value : Math.max(0, value + (offsets[i % n] ?? NaN)),
        );
      }
    }
  });
});

describe('a convolution', () => {
  interface Convolved {
    /** [images, lengths…, channels] · [lengths…, channels of a group, filters]. */
    readonly shapes: string;
    readonly padding?: WindowPadding;
    readonly strides?: number;
    readonly dilationRate?: number;
    readonly groups?: number;
    /** The ways of the convolution, of the gradient of the images, and of that of the kernel. */
    readonly ways: readonly [forward: string, back: string, kernel: string];
  }
  const direct = 'unrolled · sparse · dense';
  const all = `${direct} · Winograd`;
  const far = 'unrolled · Winograd';
  const depthwise = 'per group · depthwise';
  const convolutions: readonly Convolved[] = [
    // Tiles of 4 × 4 outputs; edges of tiles of 8 and 16 filters; images in parts.
    { shapes: '2 6 7 8 · 3 3 8 12', ways: [all, all, all] },
    { shapes: '2 9 13 16 · 3 3 16 20', padding: 'valid', ways: [all, all, all] },
    { shapes: '17 5 5 4 · 3 3 4 8', ways: [direct, all, all] },
    { shapes: '2 5 4 5 · 3 3 5 17', ways: [direct, direct, direct] },
    { shapes: '1 3 5 40 · 3 3 40 13', ways: [direct, direct, direct] },
    // Few channels, few filters, kernels of even lengths and larger than the images.
    { shapes: '17 8 8 1 · 3 3 1 8', ways: [direct, direct, direct] },
    { shapes: '2 6 9 3 · 2 2 3 5', ways: [direct, direct, 'unrolled · sparse'] },
    { shapes: '2 9 8 7 · 2 2 7 16', padding: 'valid', ways: [direct, direct, direct] },
    { shapes: '2 11 9 4 · 5 5 4 8', ways: [direct, direct, direct] },
    { shapes: '1 2 3 4 · 5 7 4 4', ways: [direct, direct, 'unrolled · sparse'] },
    { shapes: '2 6 5 4 · 3 1 4 32', ways: [direct, direct, direct] },
    // Along lines, with two to seven taps.
    { shapes: '9 21 8 · 3 8 16', ways: [direct, all, all] },
    { shapes: '2 23 12 · 2 12 20', padding: 'valid', ways: [direct, all, all] },
    { shapes: '2 40 16 · 7 16 24', padding: 'causal', ways: [direct, all, all] },
    { shapes: '1 41 36 · 4 36 32', ways: [all, all, all] },
    { shapes: '1 2 40 32 · 1 5 32 40', padding: 'valid', ways: [all, all, all] },
    { shapes: '9 6 31 4 · 1 4 4 12', ways: [direct, all, all] },
    { shapes: '2 13 3 · 2 3 40', ways: [direct, direct, direct] },
    { shapes: '2 13 4 · 9 4 8', ways: [direct, direct, direct] },
    // A kernel that is too large for what goes straight over images.
    { shapes: '1 19 128 · 5 128 112', ways: [far, far, far] },
    // Volumes, and windows that do not move pixel by pixel.
    { shapes: '2 3 5 6 4 · 2 3 3 4 8', ways: [direct, all, all] },
    { shapes: '1 3 4 4 2 · 1 1 2 2 3', ways: [direct, direct, 'unrolled · sparse'] },
    { shapes: '2 9 9 3 · 1 1 3 5', ways: ['unrolled', 'unrolled', 'unrolled'] },
    { shapes: '2 9 10 4 · 3 3 4 8', strides: 2, ways: ['unrolled', 'unrolled', 'unrolled'] },
    { shapes: '2 9 10 4 · 3 3 4 8', dilationRate: 2, ways: ['unrolled', 'unrolled', 'unrolled'] },
    // Groups.
    { shapes: '2 6 7 8 · 3 3 1 8', groups: 8, ways: [depthwise, depthwise, depthwise] },
    { shapes: '2 6 7 5 · 3 2 1 15', groups: 5, ways: [depthwise, depthwise, depthwise] },
    { shapes: '9 17 9 · 5 1 9', groups: 9, strides: 2, ways: [depthwise, depthwise, depthwise] },
    { shapes: '2 6 7 8 · 3 3 4 8', groups: 2, ways: ['per group', 'per group', 'per group'] },
  ];

  it.each(convolutions)('$shapes $padding $strides $dilationRate $groups', (given) => {
    const { padding = 'same', strides = 1, dilationRate = 1, groups = 1 } = given;
    const [from = [], kernelShape = []] = shapesOf(given.shapes);
    const rank = (kernelShape.length - 2) as WindowRank;
    const [perGroup = 0, filters = 0] = kernelShape.slice(-2);
    const channels = perGroup * groups;
    const along = kernelShape.slice(0, -2).map((length, i) => {
      const reach = (length - 1) * dilationRate;
      const size = from[i + 1] ?? 0;
      if (padding === 'causal') return { outputs: Math.ceil(size / strides), before: reach };
      return resolved(size, length, strides, dilationRate, padding);
    });
    const to = [from[0] ?? 0, ...along.map(({ outputs }) => outputs), filters];
    const weights = values(sizeOf(kernelShape), 1, 5);
    const products = productsOf(from, kernelShape, to, groups, (axis, output, tap) =>
      output * strides + tap * dilationRate - (along[axis]?.before ?? 0),
    ); // prettier-ignore

    /** The convolution of images, or of outputs back to the images. */
    const convolve = (isTransposed: boolean, data: Float32Array, w: Tensor, bias?: Tensor) => {
      const axes = windowAxes('conv', rank, w, { padding, strides, dilationRate }, true);
      const window = windowAlong('conv', from.with(-1, perGroup), axes);
      const x = tensor(data, { shape: isTransposed ? to : from });
      const sliding = { window, groups, isTransposed };
      return slide('conv', rank, [x, w, bias ?? null], sliding, bias ? 'relu' : 'linear');
    };
    const kernel = (): Tensor => tensor(weights, { shape: kernelShape });
    const grouped = groups > 1;

    const densities = sizeOf(to) * sizeOf(kernelShape) > 5e7 ? [0.25] : DENSITIES;
    for (const density of densities) {
      for (const isTransposed of [false, true]) {
        const list = grouped ? 'groupWays' : 'convolutionWays';
        const [shape, count] = isTransposed ? [to, channels] : [from, filters];
        const x = numbers(sizeOf(shape), density, (i) => Math.floor(i / (shape.at(-1) ?? 1)));
        const bias = values(count, 1, 7);
        const results = byEachWay(list, () =>
          Float32Array.from(convolve(isTransposed, x, kernel(), tensor(bias)).data()),
        );
        const sums = new Sums(sizeOf(isTransposed ? from : to));
        products((i, w, o) => {
          const [there, here] = isTransposed ? [i, o] : [o, i];
          sums.add(there, (x[here] ?? NaN) * (weights[w] ?? NaN));
        });
        expectWays(list, ways(given.ways[isTransposed ? 1 : 0]), results, sums, (value, i) =>
          Math.max(0, value + (bias[i % count] ?? NaN)),
        );
      }
      for (const [ofX, ofDy] of [
        [density, 1],
        [1, density],
      ] as const) {
        // prettier-ignore
        const list = grouped ? 'groupGradientWays' : 'kernelGradientWays';
        const x = numbers(sizeOf(from), ofX, (i) => Math.floor(i / channels));
        const dy = numbers(sizeOf(to), ofDy, (i) => Math.floor(i / filters));
        const results = byEachWay(list, () => {
          const loss = (w: Tensor): Tensor =>
            sum(mul(convolve(false, x, w), tensor(dy, { shape: to })));
          return Float32Array.from(gradientsOf(loss, [kernel()])[0]?.data() ?? []);
        });
        const sums = new Sums(weights.length);
        products((i, w, o) => {
          sums.add(w, (x[i] ?? NaN) * (dy[o] ?? NaN));
        });
        expectWays(list, ways(given.ways[2]), results, sums);
      }
    }
  });
});

describe('the ways that ran', () => {
  it('are those of all lists in the sources', () => {
    const folder = new URL('../../../src/engine/ops/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const found = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [
        ...readFileSync(new URL(file, folder), 'utf8').matchAll(/const (\w+): Ways</g),
      ])
      .map(([, name]) => name);
    expect(found.sort(), 'lists of ways').toEqual(Object.keys(lists).sort());
  });

  it.each(Object.entries(lists))('are all ways of %s', (list, rows) => {
    const names = [...(tested.get(list as List) ?? [])];
    expect(names.sort(), 'a way without a problem above').toEqual(rows.map(({ name }) => name).sort()); // prettier-ignore
  });
});
