import type { SerializedObject } from '../config/index.js';
import type { History, TrainingProgress } from '../callbacks/index.js';
import type { AnyLayer, Layer } from '../layers/index.js';
import type { Metric } from '../metrics/index.js';
import type { Optimizer } from '../optimizers/index.js';
import type { Activity } from './training/activity.js';
import type { Compiled } from './training/compiled.js';
import type { CapturedSteps } from './training/captured-steps.js';
import type { Ports } from '../layers/core/parts.js';
import type { Tensor } from '../tensor/index.js';
import type { StepLogs } from './training/data-types.js';

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
