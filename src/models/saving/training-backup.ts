import type { TrainingSnapshot } from '../../callbacks/training-snapshot.js';
import type { FileArray } from '../../formats/elements.js';
import { fileArray } from '../../data/file-tensors.js';
import { ShapeError, ValueError } from '../../errors.js';
import type { Optimizer } from '../../optimizers/optimizer.js';
import { globalGenerator } from '../../random/index.js';
import { formatShape, sameShape } from '../../tensor/index.js';
import type { Variable } from '../../tensor/index.js';
import type { Compiled } from '../compiled.js';
import { layerGenerators } from './layer-generators.js';
import type { Model } from '../model.js';
import { buildThroughout } from '../steps.js';
import type { TrainingRun } from '../training-run.js';
import { checkTrainingState } from './training-state.js';
import type { TrainingState } from './training-state.js';

// What a backup holds of a `fit`, and how it goes on from one. Only programs that make backups load it.

/** Where `run` is, copied. @throws ValueError for a metric whose class gives no state. */
export function captureTraining(run: TrainingRun): TrainingSnapshot {
  const { model, compiled, epoch } = run;
  const position = run.source.position();
  const state: TrainingState = {
    version: 1,
    epoch,
    position,
    // Each epoch begins with none.
    metrics: position.epochBatches === 0 ? null : metricStates(compiled),
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

/** What loss and metrics have gathered. */
function metricStates({ metrics }: Compiled): (readonly number[])[] {
  return metrics.map((metric) => {
    const state = metric.getState();
    if (state !== undefined) return state;
    throw new ValueError(
      `BackupAndRestore: metric '${metric.name}' gives no state, so an epoch cannot go on in the middle. Give its ` +
        `class getState() and setState(state), or save at the end of epochs (saveFreq: 'epoch').`,
    );
  });
}

/** Brings `run` where the snapshot was made. @throws ValueError, ShapeError or FormatError for one of another `fit`. */
export function restoreTraining(run: TrainingRun, snapshot: TrainingSnapshot, label: string): void {
  const { model, compiled } = run;
  const state = checkTrainingState(snapshot.state, label);
  const arrays = new Map(snapshot.arrays);
  if (state.optimizer !== classOf(compiled.optimizer)) {
    throw new ValueError(
      `${label}: was made with the optimizer ${state.optimizer}, but the model is compiled with ` +
        `${classOf(compiled.optimizer)}. Compile it as before, or delete the backup.`,
    );
  }
  build(model, compiled, state);
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
  run.goOnFrom(state);
}

/** Makes weights and slots that are made only by the first batch otherwise. */
function build(model: Model, compiled: Compiled, { inputShape }: TrainingState): void {
  if (inputShape.length > 0) buildThroughout(model, inputShape);
  // A backup is made after a batch, when it was built.
  if (!compiled.optimizer.isBuilt) compiled.optimizer.build(model.trainableWeights);
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
