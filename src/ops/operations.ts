/**
 * Functions of tensors, with gradients. Most are methods of tensors, too: `x.add(y)` is `ops.add(x, y)`.
 *
 * @module
 */

export * from './activations.js';
export * from './method-operations.js';
export { dotProductAttention } from './attention.js';
export type { DotProductAttentionOptions } from './attention.js';
export { cast, stopGradient } from './cast.js';
export { concat, stack } from './concat.js';
export { conv1d, conv2d, conv3d } from './convolution.js';
export type { ConvolutionOptions } from './convolution.js';
export {
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
} from './cross-entropy.js';
export type { SparseCrossEntropyOptions } from './cross-entropy.js';
export type { CumsumOptions } from './cumsum.js';
export { dense } from './dense.js';
export { dropout } from './dropout.js';
export { einsum } from './einsum.js';
export { embedding } from './embedding.js';
export { oneHot } from './gather.js';
export type { FusedActivation } from './fused-activation.js';
export { onesLike, zerosLike } from './fill-like.js';
export { grad, valueAndGrad } from './grad.js';
export type {
  Arguments,
  GradientOptions,
  Gradients,
  ScalarFunction,
  ValueAndGradients,
} from './grad.js';
export { logitsOf } from './logits.js';
export type { LogitsFunction } from '../tensor/index.js';
export {
  averagePool1d,
  averagePool2d,
  averagePool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from './pooling.js';
export type { PoolingOptions } from './pooling.js';
export type { Axes } from './reduce-kernel.js';
export { reshape } from './reshape.js';
export type { SliceSpec } from './slice.js';
export { logSoftmax, sparsemax } from './softmax.js';
export type { SortOptions } from './sort.js';
export type { ContractedAxes } from './tensordot.js';
export { moveAxis } from './transpose.js';
export { erf, expm1, reciprocal, rsqrt } from './unary.js';
export { upSample } from './up-sampling.js';
export { where } from './where.js';
export type { WindowPadding } from './window.js';
