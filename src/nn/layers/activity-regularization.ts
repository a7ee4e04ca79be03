import { configurable, number, only } from '../../config/index.js';
import type { Config, OptionsOf } from '../../config/index.js';
import { L1L2 } from '../regularizers/l1-l2.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `ActivityRegularization`. */
export interface ActivityRegularizationOptions extends OptionsOf<typeof ActivityRegularization> {}

/**
 * The identity, which adds (l1 · Σ |x| + l2 · Σ x²) / batch size to the loss. Keras: `ActivityRegularization`.
 *
 * @example new layers.ActivityRegularization({ l1: 1e-3, inputShape: [8] })
 */
export class ActivityRegularization extends configurable(
  ShapePreservingLayer,
  'ActivityRegularization',
  {
    /** Factor of Σ |x|, at least 0. Default 0. */
    l1: number({ default: 0, min: 0 }),
    /** Factor of Σ x², at least 0. Default 0. */
    l2: number({ default: 0, min: 0 }),
    /** The penalty is that of `l1` and `l2`: only null. */
    activityRegularizer: only([null], 'Give l1 and l2.', false),
  },
) {
  // As Keras's: files may hold calls with lists and objects, which pass as well.
  override inputSpec = undefined;

  constructor(options: ActivityRegularizationOptions = {}) {
    super(options);
    this.activityRegularizer = new L1L2({ l1: this.l1, l2: this.l2 });
  }

  override call(x: Tensor): Tensor {
    return x;
  }

  override getConfig(): Config {
    const { activity_regularizer: _, ...config } = super.getConfig();
    return config;
  }
}
