/**
 * Models, and how they are saved and loaded. `fit`, `evaluate` and `predict` are methods of {@link Model}.
 *
 * @module
 */

import './chunks.js';
import './engine/ops/methods.js';
export { cloneModel, modelFromJSON } from './nn/saving/load-model.js';
export type { CompileOptions, Logs, ResultList, Results } from './nn/training/compiled.js';
export type { BatchOptions, TestBatchOptions } from './nn/training/batch-methods.js';
export type { EvaluateOptions } from './nn/training/types.js';
export type { FitOptions, ValidationData } from './nn/training/types.js';
export type {
  AnyData,
  DataLike,
  DataOf,
  LossOf,
  PartialSamples,
  SamplesLike,
  SamplesOf,
  StepBatch,
  StepLogs,
  StepOutputs,
  TargetsOf,
} from './nn/training/types.js';
export { inspectFile } from './nn/saving/inspect-file.js';
export type {
  FileComparison,
  FileInspection,
  InspectedFile,
  InspectedLayer,
  InspectionOptions,
  ShapeMismatch,
} from './nn/saving/file-inspection.js';
export type { DescribedArray } from './files/formats/elements.js';
export { loadModel } from './nn/saving/load-model.js';
export type { LoopOptions, YieldEvery } from './nn/training/types.js';
export { Model } from './nn/models/any-model.js';
export type { AnyModel } from './nn/models/model.js';
export type { SummaryOptions } from './nn/models/summary.js';
export type { ModelOptions } from './nn/models/network.js';
export type { PredictOptions } from './nn/training/types.js';
export type { CustomObject, CustomObjects } from './config/index.js';
export type {
  LoadModelOptions,
  LoadWeightsOptions,
  LoraReport,
  ModelFormatName,
  ModelLoraOptions,
  QuantizationReport,
  QuantizeOptions,
  SaveOptions,
  SaveWeightsOptions,
} from './nn/training/file-options.js';
export type {
  ModelState,
  PartialModelState,
  StateFormat,
  StateTree,
  StateTreeOptions,
  StateValue,
} from './nn/training/state-tree.js';
export { Sequential } from './nn/models/sequential.js';
export type { SequentialOptions } from './nn/models/sequential.js';
export { listModels, removeModel } from './nn/saving/load-model.js';
export type { FileSource, ModelSource } from './files/locations/model-source.js';
export type { WeightsFormatName } from './files/formats/names.js';
export type { StoredInfo } from './files/locations/stores/store.js';
