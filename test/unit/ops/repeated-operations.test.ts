// A step that calls an operation is recorded and repeated with other numbers: the results are those of the operation, bit for bit.
import { expect, it } from 'vitest';
import { flattenNest } from '../../../src/config/index.js';
import { captureRun } from '../../../src/capture/captured-run.js';
import { Tensor, tidy } from '../../../src/tensor/index.js';
import { fillAll, isFloat, operandsOf, operationOf, toTensor } from '../../specs/operation-spec.js';
import type { Operand } from '../../specs/operation-spec.js';
import { operationSpecs } from '../../specs/operations.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** The operand with its numbers in the opposite order. */
const other = (operand: Operand): Operand => ({ ...operand, data: [...operand.data].reverse() });

// Dropout draws anew.
const { dropout: _, ...specs } = operationSpecs;

const recorded = new Set<string>();

const calls = Object.entries(specs).flatMap(([name, { calls }]) =>
  calls
    .map(([args]) => args)
    .filter((args) => operandsOf(args).some(isFloat))
    .map((args, i) => [`${name} ${i}`, name, args] as const),
);

it.each(calls)('%s', (_label, name, args) => {
  const operation = operationOf(name);
  const floats = operandsOf(args).filter(isFloat);
  tidy(() => {
    /** The results, with tensors in the places of operands of float32; the others are the same in each call. */
    const step = ([given]: readonly [readonly Tensor[]]): Tensor[] => {
      const left = [...given];
      const own = fillAll(args, (operand) => (isFloat(operand) ? left.shift() : toTensor(operand)));
      return flattenNest(operation(...own), isTensor);
    };
    const { run } = captureRun([floats.map(toTensor)] as const, step, { bytes: 2 ** 22 });
    if (run !== undefined) recorded.add(name);
    const inputs = floats.map(other).map(toTensor);
    const again = run?.replay([inputs]);
    // What elements decide may be something else now.
    if (again === undefined) return;
    const expected = step([inputs]);
    flattenNest(again, isTensor).forEach((y, i) => {
      expect(y.data()).toEqual(expected[i]?.data());
    });
    run?.dispose();
  });
});

it('each operation is recorded', () => {
  const names = new Set(calls.map(([, name]) => name));
  expect([...names].filter((name) => !recorded.has(name)).sort()).toEqual([]);
});
