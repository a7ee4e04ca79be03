import { checkNumber, checkText } from '../../config/check-number.js';

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
  return checkText(owner, 'name', name);
}

/** The step that a schedule is asked for. */
export function checkStep(owner: string, step: unknown): number {
  return checkNumber(owner, 'step', step);
}
