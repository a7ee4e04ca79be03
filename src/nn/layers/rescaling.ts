import { checkNumber, configurable, fromNumpy } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { add, cast, mul } from '../../engine/ops/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** One number, or one a channel: along the last axis of the input. */
export type ChannelValues = number | readonly number[];

/** Options of `Rescaling`. */
export interface RescalingOptions extends OptionsOf<typeof Rescaling> {}

/**
 * x · scale + offset as float32, of x's shape: `new Rescaling(1 / 255)` brings pixels to [0, 1].
 * Keras: `Rescaling`.
 *
 * @example new layers.Rescaling(2, { offset: -1 }).apply([0, 0.5, 1]) // [−1, 0, 1]
 */
export class Rescaling extends configurable(
  ShapePreservingLayer,
  'Rescaling',
  {
    /** The factor, or one a channel. */
    scale: channelValues(),
    /** What is added, or one number a channel. Default 0. */
    offset: channelValues({ default: 0 }),
  },
  {
    positional: ['scale'],
    upgrade: ({ scale, offset, ...rest }) => ({
      ...rest,
      scale: fromNumpy(scale),
      offset: fromNumpy(offset),
    }),
  },
) {
  /**
   * @param scale the factor, or one a channel
   * @throws ValueError if `scale` or `offset` is not made of finite numbers.
   */
  constructor(scale: ChannelValues, options: RescalingOptions = {}) {
    super(options, [scale]);
  }

  override call(x: Tensor): Tensor {
    return add(mul(cast(x, 'float32'), this.scale), this.offset);
  }
}

/** An option that is a finite number, or a list of one a channel. */
function channelValues(spec: { readonly default?: number } = {}): Option<ChannelValues> {
  return {
    ...spec,
    check: (given, { owner, name }) =>
      Array.isArray(given)
        ? Array.from(given, (item) => checkNumber(owner, `every number of ${name}`, item))
        : checkNumber(owner, name, given),
  };
}
