import { describe, expect, it } from 'vitest';
import { unaryReference, type UnaryReference } from '../specs/elementwise.js';
import { none, unary, unaryGradient, type Parameters, type UnaryName } from './unary-runner.js';
import { spread } from './ulp.js';

interface Case {
  readonly name: UnaryName;
  readonly p: Parameters;
}

/** The ops that take parameters, with some. */
const parametric: readonly Case[] = [
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

/** Every op. */
const cases: readonly Case[] = [
  ...(Object.keys(unaryReference) as UnaryName[])
    .filter((name) => !parametric.some((entry) => entry.name === name))
    .map((name) => ({ name, p: none })),
  ...parametric,
];

const title = ({ name, p }: Case): string => `${name}(${p.join(', ')})`;
const references: Readonly<Record<UnaryName, UnaryReference>> = unaryReference;

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
  const { value, derivative } = references[name];
  const x = numbersFor(name);
  const dy = x.map((_, i) => [1, -0.75, 2][i % 3] ?? 0);

  it('agrees with its definition', () => {
    expectClose(
      unary(x, name, p),
      Array.from(x, (v) => value(v, ...p)),
      x,
    );
  });

  it('multiplies the upstream gradient by its derivative', () => {
    const expected = Array.from(x, (v, i) => (dy[i] ?? NaN) * derivative(v, ...p));
    expectClose(unaryGradient(dy, x, name, p), expected, x);
  });

  it('gives the same bits at any size, alignment, number of threads and in place', () => {
    const expected = unary(x, name, p);
    const expectedGradient = unaryGradient(dy, x, name, p);
    for (const n of [0, 1, 3, 4, 5, 7, 8, 9, 17, 1000]) {
      for (const threads of [1, 2, 3, 7]) {
        // From another first element each time: every element comes to lie in every lane.
        const [begin, end] = [threads, Math.min(threads + n, x.length)];
        const part = x.subarray(begin, end);
        const upstream = dy.subarray(begin, end);
        const split = { threads, skew: 4 * ((n + threads) % 4), inPlace: threads === 3 };
        expect(unary(part, name, p, split)).toEqual(expected.subarray(begin, end));
        expect(unaryGradient(upstream, part, name, p, split)).toEqual(
          expectedGradient.subarray(begin, end),
        );
      }
    }
  });

  it('answers NaN with NaN', () => {
    const y = unary(Float32Array.of(NaN, 1, 1, 1, NaN), name, p);
    expect([y[0], y[4]]).toEqual([NaN, NaN]);
  });
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
    expect(zeroIsZero(unary(x, name, p))).toEqual(y);
    expect(
      zeroIsZero(
        unaryGradient(
          x.map(() => 1),
          x,
          name,
          p,
        ),
      ),
    ).toEqual(dx);
  });

  it('keeps relu and its kin finite at -infinity', () => {
    const low = Float32Array.of(-Infinity);
    expect(unary(low, 'Relu', [0, Infinity, 0])[0]).toBe(0);
    expect(unary(low, 'Relu', [0, 6, 0])[0]).toBe(0);
    expect(unary(low, 'Relu', [0.5, Infinity, 0])[0]).toBe(-Infinity);
    expect(unary(low, 'Elu', [2, 0, 0])[0]).toBe(-2);
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
      expect(relative(unary(x, name, none), value)).toBeLessThan(bound);
      const dx = unaryGradient(
        x.map(() => 1),
        x,
        name,
        none,
      );
      expect(relative(dx, derivative)).toBeLessThan(bound);
    },
  );
});
