// A step that calls an operation is recorded and repeated with other numbers: the results are those of the operation, bit for bit.
import { expect, it } from 'vitest';
import { flattenNest } from '../../../src/config/index.js';
import { captureRun } from '../../../src/nn/capture/captured-run.js';
import { Tensor, tidy } from '../../../src/engine/tensor/index.js';
import { fillAll, isFloat, operandsOf, operationOf, toTensor } from '../../specs/operation-spec.js';
import type { Operand } from '../../specs/operation-spec.js';
import { operationSpecs } from '../../specs/operations.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** The operand with its numbers in the opposite order. */
const other = (operand: Operand): Operand => ({ ...operand, data: [...operand.data].reverse() });

// Dropout draws again.
const { dropout: _, ...specs } = operationSpecs;

const compared = new Set<string>();

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
    /** The results, with tensors in the positions of operands of float32; the others are the same in each call. */
    const step = ([given]: readonly [readonly Tensor[]]): Tensor[] => {
      const left = [...given];
      const own = fillAll(args, (operand) => (isFloat(operand) ? left.shift() : toTensor(operand)));
      return flattenNest(operation(...own), isTensor);
    };
    const same = floats.map(toTensor);
    const { result, run } = captureRun([same] as const, step, { bytes: 2 ** 22 });
    const numbersOf = (results: unknown): unknown[] =>
      flattenNest(results, isTensor).map((y) => y.data().slice());
    expect(numbersOf(result)).toEqual(numbersOf(step([same])));
    // What an operation reads into JavaScript is not recorded; the last test says of which some call must be.
    if (run === undefined) return;
    const others = floats.map(other).map(toTensor);
    // What elements decide may be something else with other numbers, but not with the same.
    const repeated = [others, same].flatMap((inputs) => {
      const again = run.replay([inputs]);
      if (again === undefined) return [];
      return [[numbersOf(again), numbersOf(step([inputs]))] as const];
    });
    expect(repeated.length).toBeGreaterThan(0);
    for (const [results, expected] of repeated) expect(results).toEqual(expected);
    compared.add(name);
    run.dispose();
  });
});

it('each operation is recorded and compared', () => {
  const names = new Set(calls.map(([, name]) => name));
  expect([...names].filter((name) => !compared.has(name)).sort()).toEqual([]);
});
