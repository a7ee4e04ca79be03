/**
 * Models, and how they are saved and loaded. `fit`, `evaluate` and `predict` are methods of {@link Model}.
 *
 * @module
 */

import '../ops/methods.js';
export { cloneModel, modelFromJSON } from './clone.js';
export type { CompileOptions, Logs, Results } from './compiled.js';
export type { BatchOptions, TestBatchOptions } from './batch-methods.js';
export type { EvaluateOptions } from './evaluate.js';
export type { FitOptions, ValidationData } from './fit.js';
export type { DataLike } from './inputs.js';
export type { CustomObjects } from './saving/build.js';
export { loadModel } from './load.js';
export type { LoadModelOptions } from './load.js';
export type { LoopOptions } from './loop.js';
export { Model } from './model.js';
export type { SummaryOptions } from './model.js';
export type { PredictOptions } from './predict.js';
export type { ModelFormatName, SaveOptions } from './saving/save.js';
export { Sequential } from './sequential.js';
export type { SequentialOptions } from './sequential.js';
export { listModels, removeModel } from './load.js';
export type { LoadWeightsOptions, SaveWeightsOptions } from './saving/weights.js';
export type { FileSource, ModelSource } from '../places/model-source.js';
export type { WeightsFormatName } from '../formats/names.js';
export type { StoredInfo } from '../places/stores/store.js';
