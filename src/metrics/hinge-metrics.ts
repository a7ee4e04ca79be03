import { categoricalHinge } from '../losses/categorical-hinge.js';
import { hinge } from '../losses/hinge.js';
import { squaredHinge } from '../losses/squared-hinge.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricOptions } from './metric.js';

/** The mean of `losses.hinge`. */
export class Hinge extends MeanMetricWrapper {
  static override readonly className = 'Hinge';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(hinge, options, 'hinge');
  }
}

/** The mean of `losses.squaredHinge`. */
export class SquaredHinge extends MeanMetricWrapper {
  static override readonly className = 'SquaredHinge';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(squaredHinge, options, 'squared_hinge');
  }
}

/** The mean of `losses.categoricalHinge`. */
export class CategoricalHinge extends MeanMetricWrapper {
  static override readonly className = 'CategoricalHinge';
  static override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(categoricalHinge, options, 'categorical_hinge');
  }
}
