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
  /** Counts the changes. */
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
  /** Short name, as Keras gives it: 'kernel'. Default: `variable`, `variable_1`, … */
  readonly name?: string;
  /** Whether optimizers may change it. Default true. */
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
  /** Name with the names of what it belongs to: 'dense/kernel'. */
  path: string;
  trainable: boolean;
  /** Penalty that is added to the loss. */
  regularizer?: ((x: Tensor) => Tensor) | undefined;
  /** What the values are brought to after each update. */
  constraint?: ((x: Tensor) => Tensor) | undefined;
  /** A property, so that structuredClone refuses a variable as it refuses a tensor. @internal */
  held: Tensor | QuantizedElements;

  /**
   * @param initial the first elements: a tensor, which it takes over, or what a tensor is made of
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
   * The elements. Optimizers write into them; take `clone()` to keep a state. Of a quantized weight it is a new tensor each
   * time, which belongs to the caller.
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
   * Copies values in. While a gradient is recorded, what has read the variable before keeps the values that it has read; what
   * reads it afterwards reads the new ones, and counts as depending on the variable too.
   *
   * @throws ShapeError if they have another shape.
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

  /** Gives the memory back. */
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
