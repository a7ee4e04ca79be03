import type { SerializedObject } from '../../config/index.js';
import type { TrainingProgress } from '../callbacks/callback.js';
import type { History } from '../callbacks/history.js';
import type { AnyLayer, Layer } from '../layers/core/layer.js';
import type { Metric } from '../metrics/metric.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Activity } from './activity.js';
import type { Compiled } from './compiled.js';
import type { CapturedSteps } from './captured-steps.js';
import type { Ports } from '../layers/core/ports.js';
import type { Tensor } from '../../engine/tensor/index.js';
import type { StepLogs } from './types.js';

/** A model as the loops of training and the files of models see it: `Model` gives it the methods that users call. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface CompilableModel extends Layer<any, any, any> {
  readonly layers: readonly AnyLayer[];
  /** What the model takes; undefined before that is known. */
  readonly inputPorts: Ports | undefined;
  /** What the model gives; undefined if only running it tells. */
  readonly outputPorts: Ports | undefined;
  readonly optimizer: Optimizer | undefined;
  readonly activity: Activity;
  readonly predictions: CapturedSteps;
  stopTraining: boolean;
  history: History | undefined;
  training: TrainingProgress | undefined;
  readonly compiled: Compiled | undefined;
  requireCompiled(method: string): Compiled;
  resetMetrics(): void;
  /** The metrics that a subclass holds in its properties. */
  ownMetrics(): readonly Metric[];
  /** Whether a subclass has a step of its own. */
  hasOwnStep(step: 'trainStep' | 'testStep' | 'predictStep'): boolean;
  trainStep(batch: unknown): StepLogs;
  testStep(batch: unknown): StepLogs;
  predictStep(x: unknown): unknown;
  computeLoss(outputs: unknown): Tensor;
  computeMetrics(outputs: unknown, loss: Tensor | number): StepLogs;
  serialized(): SerializedObject;
}
