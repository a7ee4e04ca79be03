import { describe, expect, it } from 'vitest';
import { parametersOf, unaryReference, type UnaryReference } from '../specs/elementwise.js';
import { none, unary, unaryGradient, type Parameters, type UnaryName } from './unary-runner.js';
import { spread } from './ulp.js';

const references: Readonly<Record<UnaryName, UnaryReference>> = unaryReference;

interface Case {
  readonly name: UnaryName;
  readonly p: Parameters;
}

/** Every function, with the parameters of each call in its row. */
const cases: readonly Case[] = Object.entries(references).flatMap(([name, row]) =>
  (row.calls ?? [[]]).map((args) => ({ name: name as UnaryName, p: parametersOf(row, args) })),
);

const title = ({ name, p }: Case): string => `${name}(${p.join(', ')})`;

/**
 * The first number where a kernel is not as its definition, with both results; '' if there is none. They may differ by a few
 * units in the last place, or by `absolute`.
 */
function gapOf(
  actual: Float32Array,
  definition: (x: number, i: number) => number,
  x: Float32Array,
  absolute = 1e-6,
): string {
  const expected = Float32Array.from(x, definition);
  const at = expected.findIndex((e, i) => {
    const a = actual[i] ?? NaN;
    return !(Object.is(a, e) || a === e || Math.abs(a - e) <= absolute + 2e-6 * Math.abs(e));
  });
  return at === -1 ? '' : `x = ${x[at] ?? ''}: ${actual[at] ?? ''}, expected ${expected[at] ?? ''}`;
}

/** Points where all of the functions bend or change, and some between. */
const corners = [-10, -6, -3, -2, -1.5, -1, -0.5, -0, 0, 0.5, 1, 1.5, 2, 2.25, 2.5, 3, 6, 7.5, 10];
const points = Float32Array.from([...corners, ...spread(-12, 12, 997), ...spread(-80, 80, 301)]);
/** Where squares and exponentials overflow. */
const far = Float32Array.from([1e4, 1e20, 1e30, Infinity].flatMap((size) => [-size, size]));
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
  const { value, derivative, overflows } = references[name];
  const f = (x: number): number => value(x, ...p);
  const slope = (x: number): number => derivative(x, ...p);
  const x = numbersFor(name);
  const dy = x.map((_, i) => [1, -0.75, 2][i % 3] ?? 0);

  it('agrees with its definition', () => {
    expect(gapOf(unary(x, name, p), f, x)).toBe('');
  });

  it('multiplies the upstream gradient by its derivative', () => {
    const expected = (v: number, i: number): number => (dy[i] ?? NaN) * slope(v);
    expect(gapOf(unaryGradient(dy, x, name, p), expected, x)).toBe('');
  });

  it('agrees with both far from zero, as far as its row says', () => {
    const gapsAt = (v: Float32Array): string[] => {
      const dx = unaryGradient(new Float32Array(v.length).fill(1), v, name, p);
      return [gapOf(unary(v, name, p), f, v, 1e-38), gapOf(dx, slope, v, 1e-38)];
    };
    const isExcused = (v: number): boolean => Math.abs(v) >= (overflows?.[0] ?? NaN);
    expect(
      gapsAt(far.filter((v) => !isExcused(v))),
      `${name} or its derivative is wrong: mend the kernel in assembly/ops/functions or, if that cannot be simple, say from ` +
        `where and why as \`overflows\` in its row in test/specs/elementwise.ts`,
    ).toEqual(['', '']);
    expect(
      gapsAt(far.filter(isExcused)).some((gap) => gap !== ''),
      `${name} is right where \`overflows\` says that it is not: take that out of its row in test/specs/elementwise.ts`,
    ).toBe(overflows !== undefined);
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
