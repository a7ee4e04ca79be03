import type { Tensor, Variable } from '../../../src/index.js';

/** A loss whose gradient is twice the values. */
export const sumOfSquares = ({ value }: Variable): Tensor => value.square().sum();

/** What no compiler would let through. */
export const untyped = (value: unknown): never => value as never;
