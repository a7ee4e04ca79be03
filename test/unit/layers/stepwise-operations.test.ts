// Which operations of a graph compute each step of [batch, steps, …] by itself: what is written of them agrees with what a
// change of one step of the input changes in the output.
import { expect, it } from 'vitest';
import { flattenNest } from '../../../src/config/index.js';
import { Tensor, tidy } from '../../../src/engine/tensor/index.js';
import {
  fillAll,
  isFloat,
  isStepwise,
  operandsOf,
  operationOf,
  toTensor,
} from '../../specs/operation-spec.js';
import { sizeOf } from '../../reference/dense-array.js';
import type { Operand } from '../../specs/operation-spec.js';
import { operationSpecs } from '../../specs/operations.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Operands that are [batch, steps, …] as the first such one is; the others are the same in each call. */
function inputsOf(args: readonly unknown[]): readonly Operand[] {
  const [first, ...rest] = operandsOf(args).filter(({ shape }) => shape.length >= 3);
  const isAlike = ({ shape: [samples, steps] }: Operand): boolean =>
    samples === first?.shape[0] && steps === first?.shape[1];
  return first === undefined ? [] : [first, ...rest.filter(isAlike)];
}

/** The operand with other elements in a step of its first sample. */
function changedAt(operand: Operand, step: number): Operand {
  const size = sizeOf(operand.shape.slice(2));
  const other = (value: number): number => isFloat(operand) ? 1.5 - value : Number(value === 0); // prettier-ignore
  const isOf = (i: number): boolean => Math.floor(i / size) === step;
  return { ...operand, data: operand.data.map((value, i) => (isOf(i) ? other(value) : value)) };
}

/** The elements of each step of each sample of each result; undefined for a result that has other samples or steps. */
function stepsOf(results: unknown, samples: number, count: number): (string[] | undefined)[] {
  return flattenNest(results, isTensor).map((y) => {
    if (y.shape[0] !== samples || y.shape[1] !== count) return undefined;
    const lines = y.reshape([samples * count, -1]);
    return Array.from({ length: samples * count }, (_, i) => String(lines.slice(i).data()));
  });
}

/** Whether outputs have the steps of the input, and a step of the input changes no other step of an output. */
function isMeasuredStepwise(name: string, args: readonly unknown[]): boolean {
  const inputs = inputsOf(args);
  const [samples = 0, count = 0] = inputs[0]?.shape ?? [];
  const run = (at?: number): (string[] | undefined)[] =>
    tidy(() => {
      const replace = (operand: Operand): Tensor =>
        toTensor(at !== undefined && inputs.includes(operand) ? changedAt(operand, at) : operand);
      return stepsOf(operationOf(name)(...fillAll(args, replace)), samples, count);
    });
  const before = run();
  return Array.from({ length: count }, (_, at) => at).every((at) =>
    run(at).every((steps, y) => steps?.every((step, i) => i === at || step === before[y]?.[i])),
  );
}

/** Whether it is written that the call computes each step by itself. */
function isWrittenStepwise(name: string, args: readonly unknown[]): boolean {
  return tidy(() => {
    const inputs = inputsOf(args);
    const constants: Tensor[] = [];
    const given = fillAll(args, (operand) => {
      const made = toTensor(operand);
      if (!inputs.includes(operand)) constants.push(made);
      return made;
    });
    return isStepwise(name, given, constants);
  });
}

const ofSteps = Object.entries(operationSpecs).filter(([, { isLowRank }]) => isLowRank !== true);

it.each(ofSteps)('%s', (name, { calls, notStepwise }) => {
  const callsOfSteps = calls
    .map(([args]) => args)
    .filter((args) => (inputsOf(args)[0]?.shape[1] ?? 0) > 1);
  expect(
    callsOfSteps.length,
    `a call of [batch, steps, features], in the row of ${name}`,
  ).toBeGreaterThan(0);
  for (const args of callsOfSteps) {
    const measured = isMeasuredStepwise(name, args);
    const written = isWrittenStepwise(name, args);
    const call = `${name}(${JSON.stringify(args).slice(0, 80)})`;
    if (written) expect(measured, `${call} mixes steps: it is no @stepwise`).toBe(true);
    else if (notStepwise === undefined) {
      const advice = `@stepwise in the doc comment of ${name}, or notStepwise in its row, as each step of ${call} is its own`;
      expect(measured, advice).toBe(false);
    }
  }
});
