import type { TrainingSnapshot } from '../callbacks/callback.js';
import { fileArray } from '../data/file-tensors.js';
import { FormatError, ShapeError, ValueError } from '../../errors.js';
import { mapNest } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import type { FileArray } from '../../files/formats/elements.js';
import { isShape } from '../layers/core/symbolic-tensor.js';
import type { Metric } from '../metrics/metric.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { globalGenerator } from '../../engine/random/seed-generator.js';
import { formatShape, sameShape } from '../../engine/tensor/index.js';
import type { PartialShape, Variable } from '../../engine/tensor/index.js';
import { layerGenerators } from '../models/layer-generators.js';
import type { CompilableModel } from '../training/compilable-model.js';
import { optimizersOf, targetIndices } from '../training/model-optimizers.js';
import { buildThroughout } from '../training/steps.js';
import type { InterruptedFit, RunningFit } from '../training/saving.js';

// What a backup holds of a `fit`, and how it goes on from one. Only programs that make backups load it.

/** Where `run` is, copied. @throws ValueError for a metric whose class gives no state. */
export function snapshotOf(run: RunningFit): TrainingSnapshot {
  const { model, compiled, epoch } = run;
  const position = run.source.position();
  const isWithin = position.epochBatches > 0;
  const optimizers = optimizersOf(model);
  const state: TrainingState = {
    version: 2,
    epoch,
    position,
    generator: run.generator.getState(),
    // Each epoch begins with none.
    metrics: isWithin ? metricStates(compiled.metrics) : null,
    ownMetrics: isWithin ? metricStates(model.ownMetrics()) : null,
    logs: isWithin ? compiled.logs() : null,
    globalGenerator: globalGenerator().getState(),
    layerGenerators: layerGenerators(model).map((generator) => generator.getState()),
    optimizers: optimizers.map((each) => ({
      path: each.path,
      className: classOf(each.optimizer),
      targets: targetIndices(model, each),
    })),
    inputShape: (model.inputShape ?? []) as Nest<PartialShape>,
  };
  return {
    state,
    arrays: [
      ...model.weights.map((weight, i) => [`weights/${i}`, fileArray(weight.value)] as const),
      ...optimizers.flatMap(({ path, optimizer }) =>
        optimizer.variables.map(
          (variable, i) => [`${path}/${i}`, fileArray(variable.value)] as const,
        ),
      ),
    ],
  };
}

/** The states of metrics. */
function metricStates(metrics: readonly Metric[]): (readonly number[])[] {
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
export function restoreTraining(run: RunningFit, snapshot: TrainingSnapshot, label: string): void {
  const { model } = run;
  const state = checkTrainingState(snapshot.state, label);
  const arrays = new Map(snapshot.arrays);
  requireSameOptimizers(model, state, label);
  build(model, state, label);
  const generators = layerGenerators(model);
  if (generators.length !== state.layerGenerators.length) {
    throw new ValueError(
      `${label}: holds ${state.layerGenerators.length} random generators of layers, but the model has ` +
        `${generators.length}. It is of another model: delete it.`,
    );
  }
  const own = model.ownMetrics().length;
  if (state.ownMetrics !== null && state.ownMetrics.length !== own) {
    throw new ValueError(
      `${label}: holds the state of ${state.ownMetrics.length} metrics in properties of the model, which has ${own}. It is ` +
        `of another model: delete it.`,
    );
  }
  assignAll(label, arrays, [
    ['weights', model.weights],
    ...optimizersOf(model).map(({ path, optimizer }) => [path, optimizer.variables] as const),
  ]);
  generators.forEach((generator, i) => {
    generator.setState(state.layerGenerators[i] ?? generator.getState());
  });
  // Last: making weights draws from it.
  globalGenerator().setState(state.globalGenerator);
  run.goOnFrom(state);
}

function requireSameOptimizers(model: CompilableModel, state: TrainingState, label: string): void {
  const ours = optimizersOf(model).map(({ path, optimizer }) => [path, classOf(optimizer)]);
  const theirs = state.optimizers.map(({ path, className }) => [path, className]);
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return;
  const list = (optimizers: readonly (readonly string[])[]): string =>
    optimizers
      .map(([path, className]) => (path === 'optimizer' ? className : `${className} (${path})`))
      .join(', ');
  throw new ValueError(
    `${label}: was made with the optimizer ${list(theirs)}, but the model is compiled with ${list(ours)}. Compile it as ` +
      `before, or delete the backup.`,
  );
}

/** Makes weights and slots that are made only by the first batch otherwise. */
function build(
  model: CompilableModel,
  { inputShape, optimizers }: TrainingState,
  label: string,
): void {
  if (!isShape(inputShape) || inputShape.length > 0) buildThroughout(model, inputShape);
  const { weights } = model;
  optimizersOf(model).forEach(({ optimizer }, i) => {
    const targets = optimizers[i]?.targets?.map((index) => weights[index]);
    if (targets === undefined) return;
    const known = targets.filter((weight) => weight !== undefined);
    if (known.length < targets.length) {
      throw new ValueError(
        `${label}: has an optimizer of more weights than the model's ${weights.length}. It is of another model: delete it.`,
      );
    }
    optimizer.build(known);
  });
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

/** State of a random generator. */
export interface GeneratorState {
  readonly seed: number;
  readonly blocks: number;
}

/** Where a `fit` is, apart from weights and the optimizer. JSON can hold it. */
export interface TrainingState extends InterruptedFit {
  readonly version: 2;
  readonly globalGenerator: GeneratorState;
  /** States of the generators of the layers, in the order of the layers. */
  readonly layerGenerators: readonly GeneratorState[];
  /** The optimizers: where they are, Keras's names of their classes, and the positions of the weights that they are built for. */
  readonly optimizers: readonly {
    readonly path: string;
    readonly className: string;
    readonly targets: readonly number[] | null;
  }[];
  /** Batch shape, or the structure of them, that the model was built for. */
  readonly inputShape: Nest<PartialShape>;
}

/**
 * `value` as a state, checked: it comes from a file.
 *
 * @throws FormatError if it is none.
 */
function checkTrainingState(value: unknown, label: string): TrainingState {
  if (isRecord(value) && isTrainingState(value)) return value;
  throw new FormatError(
    `${label}: this is not a backup of fit, or one of another version. Delete it.`,
  );
}

function isTrainingState(value: object): value is TrainingState {
  const {
    version,
    epoch,
    position,
    generator,
    metrics,
    ownMetrics,
    logs,
    globalGenerator,
    layerGenerators,
    optimizers,
    inputShape,
  } = value as Readonly<Record<string, unknown>>;
  return (
    version === 2 &&
    isCount(epoch) &&
    isRecord(position) &&
    isCount(position['epochBatches']) &&
    isCount(position['passBatches']) &&
    (position['order'] === null || isGenerator(position['order'])) &&
    (position['dataset'] === undefined || isListOf(position['dataset'], isGenerator)) &&
    isGenerator(generator) &&
    (metrics === null || isListOf(metrics, isNumbers)) &&
    (ownMetrics === null || isListOf(ownMetrics, isNumbers)) &&
    (logs === null || (isRecord(logs) && isNumbers(Object.values(logs)))) &&
    isGenerator(globalGenerator) &&
    isListOf(layerGenerators, isGenerator) &&
    isListOf(optimizers, isOptimizer) &&
    isShapes(inputShape)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isNumbers(value: unknown): boolean {
  return isListOf(value, (item) => typeof item === 'number');
}

function isOptimizer(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { path, className, targets } = value;
  const isText = typeof path === 'string' && typeof className === 'string';
  return isText && (targets === null || isListOf(targets, isCount));
}

/** Whether a value out of a file is the shape of a batch, or a structure of such. */
export function isShapes(value: unknown): value is Nest<PartialShape> {
  let isValid = true;
  mapNest(
    value,
    isShape,
    (shape) => {
      if (!shape.every((length) => length === null || isCount(length))) isValid = false;
    },
    () => {
      isValid = false;
    },
  );
  return isValid;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isGenerator(value: unknown): boolean {
  return isRecord(value) && isCount(value['seed']) && isCount(value['blocks']);
}
