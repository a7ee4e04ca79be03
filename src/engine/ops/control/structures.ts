// Structures of tensors that functions of the program take and give: checked, and with tensors in the positions of numbers.
import { describeValue, printable } from '../../../config/describe-value.js';
import { mapNest } from '../../../config/index.js';
import type { Nest } from '../../../config/index.js';
import { DTypeError, ShapeError, ValueError } from '../../../errors.js';
import { decideBy, formatShape, isOfScope, Tensor, toTensor } from '../../tensor/index.js';
import type { TypedArray } from '../../../config/dtype.js';
import { SymbolicOperand } from '../graphs/symbolic-operand.js';
import type { AnySymbolic } from '../graphs/symbolic-operand.js';

/** A value that stands for a tensor in a structure. Each number in a list is a separate tensor. */
export type StructureLeaf = Tensor | TypedArray | number | boolean;

/** A tensor, or lists and plain objects of tensors, nested at will; a number or a typed array stands for a tensor. */
export type Structure = Nest<StructureLeaf>;

/** A structure that contains symbolic tensors. */
export type SymbolicStructure = Nest<StructureLeaf | AnySymbolic>;

/** A structure with tensors in place of the values that stand for them. */
export type TensorsOf<S> = Structure extends S
  ? Nest<Tensor>
  : S extends StructureLeaf | AnySymbolic
    ? Tensor
    : S extends null | undefined
      ? null
      : { [Key in keyof S]: TensorsOf<S[Key]> };

/** A structure with symbolic tensors in place of tensors. */
export type SymbolicsOf<S> = S extends StructureLeaf | AnySymbolic
  ? AnySymbolic
  : S extends null | undefined
    ? null
    : { [Key in keyof S]: SymbolicsOf<S[Key]> };

export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

const isLeaf = (value: unknown): value is StructureLeaf =>
  isTensor(value) ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  ArrayBuffer.isView(value);

/** The structure with tensors in place of the values that stand for them. `what` is its name in messages. */
export function tensorsIn(op: string, what: string, structure: unknown): Nest<Tensor> {
  const refuse = (value: unknown, path: () => string): never => {
    const advice =
      value instanceof SymbolicOperand
        ? ' A function that a graph calls has to compute with its parameters: a symbolic tensor from outside has no values. Give the tensor as an argument.'
        : '';
    throw new ValueError(
      `${op}: ${what}${path()} must be a tensor, or lists and objects of tensors, got ${describeValue(value)}.${advice}`,
    );
  };
  return mapNest(structure, isLeaf, (leaf) => toTensor(leaf), refuse);
}

/** Characters of a structure that a message shows. */
const MAX_SHOWN = 200;

/** Structure, shapes and dtypes, as text: those of two structures are compared by it. */
export const outlineOf = (structure: unknown): string =>
  JSON.stringify(
    mapNest(structure, isTensor, ({ shape, dtype }) => `${formatShape(shape)} ${dtype}`),
  ).replaceAll('"', '');

/** Throws unless structure, shapes and dtypes of `got` are those of `expected`. */
export function requireSame(op: string, what: string, got: string, expected: string): void {
  if (got === expected) return;
  throw new ShapeError(
    `${op}: ${what} must have the structure, shapes and dtypes ${printable(expected, MAX_SHOWN)}, got ` +
      `${printable(got, MAX_SHOWN)}.`,
  );
}

/** Tensors to give back: those that are not of the innermost scope, and those that stand in two places, as others of the same values. */
export function ownResults(tensors: readonly Tensor[]): Tensor[] {
  return tensors.map((tensor, i) =>
    isOfScope(tensor) && tensors.indexOf(tensor) === i ? tensor : tensor.alias(),
  );
}

/** The only element of a tensor that decides how to go on; undefined where shapes alone are asked for. */
export function decidingElement(op: string, what: string, value: unknown): number | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  if (!isTensor(value)) {
    throw new ValueError(
      `${op}: ${what} must be a number, true or false, or a tensor of one element, got ${describeValue(value)}.`,
    );
  }
  if (value.size !== 1) {
    throw new ShapeError(
      `${op}: ${what} must be a tensor of one element, got shape ${formatShape(value.shape)}. Reduce it with any() or all().`,
    );
  }
  return decideBy<number | undefined>(value, (elements) => elements[0], undefined);
}

/** `decidingElement` of whole numbers. */
export function decidingInteger(op: string, what: string, value: unknown): number | undefined {
  const number = decidingElement(op, what, value);
  if (number === undefined || Number.isInteger(number)) return number;
  throw new DTypeError(`${op}: ${what} must be a whole number, got ${number}.`);
}
