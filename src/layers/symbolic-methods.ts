import { cast, reshape, transpose } from '../ops/index.js';
import * as operations from '../ops/method-operations.js';
import type { Operation } from '../ops/operation-shape.js';
import type { Shape, Tensor } from '../tensor/index.js';
import type { DTypeName } from '../tensor/dtype.js';
import { OperationLayer } from './operation-layer.js';
import { SymbolicTensor } from './symbolic-tensor.js';
import type { Symbolic } from './symbolic-tensor.js';

/** Arguments, with symbolic tensors where tensors may stand. */
type WithSymbolic<Arguments extends readonly unknown[]> = {
  [Place in keyof Arguments]:
    Arguments[Place] | (Tensor extends Arguments[Place] ? SymbolicTensor : never);
};

type SymbolicMethodOf<Method> = Method extends (
  x: Tensor,
  ...args: infer Arguments extends readonly unknown[]
) => infer Result
  ? (...args: WithSymbolic<Arguments>) => Symbolic<Result>
  : never;

type Methods = {
  readonly [Name in keyof typeof operations]: SymbolicMethodOf<(typeof operations)[Name]>;
};

/**
 * The operations as methods of symbolic tensors: each is a node of the graph. What it computes stands at the function of the
 * same name.
 */
export interface SymbolicMethods extends Methods {
  /** The transpose: all axes reversed. */
  readonly T: SymbolicTensor;
  /** The same elements in another shape, given as a list or as numbers; one length may be −1. */
  reshape(shape: Shape): SymbolicTensor;
  reshape(...shape: readonly number[]): SymbolicTensor;
  /** The elements converted to another dtype. */
  astype(dtype: DTypeName): SymbolicTensor;
}

declare module './symbolic-tensor.js' {
  interface SymbolicTensor extends SymbolicMethods {}
}

/** What an operation gives for arguments among which there are symbolic tensors. */
export function applyOperation(
  operation: Operation,
  name: string,
  args: readonly unknown[],
): unknown {
  return new OperationLayer(operation, name).applySymbolic(args);
}

let isAttached = false;

/** Gives symbolic tensors the operations as methods. A second call does nothing. */
export function attachOperations(): void {
  if (isAttached) return;
  isAttached = true;
  for (const [name, operation] of Object.entries(operations) as [string, Operation][]) {
    define(name, function (this: SymbolicTensor, ...args: unknown[]) {
      return applyOperation(operation, name, [this, ...args]);
    });
  }
  define('astype', function (this: SymbolicTensor, dtype: DTypeName) {
    return applyOperation(cast, 'cast', [this, dtype]);
  });
  define(
    'reshape',
    function (this: SymbolicTensor, ...shape: readonly number[] | readonly [Shape]) {
      return applyOperation(reshape, 'reshape', [this, shape.flat()]);
    },
  );
  Object.defineProperty(SymbolicTensor.prototype, 'T', {
    configurable: true,
    get(this: SymbolicTensor) {
      return applyOperation(transpose, 'transpose', [this]);
    },
  });
}

function define(name: string, value: (this: SymbolicTensor, ...args: never[]) => unknown): void {
  Object.defineProperty(SymbolicTensor.prototype, name, {
    configurable: true,
    writable: true,
    value,
  });
}
