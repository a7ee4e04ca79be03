import { configurable, declaredConfig, only } from '../../config/index.js';
import type { Config, Option } from '../../config/index.js';
import type { Variable } from '../../engine/tensor/index.js';
import { Optimizer } from './optimizer.js';
import { describeOptimizer } from './optimizer-options.js';
import type { WeightDecayExclusions } from './optimizer-options.js';

const ADVICE = 'Give it to the optimizer inside.';

/** An option of every optimizer that belongs to the optimizers inside: only its default may be given. */
function ofInner<const V extends number | boolean | null>(value: V): Option<V> {
  const { check } = only([value], ADVICE);
  return { default: value, check, toConfig: () => undefined };
}

/**
 * An optimizer whose steps are made by others inside of it. These have the learning rate, the clipping, the averages; here
 * is their state, each after the other, behind the state of the optimizer itself.
 */
export abstract class WrapperOptimizer extends configurable(
  Optimizer,
  'WrapperOptimizer',
  {
    /** Only 0, as the inner optimizers have learning rates. Default 0. */
    // Not stored: the property is an accessor.
    learningRate: only([0], ADVICE, false),
    /** Only null, as the inner optimizers decay weights. Default null. */
    weightDecay: ofInner(null),
    /** Only null, as the inner optimizers clip gradients. Default null. */
    clipnorm: ofInner(null),
    /** Only null, as the inner optimizers clip gradients. Default null. */
    globalClipnorm: ofInner(null),
    /** Only null, as the inner optimizers clip gradients. Default null. */
    clipvalue: ofInner(null),
    /** Only false, as the inner optimizers keep moving averages. Default false. */
    useEma: ofInner(false),
    /** Only 0.99, as the inner optimizers keep moving averages. Default 0.99. */
    emaMomentum: ofInner(0.99),
    /** Only null, as the inner optimizers keep moving averages. Default null. */
    emaOverwriteFrequency: ofInner(null),
    /** Only null, as the factor belongs to the inner optimizers. Default null. */
    lossScaleFactor: ofInner(null),
    /** Only null, as the inner optimizers accumulate gradients. Default null. */
    gradientAccumulationSteps: ofInner(null),
  },
  { isAbstract: true },
) {
  /** The inner optimizers, by their paths in Keras's files. */
  protected abstract get direct(): Readonly<Record<string, Optimizer>>;

  /** @internal */
  override get inner(): Readonly<Record<string, Optimizer>> {
    const all: Record<string, Optimizer> = {};
    for (const [path, optimizer] of Object.entries(this.direct)) {
      all[path] = optimizer;
      for (const [below, each] of Object.entries(optimizer.inner)) all[`${path}/${below}`] = each;
    }
    return all;
  }

  /** Not used: the inner optimizers update the variables. */
  protected override updateStep(): void {}

  /** All state, for saving: iteration, learning_rate (0), the state of the class, then that of the inner optimizers. */
  override get variables(): readonly Variable[] {
    const inside = Object.values(this.direct).flatMap(({ variables }) => variables);
    return [...super.variables, ...inside];
  }

  /** Excludes variables from the weight decay of all inner optimizers. */
  override excludeFromWeightDecay(exclusions: WeightDecayExclusions): void {
    super.excludeFromWeightDecay(exclusions);
    for (const each of Object.values(this.direct)) each.excludeFromWeightDecay(exclusions);
  }

  /** @internal */
  override get averages(): (readonly [weight: Variable, average: Variable])[] {
    return Object.values(this.direct).flatMap(({ averages }) => averages);
  }

  override dispose(): void {
    super.dispose();
    for (const each of Object.values(this.direct)) each.dispose();
  }

  /** A one-line description of the optimizer: class, name and options, including the inner optimizers. */
  override toString(): string {
    return describeOptimizer(this);
  }

  override getConfig(): Config {
    return { name: this.name, ...declaredConfig(this) };
  }
}
