// Which operations in a graph compute each step of [batch, steps, …] by itself.
import { flattenNest } from '../../../config/index.js';
import { alongAxis, elementwise } from '../../../engine/ops/generated/stepwise-operations.js';
import { Tensor } from '../../../engine/tensor/index.js';
import { isWithinStep } from './within-step.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/**
 * Whether an operation computes each step by itself.
 *
 * @param name its name in `ops`
 * @param args its arguments
 * @param constants tensors among them that are the same in each call
 */
export function isStepwise(
  name: string,
  args: readonly unknown[],
  constants: readonly Tensor[],
): boolean {
  if (Object.hasOwn(alongAxis, name)) {
    const { 1: axis = alongAxis[name] } = args;
    return isAxis(axis) && isWithinStep(axis);
  }
  if (!elementwise.has(name) || args.some(isNested)) return false;
  const rank = Math.max(...flattenNest(args, isTensor).map(({ ndim }) => ndim));
  // A constant with an element for each step has those of other steps.
  return constants.every(({ ndim, shape }) => (shape[1 - (rank - ndim)] ?? 1) === 1);
}

const isAxis = (axis: unknown): axis is number | readonly number[] =>
  typeof axis === 'number' || (Array.isArray(axis) && axis.length > 0);

const isNested = (arg: unknown): boolean => Array.isArray(arg) && Array.isArray(arg[0]);
