// What a row of the table of operations is told.
import { describeValue } from '../../../config/describe-value.js';
import { Tensor, toTensor } from '../../../engine/tensor/index.js';
import type { TensorLike } from '../../../engine/tensor/index.js';
import { TYPE } from '../../../files/formats/onnx/types.js';
import { cast } from './elementwise.js';
import type { GraphWriter } from './graph-writer.js';
import { isWritten } from './row.js';
import { refuse } from './written.js';
import type { Written } from './written.js';

/** A call of an operation in a graph. */
export class OperationCall {
  /**
   * @param args the arguments, with tensors of the file in place of symbolic ones
   * @param type the element type of what the operation gives
   */
  constructor(
    readonly w: GraphWriter,
    readonly args: readonly unknown[],
    readonly type: number,
  ) {}

  /** A tensor among the arguments, or what stands for one: a number, a list, a tensor of the program. */
  tensor(value: unknown): Written {
    if (isWritten(value)) return value;
    if (Array.isArray(value) && value.flat(8).some(isWritten))
      return refuse('a list of tensors of the graph is one of its operands');
    return this.w.computed(() => toTensor(value as TensorLike));
  }

  /** The operand at that place. */
  x(i = 0): Written {
    const value = this.args[i];
    return value === undefined || value === null
      ? refuse(`its argument ${i} is missing`)
      : this.tensor(value);
  }

  /** The operand as numbers of the type of the result. */
  same(i = 0): Written {
    const value = this.args[i];
    return typeof value === 'number' || typeof value === 'boolean'
      ? this.w.number(Number(value), this.type)
      : cast(this.w, this.x(i), this.type);
  }

  /** The operand as float32. */
  float(i = 0): Written {
    return cast(this.w, this.x(i), TYPE.float);
  }

  /** Two operands in one type: float32 if one of them has fractions, else int32. */
  pair(): readonly [Written, Written] {
    const [a, b] = [this.x(0), this.x(1)];
    const type = [a, b].some((x) => x.type === TYPE.float) ? TYPE.float : TYPE.int32;
    return [cast(this.w, a, type), cast(this.w, b, type)];
  }

  /** Several operands, a list at that place. */
  list(i = 0): readonly Written[] {
    const value = this.args[i];
    return Array.isArray(value) && value.length > 0
      ? value.map((one: unknown) => cast(this.w, this.tensor(one), this.type))
      : refuse(`its argument ${i} is not a list of tensors`);
  }

  /** A number among the arguments. */
  number(i: number, left: number): number {
    const value = this.args[i] ?? left;
    return typeof value === 'number' ? value : this.#refuse(i, 'number');
  }

  /** Whether a flag among the arguments is set. */
  flag(i: number): boolean {
    return this.args[i] === true;
  }

  /** Whole numbers among the arguments, a list or one; undefined if they are left out. */
  numbers(i: number): readonly number[] | undefined {
    const value = this.args[i] ?? undefined;
    if (value === undefined || typeof value === 'number')
      return value === undefined ? value : [value];
    const isList = Array.isArray(value) && value.every((one) => typeof one === 'number');
    return isList ? value : this.#refuse(i, 'list of numbers');
  }

  /** Axes among the arguments; all if they are left out. */
  axes(i: number, x: Written): number[] {
    const given = this.numbers(i) ?? x.shape.map((_, axis) => axis);
    return given.map((axis) => x.axis(axis));
  }

  /** Options among the arguments. */
  options(i: number): Readonly<Record<string, unknown>> {
    const value = this.args[i] ?? {};
    const isPlain =
      typeof value === 'object' &&
      !Array.isArray(value) &&
      !(value instanceof Tensor) &&
      !isWritten(value);
    return isPlain
      ? (value as Readonly<Record<string, unknown>>)
      : this.#refuse(i, 'object of options');
  }

  #refuse(i: number, what: string): never {
    return refuse(`its argument ${i} is no ${what}: ${describeValue(this.args[i])}`);
  }
}

/** Writes what an operation computes; gives its output, or several in their order. */
export type OperationRow = (call: OperationCall) => Written | readonly Written[];

/** Rows by the names of operations. */
export type OperationRows = Readonly<Record<string, OperationRow>>;
