/**
 * The parts of a model: dense, convolutional, pooling, normalization and more, and the class that your own layers
 * extend.
 *
 * @module
 */

import '../ops/methods.js';
export { Layer } from './layer.js';
export type { CallOptions } from './layer.js';
export type { DataFormat, DataFormatOption } from './data-format.js';
export type { InputSpec } from './input-spec.js';
export type { KernelLayerOptions } from './kernel-layer.js';
export type { LayerOptions } from './layer-options.js';
export type { LayerAxis } from './option-kinds.js';
export type { LayerClass } from './registry.js';
export {
  deserializeLayer as deserialize,
  registerLayer,
  registerLayers as register,
  serializeLayer as serialize,
} from './registry.js';
export type { WeightOptions } from './weight-holder.js';

export * from './activation.js';
export * from './batch-normalization.js';
export * from './convolution.js';
export * from './dense.js';
export * from './dropout.js';
export * from './embedding.js';
export * from './gaussian-noise.js';
export * from './global-pooling.js';
export * from './input-layer.js';
export * from './lambda.js';
export * from './layer-normalization.js';
export * from './normalization.js';
export * from './pooling.js';
export * from './relu.js';
export * from './rescaling.js';
export * from './reshaping.js';
export * from './softmax.js';
export * from './unit-normalization.js';
export * from './up-sampling.js';
export * from './zero-padding.js';
