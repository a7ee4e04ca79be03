/**
 * The parts of a model: dense, convolutional, pooling, normalization and more, and the class that your own layers
 * extend.
 *
 * @module
 */

import '../ops/methods.js';
export { Activation } from './activation.js';
export { AlphaDropout } from './alpha-dropout.js';
export { AveragePooling1D, AveragePooling2D } from './average-pooling.js';
export { AveragePooling1D as AvgPool1D, AveragePooling2D as AvgPool2D } from './average-pooling.js';
export { BatchNormalization } from './batch-normalization.js';
export type { BatchNormalizationOptions } from './batch-normalization.js';
export { Conv1D, Conv1D as Convolution1D } from './convolution.js';
export { Conv2D, Conv2D as Convolution2D } from './convolution.js';
export type { ConvolutionLayerOptions } from './convolution.js';
export type { DataFormat, DataFormatOption } from './data-format.js';
export { Dense } from './dense.js';
export type { DenseOptions } from './dense.js';
export { Dropout } from './dropout.js';
export type { DropoutOptions } from './dropout.js';
export { ELU } from './elu.js';
export type { ELUOptions } from './elu.js';
export { Embedding } from './embedding.js';
export type { EmbeddingOptions } from './embedding.js';
export { Flatten } from './flatten.js';
export type { FlattenOptions } from './flatten.js';
export { GaussianNoise } from './gaussian-noise.js';
export type { GaussianNoiseOptions } from './gaussian-noise.js';
export { GlobalAveragePooling1D, GlobalAveragePooling2D } from './global-average-pooling.js';
export {
  GlobalAveragePooling1D as GlobalAvgPool1D,
  GlobalAveragePooling2D as GlobalAvgPool2D,
} from './global-average-pooling.js';
export { GlobalMaxPooling1D, GlobalMaxPooling2D } from './global-max-pooling.js';
export {
  GlobalMaxPooling1D as GlobalMaxPool1D,
  GlobalMaxPooling2D as GlobalMaxPool2D,
} from './global-max-pooling.js';
export type { GlobalPoolingOptions } from './global-pooling.js';
export { Input, InputLayer } from './input-layer.js';
export type { InputOptions } from './input-layer.js';
export type { InputSpec } from './input-spec.js';
export type { KernelLayerOptions } from './kernel-layer.js';
export { Lambda } from './lambda.js';
export type { LambdaFunction, LambdaOptions } from './lambda.js';
export { Layer } from './layer.js';
export type { CallOptions } from './layer.js';
export { LayerNormalization } from './layer-normalization.js';
export type { LayerNormalizationOptions } from './layer-normalization.js';
export type { LayerOptions } from './layer-options.js';
export { LeakyReLU } from './leaky-relu.js';
export type { LeakyReLUOptions } from './leaky-relu.js';
export { MaxPooling1D, MaxPooling2D } from './max-pooling.js';
export { MaxPooling1D as MaxPool1D, MaxPooling2D as MaxPool2D } from './max-pooling.js';
export { Normalization } from './normalization.js';
export type { AdaptBatch, AdaptData, NormalizationOptions } from './normalization.js';
export { Permute } from './permute.js';
export type { PoolingLayerOptions } from './pooling.js';
export { PReLU } from './prelu.js';
export type { PReLUOptions } from './prelu.js';
export {
  deserializeLayer as deserialize,
  registerLayer,
  serializeLayer as serialize,
  registerLayers as register,
} from './registry.js';
export type { LayerClass } from './registry.js';
export { ReLU } from './relu.js';
export type { ReLUOptions } from './relu.js';
export { RepeatVector } from './repeat-vector.js';
export { Rescaling } from './rescaling.js';
export type { ChannelValues, RescalingOptions } from './rescaling.js';
export { Reshape } from './reshape.js';
export type { LayerAxis } from './shape-preserving.js';
export type { SpatialOptions } from './spatial.js';
export { Softmax } from './softmax.js';
export type { SoftmaxOptions } from './softmax.js';
export { UpSampling1D, UpSampling2D } from './up-sampling.js';
export type { UpSampling2DOptions } from './up-sampling.js';
export { SpatialDropout1D, SpatialDropout2D } from './spatial-dropout.js';
export type { SpatialDropout2DOptions, SpatialDropoutOptions } from './spatial-dropout.js';
export { UnitNormalization } from './unit-normalization.js';
export type { UnitNormalizationOptions } from './unit-normalization.js';
export type { WeightOptions } from './weight-holder.js';
export { ZeroPadding1D, ZeroPadding2D } from './zero-padding.js';
export type { Sides, ZeroPadding2DSize } from './zero-padding.js';
