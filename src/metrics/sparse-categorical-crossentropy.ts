import { requireObject } from '../config/index.js';
import { checkBoolean, checkNumber } from '../config/check-number.js';
import { asTensor } from '../losses/ranks.js';
import { fitWeights } from '../losses/reduction.js';
import {
  countedLabels,
  sparseCategoricalCrossentropy,
} from '../losses/sparse-categorical-crossentropy.js';
import type { SparseCategoricalCrossentropyParameters } from '../losses/sparse-categorical-crossentropy.js';
import { cast, mul } from '../ops/index.js';
import { tidy } from '../tensor/index.js';
import type { TensorLike } from '../tensor/index.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricOptions } from './metric.js';
import { weightTensor } from './reduction-metrics.js';

/** Options of the metric: those of the loss, but for labelSmoothing, as in Keras. */
export type SparseCategoricalCrossentropyOptions = MetricOptions &
  Omit<SparseCategoricalCrossentropyParameters, 'labelSmoothing'>;

/**
 * The mean of `losses.sparseCategoricalCrossentropy`. As in Keras, rows of `ignoreClass` are left out of a
 * weighted mean, and count as 0 in one without weights.
 */
export class SparseCategoricalCrossentropy extends MeanMetricWrapper {
  static override readonly className = 'SparseCategoricalCrossentropy';
  static override readonly direction = 'down';
  static override readonly optionNames = ['fromLogits', 'ignoreClass', 'axis'];
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;

  constructor(options: SparseCategoricalCrossentropyOptions = {}) {
    const owner = 'SparseCategoricalCrossentropy';
    requireObject(owner, 'options', options);
    const fromLogits = checkBoolean(owner, 'fromLogits', options.fromLogits ?? false);
    const axis = checkNumber(owner, 'axis', options.axis ?? -1, { integer: true });
    const ignoreClass = options.ignoreClass ?? null;
    const parameters = { fromLogits, ignoreClass, axis };
    super(
      (t, p) => sparseCategoricalCrossentropy(t, p, parameters),
      options,
      'sparse_categorical_crossentropy',
    );
    this.fromLogits = fromLogits;
    this.ignoreClass = ignoreClass;
    this.axis = axis;
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    const { ignoreClass, axis } = this;
    tidy(() => {
      const predictions = asTensor(yPred);
      let weights = weightTensor(sampleWeight);
      if (weights !== undefined && ignoreClass !== null) {
        const counted = countedLabels(yTrue, predictions, ignoreClass, axis);
        const [mask, given] = fitWeights(this.name, cast(counted, 'float32'), weights);
        weights = mul(mask, given);
      }
      super.updateState(yTrue, predictions, weights);
    });
  }
}
