import { Tensor } from '../tensor/index.js';
import type { Shape } from '../tensor/index.js';
import type { DTypeName } from '../../config/dtype.js';
import { cast } from './elementwise/cast.js';
import * as operations from './generated/method-operations.js';
import type { Operation } from './graphs/operation-shape.js';
import { reshape } from './shapes/reshape.js';
import { callOperation, SymbolicOperand } from './graphs/symbolic-operand.js';
import type { OnSymbolic } from './graphs/symbolic-operand.js';
import { transpose } from './shapes/transpose.js';

type MethodOf<F> = F extends (
  x: Tensor,
  ...args: infer Arguments extends readonly unknown[]
) => infer Result
  ? Tensor extends Arguments[number]
    ? OnSymbolic<(...args: Arguments) => Result>
    : (...args: Arguments) => Result
  : never;

type Methods = {
  readonly [Name in keyof typeof operations]: MethodOf<(typeof operations)[Name]>;
};

/**
 * The methods of tensors and of symbolic tensors that are not called as the operations are.
 *
 * @hidden
 */
export interface MethodsInOtherWords<X> {
  /** The transpose: all axes reversed. */
  readonly T: X;
  /** The same elements in a new shape, given as a list or as separate numbers; one length may be −1 and is then inferred. */
  reshape(shape: Shape): X;
  reshape(...shape: readonly number[]): X;
  /** The elements converted to another dtype. */
  astype(dtype: DTypeName): X;
}

/**
 * The operations as methods of tensors: the first operand is the tensor itself. The function of the same name documents
 * what each method computes.
 */
export interface TensorMethods extends Methods, MethodsInOtherWords<Tensor> {}

declare module '../tensor/tensor.js' {
  // The operations, as methods: `x.add(y)` is `ops.add(x, y)`.

  interface Tensor extends TensorMethods {}
}

// Tensors cannot import operations, which import tensors; so the methods are attached here, and
// programs that import the public Tensor get it from this module. Symbolic tensors have the same methods.
// An operation is looked up when its method is first called: programs call few, and a bundler's namespace computes each.
const byName: Readonly<Record<string, unknown>> = operations;
for (const name of Object.keys(operations)) {
  let operation: Operation | undefined;
  define(name, function (...args) {
    operation ??= byName[name] as Operation;
    return callOperation(operation, name, [this, ...args]);
  });
}

define('astype', function (dtype) {
  return callOperation(cast, 'cast', [this, dtype]);
});

define('reshape', function (...shape) {
  return callOperation(reshape, 'reshape', [this, shape.flat()]);
});

for (const { prototype } of [Tensor, SymbolicOperand]) {
  Object.defineProperty(prototype, 'T', {
    configurable: true,
    get(this: unknown) {
      return callOperation(transpose, 'transpose', [this]);
    },
  });
}

function define(name: string, value: (this: unknown, ...args: unknown[]) => unknown): void {
  for (const { prototype } of [Tensor, SymbolicOperand]) {
    Object.defineProperty(prototype, name, { configurable: true, writable: true, value });
  }
}

export { Tensor };
