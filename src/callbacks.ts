/**
 * What happens while a model trains: early stopping, checkpoints, schedules, logs, and hooks of your own.
 *
 * @module
 */

import './engine/ops/methods.js';
export { BackupAndRestore } from './nn/callbacks/backup-and-restore.js';
export type { BackupAndRestoreOptions } from './nn/callbacks/backup-and-restore.js';
export { Callback } from './nn/callbacks/callback.js';
export type {
  BatchLogs,
  CallbackModel,
  CallbackParams,
  EpochLogs,
  HookName,
  HookResult,
  Logs,
  LoggedLayer,
  WeightsTargetOptions,
  TrainingProgress,
  TrainingSnapshot,
} from './nn/callbacks/callback.js';
export { CallbackList } from './nn/callbacks/callback-list.js';
export type { CallbackLike, Callbacks } from './nn/callbacks/callback-list.js';
export { CSVLogger } from './nn/callbacks/csv-logger.js';
export type { CSVLoggerOptions } from './nn/callbacks/csv-logger.js';
export { EarlyStopping } from './nn/callbacks/early-stopping.js';
export type { EarlyStoppingOptions } from './nn/callbacks/early-stopping.js';
export { History } from './nn/callbacks/history.js';
export type { LogsOfEpochs } from './nn/callbacks/history.js';
export { LambdaCallback } from './nn/callbacks/callback.js';
export type { Hooks } from './nn/callbacks/callback.js';
export { LearningRateScheduler } from './nn/callbacks/learning-rate.js';
export type { LearningRateSchedulerOptions } from './nn/callbacks/learning-rate.js';
export { LivePlot } from './extras/vis/live-plot.js';
export type { LivePlotOptions } from './extras/vis/live-plot.js';
export { ModelCheckpoint } from './nn/callbacks/model-checkpoint.js';
export type { ModelCheckpointOptions } from './nn/callbacks/model-checkpoint.js';
export type { MonitorMode } from './nn/callbacks/monitor.js';
export { ProgbarLogger } from './nn/callbacks/progbar-logger.js';
export type { ProgbarLoggerOptions } from './nn/callbacks/progbar-logger.js';
export { ReduceLROnPlateau } from './nn/callbacks/learning-rate.js';
export type { ReduceLROnPlateauOptions } from './nn/callbacks/learning-rate.js';
export { RemoteMonitor } from './nn/callbacks/remote-monitor.js';
export type { RemoteMonitorOptions } from './nn/callbacks/remote-monitor.js';
export type { SaveFreq } from './nn/callbacks/model-checkpoint.js';
export { SwapEMAWeights } from './nn/callbacks/swap-ema-weights.js';
export type { SwapEMAWeightsOptions } from './nn/callbacks/swap-ema-weights.js';
export { SummaryWriter } from './nn/callbacks/summary-writer.js';
export type {
  SummaryHistogramOptions,
  SummaryImageOptions,
  SummaryWriteOptions,
} from './nn/callbacks/summary-writer.js';
export { TensorBoard } from './nn/callbacks/tensorboard.js';
export type { TensorBoardOptions } from './nn/callbacks/tensorboard.js';
export type {
  OpenOptions,
  LogLocation,
  WritableDirectory,
  WritableFile,
  WritingOptions,
  WritingStream,
  WrittenPiece,
} from './files/locations/log-folder.js';
export { TerminateOnNaN } from './nn/callbacks/early-stopping.js';
export type { TerminateOnNaNOptions } from './nn/callbacks/early-stopping.js';
export type { Writer } from './config/platform.js';
