import { requireList } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import type { LayerOptions } from './core/layer-options.js';
import type { Layer } from './core/layer.js';
import { Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract } from './merging.js';
import type { ConcatenateOptions, DotOptions } from './merging.js';
import type { SymbolicTensor } from './core/symbolic-tensor.js';

type Inputs = readonly SymbolicTensor[] | readonly TensorLike[];

/** What a new layer gives for the inputs. */
function merged(
  name: string,
  inputs: Inputs,
  make: () => Layer<readonly Tensor[]>,
): Tensor | SymbolicTensor {
  requireList(`layers.${name}`, 'inputs', inputs);
  return make().apply(inputs as readonly TensorLike[]);
}

/**
 * a + b + …, by a new `Add` layer. Keras: `keras.layers.add`.
 *
 * @param inputs a list of symbolic tensors, or of tensors
 * @throws ShapeError for fewer than two inputs, and for shapes that do not match.
 * @example layers.add([tensor([[1, 2]]), tensor([[10, 20]])]) // [[11, 22]]
 */
export function add(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function add(inputs: readonly TensorLike[], options?: LayerOptions): Tensor;
export function add(inputs: Inputs, options?: LayerOptions): Tensor | SymbolicTensor {
  return merged('add', inputs, () => new Add(options));
}

/**
 * a − b, by a new `Subtract` layer. Keras: `keras.layers.subtract`.
 *
 * @param inputs a list of symbolic tensors, or of tensors
 * @throws ShapeError unless there are two inputs whose shapes match.
 * @example layers.subtract([tensor([[3, 4]]), tensor([[1, 1]])]) // [[2, 3]]
 */
export function subtract(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function subtract(inputs: readonly TensorLike[], options?: LayerOptions): Tensor;
export function subtract(inputs: Inputs, options?: LayerOptions): Tensor | SymbolicTensor {
  return merged('subtract', inputs, () => new Subtract(options));
}

/**
 * a · b · …, by a new `Multiply` layer. Keras: `keras.layers.multiply`.
 *
 * @param inputs a list of symbolic tensors, or of tensors
 * @throws ShapeError for fewer than two inputs, and for shapes that do not match.
 * @example layers.multiply([tensor([[1, 2]]), tensor([[3, 4]])]) // [[3, 8]]
 */
export function multiply(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function multiply(inputs: readonly TensorLike[], options?: LayerOptions): Tensor;
export function multiply(inputs: Inputs, options?: LayerOptions): Tensor | SymbolicTensor {
  return merged('multiply', inputs, () => new Multiply(options));
}

/**
 * (a + b + …) / n, by a new `Average` layer. Keras: `keras.layers.average`.
 *
 * @param inputs a list of symbolic tensors, or of tensors
 * @throws ShapeError for fewer than two inputs, and for shapes that do not match.
 * @example layers.average([tensor([[1, 2]]), tensor([[3, 6]])]) // [[2, 4]]
 */
export function average(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function average(inputs: readonly TensorLike[], options?: LayerOptions): Tensor;
export function average(inputs: Inputs, options?: LayerOptions): Tensor | SymbolicTensor {
  return merged('average', inputs, () => new Average(options));
}

/**
 * The largest of a, b, …, by a new `Maximum` layer. Keras: `keras.layers.maximum`.
 *
 * @param inputs a list of symbolic tensors, or of tensors
 * @throws ShapeError for fewer than two inputs, and for shapes that do not match.
 * @example layers.maximum([tensor([[1, 5]]), tensor([[4, 2]])]) // [[4, 5]]
 */
export function maximum(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function maximum(inputs: readonly TensorLike[], options?: LayerOptions): Tensor;
export function maximum(inputs: Inputs, options?: LayerOptions): Tensor | SymbolicTensor {
  return merged('maximum', inputs, () => new Maximum(options));
}

/**
 * The smallest of a, b, …, by a new `Minimum` layer. Keras: `keras.layers.minimum`.
 *
 * @param inputs a list of symbolic tensors, or of tensors
 * @throws ShapeError for fewer than two inputs, and for shapes that do not match.
 * @example layers.minimum([tensor([[1, 5]]), tensor([[4, 2]])]) // [[1, 2]]
 */
export function minimum(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function minimum(inputs: readonly TensorLike[], options?: LayerOptions): Tensor;
export function minimum(inputs: Inputs, options?: LayerOptions): Tensor | SymbolicTensor {
  return merged('minimum', inputs, () => new Minimum(options));
}

/**
 * The concatenation of tensors along `axis`, by a new `Concatenate` layer. Keras: `keras.layers.concatenate`.
 *
 * @param inputs a list of symbolic tensors, or of tensors
 * @throws ShapeError for fewer than two inputs, and for shapes that do not match.
 * @example layers.concatenate([tensor([[1, 2]]), tensor([[3]])]) // [[1, 2, 3]]
 */
export function concatenate(
  inputs: readonly SymbolicTensor[],
  options?: ConcatenateOptions,
): SymbolicTensor;
export function concatenate(inputs: readonly TensorLike[], options?: ConcatenateOptions): Tensor;
export function concatenate(inputs: Inputs, options?: ConcatenateOptions): Tensor | SymbolicTensor {
  return merged('concatenate', inputs, () => new Concatenate(options));
}

/**
 * The dot products of two tensors along an axis of each, by a new `Dot` layer. Keras: `keras.layers.dot`.
 *
 * @param inputs two symbolic tensors, or two tensors
 * @param axes the axis of both along which products are summed, or a list with an axis for each. Default −1
 * @throws ShapeError unless there are two inputs whose batch sizes are equal, and whose axes have equal lengths.
 * @example layers.dot([tensor([[1, 2]]), tensor([[3, 4]])], 1) // [[11]]
 */
export function dot(
  inputs: readonly SymbolicTensor[],
  axes?: number | readonly [first: number, second: number],
  options?: DotOptions,
): SymbolicTensor;
export function dot(
  inputs: readonly TensorLike[],
  axes?: number | readonly [first: number, second: number],
  options?: DotOptions,
): Tensor;
export function dot(
  inputs: Inputs,
  axes: number | readonly [first: number, second: number] = -1,
  options?: DotOptions,
): Tensor | SymbolicTensor {
  return merged('dot', inputs, () => new Dot(axes, options));
}
