import { describeValue } from '../../config/describe-value.js';
import { configurable, isSerializedObject, naming } from '../../config/index.js';
import type { Option, OptionsOf, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import type { Optimizer } from './optimizer.js';
import { OptimizerMap } from './optimizer-map.js';
import { checkSimpleOptimizer } from './optimizer-option.js';
import { OPTIMIZER_OPTIONS } from './optimizer-options.js';
import { requireShortSearch } from './patterns.js';
import { namesInList } from './names-in-list.js';
import { WrapperOptimizer } from './wrapper-optimizer.js';

/** A function that returns the optimizer of a variable. It is called once for each variable. */
export type OptimizerOf = (variable: Variable) => Optimizer;

/** What says which optimizer trains which variable. */
const optimizerMap: Option<
  OptimizerMap | OptimizerOf | SerializedObject,
  OptimizerMap | OptimizerOf
> = {
  check: (given, { owner, name }) => {
    if (given instanceof OptimizerMap) return given;
    if (typeof given === 'function') return given as OptimizerOf;
    if (isSerializedObject(given) && given.class_name === 'OptimizerMap') {
      return naming(`${owner}: ${name}`, () => OptimizerMap.fromConfig(given.config));
    }
    throw new ValueError(
      `${owner}: ${name} must be an optimizers.OptimizerMap or a function that gives the optimizer of a variable, got ` +
        `${describeValue(given)}.`,
    );
  },
  toConfig: (value) => {
    if (value instanceof OptimizerMap) {
      return {
        module: 'keras.optimizers',
        class_name: 'OptimizerMap',
        config: value.getConfig(),
        registered_name: null,
      };
    }
    throw new ValueError(
      'MultiOptimizer: optimizerMap is a function, which a config cannot hold. Give an optimizers.OptimizerMap, or save the ' +
        'weights alone (saveWeights).',
    );
  },
};

/** Options of `MultiOptimizer`. */
export interface MultiOptimizerOptions extends OptionsOf<typeof MultiOptimizer> {}

/**
 * Trains some variables with one optimizer and others with another. Learning rates, clipping and averages are those of
 * the inner optimizers, `multi.optimizers`. A `globalClipnorm` of an inner optimizer covers the gradients of its own
 * variables. Keras: `MultiOptimizer`.
 *
 * @example
 * const map = new optimizers.OptimizerMap(new optimizers.SGD({ learningRate: 0.01 }), {
 *   '.*\/head/.*': new optimizers.Adam(),
 * });
 * new optimizers.MultiOptimizer(map)
 */
export class MultiOptimizer extends configurable(
  WrapperOptimizer,
  'MultiOptimizer',
  {
    /** Which optimizer trains which variable: a map of paths, or a function. */
    optimizerMap,
    /** The factor of the loss (`scaleLoss`): gradients are divided by it before they are used. Default null: none. */
    lossScaleFactor: OPTIMIZER_OPTIONS.lossScaleFactor,
  },
  { positional: ['optimizerMap'] },
) {
  /** The inner optimizers: those of a map from the beginning, those of a function from `build` on. */
  readonly optimizers: Optimizer[] = [];
  readonly #optimizerOf = new Map<Variable, Optimizer>();

  /**
   * @param optimizerMap which optimizer trains which variable: a map of paths, or a function
   * @throws ValueError for an optimizer that has inner optimizers or a different `lossScaleFactor`, for options that belong
   * to the inner optimizers, and for unknown options.
   */
  constructor(
    optimizerMap: OptimizerMap | OptimizerOf | SerializedObject,
    options: MultiOptimizerOptions = {},
  ) {
    super(options, [optimizerMap]);
    const { optimizerMap: existing } = this;
    if (existing instanceof OptimizerMap) this.#add(existing.optimizers);
  }

  /** Takes all of the optimizers that are new, or none. */
  #add(optimizers: Iterable<Optimizer>): void {
    const added = [...optimizers].filter((each) => !this.optimizers.includes(each));
    const { lossScaleFactor } = this;
    for (const optimizer of added) {
      if ([null, lossScaleFactor].includes(optimizer.lossScaleFactor)) continue;
      throw new ValueError(
        `MultiOptimizer: optimizer '${optimizer.name}' has the lossScaleFactor ${optimizer.lossScaleFactor}, but there is one ` +
          `loss for all, and MultiOptimizer has ${lossScaleFactor}. Give the factor to MultiOptimizer.`,
      );
    }
    for (const optimizer of added) Object.assign(optimizer, { lossScaleFactor });
    this.optimizers.push(...added);
  }

  protected override get direct(): Readonly<Record<string, Optimizer>> {
    const names = namesInList(this.optimizers);
    return Object.fromEntries(this.optimizers.map((each, i) => [`optimizers/${names[i]}`, each]));
  }

  protected override createSlots(variables: readonly Variable[]): void {
    const { optimizerMap: map } = this;
    if (map instanceof OptimizerMap) {
      const patterns = [...map.optimizerMap.keys()];
      requireShortSearch('MultiOptimizer', 'optimizerMap', patterns, 'path', variables);
    }
    const chosen = variables.map((variable) => [variable, this.#chosen(variable)] as const);
    this.#add(new Set(chosen.map(([, optimizer]) => optimizer)));
    for (const [variable, optimizer] of chosen) this.#optimizerOf.set(variable, optimizer);
    for (const [optimizer, indices] of this.#indicesByOptimizer(variables)) {
      optimizer.build(indices.flatMap((index) => variables[index] ?? []));
    }
  }

  /** Each optimizer of the variables, with the positions of its own among them. */
  #indicesByOptimizer(variables: readonly Variable[]): ReadonlyMap<Optimizer, readonly number[]> {
    const indices = new Map<Optimizer, number[]>();
    variables.forEach((variable, index) => {
      const optimizer = this.#optimizerOf.get(variable);
      if (optimizer === undefined) return;
      const own = indices.get(optimizer);
      if (own === undefined) indices.set(optimizer, [index]);
      else own.push(index);
    });
    return indices;
  }

  #chosen(variable: Variable): Optimizer {
    const { optimizerMap: map } = this;
    if (map instanceof OptimizerMap) return map.of(variable);
    const what = `the optimizer of variable '${variable.path}'`;
    const optimizer = checkSimpleOptimizer('MultiOptimizer', what, map(variable));
    const exclusions = this.weightDecayExclusions;
    if (Object.keys(exclusions).length > 0 && !this.optimizers.includes(optimizer)) {
      optimizer.excludeFromWeightDecay(exclusions);
    }
    return optimizer;
  }

  /** @internal */
  protected override changeAll(
    gradients: readonly (Tensor | null)[],
    targets: readonly Variable[],
  ): void {
    for (const [optimizer, indices] of this.#indicesByOptimizer(targets)) {
      const own = indices.map((index) => gradients[index] ?? null);
      if (own.every((gradient) => gradient === null)) continue;
      optimizer.apply(
        own,
        indices.flatMap((index) => targets[index] ?? []),
      );
    }
    this.countStep();
  }

  /** @throws ValueError always, as each inner optimizer has its own. */
  override get learningRate(): number {
    throw this.#noRate();
  }

  override set learningRate(_: number) {
    throw this.#noRate();
  }

  #noRate(): ValueError {
    return new ValueError(
      `${this.name}: MultiOptimizer has no learning rate of its own. Read or set that of each optimizer in its property ` +
        `optimizers.`,
    );
  }

  /** @internal */
  override isDecayed(variable: Variable): boolean {
    const { optimizerMap: map } = this;
    const optimizer =
      this.#optimizerOf.get(variable) ??
      (map instanceof OptimizerMap ? map.of(variable) : undefined);
    return optimizer === undefined ? super.isDecayed(variable) : optimizer.isDecayed(variable);
  }
}
