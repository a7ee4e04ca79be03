// Operations of symbolic tensors. Graphs lie above operations, so nn/layers/core/symbolic-methods.ts says what a symbolic tensor is,
// and what an operation of one gives.
import { flattenNest } from '../../../config/index.js';
import { Tensor } from '../../tensor/index.js';
import type { Operation } from './operation-shape.js';

/** The type of the symbolic tensors of graphs, as the member `tensor`; `layers` declares it. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface SymbolicTensors {}

/** The symbolic tensors of graphs. */
export type AnySymbolic = SymbolicTensors extends { readonly tensor: infer Type } ? Type : never;

/** What operations see of a symbolic tensor. */
export class SymbolicOperand {
  /** What an operation gives for arguments among which the symbolic tensor is. @internal */
  declare readonly applyOperation: (
    operation: Operation,
    name: string,
    args: readonly unknown[],
  ) => unknown;
}

/** Arguments, with symbolic tensors where tensors may stand. */
export type WithSymbolic<Arguments extends readonly unknown[]> = {
  [Place in keyof Arguments]: Tensor extends Arguments[Place]
    ? Arguments[Place] | AnySymbolic
    : Tensor[] extends Extract<Arguments[Place], readonly unknown[]>
      ? readonly (Tensor | AnySymbolic | ItemOf<Arguments[Place]>)[]
      : [Tensor, Tensor] extends Arguments[Place]
        ? WithParts<Arguments[Place]>
        : Tensor extends NonNullable<Arguments[Place]>[keyof NonNullable<Arguments[Place]>]
          ? WithMembers<Arguments[Place]>
          : Arguments[Place];
};

/** A pair of tensors, each of which may be symbolic. */
type WithParts<Pair> = { [Part in keyof Pair]: Pair[Part] | AnySymbolic };

/** Options, with symbolic tensors where tensors may stand. */
type WithMembers<Options> = {
  [Name in keyof Options]: Tensor extends Options[Name]
    ? Options[Name] | AnySymbolic
    : Options[Name];
};

type ItemOf<List> = List extends readonly (infer Item)[] ? Item : never;

/** What an operation gives, with symbolic tensors in the positions of tensors. */
export type SymbolicResult<Result> = Result extends Tensor
  ? AnySymbolic
  : Result extends object
    ? { readonly [Key in keyof Result]: SymbolicResult<Result[Key]> }
    : Result;

/** A function of tensors, as a function of symbolic tensors. */
export type SymbolicForm<F> = F extends (
  ...args: infer Arguments extends readonly unknown[]
) => infer Result
  ? (...args: WithSymbolic<Arguments>) => SymbolicResult<Result>
  : never;

/** A function of tensors that takes symbolic tensors as well. */
export type OnSymbolic<F> = F & SymbolicForm<F>;

/**
 * An operation as programs call it, under its name.
 *
 * @param call `callOnStructures` for an operation with tensors in its options
 */
export function onSymbolic<F extends Operation>(
  name: string,
  operation: F,
  call = callOperation,
): OnSymbolic<F> {
  // The key gives the function its name.
  const { [name]: called } = {
    [name]: (...args: unknown[]) => call(operation, name, args),
  };
  return called as OnSymbolic<F>;
}

/** What an operation gives: computed, or a part of a graph if there is a symbolic tensor among the arguments. */
export function callOperation(
  operation: Operation,
  name: string,
  args: readonly unknown[],
): unknown {
  for (const arg of args) {
    // Tensors first: this runs before every operation that a program calls.
    if (arg instanceof Tensor || typeof arg !== 'object') continue;
    const symbolic = Array.isArray(arg) ? arg.find(isSymbolicOperand) : arg;
    if (isSymbolicOperand(symbolic)) return symbolic.applyOperation(operation, name, args);
  }
  return operation(...(args as never[]));
}

/** `callOperation` for arguments that are lists and objects of tensors, as deep as you like. */
export function callOnStructures(
  operation: Operation,
  name: string,
  args: readonly unknown[],
): unknown {
  const [symbolic] = flattenNest(args, isSymbolicOperand);
  if (symbolic !== undefined) return symbolic.applyOperation(operation, name, args);
  return operation(...(args as never[]));
}

const isSymbolicOperand = (value: unknown): value is SymbolicOperand =>
  value instanceof SymbolicOperand;
