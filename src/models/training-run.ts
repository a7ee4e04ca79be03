import type { TrainingProgress, TrainingSnapshot } from '../callbacks/training-snapshot.js';
import type { BatchSource } from '../data/batches/index.js';
import { fileArray } from '../data/file-array.js';
import type { FileArray } from '../data/elements.js';
import { ShapeError, ValueError } from '../errors.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { globalGenerator } from '../random/index.js';
import { formatShape, sameShape } from '../tensor/index.js';
import type { Variable } from '../tensor/index.js';
import type { Compiled, Logs } from './compiled.js';
import { layerGenerators } from './layer-generators.js';
import type { Model } from './model.js';
import { buildThroughout } from './steps.js';
import { checkTrainingState } from './training-state.js';
import type { TrainingState } from './training-state.js';

/** Where a `fit` is: what a backup saves, and what brings it back there. */
export class TrainingRun implements TrainingProgress {
  /** The epoch that runs, or the next one. */
  epoch: number;
  /** States of the metrics of an interrupted epoch, until it goes on. */
  #metrics: TrainingState['metrics'] = null;
  /** What they came to. */
  #logs: TrainingState['logs'] = null;

  constructor(
    private readonly model: Model,
    private readonly compiled: Compiled,
    private readonly source: BatchSource,
    initialEpoch: number,
  ) {
    this.epoch = initialEpoch;
  }

  capture(): TrainingSnapshot {
    const { model, compiled, epoch } = this;
    const position = this.source.position();
    const state: TrainingState = {
      version: 1,
      epoch,
      position,
      // Each epoch begins with none.
      metrics: position.epochBatches === 0 ? null : compiled.getMetricStates(),
      logs: position.epochBatches === 0 ? null : compiled.logs(),
      globalGenerator: globalGenerator().getState(),
      layerGenerators: layerGenerators(model).map((generator) => generator.getState()),
      optimizer: classOf(compiled.optimizer),
      inputShape: model.inputShape ?? [],
    };
    return {
      state,
      arrays: [
        ...model.weights.map((weight, i) => [`weights/${i}`, fileArray(weight.value)] as const),
        ...compiled.optimizer.variables.map(
          (variable, i) => [`optimizer/${i}`, fileArray(variable.value)] as const,
        ),
      ],
    };
  }

  restore(snapshot: TrainingSnapshot, label: string): void {
    const { model, compiled } = this;
    const state = checkTrainingState(snapshot.state, label);
    const arrays = new Map(snapshot.arrays);
    if (state.optimizer !== classOf(compiled.optimizer)) {
      throw new ValueError(
        `${label}: was made with the optimizer ${state.optimizer}, but the model is compiled with ` +
          `${classOf(compiled.optimizer)}. Compile it as before, or delete the backup.`,
      );
    }
    this.#build(state);
    const generators = layerGenerators(model);
    if (generators.length !== state.layerGenerators.length) {
      throw new ValueError(
        `${label}: holds ${state.layerGenerators.length} random generators of layers, but the model has ` +
          `${generators.length}. It is of another model: delete it.`,
      );
    }
    assignAll(label, arrays, [
      ['weights', model.weights],
      ['optimizer', compiled.optimizer.variables],
    ]);
    generators.forEach((generator, i) => {
      generator.setState(state.layerGenerators[i] ?? generator.getState());
    });
    // Last: making weights draws from it.
    globalGenerator().setState(state.globalGenerator);
    this.source.seek(state.position);
    this.epoch = state.epoch;
    this.#metrics = state.metrics;
    this.#logs = state.logs;
  }

  /** Makes weights and slots that are made only by the first batch otherwise. */
  #build({ inputShape }: TrainingState): void {
    const { model, compiled } = this;
    if (inputShape.length > 0) buildThroughout(model, inputShape);
    // A backup is made after a batch, when it was built.
    if (!compiled.optimizer.isBuilt) compiled.optimizer.build(model.trainableWeights);
  }

  /** At the beginning of an epoch, after metrics were reset. */
  restoreMetrics(): void {
    if (this.#metrics !== null) this.compiled.setMetricStates(this.#metrics);
    this.#metrics = null;
  }

  /**
   * Results of the epoch that has ended: those of the backup, if it was made after the last batch, so that no batch
   * has told yet which metrics there are.
   */
  results(): Logs {
    const logs = this.#logs;
    this.#logs = null;
    return this.compiled.isResolved || logs === null ? this.compiled.logs() : { ...logs };
  }
}

function classOf(optimizer: Optimizer): string {
  return (optimizer.constructor as typeof Optimizer).className;
}

/** Copies values into variables; into none if one does not fit. */
function assignAll(
  label: string,
  arrays: ReadonlyMap<string, FileArray>,
  groups: readonly (readonly [name: string, variables: readonly Variable[]])[],
): void {
  const pairs = groups.flatMap(([name, variables]) =>
    variables.map((variable, i) => {
      const array = arrays.get(`${name}/${i}`);
      if (array === undefined) {
        throw new ValueError(
          `${label}: has no value for '${variable.path}'. It is of another model or optimizer: delete it.`,
        );
      }
      if (!sameShape(array.shape, variable.shape) || array.dtype !== variable.dtype) {
        throw new ShapeError(
          `${label}: '${variable.path}' has shape ${formatShape(variable.shape)}, but the saved value has ` +
            `${formatShape(array.shape)}. It is of another model: delete it.`,
        );
      }
      return [variable, array] as const;
    }),
  );
  if (pairs.length !== arrays.size) {
    throw new ValueError(
      `${label}: holds ${arrays.size} arrays, but model and optimizer have ${pairs.length}. It is of another model ` +
        `or optimizer: delete it.`,
    );
  }
  for (const [variable, { data }] of pairs) variable.write(data);
}
