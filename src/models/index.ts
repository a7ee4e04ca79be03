/**
 * Models, and how they are saved and loaded. `fit`, `evaluate` and `predict` are methods of {@link Model}.
 *
 * @module
 */

import '../ops/methods.js';
export { cloneModel, modelFromJSON } from './clone.js';
export type { CompileOptions, Logs, Results } from './training/compiled.js';
export type { BatchOptions, TestBatchOptions } from './training/batch-methods.js';
export type { EvaluateOptions } from './training/evaluate.js';
export type { FitOptions, ValidationData } from './training/fit.js';
export type { DataLike } from './training/inputs.js';
export type { CustomObjects } from './saving/build.js';
export { loadModel } from './load.js';
export type { LoadModelOptions } from './load.js';
export type { LoopOptions } from './training/loop.js';
export { Model } from './model.js';
export type { SummaryOptions } from './model.js';
export type { PredictOptions } from './training/predict.js';
export type { ModelFormatName, SaveOptions } from './saving/save.js';
export { Sequential } from './sequential.js';
export type { SequentialOptions } from './sequential.js';
export { listModels, removeModel } from './load.js';
export type { LoadWeightsOptions, SaveWeightsOptions } from './saving/weights.js';
export type { FileSource, ModelSource } from '../places/model-source.js';
export type { WeightsFormatName } from '../formats/names.js';
export type { StoredInfo } from '../places/stores/store.js';
