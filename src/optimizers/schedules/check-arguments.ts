import { checkNumber, describeValue } from '../../config/check-number.js';
import { ValueError } from '../../errors.js';

/** `initialLearningRate`, a number of at least 0. */
export function checkInitialRate(owner: string, rate: unknown): number {
  return checkNumber(owner, 'initialLearningRate', rate, { min: 0 });
}

/** A number of steps, above 0. */
export function checkSteps(owner: string, name: string, steps: unknown): number {
  return checkNumber(owner, name, steps, { above: 0 });
}

/** A schedule's `name` option. */
export function checkScheduleName(owner: string, name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new ValueError(
    `${owner}: name must be a text that is not empty, got ${describeValue(name)}.`,
  );
}
