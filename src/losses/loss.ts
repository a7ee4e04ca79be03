import { COPY } from '../config/copy.js';
import { checkText } from '../config/check-number.js';
import { checkOptions, configOf, optionsFromConfig, uniqueName } from '../config/index.js';
import type { Config } from '../config/index.js';
import { tidy, toTensor } from '../tensor/index.js';
import type { DType, Tensor, TensorLike } from '../tensor/index.js';
import { asTensor } from './ranks.js';
import { checkReduction, reduceLosses } from './reduction.js';
import type { Reduction, ReductionOption } from './reduction.js';

/** Options of every loss. */
export interface LossOptions {
  /** Default `'sum_over_batch_size'`. */
  readonly reduction?: ReductionOption;
  /** Default: the name of Keras's function, `'mean_squared_error'`. */
  readonly name?: string;
}

/** What targets are: indices of classes, distributions over classes, or probabilities of single outputs. */
export type LossTargets = 'labels' | 'distributions' | 'probabilities';

/** A loss class that can be built from a config. */
interface LossClass<T> {
  readonly className: string;
  readonly optionNames: readonly string[];
  new (options: never): T;
}

/**
 * Base class of losses. A subclass says in `call` what each sample loses; `apply` weighs and reduces.
 *
 * @example
 * class Cubed extends losses.Loss {
 *   static override readonly className = 'Cubed';
 *   call(yTrue, yPred) { return yPred.sub(yTrue).abs().pow(3).mean(-1); }
 * }
 */
export abstract class Loss {
  static readonly className: string = 'Loss';
  /** Names of the options beside `reduction` and `name`; properties of these names stand in the config. */
  static readonly optionNames: readonly string[] = [];

  readonly name: string;
  readonly reduction: Reduction;

  constructor(options: LossOptions = {}, name?: string) {
    const { className, optionNames } = this.constructor as typeof Loss;
    checkOptions(className, options, [...optionNames, 'reduction', 'name']);
    this.name = checkText(className, 'name', options.name ?? name ?? uniqueName(className));
    this.reduction = checkReduction(
      className,
      options.reduction === undefined ? 'sum_over_batch_size' : options.reduction,
    );
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
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
  protected mask(_yTrue: Tensor, _yPred: Tensor): Tensor | undefined {
    return undefined;
  }

  /**
   * The loss of a batch: a float32 scalar, or with reduction `'none'` the losses.
   *
   * @param sampleWeight one weight a sample [n], or one a loss
   * @throws ShapeError if targets, predictions and weights do not fit each other.
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
      const mask = this.mask(targets, predictions);
      return reduceLosses(this.name, values, this.reduction, weights, mask);
    });
  }

  /** Keras's config: name, reduction and the options of the class. */
  getConfig(): Config {
    const { optionNames } = this.constructor as typeof Loss;
    return { name: this.name, reduction: this.reduction, ...configOf(this, optionNames) };
  }

  /** The loss that a Keras config describes. */
  static fromConfig<T>(this: LossClass<T>, config: Config): T {
    // The dtype that Keras may write is the one there is; a reduction of null means 'none'.
    const known = [...this.optionNames, 'reduction', 'name'];
    const neutral = { dtype: ['float32'], fn: [] };
    const options = optionsFromConfig(this.className, config, known, neutral);
    if (config['reduction'] === null) options['reduction'] = null;
    return new this(options as never);
  }
}
