import { ShapeError, ValueError } from '../errors.js';
import {
  formatShape,
  requireList,
  requireTensor,
  requireVariables,
  sameShape,
  Tensor,
} from '../tensor/index.js';
import type { Variable } from '../tensor/index.js';

/** The error of a call without variables, before there are any. */
export function unknownVariables(optimizer: string, call: string, fullCall: string): ValueError {
  return new ValueError(
    `${optimizer}: ${call} does not know the variables yet. Call build(variables) first or ` +
      `give them: ${fullCall}.`,
  );
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
      `${optimizer}: ${gradients.length} gradients came for ${targets.length} variables. Give one for each, ` +
        `null where there is none.`,
    );
  }
  if (gradients.every((gradient) => gradient === null)) {
    throw new ValueError(
      `${optimizer}: there is no gradient for any variable: ` +
        `${gradients.length === 1 ? 'the only one is' : `all ${gradients.length} are`} null. A step needs at least one. Compute ` +
        `the loss from the variables, inside the function that valueAndGrad or grad gets.`,
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
