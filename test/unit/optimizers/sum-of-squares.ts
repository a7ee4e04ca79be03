import type { Tensor, Variable } from '../../../src/index.js';

/** A loss whose gradient is twice the values. */
export const sumOfSquares = ({ value }: Variable): Tensor => value.square().sum();

/** A value that no compiler would accept. */
export const untyped = (value: unknown): never => value as never;
