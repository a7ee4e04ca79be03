import { describeValue } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import { requireList } from './shape.js';
import { Tensor } from './tensor.js';
import { Variable } from './variable.js';

/** `value` if it is a tensor, for callers that no compiler checks; else a ValueError that says what came. */
export function requireTensor(owner: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw new ValueError(
    `${owner}: expected a tensor, got ${describeValue(value)}. Make one with tensor(…).`,
  );
}

/** Throws unless `variables` is a list of variables. */
export function requireVariables(owner: string, variables: readonly Variable[]): void {
  const list: readonly unknown[] = variables;
  requireList(owner, 'variables', list);
  const wrong = list.findIndex((variable) => !(variable instanceof Variable));
  if (wrong === -1) return;
  throw new ValueError(
    `${owner}: the list of variables holds ${describeValue(list[wrong])}. Give variables, such as model.trainableWeights.`,
  );
}
