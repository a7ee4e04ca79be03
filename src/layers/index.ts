export { Activation } from './activation.js';
export { Dense } from './dense.js';
export type { DenseOptions } from './dense.js';
export { Dropout } from './dropout.js';
export type { DropoutOptions } from './dropout.js';
export { ELU } from './elu.js';
export type { ELUOptions } from './elu.js';
export { Flatten } from './flatten.js';
export type { DataFormat, FlattenOptions } from './flatten.js';
export { GaussianNoise } from './gaussian-noise.js';
export type { GaussianNoiseOptions } from './gaussian-noise.js';
export { Input, InputLayer } from './input-layer.js';
export type { InputOptions } from './input-layer.js';
export type { InputSpec } from './input-spec.js';
export { Lambda } from './lambda.js';
export type { LambdaFunction, LambdaOptions } from './lambda.js';
export { Layer } from './layer.js';
export type { CallOptions } from './layer.js';
export { LayerNormalization } from './layer-normalization.js';
export type { LayerNormalizationOptions } from './layer-normalization.js';
export type { LayerOptions } from './layer-options.js';
export { LeakyReLU } from './leaky-relu.js';
export type { LeakyReLUOptions } from './leaky-relu.js';
export { Permute } from './permute.js';
export { PReLU } from './prelu.js';
export type { PReLUOptions } from './prelu.js';
export {
  deserializeLayer as deserialize,
  registerLayer,
  serializeLayer as serialize,
} from './registry.js';
export type { LayerClass } from './registry.js';
export { ReLU } from './relu.js';
export type { ReLUOptions } from './relu.js';
export { RepeatVector } from './repeat-vector.js';
export { Rescaling } from './rescaling.js';
export type { ChannelValues, RescalingOptions } from './rescaling.js';
export { Reshape } from './reshape.js';
export type { LayerAxis } from './shape-preserving.js';
export { Softmax } from './softmax.js';
export type { SoftmaxOptions } from './softmax.js';
export { UnitNormalization } from './unit-normalization.js';
export type { UnitNormalizationOptions } from './unit-normalization.js';
export type { WeightOptions } from './weight-holder.js';
