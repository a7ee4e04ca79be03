import { binaryCrossentropy } from '../losses/binary-crossentropy.js';
import { categoricalCrossentropy } from '../losses/categorical-crossentropy.js';
import { checkCrossentropy } from '../losses/crossentropy.js';
import type { CrossentropyParameters } from '../losses/crossentropy.js';
import { klDivergence } from '../losses/kl-divergence.js';
import { poisson } from '../losses/poisson.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricOptions } from './metric.js';

/** The mean of `losses.klDivergence`. */
export class KLDivergence extends MeanMetricWrapper {
  static override readonly className = 'KLDivergence';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(klDivergence, options, 'kl_divergence');
  }
}

/** The mean of `losses.poisson`. */
export class Poisson extends MeanMetricWrapper {
  static override readonly className = 'Poisson';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(poisson, options, 'poisson');
  }
}

/** Options of the binary cross-entropy as a metric. */
export type BinaryCrossentropyOptions = MetricOptions & Omit<CrossentropyParameters, 'axis'>;

/** The mean of `losses.binaryCrossentropy`. */
export class BinaryCrossentropy extends MeanMetricWrapper {
  static override readonly className = 'BinaryCrossentropy';
  static override readonly direction = 'down';
  static override readonly optionNames = ['fromLogits', 'labelSmoothing'];
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;

  constructor(options: BinaryCrossentropyOptions = {}) {
    const { fromLogits, labelSmoothing } = checkCrossentropy('BinaryCrossentropy', options);
    const parameters = { fromLogits, labelSmoothing };
    super((t, p) => binaryCrossentropy(t, p, parameters), options, 'binary_crossentropy');
    this.fromLogits = fromLogits;
    this.labelSmoothing = labelSmoothing;
  }
}

/** Options of the categorical cross-entropy as a metric. */
export type CategoricalCrossentropyOptions = MetricOptions & CrossentropyParameters;

/** The mean of `losses.categoricalCrossentropy`. */
export class CategoricalCrossentropy extends MeanMetricWrapper {
  static override readonly className = 'CategoricalCrossentropy';
  static override readonly direction = 'down';
  static override readonly optionNames = ['fromLogits', 'labelSmoothing', 'axis'];
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: CategoricalCrossentropyOptions = {}) {
    const parameters = checkCrossentropy('CategoricalCrossentropy', options);
    super((t, p) => categoricalCrossentropy(t, p, parameters), options, 'categorical_crossentropy');
    this.fromLogits = parameters.fromLogits;
    this.labelSmoothing = parameters.labelSmoothing;
    this.axis = parameters.axis;
  }
}
