import {
  checkNumber,
  checkOptions,
  checkText,
  classNameOf,
  configurable,
  configure,
  declaredConfig,
  KerasObject,
  showAs,
  uniqueName,
} from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { div, mul } from '../../engine/ops/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import {
  full,
  requireList,
  requireVariables,
  tensor,
  tidy,
  Variable,
} from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import {
  checkClipping,
  checkLearningRate,
  describeOptimizer,
  OPTIMIZER_OPTIONS,
} from './optimizer-options.js';
import type {
  LearningRate,
  OptimizerOptions,
  UpdateFactors,
  WeightDecayExclusions,
} from './optimizer-options.js';
import { LearningRateSchedule } from './schedules/index.js';
import { serializeSchedule } from './schedules/registry.js';
import {
  accumulate,
  changeWeights,
  checkGradients,
  clipGradients,
  minimize,
  moveAverages,
} from './step.js';

/**
 * Base class of optimizers, which use gradients to update variables in place. A subclass defines in `updateStep` how
 * one gradient changes one variable. What all optimizers share (clipping, weight decay, accumulation, averages,
 * constraints) happens here.
 *
 * @example
 * class SignDescent extends optimizers.Optimizer {
 *   static override readonly className = 'SignDescent';
 *   updateStep(gradient, variable, learningRate) {
 *     variable.assign(variable.value.sub(gradient.sign().mul(learningRate)));
 *   }
 * }
 */
export abstract class Optimizer extends configurable(
  KerasObject,
  'Optimizer',
  OPTIMIZER_OPTIONS,
  // Keys of older files that change nothing here.
  { ignored: { jit_compile: [true, false, 'auto'], is_legacy_optimizer: [false], decay: [0] } },
) {
  readonly name: string;
  /**
   * Made when it is first asked for, as is the variable of the learning rate: a subclass that refuses an option leaves
   * no memory behind.
   */
  #iteration: Variable | undefined;
  /** A variable, or a schedule that gives the rate of each step. */
  #learningRate: Variable | LearningRateSchedule | number;
  /** All state, in Keras's order: iteration, learning_rate (unless scheduled), then the slots as they were added. */
  readonly #variables: Variable[] = [];
  /** The slots of each name, in the order of the variables that they belong to. */
  readonly #slots = new Map<string, Variable[]>();
  #targets: readonly Variable[] = [];
  readonly #indices = new Map<Variable, number>();
  #exclusions: WeightDecayExclusions = {};

  /** @param learningRate the default learning rate of the class */
  constructor(options: OptimizerOptions = {}, learningRate?: number) {
    super();
    configure(this, options);
    const className = classNameOf(this);
    const { declared } = this.constructor as typeof Optimizer;
    checkClipping(className, this);
    const rate = options.learningRate ?? learningRate ?? declared.learningRate.default ?? 0.001;
    this.#learningRate = checkLearningRate(className, rate);
    this.name = checkText(className, 'name', options.name ?? uniqueName(className));
  }

  /** Calls of `apply`, the first of the variables; the learning rate is the second, unless it is scheduled. */
  #started(): Variable {
    if (this.#iteration !== undefined) return this.#iteration;
    const zero = tensor(0, { dtype: 'int32' });
    const iteration = new Variable(zero, { name: 'iteration', trainable: false });
    this.#iteration = iteration;
    this.#track(iteration);
    const rate = this.#learningRate;
    if (typeof rate === 'number') {
      this.#learningRate = new Variable(tensor(rate), { name: 'learning_rate', trainable: false });
      this.#track(this.#learningRate);
    }
    return iteration;
  }

  /** Whether `updateStep` of the class multiplies by the factors that it gets. @internal */
  static readonly appliesFactors: boolean = false;

  /**
   * Changes one variable by its gradient. The gradient is already clipped and the weights are already decayed, except in
   * classes of the library that declare that they apply `factors` themselves.
   *
   * @param gradient of the shape of the variable, float32
   * @param variable the variable that is changed in place
   * @param learningRate the learning rate of the step
   * @param index the index of the variable among those of `build`
   * @param factors the factors of the gradient and of the weights. Your own class gets 1 and 1
   */
  protected abstract updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
    factors: UpdateFactors,
  ): void;

  /** Called once before each update of all variables, to compute what they have in common. */
  protected beginUpdate(): void {}

  /** The number of updates so far; with accumulation, several steps make one update. */
  get iterations(): number {
    return Math.floor(this.#steps / (this.gradientAccumulationSteps ?? 1));
  }

  /** Calls of `apply`. Read and written in place: a tensor for it each step would cost more than a small update. */
  get #steps(): number {
    return currentRuntime().int32[this.#started().value.pointer / 4] ?? 0;
  }

  set #steps(count: number) {
    currentRuntime().int32[this.#started().value.pointer / 4] = count;
  }

  /**
   * The learning rate of the next step, rounded to float32 as in the update. A schedule is called with the number of
   * calls of `apply`, as in Keras: each call counts, even if several make one update.
   */
  get learningRate(): number {
    const rate = this.#learningRate;
    if (typeof rate === 'number') return Math.fround(rate);
    if (rate instanceof Variable) return rate.value.item();
    return Math.fround(checkNumber(classNameOf(rate), 'call(step)', rate.call(this.#steps)));
  }

  /**
   * Sets the learning rate: a number, or a schedule that replaces the current one.
   *
   * @throws ValueError for a number while a schedule determines the learning rate.
   */
  set learningRate(learningRate: LearningRate) {
    const [rate, current] = [
      checkLearningRate(classNameOf(this), learningRate),
      this.#learningRate,
    ];
    if (typeof rate !== 'number' || typeof current === 'number') {
      if (current instanceof Variable) this.#untrack(current);
      this.#learningRate = rate;
    } else if (current instanceof Variable) {
      current.assign(rate);
    } else {
      throw new ValueError(
        `${this.name}: the learning rate comes from a schedule (${classNameOf(current)}), so it cannot be set to ${rate}. ` +
          `Set another schedule, or make the optimizer with a number as its learningRate.`,
      );
    }
  }

  /** True once the variables are known and the slots are created. */
  get isBuilt(): boolean {
    return this.#targets.length > 0;
  }

  /** The optimizers that make the steps of this one, by the paths that Keras's files give them. @internal */
  get inner(): Readonly<Record<string, Optimizer>> {
    return {};
  }

  /** The variables that the optimizer was built for. */
  get targets(): readonly Variable[] {
    return this.#targets;
  }

  /** All state, for saving: iteration, learning_rate (unless it comes from a schedule), then the slots. */
  get variables(): readonly Variable[] {
    this.#started();
    return this.#variables;
  }

  /**
   * Sets the variables to train and creates their slots. A second call does nothing.
   *
   * @param variables the variables to train, in the order of the gradients
   */
  build(variables: readonly Variable[]): void {
    if (this.isBuilt) return;
    requireVariables(this.name, variables);
    const { useEma, gradientAccumulationSteps } = this;
    if (useEma) this.addSlots(variables, { average: 0 });
    if (gradientAccumulationSteps !== null) {
      this.addSlots(variables, { gradient_accumulator: 0 });
    }
    // What refuses a variable leaves the optimizer unbuilt.
    this.createSlots(variables);
    this.#targets = [...variables];
    variables.forEach((variable, i) => this.#indices.set(variable, i));
  }

  /**
   * Creates the state that the optimizer keeps for each variable, with `addSlots`.
   *
   * @param variables the variables of `build`
   */
  protected createSlots(_variables: readonly Variable[]): void {
    // Nothing to remember.
  }

  /**
   * Adds slots of the shape of each variable. All slots of one variable are stored together, and are named `<path of
   * the variable>_<name>` as in Keras.
   *
   * @param variables the variables of `createSlots`
   * @param initial the names of the slots, each with the initial value of its elements
   */
  protected addSlots(
    variables: readonly Variable[],
    initial: Readonly<Record<string, number>>,
  ): void {
    for (const name of Object.keys(initial)) this.#slots.set(name, []);
    for (const { path, shape } of variables) {
      for (const [name, value] of Object.entries(initial)) {
        const slot = this.addState(full(shape, value), `${path.replaceAll('/', '_')}_${name}`);
        this.#slots.get(name)?.push(slot);
      }
    }
  }

  /** The slots of each name, in the order of the variables that they belong to. @internal */
  get slots(): ReadonlyMap<string, readonly Variable[]> {
    return this.#slots;
  }

  /**
   * A slot of a variable, for use in `updateStep`; undefined if there is none.
   *
   * @param name the name of the slot, as given to `addSlots`
   * @param index the index of the variable among those of `build`
   */
  protected slotAt(name: string, index: number): Variable | undefined {
    return this.#slots.get(name)?.[index];
  }

  /** The address of that slot, for kernels; 0 where there is none. @internal */
  protected slotPointer(name: string, index: number): number {
    return this.slotAt(name, index)?.value.pointer ?? 0;
  }

  /**
   * Adds state that does not belong to a single variable.
   *
   * @param initial the initial value of the new variable
   * @param name the name of the state, such as `'step_counter'`
   */
  protected addState(initial: Tensor, name: string): Variable {
    this.#started();
    const state = new Variable(initial, { name, trainable: false });
    this.#track(state);
    return state;
  }

  #track(variable: Variable): void {
    variable.path = `${this.name}/${variable.name}`;
    this.#variables.push(variable);
  }

  #untrack(variable: Variable): void {
    this.#variables.splice(this.#variables.indexOf(variable), 1);
    variable.dispose();
  }

  /**
   * Excludes variables from weight decay. Give the variables, or parts of their names (such as `'bias'`).
   *
   * @throws ValueError after the first step.
   */
  excludeFromWeightDecay(exclusions: WeightDecayExclusions): void {
    checkOptions('excludeFromWeightDecay', exclusions, ['variables', 'names']);
    if (this.isBuilt) {
      throw new ValueError(
        `${this.name}: excludeFromWeightDecay must be called before the optimizer is built.`,
      );
    }
    this.#exclusions = exclusions;
  }

  /** The last argument of `excludeFromWeightDecay`. */
  get weightDecayExclusions(): WeightDecayExclusions {
    return this.#exclusions;
  }

  /** Whether weight decay would change a variable: it is not left out. @internal */
  isDecayed(variable: Variable): boolean {
    const { variables = [], names = [] } = this.#exclusions;
    return !variables.includes(variable) && !names.some((part) => variable.name.includes(part));
  }

  /**
   * One step: changes each variable by its gradient. The first call builds the optimizer. If a gradient is null, its
   * variable keeps its weights and slots and is not decayed, as in Keras; only its moving average (`useEma`) is
   * updated.
   *
   * @param gradients a gradient for each variable, of its shape, or null
   * @param variables default: those of `build`, in their order
   * @throws ValueError for variables that the optimizer was not built for, for a wrong number of gradients, or if all
   * gradients are null.
   * @throws ShapeError for a gradient whose shape is not that of its variable.
   * @example
   * const w = new Variable([1, 2]);
   * new optimizers.SGD({ learningRate: 0.5 }).apply([tensor([1, 0])], [w]); // w: [0.5, 2]
   */
  apply(gradients: readonly (Tensor | null)[], variables?: readonly Variable[]): void {
    requireList(this.name, 'gradients', gradients);
    if (gradients.length === 0) return;
    if (variables !== undefined) this.build(variables);
    const targets = variables ?? this.#targets;
    checkGradients(this.name, gradients, targets, (variable) => this.#indices.has(variable));
    tidy(() => {
      this.changeAll(gradients, targets);
      for (const state of this.#variables) state.touch();
    });
  }

  /** The step of `apply`, whose arguments are checked. @internal */
  protected changeAll(gradients: readonly (Tensor | null)[], targets: readonly Variable[]): void {
    const { lossScaleFactor: factor } = this;
    const given = gradients.flatMap((g) => (factor && g ? div(g, factor) : (g ?? [])));
    const changed = targets.filter((_, i) => gradients[i] !== null);
    const ready = this.#accumulate(given, changed);
    if (ready !== undefined) this.#update(ready, changed);
    this.#average();
    for (const variable of changed) {
      if (variable.constraint) variable.assign(variable.constraint(variable.value));
    }
    this.countStep();
  }

  /** One call of `apply` more. @internal */
  protected countStep(): void {
    this.#steps += 1;
  }

  /**
   * One step that lowers the loss that `f` computes: `valueAndGrad(f, variables)`, then `apply`. Add the penalties of a
   * model, `model.losses()`, to the loss.
   *
   * @param f a function as in `valueAndGrad`, but it returns only the loss
   * @param variables default: those of `build`, in their order
   * @returns the loss before the step
   * @throws ValueError without variables, and whatever `valueAndGrad` and `apply` throw.
   * @example
   * const w = new Variable([3]);
   * const sgd = new optimizers.SGD({ learningRate: 0.25 });
   * sgd.minimize(() => w.value.square().sum(), [w]); // 9, and w: [1.5]
   */
  minimize(f: () => Tensor, variables: readonly Variable[] = this.#targets): Tensor {
    return minimize(this, f, variables);
  }

  /** Multiplies a loss by `lossScaleFactor`, if there is one. `apply` takes the gradients of the result. */
  scaleLoss(loss: Tensor): Tensor {
    const { lossScaleFactor: factor } = this;
    return factor ? mul(loss, factor) : loss;
  }

  /** The gradients to apply now: themselves, or with accumulation the mean of several steps, or none yet. */
  #accumulate(
    gradients: readonly Tensor[],
    variables: readonly Variable[],
  ): readonly Tensor[] | undefined {
    const steps = this.gradientAccumulationSteps;
    if (steps === null) return gradients;
    const accumulators = this.#slots.get('gradient_accumulator') ?? [];
    const sums = variables.map((variable) => accumulators[this.#indexOf(variable)]);
    const isLast = (this.#steps + 1) % steps === 0;
    return accumulate(gradients, { accumulators, sums, steps, isLast });
  }

  #update(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    const rate = this.learningRate;
    const { weightDecay } = this;
    const clipped = clipGradients(gradients, this);
    this.beginUpdate();
    variables.forEach((variable, i) => {
      const weight = weightDecay !== null && this.isDecayed(variable) ? 1 - weightDecay * rate : 1;
      const factors = { gradient: clipped.factors[i] ?? 1, weight };
      const gradient = clipped.gradients[i] as Tensor;
      changeWeights(this, variable, gradient, factors, (scaled, left) => {
        this.updateStep(scaled, variable, rate, this.#indexOf(variable), left);
      });
    });
  }

  #indexOf(variable: Variable): number {
    return this.#indices.get(variable) ?? -1;
  }

  /** Moves the averages towards the weights; the first step takes the weights themselves. */
  #average(): void {
    const { useEma, emaMomentum, emaOverwriteFrequency, iterations } = this;
    if (!useEma) return;
    const averages = this.#slots.get('average') ?? [];
    moveAverages(averages, this.#targets, iterations === 0 ? 0 : emaMomentum);
    if (emaOverwriteFrequency !== null && (iterations + 1) % emaOverwriteFrequency === 0) {
      this.finalizeVariableValues();
    }
  }

  /** Whether the weights hold their moving averages, and the averages what the weights were. @internal */
  hasSwapped = false;

  /** Each weight with its moving average, if the optimizer keeps averages. Before the first step there are none. @internal */
  get averages(): (readonly [weight: Variable, average: Variable])[] {
    const averages = this.#slots.get('average');
    if (averages === undefined || this.#steps === 0) return [];
    return averages.map((average, i) => [this.#targets[i] ?? average, average]);
  }

  /** With `useEma`, replaces the weights by their moving averages, as at the end of `fit`. */
  finalizeVariableValues(): void {
    for (const [weight, average] of this.averages) {
      if (this.hasSwapped) average.assign(weight.value);
      else weight.assign(average.value);
    }
    this.hasSwapped = false;
  }

  /** Frees the memory of all state. */
  dispose(): void {
    for (const variable of this.#variables) variable.dispose();
  }

  /** A one-line description of the optimizer: class, name, learning rate, options of the class, number of updates. */
  override toString(): string {
    const rate = this.#learningRate;
    // Before the first step there is no variable that counts them, and looking makes none.
    const iterations = this.#iteration === undefined ? 0 : this.iterations;
    const shown = rate instanceof LearningRateSchedule ? classNameOf(rate) : this.learningRate;
    return describeOptimizer(this, { rate: shown, iterations });
  }

  /** Keras's config: the options of every optimizer, then those of the class. */
  override getConfig(): Config {
    return {
      name: this.name,
      learning_rate:
        this.#learningRate instanceof LearningRateSchedule
          ? serializeSchedule(this.#learningRate)
          : this.learningRate,
      ...declaredConfig(this),
    };
  }
}

showAs(Optimizer, String);
