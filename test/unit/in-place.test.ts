// Which kernels may do a part of a call twice, since its thread was lost: all but those that read what they write.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { arange, configure, full, grad, layers, ops, random, tidy } from '../../src/index.js'; // prettier-ignore
import type { optimizers, Tensor } from '../../src/index.js';
import { matchLargest } from '../../src/engine/ops/reductions/reduce.js';
import {
  gruSequence,
  lstmSequence,
  simpleRnnSequence,
} from '../../src/engine/ops/neural/recurrent/recurrent.js';
import {
  QuantizedWeight,
  quantizeNumbers,
} from '../../src/engine/ops/linalg/products/quantized-weight.js';
import { orderedRows } from '../../src/engine/ops/linalg/products/batch-rows.js';
import type { Entry } from '../../src/engine/runtime/control.js';
import { currentRuntime } from '../../src/engine/runtime/index.js';
import { Runtime } from '../../src/engine/runtime/runtime.js';
import { isInPlace } from '../../src/engine/runtime/pool/pool.js';
import { Variable } from '../../src/engine/tensor/index.js';
import { costs } from '../../src/engine/wasm/generated/costs.js';
import type { KernelName } from '../../src/engine/wasm/kernels.js';
import { describedClasses, makeExamples } from '../specs/families.js';
import { inputFor, makeLayers } from '../specs/layers.js';
import {
  fillAll,
  isFloat,
  ofOperands,
  operandsOf,
  operationOf,
  toTensor,
} from '../specs/operation-spec.js';
import { operationSpecs } from '../specs/operations.js';
import { gradientsOf } from './ops/agreement.js';

/** Into so many shares each call is cut; this thread does all of them. */
const SHARES = 3;

await configure({ threads: SHARES });

/** The gradient of a padded convolution for its kernel. */
const ofKernel = (x: Tensor, kernel: Tensor): Tensor =>
  gradientOf((k) => ops.conv2d(x, k, null, { padding: 'same' }).square(), kernel);

const columnsNormalized = (x: Tensor): Tensor =>
  new layers.BatchNormalization().apply(x, { training: true });

const uniform = (...shape: number[]): Tensor => random.uniform(shape, { minval: -1, seed: 1 });
const integers = (...shape: number[]): Tensor => random.randint(shape, 0, 7, { seed: 2 });
const gradientOf = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => grad((at) => f(at).sum())(x);
/** One in `every` numbers is not zero. */
const sparse = (every: number, ...shape: number[]): Tensor => {
  const x = uniform(...shape);
  return x.mul(arange(x.size).mod(every).equal(0).reshape(shape));
};

/** A product by lists. */
const listed = (): Tensor => sparse(9, 90, 100).matmul(uniform(100, 200));

/** A step of an optimizer with all that it can remember. */
function step(optimizer: optimizers.Optimizer): void {
  const variable = new Variable(uniform(40, 5), { name: 'kernel' });
  optimizer.apply([uniform(40, 5)], [variable]);
  optimizer.apply([uniform(40, 5)]);
}

const square = { padding: 'same' } as const;
const images = (channels: number): Tensor => uniform(2, 8, 8, channels);
const kernel = (...shape: number[]): Tensor => uniform(...shape).mul(0.1);
/** Gradients of a convolution for images and kernel. */
const convolved = (x: Tensor, k: Tensor, options = {}): void => {
  gradientOf((at) => ops.conv2d(at, k, null, options).square(), x);
  gradientOf((at) => ops.conv2d(x, at, null, options).square(), k);
};
const pooled = { poolSize: 2, strides: 1, ...square };

/** A matrix of int8. */
function stored(k: number, n: number): QuantizedWeight {
  const elements = uniform(k, n).data() as Float32Array;
  const groups = { outer: 1, reduced: k, inner: n };
  return new QuantizedWeight([k, n], quantizeNumbers(elements, 'int8', groups));
}

/** Forward and back through a recurrent layer of 5 units. */
const walked = (gates: number, f: (x: Tensor, h: Tensor, w: Tensor, u: Tensor) => Tensor): void => {
  const [x, h, w] = [uniform(9, 4, 3), uniform(9, 5), uniform(3, 5 * gates)];
  gradientOf((u) => f(x, h, w, u).square(), uniform(5, 5 * gates));
};

/** What runs kernels that no row of test/specs runs, or runs them in another way. */
const uses: Partial<Record<KernelName, () => unknown>> = {
  largestMagnitude: () => uniform(1, 50).matmul(uniform(50, 60)),
  gemmPackB: () => uniform(30, 50).matmul(uniform(50, 40)),
  gemm: () => uniform(30, 600).matmul(uniform(600, 40)),
  gemv: () => uniform(1, 50).matmul(uniform(50, 60)),
  listRows: listed,
  gemmListedPack: listed,
  gemmListed: () => {
    listed();
    // In pieces, which are added up; and the right operand, by columns.
    sparse(2, 96, 300).matmul(uniform(300, 200));
    const mask = sparse(2, 90, 200);
    gradientOf((w) => uniform(90, 128).matmul(w).mul(mask), uniform(128, 200));
  },
  sumOuterProducts: () => walked(4, (x, h, w, u) => lstmSequence(x, h, h, w, u, null)[0]),
  recurrentForward: () => {
    walked(4, (x, h, w, u) => lstmSequence(x, h, h, w, u, null)[0]);
    walked(1, (x, h, w, u) => simpleRnnSequence(x, h, w, u, null, { activation: 'tanh' })[0]);
  },
  recurrentBackward: () => {
    for (const resetAfter of [true, false]) {
      walked(3, (x, h, w, u) => gruSequence(x, h, w, u, null, { resetAfter })[0]);
    }
    walked(1, (x, h, w, u) => simpleRnnSequence(x, h, w, u, null, { activation: 'relu' })[0]);
  },
  normalizeRowsGradient: () =>
    gradientOf((x) => new layers.LayerNormalization().apply(x).square(), uniform(9, 10)),
  geluWithSlope: () => gradientOf((x) => ops.gelu(x).square(), uniform(100)),
  adaptivePick: () =>
    gradientOf(
      grad((x) => ops.adaptiveMaxPool(x, 3).square().sum()),
      images(3),
    ),
  windowPick: () =>
    gradientOf(
      grad((x) => ops.maxPool2d(x, pooled).square().sum()),
      images(3),
    ),
  columnMoments: () => columnsNormalized(uniform(90, 10)),
  columnStatistics: () => columnsNormalized(uniform(90, 10)),
  normalizeColumns: () => columnsNormalized(uniform(9, 10)),
  sumColumnGradients: () => gradientOf((x) => columnsNormalized(x).square(), uniform(9, 10)),
  normalizeColumnsGradient: () => gradientOf((x) => columnsNormalized(x).square(), uniform(9, 10)),
  readQuantized: () => stored(30, 50).expand(),
  packQuantized: () => stored(30, 50).dense(uniform(5, 30), null, 'linear'),
  gemvQuantized: () => stored(30, 50).dense(uniform(1, 30), null, 'tanh'),
  fill: () => full([90], 3),
  transpose2d: () => uniform(10, 9).T,
  gatherRowsU8ToF32: () =>
    orderedRows(uniform(10, 9).mul(99).abs().astype('uint8'), integers(20), 0, 20).add(0),
  reduceF32: () => [uniform(20, 30).sum(0), uniform(20, 30).sum(1), uniform(2000, 8).sum(0)],
  matchLargest: () => matchLargest(uniform(20, 30), uniform(20, 30)),
  convolve: () => convolved(sparse(40, 2, 8, 8, 24), kernel(2, 2, 24, 24), square),
  convolveWeights: () => convolved(sparse(40, 2, 8, 8, 3), kernel(3, 3, 3, 4), square),
  convolveDense: () => convolved(images(7), kernel(3, 3, 7, 16), square),
  convolveWeightsDense: () => convolved(images(7), kernel(3, 3, 7, 16), square),
  winogradKernel: () => convolved(uniform(2, 24, 24, 16), kernel(3, 3, 16, 16), square),
  convolveWinograd: () => convolved(uniform(2, 24, 24, 16), kernel(3, 3, 16, 16), square),
  convolveWeightsWinograd: () => ofKernel(uniform(2, 24, 24, 16), kernel(3, 3, 16, 16)),
  winogradKernelGradient: () => ofKernel(uniform(2, 24, 24, 16), kernel(3, 3, 16, 16)),
  winogradLineKernel: () => convolved(uniform(2, 1, 40, 32), kernel(1, 5, 32, 32), square),
  convolveWinogradLine: () => convolved(uniform(2, 1, 40, 32), kernel(1, 5, 32, 32), square),
  convolveWeightsWinogradLine: () => ofKernel(uniform(9, 1, 80, 32), kernel(1, 5, 32, 32)),
  winogradLineKernelGradient: () => ofKernel(uniform(9, 1, 80, 32), kernel(1, 5, 32, 32)),
  im2col: () => convolved(images(3), kernel(3, 3, 3, 4), { strides: 2 }),
  col2im: () => convolved(images(3), kernel(3, 3, 3, 4), { strides: 2 }),
  randomBits: () => {
    currentRuntime().run('randomBits', uniform(90).pointer, 90, 1, 2, 3, 4);
  },
  randomUniform: () => random.uniform([90], { seed: 3 }),
  randomGamma: () => random.gamma([90], 0.5, { seed: 3 }),
  randomBinomial: () => random.binomial([90], 100, 0.3, { seed: 3 }),
  randomNormal: () => random.normal([90], { seed: 3 }),
  randomTruncatedNormal: () => random.truncatedNormal([90], { seed: 3 }),
  randomClasses: () => random.sampleLogits(uniform(20, 70), { topK: 50, topP: 0.9, seed: 3 }),
  randomIntegers: () => random.randint([90], 0, 9, { seed: 3 }),
};

/** A call of a kernel: whether it is known to work in place, and whether doing shares again changed what was written. */
interface Seen {
  readonly kernel: KernelName;
  readonly isInPlace: boolean;
  readonly isChanged: boolean;
}

let seen: Seen[] = [];

beforeEach(() => {
  seen = [];
  vi.spyOn(Runtime.prototype, 'run').mockImplementation(function (
    this: Runtime,
    kernel: KernelName,
    ...args: number[]
  ) {
    const entry: Entry = this.kernels[kernel];
    const work = (): void => {
      for (let share = 0; share < SHARES; share++) entry(share, SHARES, ...args);
    };
    work();
    const once = Buffer.from(this.uint8);
    work();
    seen.push({ kernel, isInPlace: isInPlace(kernel, args), isChanged: !once.equals(this.uint8) });
    // Work continues with what is right.
    this.uint8.set(once);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** What the rows of test/specs compute, forward and back. */
const rows: readonly (readonly [name: string, run: () => unknown])[] = [
  ...Object.entries(operationSpecs).flatMap(([name, { calls, gradient }]) =>
    calls.slice(0, 12).map(([args], i) => {
      const inputs = operandsOf(args).filter(isFloat);
      const op = ofOperands(name, args);
      const isMoved =
        gradient !== 'none' &&
        inputs.length > 0 &&
        (!['cast', 'saturateCast'].includes(name) || i > 6);
      const run = (): unknown =>
        isMoved
          ? gradientsOf(
              (...x) =>
                op(...x)
                  .square()
                  .sum(),
              inputs.map(toTensor),
            )
          : operationOf(name)(...fillAll(args));
      return [`${name}, call ${i}`, run] as const;
    }),
  ),
  ...makeLayers().map(([layer, shape]) => {
    const run = (): unknown =>
      [false, true].map((training): unknown => layer.apply(inputFor(layer, shape), { training }));
    return [`layer ${layer.name}`, run] as const;
  }),
  ...describedClasses
    .filter(({ family }) => family === 'optimizers')
    .flatMap((described) =>
      makeExamples<optimizers.Optimizer>(described).map((optimizer): [string, () => unknown] => [
        described.name,
        () => { step(optimizer); }, // prettier-ignore
      ]),
    ),
];

const known = new Set<KernelName>();

describe('a kernel that does shares again changes what it wrote only if it is known to work in place', () => {
  const runs = [...rows, ...Object.entries(uses)] as readonly (readonly [string, () => unknown])[];
  it.each(runs)('in %s', (name, use) => {
    tidy(() => void use());
    if (name in uses) expect(seen.map(({ kernel }) => kernel)).toContain(name);
    for (const call of seen) if (call.kernel === name) expect(call.isChanged).toBe(call.isInPlace);
    expect(seen.filter((call) => call.isChanged && !call.isInPlace)).toEqual([]);
    for (const { kernel, isInPlace: inPlace, isChanged } of seen) if (isChanged || !inPlace) known.add(kernel); // prettier-ignore
  });

  it('and each kernel is run, those in place so that it shows', () => {
    const all = Object.keys(costs) as KernelName[];
    expect(all.filter((kernel) => !known.has(kernel))).toEqual([]);
  });
});
