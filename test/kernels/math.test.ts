import { describe, expect, it } from 'vitest';
import { UnaryOp } from '../../assembly/generated/unary-op.js';
import { erf } from '../specs/elementwise.js';
import { wasm } from './instance.js';
import { everyExponent, spread, ulpError } from './ulp.js';

/** f of every element, by the kernel that does nothing but call the vector function. */
function evaluate(op: UnaryOp, x: Float32Array): Float32Array {
  const input = wasm.place(x);
  const output = wasm.place(new Float32Array(x.length));
  wasm.runSplit('unary', 1, output.pointer, input.pointer, x.length, op, 0, 0, 0);
  const y = output.read();
  input.release();
  output.release();
  return y;
}

interface Accuracy {
  readonly name: string;
  readonly op: UnaryOp;
  readonly reference: (x: number) => number;
  /** The bound that the function's doc comment states. */
  readonly ulp: number;
  /** Where the results are neither trivial nor infinite. */
  readonly range: readonly [number, number];
  /** [x, f(x)], met exactly, the sign of zero included. */
  readonly exact: readonly (readonly [number, number])[];
}

const minSubnormal = 2 ** -149;

const functions: readonly Accuracy[] = [
  {
    name: 'expF32x4',
    op: UnaryOp.Exp,
    reference: Math.exp,
    ulp: 1,
    range: [-105, 89.5],
    exact: [
      [0, 1],
      [-0, 1],
      [Infinity, Infinity],
      [-Infinity, 0],
      [89, Infinity],
      [88.7228390625, Math.fround(Math.exp(Math.fround(88.7228390625)))],
      [-103.5, minSubnormal],
      [-104, 0],
      [minSubnormal, 1],
    ],
  },
  {
    name: 'expm1F32x4',
    op: UnaryOp.Expm1,
    reference: Math.expm1,
    ulp: 1.6,
    range: [-20, 89.5],
    exact: [
      [0, 0],
      [-0, -0],
      [Infinity, Infinity],
      [-Infinity, -1],
      [-30, -1],
      [89, Infinity],
      [minSubnormal, minSubnormal],
      [-minSubnormal, -minSubnormal],
    ],
  },
  {
    name: 'logF32x4',
    op: UnaryOp.Log,
    reference: Math.log,
    ulp: 1,
    range: [0, 3],
    exact: [
      [1, 0],
      [0, -Infinity],
      [-0, -Infinity],
      [Infinity, Infinity],
      [-1, NaN],
      [-minSubnormal, NaN],
      [-Infinity, NaN],
      [2 ** -149, Math.fround(-149 * Math.LN2)],
    ],
  },
  {
    name: 'log1pF32x4',
    op: UnaryOp.Log1p,
    reference: Math.log1p,
    ulp: 1.6,
    range: [-1, 3],
    exact: [
      [0, 0],
      [-0, -0],
      [-1, -Infinity],
      [-1.0000001, NaN],
      [-Infinity, NaN],
      [Infinity, Infinity],
      [minSubnormal, minSubnormal],
      [-minSubnormal, -minSubnormal],
    ],
  },
  {
    name: 'tanhF32x4',
    op: UnaryOp.Tanh,
    reference: Math.tanh,
    ulp: 1.6,
    range: [-10, 10],
    exact: [
      [0, 0],
      [-0, -0],
      [Infinity, 1],
      [-Infinity, -1],
      [20, 1],
      [minSubnormal, minSubnormal],
    ],
  },
  {
    name: 'sigmoidF32x4',
    op: UnaryOp.Sigmoid,
    reference: (x) => 1 / (1 + Math.exp(-x)),
    ulp: 2.5,
    range: [-105, 20],
    exact: [
      [0, 0.5],
      [-0, 0.5],
      [Infinity, 1],
      [-Infinity, 0],
      [-104, 0],
    ],
  },
  {
    name: 'erfF32x4',
    op: UnaryOp.Erf,
    reference: erf,
    ulp: 2,
    range: [-4.5, 4.5],
    exact: [
      [0, 0],
      [-0, -0],
      [Infinity, 1],
      [-Infinity, -1],
      [4, 1],
    ],
  },
  {
    name: 'arctanF32x4',
    op: UnaryOp.Arctan,
    reference: Math.atan,
    ulp: 2,
    range: [-20, 20],
    exact: [
      [0, 0],
      [-0, -0],
      [Infinity, Math.fround(Math.PI / 2)],
      [-Infinity, -Math.fround(Math.PI / 2)],
      [1, Math.fround(Math.PI / 4)],
      [minSubnormal, minSubnormal],
    ],
  },
  {
    name: 'sinF32x4',
    op: UnaryOp.Sin,
    reference: Math.sin,
    ulp: 1.6,
    range: [-1e5, 1e5],
    exact: [
      [0, 0],
      [-0, -0],
      [Infinity, NaN],
      [-Infinity, NaN],
      [minSubnormal, minSubnormal],
    ],
  },
  {
    name: 'cosF32x4',
    op: UnaryOp.Cos,
    reference: Math.cos,
    ulp: 1.6,
    range: [-1e5, 1e5],
    exact: [
      [0, 1],
      [-0, 1],
      [Infinity, NaN],
      [-Infinity, NaN],
    ],
  },
];

/** The first element whose error is above `bound`, described; undefined if there is none. */
function firstWrong(
  x: Float32Array,
  y: Float32Array,
  error: (y: number, x: number) => number,
  bound: number,
): string | undefined {
  const i = x.findIndex((value, k) => !(error(y[k] ?? NaN, value) <= bound));
  return i < 0 ? undefined : `f(${x[i] ?? ''}) = ${y[i] ?? ''}`;
}

describe.each(functions)('$name', ({ op, reference, ulp, range, exact }) => {
  const error = (y: number, x: number): number => ulpError(y, reference(x));

  it(`is within ${ulp} ulp where it varies`, () => {
    const x = spread(range[0], range[1], 100_000);
    expect(firstWrong(x, evaluate(op, x), error, ulp)).toBeUndefined();
  });

  it('keeps its bound at every sign and exponent, subnormals included', () => {
    const periodic = op === UnaryOp.Sin || op === UnaryOp.Cos;
    const x = everyExponent(100).filter((value) => !periodic || Math.abs(value) < 2 ** 25);
    expect(firstWrong(x, evaluate(op, x), error, ulp)).toBeUndefined();
  });

  it('is exact at zeros, infinities and limits', () => {
    const x = Float32Array.from(exact, ([value]) => value);
    expect([...evaluate(op, x)]).toEqual(exact.map(([, value]) => value));
  });

  it('gives NaN for NaN', () => {
    expect([...evaluate(op, Float32Array.of(NaN, 1, NaN))][0]).toBeNaN();
  });
});

describe('sinF32x4 and cosF32x4 beyond 2^25', () => {
  const x = everyExponent(1000).filter((value) => Math.abs(value) >= 2 ** 25);

  it.each([
    ['sin', UnaryOp.Sin, Math.sin],
    ['cos', UnaryOp.Cos, Math.cos],
  ] as const)('%s stays within 1e-7 up to the largest float32', (_, op, reference) => {
    const error = (y: number, value: number): number => Math.abs(y - reference(value));
    expect(firstWrong(x, evaluate(op, x), error, 1e-7)).toBeUndefined();
  });

  it('gives a lane the same bits whether or not its neighbours are large', () => {
    const small = spread(-50, 50, 64);
    const mixed = small.map((value, i) => (i % 4 === 1 ? 1e30 : value));
    const alone = evaluate(UnaryOp.Sin, small);
    const among = evaluate(UnaryOp.Sin, mixed);
    expect([...among].filter((_, i) => i % 4 !== 1)).toEqual(
      [...alone].filter((_, i) => i % 4 !== 1),
    );
  });
});

describe.each([
  ['exp', UnaryOp.Exp, [88, -100]],
  ['sigmoid', UnaryOp.Sigmoid, [88, -100]],
  ['tanh', UnaryOp.Tanh, [44, -50]],
] as const)('%s on sixteen elements at a time', (_, op, beyond) => {
  it('gives an element the same bits whatever stands beside it', () => {
    const x = spread(-43, 43, 1600);
    const alone = evaluate(op, x);
    for (const other of [NaN, Infinity, -Infinity, ...beyond]) {
      const among = evaluate(
        op,
        x.map((value, i) => (i % 16 === 5 ? other : value)),
      );
      expect(among.filter((_, i) => i % 16 !== 5)).toEqual(alone.filter((_, i) => i % 16 !== 5));
    }
  });
});
