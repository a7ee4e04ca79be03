import { describeValue } from '../config/describe-value.js';
import { ShapeError, ValueError } from '../errors.js';
import {
  formatShape,
  requireList,
  requireTensor,
  sameShape,
  Tensor,
  Variable,
} from '../tensor/index.js';

/** Throws unless `variables` is a list of variables. */
export function checkVariables(optimizer: string, variables: readonly Variable[]): void {
  const list: readonly unknown[] = variables;
  requireList(optimizer, 'variables', list);
  const wrong = list.findIndex((variable) => !(variable instanceof Variable));
  if (wrong === -1) return;
  throw new ValueError(
    `${optimizer}: the list of variables holds ${describeValue(list[wrong])}. Give variables, such as model.trainableWeights.`,
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
    throw new ValueError(
      `${optimizer}: apply(gradients) does not know the variables yet. Call build(variables) first or ` +
        `give them: apply(gradients, variables).`,
    );
  }
  if (gradients.length !== targets.length) {
    throw new ValueError(
      `${optimizer}: ${gradients.length} gradients came for ${targets.length} variables. Give one for each, ` +
        `null where there is none.`,
    );
  }
  if (gradients.every((gradient) => gradient === null)) {
    throw new ValueError(`${optimizer}: there is no gradient for any variable.`);
  }
  gradients.forEach((gradient, i) => {
    const variable = targets[i];
    if (variable === undefined || gradient === null) return;
    if (!(gradient instanceof Tensor)) requireTensor(`${optimizer}: gradient ${i}`, gradient);
    if (!isKnown(variable)) {
      checkVariables(optimizer, targets);
      throw new ValueError(
        `${optimizer}: variable '${variable.path}' is unknown. An optimizer trains the variables it was ` +
          `built with; make a new one for others (compile the model again).`,
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
