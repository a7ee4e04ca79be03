import {
  checkText,
  choice,
  classNameOf,
  configure,
  declaredConfig,
  float32,
  fromConfig,
  KerasObject,
  own,
  usualName,
} from '../../config/index.js';
import type { Config, Facts, Given } from '../../config/index.js';
import { logicalAnd } from '../../engine/ops/index.js';
import { Tensor, tidy, toTensor } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';
import { asTensor } from './targets.js';
import { reduceLosses, REDUCTIONS } from './reduction.js';
import type { Reduction } from './reduction.js';

const LOSS_OPTIONS = {
  /** Default `'sum_over_batch_size'`. */
  reduction: choice(REDUCTIONS, { default: 'sum_over_batch_size', orNull: true }),
  /** The name. Default: that of Keras's function, such as `'mean_squared_error'`. */
  name: own<string>(),
  /** Dtype of the computation: only float32. */
  dtype: float32,
};

/** Options of every loss. */
export interface LossOptions extends Given<typeof LOSS_OPTIONS> {}

/** The kind of targets: class indices, distributions over classes, or probabilities of single outputs. */
export type LossTargets = 'labels' | 'distributions' | 'probabilities';

/**
 * Base class of losses. A subclass computes the loss of each sample in `call`; `apply` weights and reduces the losses.
 *
 * @example
 * class Cubed extends losses.Loss {
 *   static override readonly className = 'Cubed';
 *   call(yTrue, yPred) { return yPred.sub(yTrue).abs().pow(3).mean(-1); }
 * }
 */
export abstract class Loss extends KerasObject {
  static override readonly className: string = 'Loss';
  static override readonly declared = LOSS_OPTIONS;
  static override readonly facts: Facts = { ignored: { fn: [] } };

  /** The name of the loss in messages. */
  readonly name: string;
  /** How the losses of a batch become one number. */
  declare readonly reduction: Reduction;

  /** @param name the name if neither the options nor the class have one. Default: the class name in snake_case, numbered */
  constructor(options: LossOptions = {}, name?: string) {
    super();
    configure(this, options);
    const chosen = options.name ?? usualName(this, name);
    this.name = checkText(classNameOf(this), 'name', chosen);
  }

  /** The loss of each sample (all axes but the last): yTrue and yPred [n, …, d] → [n, …]. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /** The dtype to which targets are converted for `call`; undefined: no conversion. */
  protected get targetDType(): DType | undefined {
    return 'float32';
  }

  /** What the targets have to be, if the loss has special requirements. */
  get targets(): LossTargets | undefined {
    return undefined;
  }

  /** Which losses count (bool, of their shape); undefined: all. */
  protected mask(_yTrue: Tensor, _yPred: Tensor, _losses: Tensor): Tensor | undefined {
    return undefined;
  }

  /**
   * The loss of a batch: a float32 scalar, or with reduction `'none'` the losses.
   *
   * If a mask is attached to `yPred`, as in a model with `Masking` or `Embedding`, only the losses that it selects
   * count, and `'sum_over_batch_size'` and `'mean'` divide by their number.
   *
   * @param sampleWeight a weight for each sample [n], or for each loss
   * @throws ShapeError if the shapes of targets, predictions, weights and mask do not match.
   */
  apply(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): Tensor {
    // What is made on the way can go: the tape keeps what it needs.
    return tidy(() => {
      const predictions = asTensor(yPred);
      const dtype = this.targetDType;
      const targets = dtype === undefined ? toTensor(yTrue) : asTensor(yTrue, dtype);
      const values = this.call(targets, predictions);
      const weights =
        sampleWeight === undefined || sampleWeight === null ? undefined : asTensor(sampleWeight);
      const own = this.mask(targets, predictions, values);
      const travelling = yPred instanceof Tensor ? yPred.mask : undefined;
      const mask = own && travelling ? logicalAnd(own, travelling) : (own ?? travelling);
      return reduceLosses(this.name, values, this.reduction, weights, mask);
    });
  }

  /** Keras's config: name, reduction and the options of the class. */
  override getConfig(): Config {
    return { name: this.name, ...declaredConfig(this) };
  }

  /** The loss that a config of Keras describes. @throws ValueError for an unknown key or value. */
  static fromConfig<T>(this: new (options: never) => T, config: Config): T {
    return fromConfig(this, config) as T;
  }
}
