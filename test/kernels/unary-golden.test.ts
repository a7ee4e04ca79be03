import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { none, unary, unaryGradient, type Parameters, type UnaryName } from './unary-runner.js';

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

  /** Keras's name to the op, and its parameters by Keras's defaults. */
  const ops: Readonly<
    Record<string, readonly [UnaryName, ((args: GoldenCase['args']) => Parameters)?]>
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

  it('are all run here, but for those that are no function of one number', () => {
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
    close(unary(x, op, p), c.y.data);
    close(unaryGradient(Float32Array.from(c.dy.data), x, op, p), c.dx.data);
  });
});
