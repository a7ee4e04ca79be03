import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { abs, add, mul, square, sum } from '../../engine/ops/index.js';
import { zeros } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { Regularizer } from './regularizer.js';

const l1Penalty = (x: Tensor, factor: number): Tensor => mul(sum(abs(x)), factor);
const l2Penalty = (x: Tensor, factor: number): Tensor => mul(sum(square(x)), factor);

/**
 * l1 · Σ |x|. Keras: `L1`, `'l1'`.
 *
 * @example new layers.Dense(4, { kernelRegularizer: new regularizers.L1(1e-3) })
 */
export class L1 extends configurable(
  Regularizer,
  'L1',
  {
    /** Factor of Σ |x|, at least 0. Default 0.01. */
    l1: number({ default: 0.01, min: 0 }),
  },
  { positional: ['l1'] },
) {
  /** @throws ValueError if `l1` is not a non-negative number. */
  constructor(l1?: number) {
    super({}, [l1]);
  }

  override call(x: Tensor): Tensor {
    return l1Penalty(x, this.l1);
  }
}

/**
 * l2 · Σ x². Keras: `L2`, `'l2'`.
 *
 * @example new layers.Dense(4, { kernelRegularizer: new regularizers.L2(1e-3) })
 */
export class L2 extends configurable(
  Regularizer,
  'L2',
  {
    /** Factor of Σ x², at least 0. Default 0.01. */
    l2: number({ default: 0.01, min: 0 }),
  },
  { positional: ['l2'] },
) {
  /** @throws ValueError if `l2` is not a non-negative number. */
  constructor(l2?: number) {
    super({}, [l2]);
  }

  override call(x: Tensor): Tensor {
    return l2Penalty(x, this.l2);
  }
}

/** Options of `L1L2`. */
export interface L1L2Options extends OptionsOf<typeof L1L2> {}

/**
 * l1 · Σ |x| + l2 · Σ x². Keras: `L1L2`; the string `'l1_l2'` stands for 0.01 and 0.01, as Keras documents it.
 *
 * @example new layers.Dense(4, { kernelRegularizer: new regularizers.L1L2({ l1: 1e-4, l2: 1e-3 }) })
 */
export class L1L2 extends configurable(
  Regularizer,
  'L1L2',
  {
    /** Factor of Σ |x|, at least 0. Default 0. */
    l1: number({ default: 0, min: 0 }),
    /** Factor of Σ x², at least 0. Default 0. */
    l2: number({ default: 0, min: 0 }),
  },
  { aliases: ['l1_l2'], byName: { l1: 0.01, l2: 0.01 } },
) {
  override call(x: Tensor): Tensor {
    const { l1, l2 } = this;
    // A penalty with factor 0 is none, whatever x holds: 0 · NaN would be NaN.
    if (l2 === 0) return l1 === 0 ? zeros([]) : l1Penalty(x, l1);
    return l1 === 0 ? l2Penalty(x, l2) : add(l1Penalty(x, l1), l2Penalty(x, l2));
  }
}
