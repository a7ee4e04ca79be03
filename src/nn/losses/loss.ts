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
  /** Default: the name of Keras's function, `'mean_squared_error'`. */
  name: own<string>(),
  /** Losses compute in float32; anything else is refused. */
  dtype: float32,
};

/** Options of every loss. */
export interface LossOptions extends Given<typeof LOSS_OPTIONS> {}

/** What targets are: indices of classes, distributions over classes, or probabilities of single outputs. */
export type LossTargets = 'labels' | 'distributions' | 'probabilities';

/**
 * Base class of losses. A subclass says in `call` what each sample loses; `apply` weighs and reduces.
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

  /** What messages call the loss. */
  readonly name: string;
  /** How the losses of a batch become one number. */
  declare readonly reduction: Reduction;

  /** @param name the name where options and class give none. Default: the class in snake_case, counted */
  constructor(options: LossOptions = {}, name?: string) {
    super();
    configure(this, options);
    const chosen = options.name ?? usualName(this, name);
    this.name = checkText(classNameOf(this), 'name', chosen);
  }

  /** The losses, one a sample (all axes but the last): yTrue and yPred [n, …, d] → [n, …]. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /** The dtype in which `call` wants the targets; undefined: as they come. */
  protected get targetDType(): DType | undefined {
    return 'float32';
  }

  /** What the targets have to be, where the loss asks for something special. */
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
   * If a mask travels with `yPred`, as from a model with `Masking` or `Embedding`, only losses count that it lets count:
   * `'sum_over_batch_size'` and `'mean'` divide by their number.
   *
   * @param sampleWeight one weight a sample [n], or one a loss
   * @throws ShapeError if targets, predictions, weights and mask do not fit each other.
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

  /** The loss that a config of Keras describes. @throws ValueError for a key or a value that is not known. */
  static fromConfig<T>(this: new (options: never) => T, config: Config): T {
    return fromConfig(this, config) as T;
  }
}
