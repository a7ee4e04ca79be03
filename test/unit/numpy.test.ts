// Operations against results that NumPy wrote into test/fixtures/numpy (test/oracles/fixtures/numpy-cases.py).
import { describe, expect, it } from 'vitest';
import { ops, tidy } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { parseArray, readOperationCases, toTensor } from '../fixtures/numpy/read.js';
import type { NumpyArray, OperationCase } from '../fixtures/numpy/read.js';

type Operation = (...args: unknown[]) => Tensor | Tensor[];

/** Take a list of tensors as their first argument. */
const OF_LISTS = ['concat', 'stack'];

/**
 * Rounded more than once on the way: error relative to the result (logsumexp: or to 1, where it is near 0), in
 * units of 2⁻²⁴. All other results must be NumPy's to the bit: the inputs are such that sums and products are
 * exact.
 */
const ROUNDED: Readonly<Record<string, number>> = {
  mean: 2,
  prod: 8,
  variance: 8,
  std: 8,
  logsumexp: 8,
  pow: 4,
};

/** Either zero is right: where both are equal NumPy's own choice depends on the processor, and sinc has no sign at whole numbers. */
const OF_EITHER_ZERO = ['maximum', 'minimum', 'max', 'min', 'clip', 'sinc'];

function isRight(op: string, actual: number, expected: number, within = ROUNDED[op] ?? 0): boolean {
  if (Object.is(actual, expected)) return true;
  if (OF_EITHER_ZERO.includes(op)) return actual === expected;
  const scale = op === 'logsumexp' ? Math.max(1, Math.abs(expected)) : Math.abs(expected);
  return Math.abs(actual - expected) <= within * 2 ** -24 * scale;
}

function expectArray(op: string, actual: Tensor, expected: NumpyArray, within?: number): void {
  expect(actual.dtype).toBe(expected.dtype);
  expect([...actual.shape]).toEqual([...expected.shape]);
  const data = Array.from(actual.data());
  const wrong = data.findIndex((x, i) => !isRight(op, x, expected.data[i] ?? NaN, within));
  if (wrong !== -1 || data.length !== expected.data.length) expect(data).toEqual(expected.data);
}

function run({ op, inputs, args }: OperationCase): readonly Tensor[] {
  const operation = (ops as unknown as Readonly<Record<string, Operation | undefined>>)[op];
  if (operation === undefined) throw new Error(`There is no operation '${op}'.`);
  const tensors = inputs.map((line) => toTensor(parseArray(line)));
  if (op === 'einsum') return [operation(...args, ...tensors)].flat();
  return [operation(...(OF_LISTS.includes(op) ? [tensors] : tensors), ...args)].flat();
}

function shapesOf(inputs: readonly string[]): string {
  return inputs.map((line) => line.split(' ')[0] ?? '').join(' ');
}

const SUBJECTS = [
  'slice',
  'shape',
  'elementwise',
  'reduce',
  'product',
  'order',
  'contract',
  'fuzz',
];

describe.each(SUBJECTS)('NumPy: %s', (name) => {
  readOperationCases(name).forEach((golden, i) => {
    const { op, args, inputs, output } = golden;
    it(`${i}: ${op} of ${shapesOf(inputs)} ${JSON.stringify(args)}`, () => {
      tidy(() => {
        const outputs = run(golden);
        const expected = [output].flat().map(parseArray);
        expect(outputs.length).toBe(expected.length);
        outputs.forEach((actual, part) => {
          const want = expected[part];
          if (want !== undefined) expectArray(op, actual, want, golden.within);
        });
      });
    });
  });
});
