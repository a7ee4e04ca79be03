import { checkNumber } from '../config/check-number.js';
import { checkOptions, requireObject } from '../config/index.js';
import { kerasFunction } from '../losses/keras-function.js';
import { alignTargets } from '../losses/ranks.js';
import { cast, equal, greater } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricOptions } from './metric.js';

/** Options of `binaryAccuracy`. */
export interface BinaryAccuracyParameters {
  /** Predictions above it count as 1. Default 0.5. */
  readonly threshold?: number;
}

/** 1 where yTrue == (yPred > threshold), else 0; float32 in their shape. */
export const binaryAccuracy = /* @__PURE__ */ kerasFunction(
  'binaryAccuracy',
  (yTrue: TensorLike, yPred: TensorLike, parameters: BinaryAccuracyParameters = {}): Tensor => {
    checkOptions('binary_accuracy', parameters, ['threshold']);
    const [targets, predictions] = alignTargets('binary_accuracy', yTrue, yPred);
    const decisions = cast(greater(predictions, parameters.threshold ?? 0.5), 'float32');
    return cast(equal(targets, decisions), 'float32');
  },
);

/** How often a prediction is on the right side of `threshold`; targets are 0 and 1. */
export class BinaryAccuracy extends MeanMetricWrapper {
  static override readonly className = 'BinaryAccuracy';
  static override readonly direction = 'up';
  static override readonly optionNames = ['threshold'];
  readonly threshold: number;

  constructor(options: MetricOptions & BinaryAccuracyParameters = {}) {
    requireObject('BinaryAccuracy', 'options', options);
    const threshold = checkNumber('BinaryAccuracy', 'threshold', options.threshold ?? 0.5);
    super((t, p) => binaryAccuracy(t, p, { threshold }), options, 'binary_accuracy');
    this.threshold = threshold;
  }
}
