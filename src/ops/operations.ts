/**
 * Functions of tensors, with gradients. Most are methods of tensors, too: `x.add(y)` is `ops.add(x, y)`.
 *
 * @module
 */

export * from './activations.js';
export { add, div, mul, neg, sub } from './arithmetic.js';
export { cast, clone, stopGradient } from './cast.js';
export { isFinite, isInf, isNaN } from './classify.js';
export {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
} from './compare.js';
export { concat, pad, stack, tile } from './concat.js';
export { conv1d, conv2d } from './convolution.js';
export type { ConvolutionOptions } from './convolution.js';
export {
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
} from './cross-entropy.js';
export type { SparseCrossEntropyOptions } from './cross-entropy.js';
export { cumsum } from './cumsum.js';
export type { CumsumOptions } from './cumsum.js';
export { dense } from './dense.js';
export { dot } from './dot.js';
export { dropout } from './dropout.js';
export { einsum } from './einsum.js';
export { embedding } from './embedding.js';
export type { FusedActivation } from './fused-activation.js';
export { gather, oneHot } from './gather.js';
export { grad, valueAndGrad } from './grad.js';
export type { Arguments, Gradients, ScalarFunction } from './grad.js';
export { logitsOf } from './logits.js';
export type { LogitsFunction } from './logits.js';
export { matmul } from './matmul.js';
export { abs, ceil, clip, floor, round, sign } from './piecewise-linear.js';
export { averagePool1d, averagePool2d, maxPool1d, maxPool2d } from './pooling.js';
export type { PoolingOptions } from './pooling.js';
export { maximum, minimum, mod, pow } from './power.js';
export { prod } from './prod.js';
export { all, any, argmax, argmin, logsumexp, max, mean, min, std, variance } from './reduce.js';
export type { Axes } from './reduce-kernel.js';
export { expandDims, flatten, reshape, squeeze } from './reshape.js';
export { slice, split } from './slice.js';
export type { SliceSpec } from './slice.js';
export { logSoftmax, softmax, sparsemax } from './softmax.js';
export { argsort, sort } from './sort.js';
export type { SortOptions } from './sort.js';
export { broadcastTo, sum } from './sum.js';
export { outer, tensordot } from './tensordot.js';
export type { ContractedAxes } from './tensordot.js';
export { topK } from './top-k.js';
export { moveAxis, transpose } from './transpose.js';
export {
  cos,
  erf,
  exp,
  expm1,
  log,
  log1p,
  reciprocal,
  rsqrt,
  sin,
  sqrt,
  square,
  tanh,
} from './unary.js';
export { upSample } from './up-sampling.js';
export { where } from './where.js';
export type { WindowPadding } from './window.js';
