// What `lanegrad` exports, without making the classes known by name: a bundler can drop what a program does not use.
import './ops/methods.js';

export * as activations from './activations/index.js';
export * as callbacks from './callbacks/index.js';
export * as constraints from './constraints/index.js';
export * as data from './data/index.js';
export * as datasets from './datasets/index.js';
export * as initializers from './initializers/index.js';
export * as layers from './layers/index.js';
export * as losses from './losses/index.js';
export * as metrics from './metrics/index.js';
export * as models from './models/index.js';
export * as ops from './ops/generated/public-operations.js';
export * as optimizers from './optimizers/index.js';
export * as random from './random/index.js';
export * as regularizers from './regularizers/index.js';
export * as utils from './utils/index.js';

export { Sequential } from './models/index.js';
export type { YieldEvery } from './models/index.js';
export { Input } from './layers/index.js';

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
export { grad, Tensor, valueAndGrad } from './ops/index.js';
export { oneHot, stopGradient } from './ops/generated/public-operations.js';
export { backendInfo, configure } from './runtime/index.js';
export type { BackendInfo, RuntimeOptions } from './runtime/index.js';
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
} from './tensor/index.js';
export type {
  DType,
  DTypeName,
  MemoryInfo,
  NestedArray,
  NestedNumbers,
  NestedStrings,
  PartialShape,
  Shape,
  StringArray,
  StringsLike,
  TensorData,
  TensorLike,
  LinspaceOptions,
  TensorOptions,
  TypedArray,
  ValueType,
  VariableOptions,
} from './tensor/index.js';
