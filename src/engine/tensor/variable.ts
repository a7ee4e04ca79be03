import { describeValue, printable } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkOptions,
  checkText,
  COPY,
  indent,
  showAs,
  uniqueName,
} from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { toTensor } from './create.js';
import type { TensorLike } from './create.js';
import type { DType, TensorData } from '../../config/dtype.js';
import { keep } from './scope.js';
import { formatShape, requireList, sameShape } from './shape.js';
import type { Shape } from './shape.js';
import { Tensor } from './tensor.js';
import { writeElements } from './write.js';

/**
 * The elements of a variable in a form that takes less room than float32 (engine/ops/linalg/products/quantized-weight.ts). They are made float32 when
 * they are read.
 */
export interface QuantizedElements {
  /** `'int8'`, `'float16'`, `'uint8'` or `'uint16'`. */
  readonly mode: string;
  readonly shape: Shape;
  /** Bytes of the block that holds them. */
  readonly bytes: number;
  /** The number of changes so far. */
  readonly version: number;
  /** The elements as float32. The tensor belongs to the caller. */
  expand(): Tensor;
  /** Takes other elements, in the same form. */
  replace(elements: Float32Array): void;
  /** activation(x · elements + bias): the last axes of x meet the first ones of the elements, as many as `axes` says. Default 1. */
  dense(
    x: Tensor,
    bias: Tensor | null,
    activation: 'linear' | 'relu' | 'tanh',
    axes?: number,
  ): Tensor;
  /** Rows of a matrix, as `ops.embedding` gives them. */
  rows(indices: Tensor): Tensor;
  dispose(): void;
}

/** Options of a variable. */
export interface VariableOptions {
  /** Short name, as in Keras: `'kernel'`. Default: `variable`, `variable_1`, … */
  readonly name?: string;
  /** Whether optimizers may change the variable. Default true. */
  readonly trainable?: boolean;
}

/**
 * A tensor whose elements change in place: a weight, or the state of an optimizer. It belongs to no
 * scope and lives until `dispose()`.
 *
 * @example
 * const v = new Variable([1, 2], { name: 'offset' });
 * v.assign([3, 4]);
 * v.value.add(1); // [4, 5]
 */
export class Variable {
  readonly name: string;
  /** The name, preceded by the names of the layers that contain the variable: `'dense/kernel'`. */
  path: string;
  trainable: boolean;
  /** Penalty that is added to the loss. */
  regularizer?: ((x: Tensor) => Tensor) | undefined;
  /** Constraint on the values, applied after each update. */
  constraint?: ((x: Tensor) => Tensor) | undefined;
  /** A property, so that structuredClone refuses a variable as it refuses a tensor. @internal */
  held: Tensor | QuantizedElements;

  /**
   * @param initial the initial elements: a tensor, which becomes the variable's own, or a value that stands for one
   * @throws ValueError for an option that is unknown or of the wrong type.
   */
  constructor(initial: TensorLike, options: VariableOptions = {}) {
    checkOptions('Variable', options, ['name', 'trainable']);
    const { name, trainable = true } = options;
    this.name = checkText('Variable', 'name', name ?? uniqueName('Variable'));
    this.path = this.name;
    this.trainable = checkBoolean('Variable', 'trainable', trainable);
    const value = keep(toTensor(initial));
    value.storage.isOfVariable = true;
    this.held = value;
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /**
   * The elements. Optimizers change them in place; use `clone()` to keep a copy. For a quantized weight, each read creates
   * a new tensor, which you dispose of.
   */
  get value(): Tensor {
    const { held } = this;
    return held instanceof Tensor ? held : held.expand();
  }

  /** Lengths of the axes. */
  get shape(): Shape {
    return this.held.shape;
  }

  /** Element type of `value`. */
  get dtype(): DType {
    const { held } = this;
    return held instanceof Tensor ? held.dtype : 'float32';
  }

  /** The elements where they are stored in fewer bytes than float32; else undefined. @internal */
  get quantized(): QuantizedElements | undefined {
    const { held } = this;
    return held instanceof Tensor ? undefined : held;
  }

  /** What `use` makes of the elements. Quantized ones are float32 for as long as that takes. @internal */
  lend<T>(use: (value: Tensor) => T): T {
    const { value } = this;
    try {
      return use(value);
    } finally {
      if (value !== this.held) value.dispose();
    }
  }

  /** Bytes of memory that the elements take. @internal */
  get byteLength(): number {
    const { held } = this;
    return held instanceof Tensor ? held.byteLength : held.bytes;
  }

  /** Counts the changes of the elements. @internal */
  get version(): number {
    const { held } = this;
    return held instanceof Tensor ? held.storage.version : held.version;
  }

  /** Puts elements in place of those that were held, which are freed. @internal */
  hold(elements: Tensor | QuantizedElements): void {
    this.held.dispose();
    if (elements instanceof Tensor) elements.storage.isOfVariable = true;
    this.held = elements;
  }

  /**
   * Copies values into the variable. While a gradient is recorded, operations that read the variable before keep the old
   * values. Operations that read it afterwards use the new values, and count as depending on the variable too.
   *
   * @throws ShapeError if the shape is different.
   */
  assign(value: TensorLike): void {
    const source = toTensor(value, this.dtype);
    try {
      if (!sameShape(source.shape, this.shape) || source.dtype !== this.dtype) {
        throw new ShapeError(
          `Variable '${this.path}' has shape ${formatShape(this.shape)} and dtype ${this.dtype}, but ` +
            `${formatShape(source.shape)}, ${source.dtype}, was assigned to it.`,
        );
      }
      if (this.quantized !== undefined) {
        this.write(source.data());
        return;
      }
      this.value.storage.announceChange();
      currentRuntime().copy(this.value.pointer, source.pointer, source.byteLength);
      this.touch();
    } finally {
      if (source !== value) source.dispose();
    }
  }

  /**
   * Copies elements in: row-major, as many as there are and of the variable's dtype, which the caller has checked.
   * It takes no memory, so of several variables none is left out because memory is exhausted. @internal
   */
  write(elements: TensorData): void {
    const { held } = this;
    if (!(held instanceof Tensor)) {
      held.replace(elements as Float32Array);
      return;
    }
    held.storage.announceChange();
    writeElements(held, elements);
    this.touch();
  }

  /** Called by code that has written into `value` directly, as the kernels of optimizers do. @internal */
  touch(): void {
    this.value.storage.touch();
  }

  /** Frees the memory. */
  dispose(): void {
    this.held.dispose();
  }

  /** Path, shape and dtype, as Keras shows them. */
  toString(): string {
    const stored = this.quantized === undefined ? '' : `, stored as ${this.quantized.mode}`;
    return `<Variable path=${printable(this.path)}, shape=${formatShape(this.shape)}, dtype=${this.dtype}${stored}>`;
  }
}

showAs(Variable, (variable, depth) => {
  if (depth < 0 || variable.quantized !== undefined) return String(variable);
  const { value } = variable;
  if (value.isDisposed) return String(variable);
  return `${String(variable)}${indent(value.toString().split('\n'))}`;
});

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
