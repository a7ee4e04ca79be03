/**
 * The parts of a model: dense, convolutional, pooling, normalization and more, and the class that your own layers
 * extend.
 *
 * @module
 */

import '../ops/methods.js';
export * from './generated/classes.js';
export { Input } from './input.js';
export {
  add,
  average,
  concatenate,
  dot,
  maximum,
  minimum,
  multiply,
  subtract,
} from './merge-functions.js';
export { Layer } from './core/layer.js';
export type { ApplyOptions, CallOptions } from './core/call-options.js';
export type { AnyLayer } from './core/layer.js';
export { KeyValueCache } from './core/key-value-cache.js';
export type { KeyValueCacheOptions } from './core/key-value-cache.js';
export type { Mask } from './core/mask.js';
export type { SymbolicMethods } from './core/symbolic-methods.js';
export { SymbolicTensor } from './core/symbolic-tensor.js';
export type {
  Concrete,
  GraphNamed,
  NamedSpecs,
  OrSpec,
  OrSymbolic,
  ShapesOf,
  Symbolic,
  TensorsLike,
  TensorSpec,
} from './core/symbolic-tensor.js';
export type { DataFormat, DataFormatOption } from '../ops/index.js';
export { Wrapper } from './wrapper.js';
export type { WrapperOptions } from './wrapper.js';
export { BaseImagePreprocessingLayer } from './images/image-preprocessing.js';
export type { LabeledImages } from './images/image-preprocessing.js';
export type { InputSpec } from './core/input-spec.js';
export type { RenormClipping } from './batch-renormalization.js';
export type { AdaptOptions, VocabularyBatch } from './preprocessing/adapt-data.js';
export type { OutputType } from './preprocessing/encoding-layer.js';
export type { IndexLookup } from './preprocessing/index-lookup.js';
export type { GetVocabularyOptions, VocabularyOptions } from './preprocessing/lookup-options.js';
export type { Salt } from './preprocessing/buckets.js';
export type { KernelLayerOptions } from './kernel-layer.js';
export type { LayerOptions } from './core/layer-options.js';
export type { Axes as LayerAxis } from '../config/index.js';
export type {
  CellArguments,
  CellOutput,
  CellStates,
  RNNCell,
  StateLengths,
  StateSize,
} from './recurrent/cell.js';
export type { AttentionArguments, AttentionOutput } from './attention/attention-layer.js';
export type { HeadedArguments } from './attention/headed-attention.js';
export type { RecurrentArguments, RecurrentOutput } from './recurrent/recurrent-layer.js';
export type { LayerClass } from './registry.js';
export {
  deserializeLayer as deserialize,
  registerLayer,
  registerLayers as register,
  serializeLayer as serialize,
} from './registry.js';
export type { WeightOptions } from './core/weight-holder.js';
