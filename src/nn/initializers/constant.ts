import { describeValue } from '../../config/describe-value.js';
import { checkNumber, configurable, fromNumpy, naming, number } from '../../config/index.js';
import type { Option } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { broadcastTo } from '../../engine/ops/index.js';
import {
  checkShape,
  formatShape,
  full,
  requireRoom,
  Tensor,
  tensor,
  tidy,
  toTensor,
} from '../../engine/tensor/index.js';
import type { NestedArray, Shape, TensorLike } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';
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

/** An option that is a finite number, or finite numbers of any shape, which are kept as nested lists. */
const numbers = (): Option<TensorLike, number | NestedArray> => ({
  default: 0,
  check: (given, { owner, name }) => {
    const isArray = Array.isArray(given) || ArrayBuffer.isView(given) || given instanceof Tensor;
    if (!isArray) return checkNumber(owner, name, given);
    return tidy(() => {
      const values = naming(`${owner}: ${name}`, () => toTensor(given as TensorLike));
      if (values.data().every(Number.isFinite)) return listed(given);
      throw new ValueError(
        `${owner}: ${name} must hold only finite numbers, got ${describeValue(given)}.`,
      );
    });
  },
});

/** Nested lists of what stands for a tensor. Numbers of lists stay as they are. */
function listed(given: unknown): NestedArray {
  if (Array.isArray(given)) return given.map(listed);
  if (ArrayBuffer.isView(given)) return Array.from(given as Float32Array);
  return given instanceof Tensor ? given.toArray() : (given as number);
}

/**
 * All elements are `value`, or those of an array that broadcasts to the shape. Keras: `Constant`, `'constant'`.
 *
 * @example new layers.Dense(4, { biasInitializer: new initializers.Constant(0.1) })
 * @example new initializers.Constant([1, 2]).apply([2, 2]) // [[1, 2], [1, 2]]
 */
export class Constant extends configurable(
  Initializer,
  'Constant',
  {
    /** The elements: a number, or an array that broadcasts to the shape of the weight. Default 0. */
    value: numbers(),
  },
  {
    positional: ['value'],
    upgrade: (config) =>
      'value' in config ? { ...config, value: fromNumpy(config['value']) } : config,
  },
) {
  /**
   * @param value a number, or an array that broadcasts to the shape of the weight. Default 0
   * @throws ValueError unless `value` is a finite number or an array of finite numbers.
   */
  constructor(value?: TensorLike) {
    super({}, [value]);
  }

  /** @throws ShapeError for an array that does not broadcast to `shape`. */
  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    const { value } = this;
    if (typeof value === 'number') return full(shape, value, dtype);
    checkShape('Constant', shape);
    requireRoom(shape, dtype, 'Constant');
    return tidy(() => naming('Constant', () => broadcastTo(tensor(value, { dtype }), shape)));
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

  /** @throws ShapeError unless `shape` has two axes. */
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
