import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnaryOp } from '../../assembly/codes.js';
import { unaryReference, type UnaryReference } from '../reference/unary.js';
import { wasm } from './instance.js';
import { spread } from './ulp.js';

type Parameters = readonly [number, number, number];
const none: Parameters = [0, 0, 0];

interface Split {
  readonly threads: number;
  readonly skew: number;
  readonly inPlace: boolean;
}
const whole: Split = { threads: 1, skew: 0, inPlace: false };

function unary(x: Float32Array, op: UnaryOp, p: Parameters, split = whole): Float32Array {
  const input = wasm.place(x, split.skew);
  const output = split.inPlace
    ? input
    : wasm.place(
        x.map(() => -123.5),
        split.skew,
      );
  wasm.runSplit('unary', split.threads, output.pointer, input.pointer, x.length, op, ...p);
  const y = output.read();
  expect(output.isFenced() && input.isFenced(), 'memory beyond the output is untouched').toBe(true);
  if (!split.inPlace) expect(input.read()).toEqual(x);
  for (const array of new Set([input, output])) array.release();
  return y;
}

function unaryGradient(
  dy: Float32Array,
  x: Float32Array,
  op: UnaryOp,
  p: Parameters,
  split = whole,
): Float32Array {
  const upstream = wasm.place(dy, split.skew);
  const input = wasm.place(x, split.skew);
  const result = wasm.place(unary(x, op, p), split.skew);
  const output = split.inPlace
    ? upstream
    : wasm.place(
        x.map(() => -123.5),
        split.skew,
      );
  const pointers = [output, upstream, input, result].map(({ pointer }) => pointer);
  wasm.runSplit('unaryGradient', split.threads, ...pointers, x.length, op, ...p);
  const dx = output.read();
  const placed = new Set([upstream, input, result, output]);
  expect([...placed].every((array) => array.isFenced())).toBe(true);
  expect(input.read()).toEqual(x);
  for (const array of placed) array.release();
  return dx;
}

interface Case {
  readonly name: keyof typeof unaryReference;
  readonly p: Parameters;
}

/** Every op, with such parameters as it takes. */
const cases: readonly Case[] = [
  ...(Object.keys(unaryReference) as (keyof typeof unaryReference)[])
    .filter(
      (name) =>
        ![
          'Clip',
          'Relu',
          'Elu',
          'Celu',
          'Squareplus',
          'Threshold',
          'SoftShrink',
          'HardShrink',
        ].includes(name),
    )
    .map((name) => ({ name, p: none })),
  { name: 'Clip', p: [-1.5, 2.25, 0] },
  { name: 'Relu', p: [0, Infinity, 0] },
  { name: 'Relu', p: [0.25, Infinity, 0] },
  { name: 'Relu', p: [0, 6, 0] },
  { name: 'Relu', p: [0, 2.5, 0] },
  { name: 'Relu', p: [0.25, 2.5, 0.5] },
  { name: 'Relu', p: [0, 3, -1.5] },
  { name: 'Relu', p: [0.5, Infinity, -1.5] },
  { name: 'Elu', p: [0.75, 0, 0] },
  { name: 'Celu', p: [0.5, 0, 0] },
  { name: 'Squareplus', p: [4, 0, 0] },
  { name: 'Threshold', p: [0.5, -0.25, 0] },
  { name: 'SoftShrink', p: [0.5, 0, 0] },
  { name: 'HardShrink', p: [0.5, 0, 0] },
];

const title = ({ name, p }: Case): string => `${name}(${p.join(', ')})`;
const referenceOf = ({ name }: Case): UnaryReference => unaryReference[name];

/** |a - b| <= 1e-6 + 2e-6 |b|: a few units in the last place of results around 1. */
function expectClose(actual: Float32Array, expected: readonly number[], x: Float32Array): void {
  const wrong = expected.findIndex((e, i) => {
    const a = actual[i] ?? NaN;
    const b = Math.fround(e);
    return !(Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-6 + 2e-6 * Math.abs(b));
  });
  const place = `x = ${x[wrong] ?? ''}: ${actual[wrong] ?? ''}, expected ${expected[wrong] ?? ''}`;
  expect(wrong, place).toBe(-1);
}

/** Points where all of the functions bend or change, and some between. */
const corners = [-10, -6, -3, -2, -1.5, -1, -0.5, -0, 0, 0.5, 1, 1.5, 2, 2.25, 2.5, 3, 6, 7.5, 10];
const points = Float32Array.from([...corners, ...spread(-12, 12, 997), ...spread(-80, 80, 301)]);
const positive = points.filter((x) => x > 0);
const domainOf: Partial<Record<string, Float32Array>> = {
  Sqrt: positive,
  Rsqrt: positive,
  Log: positive,
  Log1p: points.filter((x) => x > -1),
};
const numbersFor = (name: string): Float32Array => domainOf[name] ?? points;

describe.each(cases.map((entry) => [title(entry), entry] as const))('%s', (_, entry) => {
  const { name, p } = entry;
  const { value, derivative } = referenceOf(entry);
  const op = UnaryOp[name];
  const x = numbersFor(name);
  const dy = x.map((_, i) => [1, -0.75, 2][i % 3] ?? 0);

  it('agrees with its definition', () => {
    expectClose(
      unary(x, op, p),
      Array.from(x, (v) => value(v, ...p)),
      x,
    );
  });

  it('multiplies the upstream gradient by its derivative', () => {
    const expected = Array.from(x, (v, i) => (dy[i] ?? NaN) * derivative(v, ...p));
    expectClose(unaryGradient(dy, x, op, p), expected, x);
  });

  it('gives the same bits at any size, alignment, number of threads and in place', () => {
    const expected = unary(x, op, p);
    const expectedGradient = unaryGradient(dy, x, op, p);
    for (const n of [0, 1, 3, 4, 5, 7, 8, 9, 17, 1000]) {
      for (const threads of [1, 2, 3, 7]) {
        // 1000 elements do not fit into the domains of the logarithms and roots; all there are do.
        const part = x.subarray(0, n);
        const upstream = dy.subarray(0, n);
        const split = { threads, skew: 4 * ((n + threads) % 4), inPlace: threads === 3 };
        expect(unary(part, op, p, split)).toEqual(expected.subarray(0, n));
        expect(unaryGradient(upstream, part, op, p, split)).toEqual(
          expectedGradient.subarray(0, n),
        );
      }
    }
  });

  it('lets NaN through', () => {
    const y = unary(Float32Array.of(NaN, 1, 1, 1, NaN), op, p);
    expect([y[0], y[4]]).toEqual([NaN, NaN]);
  });
});

it('has a reference for every op', () => {
  const names = Object.keys(UnaryOp).filter((key) => Number.isNaN(Number(key)));
  expect(Object.keys(unaryReference).sort()).toEqual(names.sort());
});

describe('far from zero', () => {
  const x = Float32Array.of(-1e4, 1e4, -1e30, 1e30);

  it.each([
    ['Softplus', none, [0, 1e4, 0, Math.fround(1e30)], [0, 1, 0, 1]],
    ['LogSigmoid', none, [-1e4, 0, Math.fround(-1e30), 0], [1, 0, 1, 0]],
    ['Mish', none, [0, 1e4, 0, Math.fround(1e30)], [0, 1, 0, 1]],
    ['Silu', none, [0, 1e4, 0, Math.fround(1e30)], [0, 1, 0, 1]],
    ['Gelu', none, [0, 1e4, 0, Math.fround(1e30)], [0, 1, 0, 1]],
    ['GeluTanh', none, [0, 1e4, 0, Math.fround(1e30)], [0, 1, 0, 1]],
    ['Sigmoid', none, [0, 1, 0, 1], [0, 0, 0, 0]],
    ['Tanh', none, [-1, 1, -1, 1], [0, 0, 0, 0]],
  ] as const)('%s and its derivative are stable', (name, p, y, dx) => {
    const zeroIsZero = (data: Float32Array): number[] => Array.from(data, (v) => v + 0);
    expect(zeroIsZero(unary(x, UnaryOp[name], p))).toEqual(y);
    expect(
      zeroIsZero(
        unaryGradient(
          x.map(() => 1),
          x,
          UnaryOp[name],
          p,
        ),
      ),
    ).toEqual(dx);
  });

  it('keeps relu and its kin finite at -infinity', () => {
    const low = Float32Array.of(-Infinity);
    expect(unary(low, UnaryOp.Relu, [0, Infinity, 0])[0]).toBe(0);
    expect(unary(low, UnaryOp.Relu, [0, 6, 0])[0]).toBe(0);
    expect(unary(low, UnaryOp.Relu, [0.5, Infinity, 0])[0]).toBe(-Infinity);
    expect(unary(low, UnaryOp.Elu, [2, 0, 0])[0]).toBe(-2);
  });
});

describe('relative accuracy of small results', () => {
  it.each([
    ['Gelu', -11, 1e-6],
    ['GeluTanh', -8, 3e-5],
    ['Silu', -80, 1e-6],
    ['Mish', -80, 1e-6],
    ['Softplus', -80, 1e-6],
    ['Sigmoid', -80, 1e-6],
    ['Expm1', -80, 1e-6],
  ] as const)(
    '%s and its derivative from %d to -1.5: relative error under %d',
    (name, from, bound) => {
      const x = spread(from, -1.5, 2000);
      const { value, derivative } = unaryReference[name];
      const relative = (actual: Float32Array, f: (x: number) => number): number =>
        Math.max(...Array.from(x, (v, i) => Math.abs((actual[i] ?? NaN) / f(v) - 1)));
      expect(relative(unary(x, UnaryOp[name], none), value)).toBeLessThan(bound);
      const dx = unaryGradient(
        x.map(() => 1),
        x,
        UnaryOp[name],
        none,
      );
      expect(relative(dx, derivative)).toBeLessThan(bound);
    },
  );
});

interface GoldenArray {
  readonly data: readonly number[];
}
interface GoldenCase {
  readonly name: string;
  readonly args: Readonly<Record<string, number>>;
  readonly x: GoldenArray;
  readonly y: GoldenArray;
  readonly dy: GoldenArray;
  readonly dx: GoldenArray;
}

describe('the activations of Keras', () => {
  const folder =
    process.env['LANEGRAD_GOLDEN_DIR'] ??
    fileURLToPath(new URL('../golden/data/', import.meta.url));
  const file = readFileSync(join(folder, 'activations.json'), 'utf8');
  const { cases: golden } = JSON.parse(file) as { readonly cases: readonly GoldenCase[] };

  type Name = keyof typeof UnaryOp;
  /** Keras's name to the op, and its parameters by Keras's defaults. */
  const ops: Readonly<
    Record<string, readonly [Name, ((args: GoldenCase['args']) => Parameters)?]>
  > = {
    relu: [
      'Relu',
      ({ negative_slope = 0, max_value = Infinity, threshold = 0 }) => [
        negative_slope,
        max_value,
        threshold,
      ],
    ],
    relu6: ['Relu', () => [0, 6, 0]],
    leaky_relu: ['Relu', ({ negative_slope = 0.2 }) => [negative_slope, Infinity, 0]],
    elu: ['Elu', ({ alpha = 1 }) => [alpha, 0, 0]],
    selu: ['Selu'],
    gelu: ['Gelu'],
    silu: ['Silu'],
    sigmoid: ['Sigmoid'],
    hard_sigmoid: ['HardSigmoid'],
    hard_silu: ['HardSilu'],
    tanh: ['Tanh'],
    softplus: ['Softplus'],
    softsign: ['Softsign'],
    exponential: ['Exp'],
    log_sigmoid: ['LogSigmoid'],
    mish: ['Mish'],
    celu: ['Celu', ({ alpha = 1 }) => [alpha, 0, 0]],
    tanh_shrink: ['TanhShrink'],
    hard_tanh: ['HardTanh'],
    squareplus: ['Squareplus', ({ b = 4 }) => [b, 0, 0]],
    threshold: [
      'Threshold',
      ({ threshold = 0, default_value = 0 }) => [threshold, default_value, 0],
    ],
    soft_shrink: ['SoftShrink', ({ threshold = 0.5 }) => [threshold, 0, 0]],
    hard_shrink: ['HardShrink', ({ threshold = 0.5 }) => [threshold, 0, 0]],
    sparse_plus: ['SparsePlus'],
    sparse_sigmoid: ['SparseSigmoid'],
  };
  const isUnary = ({ name }: GoldenCase): boolean => ops[name] !== undefined;

  it('are all functions of one number but for three', () => {
    const others = golden.filter((c) => !isUnary(c)).map(({ name }) => name);
    const known = ['linear', 'softmax', 'log_softmax', 'sparsemax', 'glu'];
    expect(others.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(golden.filter(isUnary).map((c) => [c.name, c] as const))('%s', (name, c) => {
    const [op, parameters = (): Parameters => none] = ops[name] ?? ['Negate'];
    const p = parameters(c.args);
    const x = Float32Array.from(c.x.data);
    const close = (actual: Float32Array, expected: readonly number[]): void => {
      actual.forEach((a, i) => {
        const b = expected[i] ?? NaN;
        expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-5 + 1e-4 * Math.abs(b));
      });
    };
    close(unary(x, UnaryOp[op], p), c.y.data);
    close(unaryGradient(Float32Array.from(c.dy.data), x, UnaryOp[op], p), c.dx.data);
  });
});
