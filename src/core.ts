// What `lanegrad` exports, without making the classes known by name: a bundler can drop what a program does not use.
import './engine/ops/methods.js';

export * as activations from './activations.js';
export * as callbacks from './callbacks.js';
export * as constraints from './constraints.js';
export * as data from './data.js';
export * as datasets from './datasets.js';
export * as initializers from './initializers.js';
export * as layers from './layers.js';
export * as losses from './losses.js';
export * as metrics from './metrics.js';
export * as models from './models.js';
export * as ops from './engine/ops/generated/public-operations.js';
export * as optimizers from './optimizers.js';
export * as random from './random.js';
export * as regularizers from './regularizers.js';
export * as utils from './utils.js';

export { Sequential } from './models.js';
export type { YieldEvery } from './models.js';
export { Input, SymbolicTensor } from './layers.js';

export type {
  Config,
  DeserializeOptions,
  EitherSpelling,
  KerasClass,
  KerasObject,
  SerializedObject,
} from './config/index.js';
export {
  DatasetError,
  DisposedError,
  DTypeError,
  FormatError,
  LanegradError,
  OutOfMemoryError,
  ShapeError,
  ValueError,
} from './errors.js';
export { grad, Tensor, valueAndGrad } from './engine/ops/index.js';
export { oneHot, stopGradient } from './engine/ops/generated/public-operations.js';
export { backendInfo, configure } from './engine/runtime/index.js';
export type { BackendInfo, RuntimeOptions } from './engine/runtime/index.js';
export {
  arange,
  eye,
  full,
  keep,
  linspace,
  memory,
  ones,
  stringArray,
  tensor,
  tidy,
  Variable,
  zeros,
} from './engine/tensor/index.js';
export type { DType, DTypeName, TensorData, TypedArray, ValueType } from './config/dtype.js';
export type {
  ArrayOfDType,
  MemoryInfo,
  NestedArray,
  NestedNumbers,
  NestedStrings,
  NumbersOfRank,
  PartialShape,
  Shape,
  StringArray,
  StringsLike,
  StringsOfRank,
  TensorLike,
  LinspaceOptions,
  TensorOptions,
  VariableOptions,
} from './engine/tensor/index.js';
