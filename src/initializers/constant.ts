import { configurable, number } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { checkShape, formatShape, full, requireRoom, tensor } from '../tensor/index.js';
import type { Shape, Tensor } from '../tensor/index.js';
import type { DType } from '../tensor/dtype.js';
import { Initializer } from './initializer.js';

/**
 * All elements are 0. Keras: `Zeros`, `'zeros'`.
 *
 * @example new initializers.Zeros().apply([2, 3])
 */
export class Zeros extends configurable(Initializer, 'Zeros', undefined, { aliases: ['zero'] }) {
  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    return full(shape, 0, dtype);
  }
}

/**
 * All elements are 1. Keras: `Ones`, `'ones'`.
 *
 * @example new initializers.Ones().apply([2, 3])
 */
export class Ones extends configurable(Initializer, 'Ones', undefined, { aliases: ['one'] }) {
  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    return full(shape, 1, dtype);
  }
}

/**
 * All elements are `value`. Keras: `Constant`, `'constant'`.
 *
 * @example new layers.Dense(4, { biasInitializer: new initializers.Constant(0.1) })
 */
export class Constant extends configurable(
  Initializer,
  'Constant',
  {
    /** The elements. Default 0. */
    value: number({ default: 0 }),
  },
  { positional: ['value'] },
) {
  /** @throws ValueError if `value` is not a finite number. */
  constructor(value?: number) {
    super({}, [value]);
  }

  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    return full(shape, this.value, dtype);
  }
}

/**
 * `gain` on the main diagonal of a matrix, 0 elsewhere. Keras: `Identity`, `'identity'`.
 *
 * @example new initializers.Identity().apply([3, 3])
 */
export class Identity extends configurable(
  Initializer,
  'Identity',
  {
    /** The elements of the diagonal. Default 1. */
    gain: number({ default: 1 }),
  },
  { positional: ['gain'], aliases: ['identity_initializer'] },
) {
  /** @throws ValueError if `gain` is not a finite number. */
  constructor(gain?: number) {
    super({}, [gain]);
  }

  /** @throws ShapeError if `shape` has not two axes. */
  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    checkShape('Identity', shape);
    const [rows, columns, ...more] = shape;
    if (rows === undefined || columns === undefined || more.length > 0) {
      throw new ShapeError(
        `Identity: only a matrix can be an identity, got shape ${formatShape(shape)}.`,
      );
    }
    requireRoom(shape, dtype, 'Identity');
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = this.gain;
    return tensor(values, { shape, dtype });
  }
}
