// Which operations in a graph compute each step of [batch, steps, …] by itself.
import { flattenNest } from '../config/index.js';
import { Tensor } from '../tensor/index.js';
import { isWithinStep } from './shape-preserving.js';

/** From element to element, broadcasting. */
const ELEMENTWISE: ReadonlySet<string> = new Set(
  (
    'abs add cast ceil celu clip clone cos div elu equal erf exp expm1 floor gelu greater greaterEqual hardShrink hardSigmoid ' +
    'hardSilu hardTanh isFinite isInf isNaN leakyRelu less lessEqual log log1p logSigmoid logicalAnd logicalNot logicalOr ' +
    'logicalXor maximum minimum mish mod mul neg notEqual onesLike pow reciprocal relu relu6 round rsqrt selu sigmoid sign ' +
    'silu sin softShrink softplus softsign sparsePlus sparseSigmoid sqrt square squareplus stopGradient sub tanh tanhShrink ' +
    'threshold where zerosLike'
  ).split(' '),
);

/** Along an axis, the second argument: without one the last axis for the first of these, all axes for the others. */
const ALONG_LAST: ReadonlySet<string> = new Set('glu logSoftmax softmax sparsemax'.split(' '));
const ALONG_AXIS: ReadonlySet<string> = new Set(
  'all any argmax argmin concat cumsum logsumexp max mean min prod std sum variance'.split(' '),
);

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
  const [, axis] = args;
  if (ALONG_LAST.has(name)) return axis === undefined || isWithinStep(axis as number);
  if (ALONG_AXIS.has(name)) return isAxis(axis) && isWithinStep(axis);
  if (!ELEMENTWISE.has(name) || args.some(isNested)) return false;
  const rank = Math.max(...flattenNest(args, isTensor).map(({ ndim }) => ndim));
  // A constant with an element for each step has those of other steps.
  return constants.every(({ ndim, shape }) => (shape[1 - (rank - ndim)] ?? 1) === 1);
}

const isAxis = (axis: unknown): axis is number | readonly number[] =>
  typeof axis === 'number' || (Array.isArray(axis) && axis.length > 0);

const isNested = (arg: unknown): boolean => Array.isArray(arg) && Array.isArray(arg[0]);
