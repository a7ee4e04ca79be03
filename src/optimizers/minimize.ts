import { checkFunction } from '../config/index.js';
import { differentiateVariables } from '../ops/grad.js';
import { requireVariables } from '../tensor/index.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { unknownVariables } from './check-gradients.js';

/** What `minimize` needs of an optimizer. */
interface Steps {
  readonly name: string;
  apply(gradients: readonly (Tensor | null)[], variables: readonly Variable[]): void;
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
    optimizer.apply(gradients, variables);
  } finally {
    for (const gradient of gradients) gradient?.dispose();
  }
  return value;
}
