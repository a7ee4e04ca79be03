import { describeValue } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import { Tensor } from './tensor.js';

/** `value` if it is a tensor, for callers that no compiler checks; else a ValueError that says what came. */
export function requireTensor(owner: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw new ValueError(
    `${owner}: expected a tensor, got ${describeValue(value)}. Make one with tensor(…).`,
  );
}
