import { describeValue, printable } from '../config/describe-value.js';
import {
  checkBoolean,
  checkOptions,
  checkText,
  COPY,
  indent,
  showAs,
  uniqueName,
} from '../config/index.js';
import { ShapeError, ValueError } from '../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { toTensor } from './create.js';
import type { TensorLike } from './create.js';
import type { DType, TensorData } from './dtype.js';
import { keep } from './scope.js';
import { formatShape, requireList, sameShape } from './shape.js';
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';
import { writeElements } from './write.js';

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
  /** The elements. Optimizers write into them; take `clone()` to keep a state. */
  readonly value: Tensor;

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
    this.value = keep(toTensor(initial));
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  get shape(): Shape {
    return this.value.shape;
  }

  get dtype(): DType {
    return this.value.dtype;
  }

  /**
   * Copies values in.
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
      const { pointer } = source;
      currentRuntime().uint8.copyWithin(this.value.pointer, pointer, pointer + source.byteLength);
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
    writeElements(this.value, elements);
    this.touch();
  }

  /** Called by whoever has written into `value` directly, as the kernels of optimizers do. @internal */
  touch(): void {
    this.value.storage.touch();
  }

  /** Gives the memory back. */
  dispose(): void {
    this.value.dispose();
  }

  /** Path, shape and dtype, as Keras shows them. */
  toString(): string {
    return `<Variable path=${printable(this.path)}, shape=${formatShape(this.shape)}, dtype=${this.dtype}>`;
  }
}

showAs(Variable, (variable, depth) => {
  const { value } = variable;
  if (depth < 0 || value.isDisposed) return String(variable);
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
