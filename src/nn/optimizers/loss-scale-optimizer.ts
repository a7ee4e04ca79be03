import { configurable, number } from '../../config/index.js';
import type { OptionsOf, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { all, div, isFinite, mul } from '../../engine/ops/index.js';
import { tensor } from '../../engine/tensor/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import type { Optimizer } from './optimizer.js';
import { optimizerOption } from './optimizer-option.js';
import type { LearningRate } from './optimizer-options.js';
import { WrapperOptimizer } from './wrapper-optimizer.js';

/** The least and the greatest scale: powers of two whose products and quotients with usual gradients are exact. */
const [MIN_SCALE, MAX_SCALE] = [2 ** -126, 2 ** 127];

/** Options of `LossScaleOptimizer`. */
export interface LossScaleOptimizerOptions extends OptionsOf<typeof LossScaleOptimizer> {}

/**
 * Scales the loss so that small gradients do not become 0, and adapts the scale automatically (Micikevicius et al. 2018). It
 * takes gradients of the scaled loss (`scaleLoss`) and divides them by the scale for the inner optimizer. If a gradient is not
 * finite, it skips the step and halves the scale; after `dynamicGrowthSteps` finite steps it doubles the scale.
 *
 * The learning rate, iterations and moving averages are those of the inner optimizer. Set all other options of optimizers
 * there. Keras: `LossScaleOptimizer`.
 *
 * @example new optimizers.LossScaleOptimizer(new optimizers.Adam(), { initialScale: 1024 })
 */
export class LossScaleOptimizer extends configurable(
  WrapperOptimizer,
  'LossScaleOptimizer',
  {
    /** The optimizer that updates the variables. */
    innerOptimizer: optimizerOption(),
    /** The scale of the first step, from 2⁻¹²⁶ to 2¹²⁷. Default 32768. */
    initialScale: number({ default: 2 ** 15, min: MIN_SCALE, max: MAX_SCALE }),
    /** Steps with finite gradients after which the scale is doubled, at least 1. Default 2000. */
    dynamicGrowthSteps: number({ default: 2000, min: 1, integer: true }),
  },
  { positional: ['innerOptimizer'] },
) {
  /** Steps with finite gradients since the scale has changed. */
  #counter: Variable | undefined;
  #scale: Variable | undefined;

  /**
   * @param innerOptimizer the optimizer that updates the variables
   * @throws ValueError for an inner optimizer that has a `lossScaleFactor` or scales the loss itself, for options that
   * belong to it, and for unknown options.
   */
  constructor(
    innerOptimizer: Optimizer | SerializedObject,
    options: LossScaleOptimizerOptions = {},
  ) {
    super(options, [innerOptimizer]);
    const { lossScaleFactor, name } = this.innerOptimizer;
    if (this.innerOptimizer instanceof LossScaleOptimizer) {
      throw new ValueError(
        `LossScaleOptimizer: innerOptimizer '${name}' is a LossScaleOptimizer too, so that gradients would be divided twice. ` +
          `Give the optimizer inside of it.`,
      );
    }
    if (lossScaleFactor !== null) {
      throw new ValueError(
        `LossScaleOptimizer: innerOptimizer '${name}' has a lossScaleFactor, ${lossScaleFactor}, so that gradients would be ` +
          `divided twice. Leave it out: LossScaleOptimizer finds the factor.`,
      );
    }
  }

  protected override get direct(): Readonly<Record<string, Optimizer>> {
    return { inner_optimizer: this.innerOptimizer };
  }

  protected override createSlots(variables: readonly Variable[]): void {
    this.innerOptimizer.build(variables);
    this.#counter = this.addState(tensor(0, { dtype: 'int32' }), 'step_counter');
    this.#scale = this.addState(tensor(this.initialScale), 'dynamic_scale');
  }

  /** The factor by which the loss of the next step is multiplied; `initialScale` before the first step. */
  get dynamicScale(): number {
    return this.#scale?.value.item() ?? this.initialScale;
  }

  /** Multiplies a loss by `dynamicScale`. `apply` takes the gradients of the result. */
  override scaleLoss(loss: Tensor): Tensor {
    return mul(loss, this.dynamicScale);
  }

  /** @internal */
  protected override changeAll(
    gradients: readonly (Tensor | null)[],
    targets: readonly Variable[],
  ): void {
    const scale = this.dynamicScale;
    const isWhole = gradients.every((each) => each === null || all(isFinite(each)).item() === 1);
    if (!isWhole) {
      this.#setScale(scale / 2);
      return;
    }
    this.innerOptimizer.apply(
      gradients.map((gradient) => gradient && div(gradient, scale)),
      targets,
    );
    const count = Number(this.#counter?.value.item()) + 1;
    if (count === this.dynamicGrowthSteps) this.#setScale(scale * 2);
    else this.#counter?.assign(count);
  }

  #setScale(scale: number): void {
    this.#counter?.assign(0);
    this.#scale?.assign(Math.min(Math.max(scale, MIN_SCALE), MAX_SCALE));
  }

  /** The number of updates that the inner optimizer has made. */
  override get iterations(): number {
    return this.innerOptimizer.iterations;
  }

  /** The learning rate of the inner optimizer. */
  override get learningRate(): number {
    return this.innerOptimizer.learningRate;
  }

  override set learningRate(learningRate: LearningRate) {
    this.innerOptimizer.learningRate = learningRate;
  }

  /** @internal */
  override isDecayed(variable: Variable): boolean {
    return this.innerOptimizer.isDecayed(variable);
  }
}
