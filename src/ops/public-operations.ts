/**
 * Functions of tensors, with gradients, and of symbolic tensors, where they are nodes of a graph. Most are methods of
 * tensors, too: `x.add(y)` is `ops.add(x, y)`.
 *
 * @module
 */

/* eslint max-lines: off -- written by scripts/public-operations.mjs: do not edit */
import type { Operation } from './operation-shape.js';
import * as operations from './operations.js';
import { callOperation } from './symbolic-operand.js';
import type { OnSymbolic } from './symbolic-operand.js';

// Code of the library imports the operations from index.ts, which do not look for symbolic tensors.
export type * from './operations.js';
export { grad, valueAndGrad } from './grad.js';
export { logitsOf } from './logits.js';

function onSymbolic<F extends Operation>(name: string, operation: F): OnSymbolic<F> {
  // The key gives the function its name.
  const { [name]: called } = {
    [name]: (...args: unknown[]) => callOperation(operation, name, args),
  };
  return called as OnSymbolic<F>;
}

/**
 * |x|; the derivative at 0 is 0. Integers stay integers (the smallest int32 has no positive twin: it stays).
 *
 * @example ops.abs([-1, 2]) // [1, 2]
 * @function
 */
export const abs: OnSymbolic<typeof operations.abs> = onSymbolic('abs', operations.abs);

/**
 * a + b, broadcasting as NumPy.
 *
 * @example ops.add([[1, 2], [3, 4]], [10, 20]) // [[11, 22], [13, 24]]
 * @function
 */
export const add: OnSymbolic<typeof operations.add> = onSymbolic('add', operations.add);

/**
 * True where no element along `axis` is 0; true of no elements.
 *
 * @example ops.all([[1, 1], [0, 1]], 1) // [true, false]
 * @function
 */
export const all: OnSymbolic<typeof operations.all> = onSymbolic('all', operations.all);

/**
 * True where some element along `axis` is not 0; false of no elements.
 *
 * @example ops.any([[0, 1], [0, 0]], 1) // [true, false]
 * @function
 */
export const any: OnSymbolic<typeof operations.any> = onSymbolic('any', operations.any);

/**
 * int32 index of the first largest element along `axis` (of all elements in order, if none is given).
 *
 * @example ops.argmax([[1, 4], [3, 2]], 1) // [1, 0]
 * @function
 */
export const argmax: OnSymbolic<typeof operations.argmax> = onSymbolic('argmax', operations.argmax);

/**
 * int32 index of the first smallest element along `axis` (of all elements in order, if none is given).
 *
 * @example ops.argmin([[1, 4], [3, 2]], 1) // [0, 1]
 * @function
 */
export const argmin: OnSymbolic<typeof operations.argmin> = onSymbolic('argmin', operations.argmin);

/**
 * The int32 indices that put x in order along `axis` (default the last; null: of all elements, flattened). Equal
 * elements keep their order, in both directions; NaN counts as larger than every number.
 *
 * @throws ShapeError for a scalar with an axis.
 * @example tensor([3, 1, 2]).argsort() // [1, 2, 0]
 * @function
 */
export const argsort: OnSymbolic<typeof operations.argsort> = onSymbolic(
  'argsort',
  operations.argsort,
);

/**
 * The mean of each window along one axis: x[batch, steps, channels].
 *
 * @example ops.averagePool1d([[[1], [3], [2], [4]]], { poolSize: 2 }) // [[[2], [3]]]
 * @function
 */
export const averagePool1d: OnSymbolic<typeof operations.averagePool1d> = onSymbolic(
  'averagePool1d',
  operations.averagePool1d,
);

/**
 * The mean of each window and channel, over those of its pixels that are in the image: x[batch, height,
 * width, channels] → [batch, outHeight, outWidth, channels], float32.
 *
 * @throws ShapeError for another rank or a window larger than the image; ValueError for an option out of range.
 * @example ops.averagePool2d(arange(16).reshape(1, 4, 4, 1), { poolSize: 2 }).squeeze() // [[2.5, 4.5], [10.5, 12.5]]
 * @function
 */
export const averagePool2d: OnSymbolic<typeof operations.averagePool2d> = onSymbolic(
  'averagePool2d',
  operations.averagePool2d,
);

/**
 * x repeated along axes of length 1 (and along new leading axes) to `shape`.
 *
 * @throws ShapeError if an axis has another length than 1 or the wanted one.
 * @example ops.broadcastTo([1, 2], [2, 2]) // [[1, 2], [1, 2]]
 * @function
 */
export const broadcastTo: OnSymbolic<typeof operations.broadcastTo> = onSymbolic(
  'broadcastTo',
  operations.broadcastTo,
);

/**
 * x with its elements converted to `dtype`; no copy if it has that dtype already. float32 to an
 * integer type truncates towards zero and saturates, NaN becomes 0; to bool is x != 0. Only between
 * equal dtypes does a gradient flow.
 *
 * @throws DTypeError for a type that does not exist; ValueError for a number beyond int32 where `dtype` is int64 or int,
 * for which int32 stands.
 * @example ops.cast([1.7, -1.7, NaN], 'int32') // [1, -1, 0]
 * @function
 */
export const cast: OnSymbolic<typeof operations.cast> = onSymbolic('cast', operations.cast);

/**
 * The smallest whole number ≥ x; derivative 0. Integers stay integers.
 *
 * @example ops.ceil([1.5, -1.5]) // [2, -1]
 * @function
 */
export const ceil: OnSymbolic<typeof operations.ceil> = onSymbolic('ceil', operations.ceil);

/**
 * max(x, 0) + min(0, alpha · (exp(x / alpha) − 1)).
 *
 * @example activations.celu([-1, 2]) // [-0.6321, 2]
 * @function
 */
export const celu: OnSymbolic<typeof operations.celu> = onSymbolic('celu', operations.celu);

/**
 * x brought into [low, high]; derivative 1 inside and on the border, 0 outside. Integers stay integers
 * if the limits are whole numbers (or infinite: no limit), else they become float32.
 *
 * @throws ValueError if low is above high.
 * @example ops.clip([-1, 0.5, 2], 0, 1) // [0, 0.5, 1]
 * @function
 */
export const clip: OnSymbolic<typeof operations.clip> = onSymbolic('clip', operations.clip);

/**
 * A copy with memory of its own.
 *
 * @example const before = ops.clone(new Variable([1, 2]).value);
 * @function
 */
export const clone: OnSymbolic<typeof operations.clone> = onSymbolic('clone', operations.clone);

/**
 * Tensors one after the other along `axis`; all other axes must agree. The dtype is the highest of theirs.
 *
 * @throws ShapeError naming the first tensor that does not fit; ValueError for an empty list.
 * @example ops.concat([[[1, 2]], [[3, 4], [5, 6]]]) // [[1, 2], [3, 4], [5, 6]]
 * @function
 */
export const concat: OnSymbolic<typeof operations.concat> = onSymbolic('concat', operations.concat);

/**
 * A convolution along one axis, else as `conv2d`: x[batch, steps, channels], kernel[width, channels / groups, filters].
 *
 * @example ops.conv1d([[[1], [2], [3]]], tensor([[[1]], [[10]]])) // [[[21], [32]]]
 * @function
 */
export const conv1d: OnSymbolic<typeof operations.conv1d> = onSymbolic('conv1d', operations.conv1d);

/**
 * activation(x ∗ kernel + bias), the kernel not flipped, as in Keras: x[batch, height, width, channels],
 * kernel[kernelHeight, kernelWidth, channels / groups, filters], bias[filters] or null → [batch, outHeight,
 * outWidth, filters].
 *
 * @throws ShapeError if they do not fit; ValueError for an option out of range, or a stride and a dilation
 * that are both above 1.
 * @example ops.conv2d(ones([1, 3, 3, 1]), ones([2, 2, 1, 1]), null, { padding: 'same' }).squeeze() // [[4, 4, 2], [4, 4, 2], [2, 2, 1]]
 * @function
 */
export const conv2d: OnSymbolic<typeof operations.conv2d> = onSymbolic('conv2d', operations.conv2d);

/**
 * Cosine of x in radians.
 *
 * @example ops.cos([0, 1]) // [1, 0.5403]
 * @function
 */
export const cos: OnSymbolic<typeof operations.cos> = onSymbolic('cos', operations.cos);

/**
 * Running sums along `axis` (null or nothing: of all elements, flattened): out[i] = x[0] + … + x[i]. float32 is added
 * up in float64; bool and uint8 sum as int32, which wraps around.
 *
 * @throws ShapeError for an axis out of range, ValueError for an option that is no boolean.
 * @example tensor([1, 2, 3]).cumsum() // [1, 3, 6]
 * @example tensor([1, 2, 3]).cumsum(0, { exclusive: true, reverse: true }) // [5, 3, 0]
 * @function
 */
export const cumsum: OnSymbolic<typeof operations.cumsum> = onSymbolic('cumsum', operations.cumsum);

/**
 * activation(x · kernel + bias) in one pass: x[…, inputs], kernel[inputs, units], bias[units] or null
 * → […, units].
 *
 * @throws ShapeError if the last axis of x, the kernel and the bias do not fit; DTypeError if the kernel or
 * the bias is not float32.
 * @example ops.dense([[1, -2]], eye(2), tensor([1, 1]), 'relu') // [[2, 0]]
 * @function
 */
export const dense: OnSymbolic<typeof operations.dense> = onSymbolic('dense', operations.dense);

/**
 * a / b in float32, also for integers, broadcasting as NumPy.
 *
 * @example ops.div([1, 2], 4) // [0.25, 0.5]
 * @function
 */
export const div: OnSymbolic<typeof operations.div> = onSymbolic('div', operations.div);

/**
 * NumPy's dot: scalars multiply, vectors give their inner product, otherwise the sum runs over the
 * last axis of a and the last but one (or only) of b: dot(a, b)[i…, j…, l] = Σₖ a[i…, k] · b[j…, k, l].
 *
 * @throws ShapeError if those axes differ in length.
 * @example ops.dot([1, 2, 3], [4, 5, 6]) // 32
 * @function
 */
export const dot: OnSymbolic<typeof operations.dot> = onSymbolic('dot', operations.dot);

/**
 * Each element 0 with probability `rate`, else divided by 1 − rate, so that the mean stays (Srivastava
 * et al., 2014). The mask is not stored: the gradient draws the same numbers again.
 *
 * @throws ValueError unless 0 ≤ rate < 1.
 * @example ops.dropout(ones([4]), 0.5, new random.SeedGenerator(7)) // [2, 2, 0, 0]
 * @function
 */
export const dropout: OnSymbolic<typeof operations.dropout> = onSymbolic(
  'dropout',
  operations.dropout,
);

/**
 * Einstein's sum: products of elements, summed over every label that the result does not have. As in NumPy, without
 * `->` the result has the labels that occur once, in alphabetical order; a label twice in one operand takes its
 * diagonal; `...` stands for any axes, which broadcast. Letters must agree in length. In float32. Several operands
 * are multiplied two at a time, the pair with the smallest result first.
 *
 * @throws ValueError for subscripts that cannot be read, ShapeError for axes that do not fit them.
 * @example ops.einsum('bij,bjk->bik', a, b)
 * @example ops.einsum('ii', [[1, 2], [3, 4]]) // 5
 * @example ops.einsum('i,j->ij', [1, 2], [3, 4]) // [[3, 4], [6, 8]]
 * @function
 */
export const einsum: OnSymbolic<typeof operations.einsum> = onSymbolic('einsum', operations.einsum);

/**
 * x if x > 0, else alpha · (eˣ − 1).
 *
 * @example activations.elu([-1, 2]) // [-0.6321, 2]
 * @function
 */
export const elu: OnSymbolic<typeof operations.elu> = onSymbolic('elu', operations.elu);

/**
 * Rows of table [rows, columns] at `indices`, whole numbers of any dtype and shape from 0 to rows − 1:
 * [...shape of indices, columns]. Unlike `gather`, negative indices are refused, not counted from the
 * end.
 *
 * @throws ValueError naming an index out of range, DTypeError for indices with fractions.
 * @example ops.embedding([[1, 2], [3, 4], [5, 6]], [2, 0]) // [[5, 6], [1, 2]]
 * @function
 */
export const embedding: OnSymbolic<typeof operations.embedding> = onSymbolic(
  'embedding',
  operations.embedding,
);

/**
 * a = b as bool, broadcasting.
 *
 * @example ops.equal([1, 2, 3], 2) // [false, true, false]
 * @function
 */
export const equal: OnSymbolic<typeof operations.equal> = onSymbolic('equal', operations.equal);

/**
 * The error function 2/√π ∫₀ˣ exp(−t²) dt.
 *
 * @example ops.erf([0, 1]) // [0, 0.8427]
 * @function
 */
export const erf: OnSymbolic<typeof operations.erf> = onSymbolic('erf', operations.erf);

/**
 * e to the power of x.
 *
 * @example ops.exp([0, 1]) // [1, 2.7183]
 * @function
 */
export const exp: OnSymbolic<typeof operations.exp> = onSymbolic('exp', operations.exp);

/**
 * A new axis of length 1 at `axis` of the result.
 *
 * @example ops.expandDims([1, 2], 1) // [[1], [2]]
 * @function
 */
export const expandDims: OnSymbolic<typeof operations.expandDims> = onSymbolic(
  'expandDims',
  operations.expandDims,
);

/**
 * eˣ − 1, accurate near 0.
 *
 * @example ops.expm1([0, 1]) // [0, 1.7183]
 * @function
 */
export const expm1: OnSymbolic<typeof operations.expm1> = onSymbolic('expm1', operations.expm1);

/**
 * All elements along one axis.
 *
 * @example ops.flatten([[1, 2], [3, 4]]) // [1, 2, 3, 4]
 * @function
 */
export const flatten: OnSymbolic<typeof operations.flatten> = onSymbolic(
  'flatten',
  operations.flatten,
);

/**
 * The largest whole number ≤ x; derivative 0. Integers stay integers.
 *
 * @example ops.floor([1.5, -1.5]) // [1, -2]
 * @function
 */
export const floor: OnSymbolic<typeof operations.floor> = onSymbolic('floor', operations.floor);

/**
 * The entries of x at `indices` along `axis` (null: of all elements, flattened): that axis is replaced by the axes of
 * `indices`.
 *
 * @throws ValueError naming an index out of range, DTypeError for indices with fractions.
 * @example ops.gather([[1, 2, 3], [4, 5, 6]], [2, 0], 1) // [[3, 1], [6, 4]]
 * @function
 */
export const gather: OnSymbolic<typeof operations.gather> = onSymbolic('gather', operations.gather);

/**
 * x · Φ(x) with the normal distribution function Φ, or its tanh approximation (Hendrycks, Gimpel, 2016).
 *
 * @example activations.gelu([-1, 2]) // [-0.1587, 1.9545]
 * @function
 */
export const gelu: OnSymbolic<typeof operations.gelu> = onSymbolic('gelu', operations.gelu);

/**
 * a · sigmoid(b), where a and b are the halves of x along `axis` (Dauphin et al., 2016).
 *
 * @throws ShapeError if that axis has an odd length.
 * @example activations.glu([[1, 2, 0, 0]]) // [[0.5, 1]]
 * @function
 */
export const glu: OnSymbolic<typeof operations.glu> = onSymbolic('glu', operations.glu);

/**
 * a > b as bool, broadcasting.
 *
 * @example ops.greater([1, 2, 3], 2) // [false, false, true]
 * @function
 */
export const greater: OnSymbolic<typeof operations.greater> = onSymbolic(
  'greater',
  operations.greater,
);

/**
 * a ≥ b as bool, broadcasting.
 *
 * @example ops.greaterEqual([1, 2, 3], 2) // [false, true, true]
 * @function
 */
export const greaterEqual: OnSymbolic<typeof operations.greaterEqual> = onSymbolic(
  'greaterEqual',
  operations.greaterEqual,
);

/**
 * x if |x| > `limit` (0.5), else 0.
 *
 * @example activations.hardShrink([-2, 0.25, 1]) // [-2, 0, 1]
 * @function
 */
export const hardShrink: OnSymbolic<typeof operations.hardShrink> = onSymbolic(
  'hardShrink',
  operations.hardShrink,
);

/**
 * clip(x / 6 + 0.5, 0, 1).
 *
 * @example activations.hardSigmoid([-3, 0, 1.5]) // [0, 0.5, 0.75]
 * @function
 */
export const hardSigmoid: OnSymbolic<typeof operations.hardSigmoid> = onSymbolic(
  'hardSigmoid',
  operations.hardSigmoid,
);

/**
 * x · hardSigmoid(x).
 *
 * @example activations.hardSilu([-3, 1, 3]) // [0, 0.6667, 3]
 * @function
 */
export const hardSilu: OnSymbolic<typeof operations.hardSilu> = onSymbolic(
  'hardSilu',
  operations.hardSilu,
);

/**
 * clip(x, −1, 1).
 *
 * @example activations.hardTanh([-2, 0.5, 2]) // [-1, 0.5, 1]
 * @function
 */
export const hardTanh: OnSymbolic<typeof operations.hardTanh> = onSymbolic(
  'hardTanh',
  operations.hardTanh,
);

/**
 * True where x is neither infinite nor NaN.
 *
 * @example ops.isFinite([1, NaN, Infinity]) // [true, false, false]
 * @function
 */
export const isFinite: OnSymbolic<typeof operations.isFinite> = onSymbolic(
  'isFinite',
  operations.isFinite,
);

/**
 * True where x is ∞ or −∞.
 *
 * @example ops.isInf([1, NaN, -Infinity]) // [false, false, true]
 * @function
 */
export const isInf: OnSymbolic<typeof operations.isInf> = onSymbolic('isInf', operations.isInf);

/**
 * True where x is NaN.
 *
 * @example ops.isNaN([1, NaN, Infinity]) // [false, true, false]
 * @function
 */
export const isNaN: OnSymbolic<typeof operations.isNaN> = onSymbolic('isNaN', operations.isNaN);

/**
 * relu with a slope of `negativeSlope` (0.2) below 0.
 *
 * @example activations.leakyRelu([-1, 2]) // [-0.2, 2]
 * @function
 */
export const leakyRelu: OnSymbolic<typeof operations.leakyRelu> = onSymbolic(
  'leakyRelu',
  operations.leakyRelu,
);

/**
 * a < b as bool, broadcasting.
 *
 * @example ops.less([1, 2, 3], 2) // [true, false, false]
 * @function
 */
export const less: OnSymbolic<typeof operations.less> = onSymbolic('less', operations.less);

/**
 * a ≤ b as bool, broadcasting.
 *
 * @example ops.lessEqual([1, 2, 3], 2) // [true, true, false]
 * @function
 */
export const lessEqual: OnSymbolic<typeof operations.lessEqual> = onSymbolic(
  'lessEqual',
  operations.lessEqual,
);

/**
 * Natural logarithm; −inf at 0, NaN below.
 *
 * @example ops.log([1, 2]) // [0, 0.6931]
 * @function
 */
export const log: OnSymbolic<typeof operations.log> = onSymbolic('log', operations.log);

/**
 * ln(1 + x), accurate near 0.
 *
 * @example ops.log1p([0, 1]) // [0, 0.6931]
 * @function
 */
export const log1p: OnSymbolic<typeof operations.log1p> = onSymbolic('log1p', operations.log1p);

/**
 * a and b as bool (an element counts as true if it is not 0), broadcasting.
 *
 * @example ops.logicalAnd([true, true, false], [true, false, false]) // [true, false, false]
 * @function
 */
export const logicalAnd: OnSymbolic<typeof operations.logicalAnd> = onSymbolic(
  'logicalAnd',
  operations.logicalAnd,
);

/**
 * not x, as bool.
 *
 * @example ops.logicalNot([true, false]) // [false, true]
 * @function
 */
export const logicalNot: OnSymbolic<typeof operations.logicalNot> = onSymbolic(
  'logicalNot',
  operations.logicalNot,
);

/**
 * a or b as bool, broadcasting.
 *
 * @example ops.logicalOr([true, true, false], [true, false, false]) // [true, true, false]
 * @function
 */
export const logicalOr: OnSymbolic<typeof operations.logicalOr> = onSymbolic(
  'logicalOr',
  operations.logicalOr,
);

/**
 * Either a or b as bool, broadcasting.
 *
 * @example ops.logicalXor([true, true, false], [true, false, false]) // [false, true, false]
 * @function
 */
export const logicalXor: OnSymbolic<typeof operations.logicalXor> = onSymbolic(
  'logicalXor',
  operations.logicalXor,
);

/**
 * ln(sigmoid(x)).
 *
 * @example activations.logSigmoid([-1, 0, 1]) // [-1.3133, -0.6931, -0.3133]
 * @function
 */
export const logSigmoid: OnSymbolic<typeof operations.logSigmoid> = onSymbolic(
  'logSigmoid',
  operations.logSigmoid,
);

/**
 * ln(softmax(x)) along `axis`, or along several axes together, computed without taking the logarithm of a rounded
 * probability.
 *
 * @example activations.logSoftmax([0, 0]) // [-0.6931, -0.6931]
 * @function
 */
export const logSoftmax: OnSymbolic<typeof operations.logSoftmax> = onSymbolic(
  'logSoftmax',
  operations.logSoftmax,
);

/**
 * ln Σ exp(x) along `axis`, computed stably; −inf of no elements and where all are −inf, inf where one is.
 *
 * @example ops.logsumexp([1000, -1000]) // 1000
 * @function
 */
export const logsumexp: OnSymbolic<typeof operations.logsumexp> = onSymbolic(
  'logsumexp',
  operations.logsumexp,
);

/**
 * The matrix product of a[…, m, k] and b[…, k, n] by NumPy's rule: leading axes broadcast, a vector
 * on the left counts as a row, one on the right as a column, and that axis is dropped again.
 *
 * @throws ShapeError if the inner lengths differ or an operand is a scalar.
 * @example ops.matmul([[1, 2], [3, 4]], [[1], [10]]) // [[21], [43]]
 * @function
 */
export const matmul: OnSymbolic<typeof operations.matmul> = onSymbolic('matmul', operations.matmul);

/**
 * The largest element along `axis`; NaN if one is NaN.
 *
 * @example ops.max([[1, 4], [3, 2]], 0) // [3, 4]
 * @function
 */
export const max: OnSymbolic<typeof operations.max> = onSymbolic('max', operations.max);

/**
 * The larger of a and b, broadcasting; NaN if either is. At ties each gets half of the gradient.
 *
 * @example ops.maximum([1, 5], [4, 2]) // [4, 5]
 * @function
 */
export const maximum: OnSymbolic<typeof operations.maximum> = onSymbolic(
  'maximum',
  operations.maximum,
);

/**
 * The largest number of each window along one axis: x[batch, steps, channels].
 *
 * @example ops.maxPool1d([[[1], [3], [2], [4]]], { poolSize: 2 }) // [[[3], [4]]]
 * @function
 */
export const maxPool1d: OnSymbolic<typeof operations.maxPool1d> = onSymbolic(
  'maxPool1d',
  operations.maxPool1d,
);

/**
 * The largest number of each window and channel: x[batch, height, width, channels] → [batch, outHeight,
 * outWidth, channels], float32. NaN wins over numbers. The gradient goes to the first of equal numbers.
 *
 * @throws ShapeError for another rank or a window larger than the image; ValueError for an option out of range.
 * @example ops.maxPool2d(arange(16).reshape(1, 4, 4, 1), { poolSize: 2 }).squeeze() // [[5, 7], [13, 15]]
 * @function
 */
export const maxPool2d: OnSymbolic<typeof operations.maxPool2d> = onSymbolic(
  'maxPool2d',
  operations.maxPool2d,
);

/**
 * The mean over `axis` (a number, a list, or all axes), in float32; NaN of no elements.
 *
 * @example ops.mean([[1, 2], [3, 4]], 1) // [1.5, 3.5]
 * @function
 */
export const mean: OnSymbolic<typeof operations.mean> = onSymbolic('mean', operations.mean);

/**
 * The smallest element along `axis`; NaN if one is NaN.
 *
 * @example ops.min([[1, 4], [3, 2]], 0) // [1, 2]
 * @function
 */
export const min: OnSymbolic<typeof operations.min> = onSymbolic('min', operations.min);

/**
 * The smaller of a and b, broadcasting; NaN if either is. At ties each gets half of the gradient.
 *
 * @example ops.minimum([1, 5], [4, 2]) // [1, 2]
 * @function
 */
export const minimum: OnSymbolic<typeof operations.minimum> = onSymbolic(
  'minimum',
  operations.minimum,
);

/**
 * x · tanh(softplus(x)) (Misra, 2019).
 *
 * @example activations.mish([-1, 2]) // [-0.3034, 1.944]
 * @function
 */
export const mish: OnSymbolic<typeof operations.mish> = onSymbolic('mish', operations.mish);

/**
 * The remainder of a / b with the sign of b, broadcasting as NumPy.
 *
 * @example ops.mod([5, -5], 3) // [2, 1]
 * @function
 */
export const mod: OnSymbolic<typeof operations.mod> = onSymbolic('mod', operations.mod);

/**
 * x with axis `from` moved to place `to`.
 *
 * @example ops.moveAxis(zeros([2, 3, 4]), 0, 2).shape // [3, 4, 2]
 * @function
 */
export const moveAxis: OnSymbolic<typeof operations.moveAxis> = onSymbolic(
  'moveAxis',
  operations.moveAxis,
);

/**
 * a · b, element by element, broadcasting as NumPy.
 *
 * @example ops.mul([1, 2, 3], [4, 5, 6]) // [4, 10, 18]
 * @function
 */
export const mul: OnSymbolic<typeof operations.mul> = onSymbolic('mul', operations.mul);

/**
 * −x. Integers stay integers: bool and uint8 become int32.
 *
 * @example ops.neg([1, -2]) // [-1, 2]
 * @function
 */
export const neg: OnSymbolic<typeof operations.neg> = onSymbolic('neg', operations.neg);

/**
 * a ≠ b as bool, broadcasting.
 *
 * @example ops.notEqual([1, 2, 3], 2) // [true, false, true]
 * @function
 */
export const notEqual: OnSymbolic<typeof operations.notEqual> = onSymbolic(
  'notEqual',
  operations.notEqual,
);

/**
 * One-hot rows: out[…, c] = 1 where indices[…] = c, else 0, as float32.
 *
 * @throws ValueError naming an index out of [0, classes), DTypeError for indices with fractions.
 * @example oneHot([2, 0], 3) // [[0, 0, 1], [1, 0, 0]]
 * @function
 */
export const oneHot: OnSymbolic<typeof operations.oneHot> = onSymbolic('oneHot', operations.oneHot);

/**
 * Ones in the shape of x, in its dtype unless `dtype` says otherwise. No gradient flows through them.
 *
 * @example ops.onesLike([1, 2, 3], 'int32') // [1, 1, 1]
 * @function
 */
export const onesLike: OnSymbolic<typeof operations.onesLike> = onSymbolic(
  'onesLike',
  operations.onesLike,
);

/**
 * The outer product out[i, j] = aᵢ · bⱼ of all elements of a and all of b, as NumPy's outer. The dtype is that of `mul`.
 *
 * @example ops.outer([1, 2], [3, 4]) // [[3, 4], [6, 8]]
 * @function
 */
export const outer: OnSymbolic<typeof operations.outer> = onSymbolic('outer', operations.outer);

/**
 * x with `value` added around it: `widths[axis]` = [before, after].
 *
 * @throws ShapeError unless there is one pair of whole numbers of at least 0 for each axis; OutOfMemoryError if the result is
 * larger than a block of memory.
 * @example ops.pad([1, 2], [[1, 2]]) // [0, 1, 2, 0, 0]
 * @function
 */
export const pad: OnSymbolic<typeof operations.pad> = onSymbolic('pad', operations.pad);

/**
 * a to the power of b, broadcasting as NumPy.
 *
 * @example ops.pow([1, 2, 3], 2) // [1, 4, 9]
 * @function
 */
export const pow: OnSymbolic<typeof operations.pow> = onSymbolic('pow', operations.pow);

/**
 * The product along `axis` (a number, a list, or all axes); 1 of no elements.
 *
 * @example ops.prod([[1, 2], [3, 4]], 0) // [3, 8]
 * @function
 */
export const prod: OnSymbolic<typeof operations.prod> = onSymbolic('prod', operations.prod);

/**
 * 1 / x.
 *
 * @example ops.reciprocal([2, 4]) // [0.5, 0.25]
 * @function
 */
export const reciprocal: OnSymbolic<typeof operations.reciprocal> = onSymbolic(
  'reciprocal',
  operations.reciprocal,
);

/**
 * x above the threshold (up to maxValue), negativeSlope · (x − threshold) below it.
 *
 * @example activations.relu([-1, 0, 2]) // [0, 0, 2]
 * @function
 */
export const relu: OnSymbolic<typeof operations.relu> = onSymbolic('relu', operations.relu);

/**
 * min(max(x, 0), 6).
 *
 * @example activations.relu6([-1, 2, 8]) // [0, 2, 6]
 * @function
 */
export const relu6: OnSymbolic<typeof operations.relu6> = onSymbolic('relu6', operations.relu6);

/**
 * The same elements in another shape; one length may be −1. Shares the memory.
 *
 * @example ops.reshape([1, 2, 3, 4], [2, -1]) // [[1, 2], [3, 4]]
 * @function
 */
export const reshape: OnSymbolic<typeof operations.reshape> = onSymbolic(
  'reshape',
  operations.reshape,
);

/**
 * The nearest whole number, halves to the even one as NumPy; derivative 0. Integers stay integers.
 *
 * @example ops.round([0.5, 1.5, 2.4]) // [0, 2, 2]
 * @function
 */
export const round: OnSymbolic<typeof operations.round> = onSymbolic('round', operations.round);

/**
 * 1 / √x.
 *
 * @example ops.rsqrt([4, 16]) // [0.5, 0.25]
 * @function
 */
export const rsqrt: OnSymbolic<typeof operations.rsqrt> = onSymbolic('rsqrt', operations.rsqrt);

/**
 * 1.0507 · elu(x, 1.6733): activations keep mean 0 and variance 1 (Klambauer et al., 2017).
 *
 * @example activations.selu([-1, 2]) // [-1.1113, 2.1014]
 * @function
 */
export const selu: OnSymbolic<typeof operations.selu> = onSymbolic('selu', operations.selu);

/**
 * 1 / (1 + e⁻ˣ).
 *
 * @example activations.sigmoid([-1, 0, 1]) // [0.2689, 0.5, 0.7311]
 * @function
 */
export const sigmoid: OnSymbolic<typeof operations.sigmoid> = onSymbolic(
  'sigmoid',
  operations.sigmoid,
);

/**
 * max(z, 0) − z·t + ln(1 + e^−|z|), element by element: the binary cross-entropy of sigmoid(z), exact
 * for logits of any size. Gradient: sigmoid(z) − t for the logits, −z for the targets.
 *
 * @example ops.sigmoidCrossEntropy(tensor([0, 2]), tensor([1, 1])) // [0.6931, 0.1269]
 * @function
 */
export const sigmoidCrossEntropy: OnSymbolic<typeof operations.sigmoidCrossEntropy> = onSymbolic(
  'sigmoidCrossEntropy',
  operations.sigmoidCrossEntropy,
);

/**
 * −1, 0 or 1; NaN for NaN. Integers stay integers.
 *
 * @example ops.sign([-5, 0, 5]) // [-1, 0, 1]
 * @function
 */
export const sign: OnSymbolic<typeof operations.sign> = onSymbolic('sign', operations.sign);

/**
 * x · sigmoid(x), also called swish.
 *
 * @example activations.silu([-1, 2]) // [-0.2689, 1.7616]
 * @function
 */
export const silu: OnSymbolic<typeof operations.silu> = onSymbolic('silu', operations.silu);

/**
 * Sine of x in radians.
 *
 * @example ops.sin([0, 1]) // [0, 0.8415]
 * @function
 */
export const sin: OnSymbolic<typeof operations.sin> = onSymbolic('sin', operations.sin);

/**
 * A part of x, one argument an axis: Python's slice text ('10:100', ':', '::-1', '-7:'), a pair
 * [start, stop], or an index, which drops its axis. Axes without an argument are taken whole; so are those for which
 * `'...'` stands, as many as are left. `null` is a new axis of length 1. Negative positions count from the end; ranges
 * beyond the ends are cut, as in NumPy.
 *
 * @throws ShapeError for more arguments than axes or an index out of range, ValueError for text that is no slice.
 * @example images.slice('10:100', ':', [0, 14])
 * @example images.slice('...', 0, null)
 * @example ops.slice([[1, 2, 3], [4, 5, 6]], 1, '-2:') // [5, 6]
 * @function
 */
export const slice: OnSymbolic<typeof operations.slice> = onSymbolic('slice', operations.slice);

/**
 * exp(x) / Σ exp(x) along `axis`, or along several axes together, computed stably.
 *
 * @example activations.softmax([0, 0, 0, 0]) // [0.25, 0.25, 0.25, 0.25]
 * @function
 */
export const softmax: OnSymbolic<typeof operations.softmax> = onSymbolic(
  'softmax',
  operations.softmax,
);

/**
 * −Σ t · ln softmax(z) along the last axis, exact for logits of any size: logits z[…, classes], targets
 * t[…, classes] (float32) → […]. Gradient: p · Σt − t for the logits, −ln p for the targets.
 *
 * @param probabilities softmax(logits), if it is there already
 * @example ops.softmaxCrossEntropy(tensor([[0, 0]]), tensor([[0, 1]])) // [0.6931]
 * @function
 */
export const softmaxCrossEntropy: OnSymbolic<typeof operations.softmaxCrossEntropy> = onSymbolic(
  'softmaxCrossEntropy',
  operations.softmaxCrossEntropy,
);

/**
 * ln(1 + eˣ).
 *
 * @example activations.softplus([-1, 0, 1]) // [0.3133, 0.6931, 1.3133]
 * @function
 */
export const softplus: OnSymbolic<typeof operations.softplus> = onSymbolic(
  'softplus',
  operations.softplus,
);

/**
 * x moved towards 0 by `limit` (0.5); 0 within it.
 *
 * @example activations.softShrink([-2, 0.25, 1]) // [-1.5, 0, 0.5]
 * @function
 */
export const softShrink: OnSymbolic<typeof operations.softShrink> = onSymbolic(
  'softShrink',
  operations.softShrink,
);

/**
 * x / (1 + |x|).
 *
 * @example activations.softsign([-1, 3]) // [-0.5, 0.75]
 * @function
 */
export const softsign: OnSymbolic<typeof operations.softsign> = onSymbolic(
  'softsign',
  operations.softsign,
);

/**
 * The elements of x in order along `axis` (default the last; null: of all elements, flattened), in x's dtype. NaN
 * counts as larger than every number, so it comes last, or first if `descending`. The gradient goes to where each
 * element came from.
 *
 * @throws ShapeError for a scalar with an axis.
 * @example tensor([3, 1, 2]).sort() // [1, 2, 3]
 * @function
 */
export const sort: OnSymbolic<typeof operations.sort> = onSymbolic('sort', operations.sort);

/**
 * The point of the probability simplex nearest to x along `axis`: like softmax, but small entries
 * become exactly 0 (Martins, Astudillo, 2016).
 *
 * @example activations.sparsemax([1, 1, 0]) // [0.5, 0.5, 0]
 * @function
 */
export const sparsemax: OnSymbolic<typeof operations.sparsemax> = onSymbolic(
  'sparsemax',
  operations.sparsemax,
);

/**
 * 0 for x ≤ −1, x for x ≥ 1, (x + 1)² / 4 between.
 *
 * @example activations.sparsePlus([-2, 0, 2]) // [0, 0.25, 2]
 * @function
 */
export const sparsePlus: OnSymbolic<typeof operations.sparsePlus> = onSymbolic(
  'sparsePlus',
  operations.sparsePlus,
);

/**
 * clip((x + 1) / 2, 0, 1).
 *
 * @example activations.sparseSigmoid([-2, 0, 0.5]) // [0, 0.5, 0.75]
 * @function
 */
export const sparseSigmoid: OnSymbolic<typeof operations.sparseSigmoid> = onSymbolic(
  'sparseSigmoid',
  operations.sparseSigmoid,
);

/**
 * −ln softmax(z)[label] along the last axis: logits z[…, classes], labels[…] (int32, or uint8) → […].
 *
 * @throws ValueError naming a label out of [0, classes), DTypeError for labels that are not integers.
 * @example ops.sparseSoftmaxCrossEntropy(tensor([[0, 0]]), tensor([1], { dtype: 'int32' })) // [0.6931]
 * @function
 */
export const sparseSoftmaxCrossEntropy: OnSymbolic<typeof operations.sparseSoftmaxCrossEntropy> =
  onSymbolic('sparseSoftmaxCrossEntropy', operations.sparseSoftmaxCrossEntropy);

/**
 * Cuts x along `axis` into `parts` equal tensors, or at the given positions (as NumPy's split).
 *
 * @throws ValueError if the axis cannot be cut into that many equal parts.
 * @example const [head, tail] = ops.split([1, 2, 3, 4, 5], [2]);
 * @function
 */
export const split: OnSymbolic<typeof operations.split> = onSymbolic('split', operations.split);

/**
 * √x; NaN below 0.
 *
 * @example ops.sqrt([4, 9]) // [2, 3]
 * @function
 */
export const sqrt: OnSymbolic<typeof operations.sqrt> = onSymbolic('sqrt', operations.sqrt);

/**
 * x². Integers stay integers.
 *
 * @example ops.square([-2, 3]) // [4, 9]
 * @function
 */
export const square: OnSymbolic<typeof operations.square> = onSymbolic('square', operations.square);

/**
 * (x + √(x² + b)) / 2.
 *
 * @example activations.squareplus([0, 3]) // [1, 3.3028]
 * @function
 */
export const squareplus: OnSymbolic<typeof operations.squareplus> = onSymbolic(
  'squareplus',
  operations.squareplus,
);

/**
 * Without axes of length 1: those given, or all of them.
 *
 * @throws ShapeError if a given axis has another length.
 * @example ops.squeeze([[[1, 2]]]) // [1, 2]
 * @function
 */
export const squeeze: OnSymbolic<typeof operations.squeeze> = onSymbolic(
  'squeeze',
  operations.squeeze,
);

/**
 * Tensors of one shape along a new axis.
 *
 * @throws ShapeError naming the first tensor of another shape; ValueError for an empty list.
 * @example ops.stack([[1, 2], [3, 4]], 1) // [[1, 3], [2, 4]]
 * @function
 */
export const stack: OnSymbolic<typeof operations.stack> = onSymbolic('stack', operations.stack);

/**
 * √variance along `axis`. Its gradient is NaN where all elements are equal, as in Keras: the root has no
 * slope at 0. Where that can happen, take `sqrt(variance(x).add(epsilon))`.
 *
 * @example ops.std([[0, 4], [1, 7]], 1) // [2, 3]
 * @function
 */
export const std: OnSymbolic<typeof operations.std> = onSymbolic('std', operations.std);

/**
 * The value of x, but no gradient flows through it.
 *
 * @example grad((x) => x.mul(stopGradient(x)).sum())(tensor([3])) // [3]
 * @function
 */
export const stopGradient: OnSymbolic<typeof operations.stopGradient> = onSymbolic(
  'stopGradient',
  operations.stopGradient,
);

/**
 * a − b, broadcasting as NumPy.
 *
 * @example ops.sub([3, 4], 1) // [2, 3]
 * @function
 */
export const sub: OnSymbolic<typeof operations.sub> = onSymbolic('sub', operations.sub);

/**
 * The sum over `axis` (a number, a list, or all axes); 0 for no elements. bool and uint8 sum as int32.
 *
 * @example ops.sum([[1, 2], [3, 4]], 0) // [4, 6]
 * @function
 */
export const sum: OnSymbolic<typeof operations.sum> = onSymbolic('sum', operations.sum);

/**
 * Hyperbolic tangent.
 *
 * @example ops.tanh([0, 1]) // [0, 0.7616]
 * @function
 */
export const tanh: OnSymbolic<typeof operations.tanh> = onSymbolic('tanh', operations.tanh);

/**
 * x − tanh(x).
 *
 * @example activations.tanhShrink([-1, 0, 1]) // [-0.2384, 0, 0.2384]
 * @function
 */
export const tanhShrink: OnSymbolic<typeof operations.tanhShrink> = onSymbolic(
  'tanhShrink',
  operations.tanhShrink,
);

/**
 * The sum of products over pairs of axes, as NumPy's tensordot: what is left of a's axes, then what is left of b's.
 * In float32. 0 axes give the outer product, 1 gives `dot` of matrices; default 2.
 *
 * @throws ShapeError if the axes do not pair up in number or length.
 * @example ops.tensordot(images, weights, [[1, 2], [0, 1]]) // (n, h, w) with (h, w, k): (n, k)
 * @function
 */
export const tensordot: OnSymbolic<typeof operations.tensordot> = onSymbolic(
  'tensordot',
  operations.tensordot,
);

/**
 * x if x > threshold, else defaultValue.
 *
 * @example activations.threshold([0, 1, 2], 0.5, 10) // [10, 1, 2]
 * @function
 */
export const threshold: OnSymbolic<typeof operations.threshold> = onSymbolic(
  'threshold',
  operations.threshold,
);

/**
 * x repeated `repeats[axis]` times along each axis, as NumPy's tile: a shorter list counts for the
 * last axes.
 *
 * @throws ValueError for repeats that are no whole numbers of at least 0; OutOfMemoryError if the result is larger than a
 * block of memory.
 * @example ops.tile([1, 2], [2, 2]) // [[1, 2, 1, 2], [1, 2, 1, 2]]
 * @function
 */
export const tile: OnSymbolic<typeof operations.tile> = onSymbolic('tile', operations.tile);

/**
 * The k largest elements along the last axis and their int32 indices, the largest first, as Keras's top_k. Of equal
 * elements the first come first; NaN counts as larger than every number. The gradient of the values goes to where
 * they came from.
 *
 * @throws ShapeError for a scalar, ValueError unless 1 ≤ k ≤ the length of the last axis.
 * @example tensor([1, 9, 4]).topK(2) // [[9, 4], [1, 2]]
 * @function
 */
export const topK: OnSymbolic<typeof operations.topK> = onSymbolic('topK', operations.topK);

/**
 * x with its axes in the order `axes` (out.shape[i] = x.shape[axes[i]]), by default reversed.
 *
 * @throws ShapeError unless `axes` names every axis once.
 * @example ops.transpose([[1, 2, 3], [4, 5, 6]]) // [[1, 4], [2, 5], [3, 6]]
 * @function
 */
export const transpose: OnSymbolic<typeof operations.transpose> = onSymbolic(
  'transpose',
  operations.transpose,
);

/**
 * x with each entry along `axis` made `size` entries, float32: repeated (`nearest`), or on the straight line
 * between the neighbours (`bilinear`), where output j lies at (j + ½) / size − ½ and the ends are held.
 *
 * @throws ShapeError for an axis out of range; ValueError for a size that is no whole number of at least 1, or another
 * interpolation; OutOfMemoryError if the result is larger than a block of memory.
 * @example ops.upSample([[1, 2]], 1, 2) // [[1, 1, 2, 2]]
 * @function
 */
export const upSample: OnSymbolic<typeof operations.upSample> = onSymbolic(
  'upSample',
  operations.upSample,
);

/**
 * Mean of the squared distances from the mean along `axis` (divided by n, as NumPy's default).
 *
 * @example ops.variance([1, 2, 3, 4]) // 1.25
 * @function
 */
export const variance: OnSymbolic<typeof operations.variance> = onSymbolic(
  'variance',
  operations.variance,
);

/**
 * a where the condition is true (not 0), else b; all three broadcast.
 *
 * @example ops.where([true, false], [1, 2], 0) // [1, 0]
 * @function
 */
export const where: OnSymbolic<typeof operations.where> = onSymbolic('where', operations.where);

/**
 * Zeros in the shape of x, in its dtype unless `dtype` says otherwise. No gradient flows through them.
 *
 * @example ops.zerosLike([[1, 2], [3, 4]]) // [[0, 0], [0, 0]]
 * @function
 */
export const zerosLike: OnSymbolic<typeof operations.zerosLike> = onSymbolic(
  'zerosLike',
  operations.zerosLike,
);
