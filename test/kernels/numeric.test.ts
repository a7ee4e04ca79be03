// Functions of one float32 of the side module `numeric`, against float64.
import { describe, expect, it } from 'vitest';
import { ElementaryOp, PairOp } from '../../assembly/codes.js';
import {
  besselI0,
  besselI1,
  erfc,
  erfinv,
  gammainc,
  lgamma,
  polygamma,
} from '../reference/special-functions.js';
import { wasm } from './instance.js';
import { everyExponent, spread, ulpError } from './ulp.js';

/** What a kernel of one argument beside x makes of each x. */
function ofEach(
  kernel: 'elementary' | 'polygamma',
  argument: number,
  x: Float32Array,
  threads: number,
): Float32Array {
  const input = wasm.place(x);
  const output = wasm.place(new Float32Array(x.length));
  wasm.runSplit(kernel, threads, output.pointer, input.pointer, x.length, argument);
  const y = output.read();
  expect(output.isFenced()).toBe(true);
  input.release();
  output.release();
  return y;
}

const evaluate = (op: ElementaryOp, x: Float32Array, threads = 1): Float32Array =>
  ofEach('elementary', op, x, threads);

interface Accuracy {
  readonly op: ElementaryOp;
  readonly reference: (x: number) => number;
  /** Where the results are neither trivial nor infinite. */
  readonly range: readonly [number, number];
  /** [x, f(x)], met exactly, the sign of zero included. */
  readonly exact: readonly (readonly [number, number])[];
  /** Whether float64 itself knows f far away. */
  readonly isFarKnown?: false;
}

const sinc = (x: number): number => {
  if (x === 0) return 1;
  const turn = Math.abs(x) % 2;
  const r = turn > 1 ? turn - 2 : turn;
  const y = Math.abs(r) > 0.5 ? Math.sin(Math.PI * (1 - Math.abs(r))) * Math.sign(r) : Math.sin(Math.PI * r); // prettier-ignore
  return y / (Math.PI * Math.abs(x));
};

const functions: Readonly<Record<string, Accuracy>> = {
  arcsin: { op: ElementaryOp.Arcsin, reference: Math.asin, range: [-1, 1], exact: [[0, 0], [-0, -0], [1.5, NaN], [-Infinity, NaN]] }, // prettier-ignore
  arccos: { op: ElementaryOp.Arccos, reference: Math.acos, range: [-1, 1], exact: [[1, 0], [-1, Math.fround(Math.PI)], [1.5, NaN], [-2, NaN], [Infinity, NaN]] }, // prettier-ignore
  arcsinh: { op: ElementaryOp.Arcsinh, reference: Math.asinh, range: [-10, 10], exact: [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -Infinity]] }, // prettier-ignore
  arccosh: { op: ElementaryOp.Arccosh, reference: Math.acosh, range: [1, 10], exact: [[1, 0], [0.5, NaN], [-2, NaN], [Infinity, Infinity], [-Infinity, NaN]] }, // prettier-ignore
  arctanh: { op: ElementaryOp.Arctanh, reference: Math.atanh, range: [-1, 1], exact: [[0, 0], [-0, -0], [1, Infinity], [-1, -Infinity], [2, NaN], [Infinity, NaN]] }, // prettier-ignore
  sinh: { op: ElementaryOp.Sinh, reference: Math.sinh, range: [-90, 90], exact: [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -Infinity]] }, // prettier-ignore
  cosh: { op: ElementaryOp.Cosh, reference: Math.cosh, range: [-90, 90], exact: [[0, 1], [Infinity, Infinity], [-Infinity, Infinity]] }, // prettier-ignore
  tan: { op: ElementaryOp.Tan, reference: Math.tan, range: [-100, 100], exact: [[0, 0], [-0, -0], [Infinity, NaN], [-Infinity, NaN]] }, // prettier-ignore
  exp2: { op: ElementaryOp.Exp2, reference: (x) => 2 ** x, range: [-150, 129], exact: [[0, 1], [10, 1024], [-149, 2 ** -149], [Infinity, Infinity], [-Infinity, 0]] }, // prettier-ignore
  log2: { op: ElementaryOp.Log2, reference: Math.log2, range: [0, 100], exact: [[1, 0], [8, 3], [2 ** -149, -149], [0, -Infinity], [-1, NaN], [Infinity, Infinity]] }, // prettier-ignore
  log10: { op: ElementaryOp.Log10, reference: Math.log10, range: [0, 100], exact: [[1, 0], [1000, 3], [0, -Infinity], [-1, NaN], [Infinity, Infinity]] }, // prettier-ignore
  cbrt: { op: ElementaryOp.Cbrt, reference: Math.cbrt, range: [-100, 100], exact: [[0, 0], [-0, -0], [27, 3], [-8, -2], [Infinity, Infinity], [-Infinity, -Infinity]] }, // prettier-ignore
  erfc: { op: ElementaryOp.Erfc, reference: erfc, range: [-4, 10.2], exact: [[0, 1], [Infinity, 0], [-Infinity, 2]] }, // prettier-ignore
  erfinv: { op: ElementaryOp.Erfinv, reference: erfinv, range: [-1, 1], exact: [[0, 0], [-0, -0], [1, Infinity], [-1, -Infinity], [2, NaN]] }, // prettier-ignore
  sinc: { op: ElementaryOp.Sinc, reference: sinc, range: [-30, 30], exact: [[0, 1], [-0, 1], [0.5, Math.fround(2 / Math.PI)]] }, // prettier-ignore
  i0: { op: ElementaryOp.BesselI0, reference: besselI0, range: [-92, 92], exact: [[0, 1], [Infinity, Infinity], [-Infinity, Infinity]] }, // prettier-ignore
  i1: { op: ElementaryOp.BesselI1, reference: besselI1, range: [-92, 92], exact: [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -Infinity]] }, // prettier-ignore
  lgamma: { op: ElementaryOp.LogGamma, reference: lgamma, range: [-14, 26], exact: [[0, Infinity], [-0, Infinity], [1, 0], [2, 0], [-1, Infinity], [-7, Infinity], [-123, Infinity], [-1e30, Infinity], [Infinity, Infinity], [-Infinity, Infinity]] }, // prettier-ignore
};

/** The bound that the doc comment of the kernel states. */
const ULP = 0.51;

function firstWrong({ op, reference }: Accuracy, x: Float32Array): string | undefined {
  const y = evaluate(op, x);
  const i = x.findIndex((value, k) => !(ulpError(y[k] ?? NaN, reference(value)) <= ULP));
  return i < 0 ? undefined : `f(${x[i] ?? ''}) = ${y[i] ?? ''}, not ${reference(x[i] ?? 0)}`;
}

describe.each(Object.entries(functions))('%s', (_, accuracy) => {
  const { op, range, exact } = accuracy;

  it(`is within ${ULP} ulp where it varies`, () => {
    expect(firstWrong(accuracy, spread(range[0], range[1], 20_000))).toBeUndefined();
  });

  it('keeps its bound at every sign and exponent, subnormals included', () => {
    expect(firstWrong(accuracy, everyExponent(40))).toBeUndefined();
  });

  it('is exact at zeros, infinities and limits', () => {
    const x = Float32Array.from(exact, ([value]) => value);
    expect([...evaluate(op, x)]).toEqual(exact.map(([, value]) => value));
  });

  it('gives NaN for NaN, and the same bits for every number of threads and neighbours', () => {
    expect([...evaluate(op, Float32Array.of(NaN, 1, NaN))][0]).toBeNaN();
    const x = spread(range[0], range[1], 67);
    expect(evaluate(op, x, 3)).toEqual(evaluate(op, x));
    expect([...evaluate(op, x.subarray(0, 5))]).toEqual([...evaluate(op, x).subarray(0, 5)]);
  });
});

describe('lgamma', () => {
  const beside = (zero: number): Float32Array =>
    Float32Array.from({ length: 41 }, (_, i) => zero * (1 + (i - 20) * 2 ** -23));

  it.each([1, 2])('keeps its bound beside the zero at %d', (zero) => {
    expect(firstWrong(functions['lgamma'] as Accuracy, beside(zero))).toBeUndefined();
  });

  // Differences of large numbers lose what is asked for here, so the reference is Taylor's series at the zero.
  it.each([
    -2.4570247382208006, -2.7476826467274127, -3.14358088834998, -3.955294284858598,
    -4.039361839740537, -4.991544640560048,
  ])('keeps it beside the zero at %d as far as float64 knows the zero', (zero) => {
    const [first, second, third] = [0, 1, 2].map((order) => polygamma(order, zero));
    const x = beside(zero);
    evaluate(ElementaryOp.LogGamma, x).forEach((y, i) => {
      const d = (x[i] ?? NaN) - zero;
      const expected = d * ((first ?? NaN) + d * ((second ?? NaN) / 2 + (d * (third ?? NaN)) / 6));
      expect(ulpError(y, expected), `of ${x[i] ?? ''}`).toBeLessThan(0.6);
    });
  });
});

/** The derivative of that order of ψ at each x. */
const derivatives = (order: number, x: Float32Array, threads = 1): Float32Array =>
  ofEach('polygamma', order, x, threads);

describe.each([0, 1, 2, 3, 7])('the derivative of ψ of order %i', (order) => {
  it(`is within ${ULP} ulp, but for what float64 loses beside zeros`, () => {
    const x = Float32Array.from([...spread(-11, 60, 8000), ...spread(-3000, 1e5, 500)]);
    const wrong = [...derivatives(order, x)].findIndex((y, i) => {
      const expected = polygamma(order, x[i] ?? 0);
      return !(ulpError(y, expected) <= ULP || Math.abs(y - expected) < 1e-13);
    });
    expect(wrong < 0 ? undefined : x[wrong]).toBeUndefined();
  });

  it('has its limits at 0 and infinity, and none at negative whole numbers', () => {
    const x = Float32Array.of(0, -0, Infinity, -1, -9, -1e20, -Infinity, NaN);
    const sign = order % 2 === 0 ? -1 : 1;
    const far = order === 0 ? Infinity : 0;
    const y = [...derivatives(order, x)];
    expect(y.slice(0, 2)).toEqual([sign * Infinity, Infinity]);
    expect(Math.abs(y[2] ?? NaN)).toBe(far);
    expect(y.slice(3)).toEqual([NaN, NaN, NaN, NaN, NaN]);
  });

  it('has the same bits for every number of threads', () => {
    const x = spread(-5, 5, 67);
    for (const threads of [2, 3]) {
      expect(derivatives(order, x, threads)).toEqual(derivatives(order, x));
    }
  });
});

describe('gammainc', () => {
  const pairs = [
    ...[0.001, 0.25, 1, 1.5, 4, 20, 60].flatMap((a) => [0.01, 0.5, 1, 2, 3.7, 9, 30, 75].map((x) => [a, x] as const)),
    ...[[200, 150], [200, 200], [200, 201], [200, 260]] as const,
  ]; // prettier-ignore
  const column = (i: 0 | 1): Float32Array => Float32Array.from(pairs, (pair) => pair[i]);

  it.each([
    ['value', PairOp.Gammainc, 0],
    ['slope in a', PairOp.GammaincSlope, 1],
    ['slope in x', PairOp.GammaDensity, 2],
  ] as const)('%s agrees with its series in float64', (_, code, which) => {
    const [a, x] = [wasm.place(column(0)), wasm.place(column(1))];
    const out = wasm.place(new Float32Array(pairs.length));
    const layout = wasm.place(Int32Array.from([1, pairs.length, 1, 1]));
    wasm.run('pairsF32', 0, 1, out.pointer, a.pointer, x.pointer, layout.pointer, code);
    const actual = out.read();
    pairs.forEach((_pair, i) => {
      const expected = gammainc(column(0)[i] ?? NaN, column(1)[i] ?? NaN)[which];
      const error = Math.abs((actual[i] ?? NaN) - expected);
      // Where the series adds up terms of both signs to a number near 0, it has their error itself.
      const allowed = 1e-6 * Math.abs(expected) + 2e-12;
      expect(error, `${pairs[i]?.join(' ')}: ${actual[i]}, expected ${expected}`).toBeLessThanOrEqual(allowed); // prettier-ignore
    });
  });

  it('has the slopes of its limits', () => {
    const cases = [[1, 0], [2, 0], [0.5, 0], [1, Infinity], [Infinity, 1], [-1, 1], [1, -1], [0, 0]] as const; // prettier-ignore
    const [a, x] = [0, 1].map((i) => wasm.place(Float32Array.from(cases, (pair) => pair[i] ?? NaN)));
    const out = wasm.place(new Float32Array(cases.length));
    const layout = wasm.place(Int32Array.from([1, cases.length, 1, 1]));
    const slopes = (code: PairOp): number[] => {
      wasm.run('pairsF32', 0, 1, out.pointer, a?.pointer ?? 0, x?.pointer ?? 0, layout.pointer, code);
      return [...out.read()];
    };
    expect(slopes(PairOp.GammaincSlope)).toEqual([0, 0, 0, 0, 0, NaN, NaN, NaN]);
    expect(slopes(PairOp.GammaDensity)).toEqual([1, 0, Infinity, 0, 0, NaN, NaN, NaN]);
  }); // prettier-ignore
});
