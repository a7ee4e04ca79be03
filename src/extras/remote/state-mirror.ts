import type { FileArray } from '../../files/formats/elements.js';
import { fileArray } from '../../nn/data/file-tensors.js';
import { layerGenerators } from '../../nn/models/layer-generators.js';
import { optimizersOf, targetIndices } from '../../nn/training/model-optimizers.js';
import type { AnyModel } from '../../nn/models/model.js';
import { buildThroughout } from '../../nn/training/steps.js';
import type { GeneratorState } from '../../nn/saving/backup.js';
import { globalGenerator } from '../../engine/random/seed-generator.js';
import { tensor, tidy } from '../../engine/tensor/index.js';
import type { Nest } from '../../config/index.js';
import type { PartialShape, Variable } from '../../engine/tensor/index.js';

type ChangedValue = readonly [index: number, value: FileArray];

/** What has changed in a model that lives in two threads. */
export interface StateChanges {
  /** Batch shape, or the structure of them, that the model is built for; null before. */
  readonly inputShape: Nest<PartialShape> | null;
  /** New values of weights, by their positions. */
  readonly weights: readonly ChangedValue[];
  /** The optimizers, in the order of `optimizersOf`. */
  readonly optimizers: readonly {
    /** Positions of the weights that the optimizer is built for; null before. */
    readonly targets: readonly number[] | null;
    /** Whether weights and moving averages are exchanged. */
    readonly hasSwapped: boolean;
    /** New values of its state, by their positions. */
    readonly values: readonly ChangedValue[];
  }[];
  /** The random generators: the global one, and those of the layers. Undefined: they stay. */
  readonly generators: readonly [GeneratorState, ...GeneratorState[]] | undefined;
}

/** What `takeChanges` leaves out. */
export interface Omissions {
  readonly values?: boolean;
  readonly generators?: boolean;
}

/**
 * One side of a model that lives in two threads: knows which weights have changed since both sides were last the same.
 */
export class StateMirror {
  readonly #versions = new Map<Variable, number>();

  /** @param model both sides hold it, made of the same config */
  constructor(private readonly model: AnyModel) {}

  /** What has changed here since the last `takeChanges` or `apply`; the other side is to apply it. */
  takeChanges(without: Omissions = {}): StateChanges {
    const { model } = this;
    const isWhole = without.values !== true;
    return {
      inputShape: model.built ? ((model.inputShape ?? null) as Nest<PartialShape> | null) : null,
      weights: isWhole ? this.#changed(model.weights) : [],
      optimizers: optimizersOf(model).map((each) => ({
        targets: targetIndices(model, each),
        hasSwapped: each.optimizer.hasSwapped,
        values: isWhole ? this.#changed(each.optimizer.variables) : [],
      })),
      generators:
        without.generators === true
          ? undefined
          : [
              globalGenerator().getState(),
              ...layerGenerators(model).map((generator) => generator.getState()),
            ],
    };
  }

  /** Takes over what has changed on the other side. */
  apply(changes: StateChanges): void {
    const { model } = this;
    const optimizers = optimizersOf(model).map(({ optimizer }) => optimizer);
    const all = (): Variable[] => [
      ...model.weights,
      ...optimizers.flatMap(({ variables }) => variables),
    ];
    const known = new Set(all());
    if (changes.inputShape !== null && changes.weights.length > 0) {
      buildThroughout(model, changes.inputShape);
    }
    const { weights } = model;
    changes.optimizers.forEach(({ targets }, i) => {
      if (targets !== null) optimizers[i]?.build(targets.flatMap((index) => weights[index] ?? []));
    });
    // What was made here just now has the values of the other side, once it sends them.
    for (const variable of all()) {
      if (!this.#versions.has(variable) && !known.has(variable)) this.#remember(variable);
    }
    this.#assign(model.weights, changes.weights);
    changes.optimizers.forEach(({ hasSwapped, values }, i) => {
      const optimizer = optimizers[i];
      if (optimizer !== undefined) optimizer.hasSwapped = hasSwapped;
      this.#assign(optimizer?.variables ?? [], values);
    });
    if (changes.generators === undefined) return;
    const [shared, ...ofLayers] = changes.generators;
    layerGenerators(model).forEach((generator, i) => {
      const state = ofLayers[i];
      if (state !== undefined) generator.setState(state);
    });
    // Last: making weights draws from it.
    globalGenerator().setState(shared);
  }

  #isChanged(variable: Variable): boolean {
    return this.#versions.get(variable) !== variable.version;
  }

  #remember(variable: Variable): void {
    this.#versions.set(variable, variable.version);
  }

  #changed(variables: readonly Variable[]): (readonly [number, FileArray])[] {
    return variables.flatMap((variable, index) => {
      if (!this.#isChanged(variable)) return [];
      this.#remember(variable);
      return [[index, variable.lend(fileArray)] as const];
    });
  }

  #assign(variables: readonly Variable[], values: StateChanges['weights']): void {
    tidy(() => {
      for (const [index, { data, shape, dtype }] of values) {
        const variable = variables[index];
        if (variable === undefined) continue;
        variable.assign(tensor(data, { shape, dtype }));
        this.#remember(variable);
      }
    });
  }
}
