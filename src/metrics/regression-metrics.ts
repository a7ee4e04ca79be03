import { requireObject } from '../config/index.js';
import { checkNumber } from '../config/check-number.js';
import type { Config } from '../config/index.js';
import { cosine } from '../losses/cosine-similarity.js';
import type { CosineSimilarityParameters } from '../losses/cosine-similarity.js';
import { logCosh } from '../losses/log-cosh.js';
import { meanAbsoluteError } from '../losses/mean-absolute-error.js';
import { meanAbsolutePercentageError } from '../losses/mean-absolute-percentage-error.js';
import { meanSquaredError } from '../losses/mean-squared-error.js';
import { meanSquaredLogarithmicError } from '../losses/mean-squared-logarithmic-error.js';
import { alignTargets } from '../losses/ranks.js';
import { square, sub } from '../ops/index.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricOptions } from './metric.js';

/** The mean of `losses.meanSquaredError`. */
export class MeanSquaredError extends MeanMetricWrapper {
  static override readonly className = 'MeanSquaredError';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(meanSquaredError, options, 'mean_squared_error');
  }
}

/** The root of the weighted mean of (yPred − yTrue)². */
export class RootMeanSquaredError extends MeanMetricWrapper {
  static override readonly className = 'RootMeanSquaredError';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    const name = 'root_mean_squared_error';
    super((t, p) => square(sub(...alignTargets(name, t, p))), options, name);
  }

  override result(): number {
    return Math.sqrt(super.result());
  }
}

/** The mean of `losses.meanAbsoluteError`. */
export class MeanAbsoluteError extends MeanMetricWrapper {
  static override readonly className = 'MeanAbsoluteError';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(meanAbsoluteError, options, 'mean_absolute_error');
  }
}

/** The mean of `losses.meanAbsolutePercentageError`. */
export class MeanAbsolutePercentageError extends MeanMetricWrapper {
  static override readonly className = 'MeanAbsolutePercentageError';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(meanAbsolutePercentageError, options, 'mean_absolute_percentage_error');
  }
}

/** The mean of `losses.meanSquaredLogarithmicError`. */
export class MeanSquaredLogarithmicError extends MeanMetricWrapper {
  static override readonly className = 'MeanSquaredLogarithmicError';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(meanSquaredLogarithmicError, options, 'mean_squared_logarithmic_error');
  }
}

/** The mean of `losses.logCosh`. */
export class LogCoshError extends MeanMetricWrapper {
  static override readonly className = 'LogCoshError';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(logCosh, options, 'logcosh');
  }
}

/** The mean cosine of the angle between yTrue and yPred: 1 is best (the loss is its negative). */
export class CosineSimilarity extends MeanMetricWrapper {
  static override readonly className = 'CosineSimilarity';
  static override readonly direction = 'up';
  static override readonly optionNames = ['axis'];
  readonly axis: number;

  constructor(options: MetricOptions & CosineSimilarityParameters = {}) {
    requireObject('CosineSimilarity', 'options', options);
    const axis = checkNumber('CosineSimilarity', 'axis', options.axis ?? -1, { integer: true });
    super((t, p) => cosine(t, p, axis), options, 'cosine_similarity');
    this.axis = axis;
  }

  /** Keras leaves the axis out; it is written where it is not the default, for else it would be lost. */
  override getConfig(): Config {
    const { axis, ...config } = super.getConfig();
    return axis === -1 ? config : { ...config, axis };
  }
}
