import { asMethod, checkFunction, configurable } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Config, Configured, Declaration, Facts, Stored } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { Tensor, toTensor } from '../../engine/tensor/index.js';
import { definitionOf, optionsWithout } from './keras-function.js';
import type { KerasFunction } from './keras-function.js';
import { Loss } from './loss.js';
import type { LossOptions, LossTargets } from './loss.js';
import { alignRanks } from './targets.js';

/** A loss as a function built from ops: targets and predictions (float32) → a loss for each sample, or a scalar. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/**
 * A loss defined by a plain function (Keras: `LossFunctionWrapper`).
 *
 * @example new losses.FunctionLoss((yTrue, yPred) => yPred.sub(yTrue).abs().max(-1), { reduction: 'sum' })
 */
export class FunctionLoss extends Loss {
  static override readonly className = 'FunctionLoss';
  /** The function. */
  readonly fn: LossFunction;

  /** @throws ValueError if `fn` is not a function. */
  constructor(fn: LossFunction, options: LossOptions = {}) {
    super(options, checkFunction('FunctionLoss', 'fn', fn).name || 'loss');
    this.fn = fn;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const losses: unknown = this.fn(...alignRanks(toTensor(yTrue), toTensor(yPred)));
    if (losses instanceof Tensor) return losses;
    throw new ValueError(
      `Loss function '${this.name}' must return a tensor made by ops, so that its gradient is known; it ` +
        `returned ${describeValue(losses)}.`,
    );
  }

  /** @throws ValueError always: a file contains the name of a registered function, not its config. */
  override getConfig(): Config {
    throw new ValueError(
      `Loss function '${this.name}' is a plain function, which cannot be written into a config. ` +
        `Register a function with utils.registerKerasSerializable, or use a named loss.`,
    );
  }
}

/** A loss by a function of Keras's, whose options stand in properties of the loss. */
export abstract class LossOfKeras extends Loss {
  // `lossOf` puts the function without checks of its options in place.
  override call(_yTrue: Tensor, _yPred: Tensor): Tensor {
    throw new ValueError(`${this.name} has no function.`);
  }
}

/** What a loss by a function of Keras's says of itself. */
interface LossFacts<Without, Aliases extends readonly string[]> extends Facts<
  readonly [],
  Aliases
> {
  /** What the targets have to be, if the loss has special requirements. */
  readonly targets?: LossTargets;
  /** Options of the function that the loss does not have: they stay at their defaults. */
  readonly without?: readonly Without[];
}

/**
 * A base class for Keras's loss `className`, which is `f` with options that are checked when a loss is made. A loss has the
 * name of `f` if `facts` say no other.
 *
 * @example class Huber extends lossOf('Huber', huber, { name: 'huber_loss' }) {}
 */
export function lossOf<
  const Name extends string,
  D extends Declaration,
  const Without extends keyof D = never,
  const Aliases extends readonly string[] = readonly [],
>(
  className: Name,
  f: KerasFunction<D>,
  { targets, without = [], ...facts }: LossFacts<Without, Aliases> = {},
): Configured<typeof LossOfKeras, Name, Omit<D, Without>, readonly [], Aliases> {
  const { declared, call } = definitionOf(f);
  const { options, defaults } = optionsWithout(declared, without);
  const type = configurable(LossOfKeras, className, options, { name: f.name, ...facts });
  Object.defineProperties(type.prototype, defaults);
  Object.defineProperty(type.prototype, 'call', {
    configurable: true,
    writable: true,
    value: asMethod(function (this: Stored<D>, yTrue: Tensor, yPred: Tensor): Tensor {
      return call(yTrue, yPred, this);
    }),
  });
  Object.defineProperty(type.prototype, 'targets', { configurable: true, value: targets });
  return type as unknown as Configured<
    typeof LossOfKeras,
    Name,
    Omit<D, Without>,
    readonly [],
    Aliases
  >;
}
