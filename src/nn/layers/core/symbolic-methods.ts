import { flattenNest } from '../../../config/index.js';
import type * as operations from '../../../engine/ops/generated/method-operations.js';
import type { MethodsInOtherWords } from '../../../engine/ops/methods.js';
import type { Operation } from '../../../engine/ops/graphs/operation-shape.js';
import type { SymbolicForm } from '../../../engine/ops/graphs/symbolic-operand.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { FunctionalOperationLayer, OperationLayer } from '../operation-layer.js';
import { SymbolicTensor } from './symbolic-tensor.js';

type SymbolicMethodOf<Method> = Method extends (
  x: Tensor,
  ...args: infer Arguments extends readonly unknown[]
) => infer Result
  ? SymbolicForm<(...args: Arguments) => Result>
  : never;

type Methods = {
  readonly [Name in keyof typeof operations]: SymbolicMethodOf<(typeof operations)[Name]>;
};

/**
 * The operations as methods of symbolic tensors. Each call is a node of the graph. The function of the same name documents
 * what it computes.
 *
 * @hidden
 */
export interface SymbolicMethods extends Methods, MethodsInOtherWords<SymbolicTensor> {}

declare module './symbolic-tensor.js' {
  interface SymbolicTensor extends SymbolicMethods {}
}

declare module '../../../engine/ops/graphs/symbolic-operand.js' {
  interface SymbolicTensors {
    readonly tensor: SymbolicTensor;
  }
}

const isFunction = (value: unknown): value is object => typeof value === 'function';

let isAttached = false;

/** Gives symbolic tensors the operations. A second call does nothing. */
export function attachOperations(): void {
  if (isAttached) return;
  isAttached = true;
  // Layers import symbolic tensors, so what an operation of one gives is attached here.
  Object.defineProperty(SymbolicTensor.prototype, 'applyOperation', {
    value: (operation: Operation, name: string, args: readonly unknown[]) => {
      const isFunctional = flattenNest(args, isFunction).length > 0;
      const Class = isFunctional ? FunctionalOperationLayer : OperationLayer;
      return new Class(operation, name).applySymbolic(args);
    },
  });
}
