import { checkNumber } from '../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { abs, add, mul, square, sum } from '../ops/index.js';
import { zeros } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { Regularizer } from './regularizer.js';

const l1Penalty = (x: Tensor, factor: number): Tensor => mul(sum(abs(x)), factor);
const l2Penalty = (x: Tensor, factor: number): Tensor => mul(sum(square(x)), factor);

/** l1 · Σ |x|, with `l1` = 0.01 unless given. Keras: `L1`, `'l1'`. */
export class L1 extends Regularizer {
  static override readonly className = 'L1';
  readonly l1: number;

  /** @throws ValueError if `l1` is not a number of at least 0. */
  constructor(l1 = 0.01) {
    super();
    this.l1 = checkNumber('L1', 'l1', l1, { min: 0 });
  }

  override call(x: Tensor): Tensor {
    return l1Penalty(x, this.l1);
  }

  override getConfig(): Config {
    return { l1: this.l1 };
  }

  static fromConfig(config: Config): L1 {
    return new L1(optionsFromConfig('L1', config, ['l1'])['l1'] as number | undefined);
  }
}

/** l2 · Σ x², with `l2` = 0.01 unless given. Keras: `L2`, `'l2'`. */
export class L2 extends Regularizer {
  static override readonly className = 'L2';
  readonly l2: number;

  /** @throws ValueError if `l2` is not a number of at least 0. */
  constructor(l2 = 0.01) {
    super();
    this.l2 = checkNumber('L2', 'l2', l2, { min: 0 });
  }

  override call(x: Tensor): Tensor {
    return l2Penalty(x, this.l2);
  }

  override getConfig(): Config {
    return { l2: this.l2 };
  }

  static fromConfig(config: Config): L2 {
    return new L2(optionsFromConfig('L2', config, ['l2'])['l2'] as number | undefined);
  }
}

/** Options of `L1L2`. */
export interface L1L2Options {
  /** Factor of Σ |x|. Default 0. */
  readonly l1?: number;
  /** Factor of Σ x². Default 0. */
  readonly l2?: number;
}

const L1_L2_OPTIONS = ['l1', 'l2'] as const;

/**
 * l1 · Σ |x| + l2 · Σ x². Keras: `L1L2`; the string `'l1_l2'` stands for 0.01 and 0.01, as Keras
 * documents it.
 */
export class L1L2 extends Regularizer {
  static override readonly className = 'L1L2';
  readonly l1: number;
  readonly l2: number;

  /** @throws ValueError if a factor is not a number of at least 0. */
  constructor(options: L1L2Options = {}) {
    super();
    checkOptions('L1L2', options, L1_L2_OPTIONS);
    this.l1 = checkNumber('L1L2', 'l1', options.l1 ?? 0, { min: 0 });
    this.l2 = checkNumber('L1L2', 'l2', options.l2 ?? 0, { min: 0 });
  }

  override call(x: Tensor): Tensor {
    const { l1, l2 } = this;
    // A penalty with factor 0 is none, whatever x holds: 0 · NaN would be NaN.
    if (l2 === 0) return l1 === 0 ? zeros([]) : l1Penalty(x, l1);
    return l1 === 0 ? l2Penalty(x, l2) : add(l1Penalty(x, l1), l2Penalty(x, l2));
  }

  override getConfig(): Config {
    return { l1: this.l1, l2: this.l2 };
  }

  static fromConfig(config: Config): L1L2 {
    return new L1L2(optionsFromConfig('L1L2', config, L1_L2_OPTIONS));
  }
}
