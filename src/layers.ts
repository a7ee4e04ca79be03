/**
 * The parts of a model: dense, convolutional, pooling, normalization and more, and the class that your own layers
 * extend.
 *
 * @module
 */

import './engine/ops/methods.js';
export * from './nn/layers/generated/classes.js';
export { Input } from './nn/layers/input.js';
export {
  add,
  average,
  concatenate,
  dot,
  maximum,
  minimum,
  multiply,
  subtract,
} from './nn/layers/merge-functions.js';
export { Layer } from './nn/layers/core/layer.js';
export type { LoraOptions } from './nn/layers/core/adapter.js';
export type { ApplyOptions, CallOptions } from './nn/layers/core/layer-options.js';
export type { AnyLayer } from './nn/layers/core/layer.js';
export { KeyValueCache } from './nn/layers/core/key-value-cache.js';
export type { KeyValueCacheOptions } from './nn/layers/core/key-value-cache.js';
export type { Mask } from './nn/layers/core/mask.js';
export type { SymbolicMethods } from './nn/layers/core/symbolic-methods.js';
export { SymbolicTensor } from './nn/layers/core/symbolic-tensor.js';
export type {
  Concrete,
  GraphNamed,
  NamedSpecs,
  OrSpec,
  OrSymbolic,
  ResultsOf,
  ShapesOf,
  Symbolic,
  TensorsLike,
  TensorSpec,
} from './nn/layers/core/symbolic-tensor.js';
export type { DataFormat, DataFormatOption } from './engine/ops/index.js';
export { Wrapper } from './nn/layers/wrapper.js';
export type { WrapperOptions } from './nn/layers/wrapper.js';
export { BaseImagePreprocessingLayer } from './nn/layers/images/image-preprocessing.js';
export type { LabeledImages } from './nn/layers/images/image-preprocessing.js';
export type { InputSpec } from './nn/layers/core/input-spec.js';
export type { RenormClipping } from './nn/layers/batch-renormalization.js';
export type { AdaptOptions, VocabularyBatch } from './nn/layers/preprocessing/adapt-data.js';
export type { OutputType } from './nn/layers/preprocessing/encoding-layer.js';
export type { IndexLookup } from './nn/layers/preprocessing/index-lookup.js';
export type {
  GetVocabularyOptions,
  VocabularyOptions,
} from './nn/layers/preprocessing/lookup-options.js';
export type { Salt } from './nn/layers/preprocessing/hashes.js';
export type { KernelLayerOptions } from './nn/layers/sliding.js';
export type { LayerOptions } from './nn/layers/core/layer-options.js';
export type { Axes as LayerAxis } from './config/index.js';
export type {
  CellArguments,
  CellOutput,
  CellStates,
  RNNCell,
  StateLengths,
  StateSize,
} from './nn/layers/recurrent/cell.js';
export type { AttentionArguments, AttentionOutput } from './nn/layers/attention/attention-layer.js';
export type { HeadedArguments } from './nn/layers/attention/headed-attention.js';
export type { RecurrentArguments, RecurrentOutput } from './nn/layers/recurrent/recurrent-layer.js';
export type { LayerClass } from './nn/layers/registry.js';
export {
  deserializeLayer as deserialize,
  registerLayer,
  registerLayers as register,
  serializeLayer as serialize,
} from './nn/layers/registry.js';
export type { WeightOptions } from './nn/layers/core/weight-holder.js';
