// The parts of an optimizer's step, in their order: gradients are computed, checked, added up, clipped and scaled, weights
// are changed, and averages of weights follow.
import { ReduceOp } from '../../../assembly/codes.js';
import { checkFunction, isDeclared } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { differentiateVariables } from '../../engine/ops/control/grad.js';
import { add, clip, div, mul } from '../../engine/ops/index.js';
import { runReduce } from '../../engine/ops/reductions/sum.js';
import { UnfinishedError } from '../../engine/runtime/index.js';
import {
  formatShape,
  full,
  requireList,
  requireTensor,
  requireVariables,
  sameShape,
  tidy,
  Tensor,
} from '../../engine/tensor/index.js';
import type { Variable } from '../../engine/tensor/index.js';
import { NO_FACTORS } from './optimizer-options.js';
import type { ClippingOptions, UpdateFactors } from './optimizer-options.js';

/** The error of a call without variables, before there are any. */
function unknownVariables(optimizer: string, call: string, fullCall: string): ValueError {
  return new ValueError(
    `${optimizer}: ${call} does not know the variables yet. Call build(variables) first or ` +
      `give them: ${fullCall}.`,
  );
}

/** What `minimize` needs of an optimizer. */
interface Steps {
  readonly name: string;
  apply(gradients: readonly (Tensor | null)[], variables: readonly Variable[]): void;
  scaleLoss(loss: Tensor): Tensor;
}

/** One step of the optimizer down the gradient of `f`. Returns what `f` computed. */
export function minimize(
  optimizer: Steps,
  f: () => Tensor,
  variables: readonly Variable[],
): Tensor {
  const { name } = optimizer;
  checkFunction(`${name}: minimize`, 'f', f);
  requireVariables(`${name}: minimize`, variables);
  if (variables.length === 0) {
    throw unknownVariables(name, 'minimize(f)', 'minimize(f, variables)');
  }
  const { value, gradients } = differentiateVariables(`${name}: minimize`, f, variables);
  try {
    tidy(() =>
      optimizer.apply(
        gradients.map((g) => g && optimizer.scaleLoss(g)),
        variables,
      ),
    );
  } finally {
    for (const gradient of gradients) gradient?.dispose();
  }
  return value;
}

/**
 * Throws unless there is a gradient (or null) for each variable, of its shape, and the optimizer knows them all.
 *
 * @param optimizer its name, for messages
 */
export function checkGradients(
  optimizer: string,
  gradients: readonly (Tensor | null)[],
  targets: readonly Variable[],
  isKnown: (variable: Variable) => boolean,
): void {
  requireList(optimizer, 'variables', targets);
  if (targets.length === 0) {
    throw unknownVariables(optimizer, 'apply(gradients)', 'apply(gradients, variables)');
  }
  if (gradients.length !== targets.length) {
    throw new ValueError(
      `${optimizer}: ${gradients.length} gradients for ${targets.length} variables. Give one for each variable, or null if it has none.`,
    );
  }
  if (gradients.every((gradient) => gradient === null)) {
    throw new ValueError(
      `${optimizer}: there is no gradient for any variable: all of ${gradients.length} are null. Compute ` +
        `the loss inside the function that valueAndGrad or grad gets.`,
    );
  }
  gradients.forEach((gradient, i) => {
    const variable = targets[i];
    if (variable === undefined || gradient === null) return;
    if (!(gradient instanceof Tensor)) requireTensor(`${optimizer}: gradient ${i}`, gradient);
    if (!isKnown(variable)) {
      requireVariables(optimizer, targets);
      throw new ValueError(
        `${optimizer}: variable '${variable.path}' is unknown. An optimizer trains the variables it was ` +
          `built with; make a new one for others (compile the model again).`,
      );
    }
    if (variable.quantized !== undefined) {
      throw new ValueError(
        `${optimizer}: '${variable.path}' is quantized (${variable.quantized.mode}), and quantized weights cannot be trained.`,
      );
    }
    if (!sameShape(gradient.shape, variable.shape) || gradient.dtype !== 'float32') {
      throw new ShapeError(
        `${optimizer}: the gradient of '${variable.path}' must be float32 of shape ` +
          `${formatShape(variable.shape)}, got ${gradient.dtype} of shape ${formatShape(gradient.shape)}.`,
      );
    }
  });
}

/** The sums of the gradients of several steps, and how many steps make one update. */
interface Accumulation {
  readonly accumulators: readonly Variable[];
  /** The accumulator of each of the gradients. */
  readonly sums: readonly (Variable | undefined)[];
  readonly steps: number;
  readonly isLast: boolean;
}

/** Adds gradients to the sums. The last step of several gives the means, and starts over; others give none. */
export function accumulate(
  gradients: readonly Tensor[],
  { accumulators, sums, steps, isLast }: Accumulation,
): readonly Tensor[] | undefined {
  const totals = gradients.map((gradient, i) => {
    const sum = sums[i];
    return sum === undefined ? gradient : add(gradient, sum.value);
  });
  if (!isLast) {
    sums.forEach((sum, i) => sum?.assign(totals[i] ?? 0));
    return undefined;
  }
  for (const sum of accumulators) sum.assign(full(sum.shape, 0));
  return totals.map((total) => div(total, steps));
}

/** Gradients and the numbers that they still have to be multiplied by, to be clipped. */
interface ClippedGradients {
  readonly gradients: readonly Tensor[];
  readonly factors: readonly number[];
}

/** Σ x². */
function squaredNorm(x: Tensor): number {
  const axes = x.shape.map((_, axis) => axis);
  return runReduce('reduceF32', x, axes, [], 'float32', ReduceOp.SumOfSquares).item();
}

/** limit / max(norm, limit): what makes something at most `limit` long; NaN if the norm is infinite or NaN. */
function factorOf(norm: number, limit: number): number {
  if (norm <= limit) return 1;
  return Number.isFinite(norm) ? limit / norm : NaN;
}

/** Gradients clipped as the settings say: each by norm, all by their common norm, or element by element. */
export function clipGradients(
  gradients: readonly Tensor[],
  settings: ClippingOptions,
): ClippedGradients {
  const { clipnorm, clipvalue, globalClipnorm } = settings;
  // As in Keras, a limit of 0 is none.
  if (clipnorm) {
    const factors = gradients.map((g) => factorOf(Math.sqrt(squaredNorm(g)), clipnorm));
    return { gradients, factors };
  }
  if (globalClipnorm) {
    const norm = Math.sqrt(gradients.reduce((total, g) => total + squaredNorm(g), 0));
    return { gradients, factors: gradients.map(() => factorOf(norm, globalClipnorm)) };
  }
  const factors = gradients.map(() => 1);
  if (!clipvalue) return { gradients, factors };
  return { gradients: gradients.map((g) => clip(g, -clipvalue, clipvalue)), factors };
}

/** What is left to the update of a class: all, or else a gradient that is scaled already, and decayed weights. */
type Update = (gradient: Tensor, factors: UpdateFactors) => void;

/**
 * Lets `update` change a variable in place, and tells the variable that it has. Gradient and weights are multiplied by what
 * clips and decays them, unless the update of the class does it.
 *
 * @throws UnfinishedError that names the variable, if a thread was lost while it changed the elements.
 */
export function changeWeights(
  optimizer: { readonly name: string },
  variable: Variable,
  gradient: Tensor,
  factors: UpdateFactors,
  update: Update,
): void {
  const type = optimizer.constructor as unknown as { readonly appliesFactors: boolean };
  // A subclass of a user may not know of factors.
  const appliesFactors = type.appliesFactors && isDeclared(type);
  if (!appliesFactors && factors.weight !== 1) {
    variable.assign(mul(variable.value, factors.weight));
  }
  variable.value.storage.announceChange();
  const isScaled = appliesFactors || factors.gradient === 1;
  const scaled = isScaled ? gradient : mul(gradient, factors.gradient);
  try {
    update(scaled, appliesFactors ? factors : NO_FACTORS);
  } catch (error) {
    const isTorn = error instanceof UnfinishedError && error.torn === variable.value.pointer;
    if (!isTorn) throw error;
    throw new UnfinishedError(
      `${optimizer.name}: the weights '${variable.path}' and the optimizer's state for them are no longer whole, and the ` +
        `variables after them have not made this step. Load weights that were saved before, or make the model again. ` +
        error.message,
      { cause: error, torn: error.torn },
    );
  } finally {
    variable.touch();
  }
}

/** average ← momentum · average + (1 − momentum) · weight. */
export function moveAverages(
  averages: readonly Variable[],
  weights: readonly Variable[],
  momentum: number,
): void {
  averages.forEach((average, i) => {
    const weight = weights[i];
    if (weight === undefined) return;
    average.assign(add(mul(average.value, momentum), mul(weight.value, 1 - momentum)));
  });
}
