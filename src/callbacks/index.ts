/**
 * What happens while a model trains: early stopping, checkpoints, schedules, logs, and hooks of your own.
 *
 * @module
 */

import '../ops/methods.js';
export { BackupAndRestore } from './backup-and-restore.js';
export type { BackupAndRestoreOptions } from './backup-and-restore.js';
export { Callback } from './callback.js';
export type {
  BatchLogs,
  CallbackModel,
  CallbackParams,
  EpochLogs,
  HookName,
  HookResult,
  Logs,
  TrainingProgress,
  TrainingSnapshot,
} from './callback.js';
export { CallbackList } from './callback-list.js';
export type { CallbackLike, Callbacks } from './callback-list.js';
export { CSVLogger } from './csv-logger.js';
export type { CSVLoggerOptions } from './csv-logger.js';
export { EarlyStopping } from './early-stopping.js';
export type { EarlyStoppingOptions } from './early-stopping.js';
export { History } from './history.js';
export type { LogsOfEpochs } from './history.js';
export { LambdaCallback } from './lambda-callback.js';
export type { Hooks } from './lambda-callback.js';
export { LearningRateScheduler } from './learning-rate-scheduler.js';
export type { LearningRateSchedulerOptions } from './learning-rate-scheduler.js';
export { ModelCheckpoint } from './model-checkpoint.js';
export type { ModelCheckpointOptions } from './model-checkpoint.js';
export type { MonitorMode } from './monitor.js';
export { ProgbarLogger } from './progbar-logger.js';
export type { ProgbarLoggerOptions } from './progbar-logger.js';
export { ReduceLROnPlateau } from './reduce-lr-on-plateau.js';
export type { ReduceLROnPlateauOptions } from './reduce-lr-on-plateau.js';
export { RemoteMonitor } from './remote-monitor.js';
export type { RemoteMonitorOptions } from './remote-monitor.js';
export type { SaveFreq } from './save-freq.js';
export { SwapEMAWeights } from './swap-ema-weights.js';
export type { SwapEMAWeightsOptions } from './swap-ema-weights.js';
export { TerminateOnNaN } from './terminate-on-nan.js';
export type { TerminateOnNaNOptions } from './terminate-on-nan.js';
export type { Writer } from '../terminal/platform.js';
