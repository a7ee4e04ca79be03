/**
 * Models, and how they are saved and loaded. `fit`, `evaluate` and `predict` are methods of {@link Model}.
 *
 * @module
 */

import '../ops/methods.js';
export { cloneModel, modelFromJSON } from './clone.js';
export type { CompileOptions, Logs, ResultList, Results } from './training/compiled.js';
export type { BatchOptions, TestBatchOptions } from './training/batch-methods.js';
export type { EvaluateOptions } from './training/loop-options.js';
export type { FitOptions, ValidationData } from './training/fit-options.js';
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
} from './training/data-types.js';
export { loadModel } from './load.js';
export type { LoopOptions, YieldEvery } from './training/loop-options.js';
export { Model } from './model.js';
export type { AnyModel } from './model.js';
export type { SummaryOptions } from './summary.js';
export type { ModelOptions, QuantizationReport, QuantizeOptions } from './network.js';
export type { PredictOptions } from './training/loop-options.js';
export type { CustomObject, CustomObjects } from '../config/index.js';
export type {
  LoadModelOptions,
  LoadWeightsOptions,
  ModelFormatName,
  SaveOptions,
  SaveWeightsOptions,
} from './saving/options.js';
export { Sequential } from './sequential.js';
export type { SequentialOptions } from './sequential.js';
export { listModels, removeModel } from './load.js';
export type { FileSource, ModelSource } from '../places/model-source.js';
export type { WeightsFormatName } from '../formats/names.js';
export type { StoredInfo } from '../places/stores/store.js';
