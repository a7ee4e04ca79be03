import {
  AlikeBatches,
  ArrayBatches,
  classWeightToSampleWeight,
  countOf,
  isBatchIterable,
  IterableBatches,
  mapBatch,
  RepeatedBatches,
  requireFinite,
  requireSameLength,
  tensorsOf,
  toSamples,
} from '../../data/batches/index.js';
import type { Batch, BatchSource, ClassWeight, NamedSamples } from '../../data/batches/index.js';
import { flattenNest, mapNest } from '../../config/index.js';
import { isOneTensor, isTensor } from '../../data/dataset/element.js';
import { isDataset } from '../../data/dataset/is-dataset.js';
import { ValueError } from '../../errors.js';
import { neighbouringRows } from '../../ops/batch-rows.js';
import type { SeedGenerator } from '../../random/index.js';
import { tidy } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { CompilableModel } from '../compilable-model.js';
import { packInputs, partsOf, portsOf, sampleShapesOf } from '../../layers/core/parts.js';
import type { Ports } from '../../layers/core/parts.js';
import { checkInputs } from './check-inputs.js';
import { checkTargets } from './check-targets.js';

/** What a caller gives to a loop. */
export interface Given {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
}

/** What a method needs samples for. What has to hold of them depends on this, and never on the name of the method. */
export type Purpose = 'training' | 'measuring' | 'predicting';

/** All samples in memory. */
export interface Samples extends Batch {
  /** Tensors that were made here; the others are the caller's. */
  readonly owned: readonly Tensor[];
}

/** How samples are turned into batches. */
export interface BatchingOptions {
  /** Undefined: 32. An iterable takes none. */
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
  /** Batches of an epoch; undefined: all. */
  readonly steps: number | undefined;
  /** How messages call `steps`; `stepsPerEpoch` goes on, epoch after epoch, the others begin anew. */
  readonly stepsName: 'stepsPerEpoch' | 'validationSteps' | 'steps';
  /** Ends the waiting for a batch of an iterable. */
  readonly signal: AbortSignal | undefined;
  /** Where the orders of samples come from. Default: the global generator. */
  readonly generator?: SeedGenerator | undefined;
}

const DEFAULT_BATCH_SIZE = 32;

/** Whether sample weights are one list for all outputs, not one for each. */
export function isForAll(weights: unknown): boolean {
  return isTensor(weights) || ArrayBuffer.isView(weights) || isNumbers(weights);
}

const isNumbers = (value: unknown): boolean => Array.isArray(value) && typeof value[0] === 'number';

/** Something that a caller has given, and what messages call it. */
interface Part {
  readonly name: string;
  readonly value: unknown;
}

/** The inputs of a model that does not know them before its first data. */
function inputsOf(model: CompilableModel, x: unknown): Ports {
  return (
    model.inputPorts ??
    portsOf(
      mapNest(x, isOneTensor, () => []),
      'input',
    )
  );
}

function arrange(
  owner: string,
  what: 'x' | 'y' | 'sampleWeight',
  ports: Ports,
  value: unknown,
): Part[] {
  const values = partsOf(`${owner}: ${what}`, ports, value, { isComplete: what === 'x' });
  const isAlone = values.length === 1;
  return values.map((part, i) => ({
    name: isAlone ? what : `${what} '${ports.names[i] ?? i}'`,
    value: what === 'x' ? part : (part ?? undefined),
  }));
}

/**
 * Arrays as tensors in the order of the model, checked against each other and the model.
 *
 * @param op the method, for messages
 * @throws ShapeError or ValueError naming what does not fit.
 */
export function toSampleTensors(
  op: string,
  purpose: Purpose,
  model: CompilableModel,
  given: Given,
  classWeight?: ClassWeight,
): Samples {
  const samples = tidy(() => toBatch(op, purpose, model, given, { classWeight }));
  const theirs = flattenNest([given.x, given.y, given.sampleWeight], isTensor);
  return { ...samples, owned: tensorsOf(samples).filter((tensor) => !theirs.includes(tensor)) };
}

/** How `toBatch` makes a batch. */
interface ToBatchOptions {
  readonly classWeight?: ClassWeight | undefined;
  /** What messages call the batch. Default: the method. */
  readonly name?: string;
  /** Refuses what is not like the batches before. */
  readonly alike?: AlikeBatches;
}

/** Samples as one batch, for callers that run in a `tidy` of their own. */
export function toBatch(
  op: string,
  purpose: Purpose,
  model: CompilableModel,
  given: Given,
  { classWeight, name = op, alike }: ToBatchOptions = {},
): Batch {
  const ports = inputsOf(model, given.x);
  const shapes = sampleShapesOf(model.inputShape);
  const x = arrange(name, 'x', ports, given.x).map((part, i) => ({
    name: part.name,
    tensor: toSamples(`${name}: ${part.name}`, part.value as TensorLike, shapes[i]),
  }));
  const tensors = x.map(({ tensor }) => tensor);
  const check = (): void => {
    requireSameLength(name, x);
    checkInputs(name, model, ports, x, shapes);
  };
  if (purpose === 'predicting') {
    check();
    alike?.check(name, x, isVariable(model));
    return { x: tensors, y: [], sampleWeight: [] };
  }
  const [y, sampleWeight] = targetsOf(name, model, given, () => {
    check();
    return tensors;
  });
  const all = [...x, ...y, ...sampleWeight];
  // What a model takes says more of x than the number of targets does; weights are made only for what fits.
  const isBuilt = model.inputShape !== undefined;
  if (isBuilt) check();
  requireSameLength(name, all);
  if (!isBuilt) check();
  const harm =
    purpose === 'training'
      ? 'Training on it would turn every weight into NaN'
      : 'Loss and metrics would be NaN';
  for (const { name: part, tensor } of all) {
    if (tensor !== undefined) requireFinite(`${name}: ${part}`, tensor, harm);
  }
  y.forEach(({ name: part, tensor }, i) => {
    if (tensor !== undefined) checkTargets(`${name}: ${part}`, model.compiled?.lossOf(i), tensor);
  });
  alike?.check(name, all, isVariable(model));
  const batch = {
    x: tensors,
    y: y.map(({ tensor }) => tensor),
    sampleWeight: sampleWeight.map(({ tensor }) => tensor),
  };
  if (classWeight === undefined) return batch;
  return { ...batch, sampleWeight: [weightsOfClasses(op, model, batch, classWeight)] };
}

/**
 * Targets and sample weights, each as a list with an entry for each output, or an empty one.
 *
 * @param inputs the inputs, checked
 */
function targetsOf(
  name: string,
  model: CompilableModel,
  { y = null, sampleWeight = null }: Given,
  inputs: () => readonly Tensor[],
): [NamedSamples[], NamedSamples[]] {
  if (y === null && sampleWeight === null) return [[], []];
  const ports = outputsOf(model, inputs, y ?? sampleWeight);
  const samples = (what: 'y' | 'sampleWeight', value: unknown): NamedSamples[] =>
    arrange(name, what, ports, value).map((part) => ({
      name: part.name,
      tensor:
        part.value === undefined
          ? undefined
          : toSamples(`${name}: ${part.name}`, part.value as TensorLike),
    }));
  const targets = y === null ? [] : samples('y', y);
  if (y !== null) {
    model.compiled?.requireTargets(
      name,
      ports,
      targets.map(({ tensor }) => tensor !== undefined),
    );
  }
  if (sampleWeight === null) return [targets, []];
  if (ports.names.length === 1 || !isForAll(sampleWeight)) {
    return [targets, samples('sampleWeight', sampleWeight)];
  }
  const what = 'sampleWeight';
  const tensor = toSamples(`${name}: ${what}`, sampleWeight as TensorLike);
  return [targets, ports.names.map(() => ({ name: what, tensor }))];
}

/**
 * The outputs of the model. One that computes in `call` shows them only when it runs, so that it runs on a sample if the
 * targets are a list or an object.
 */
function outputsOf(model: CompilableModel, inputs: () => readonly Tensor[], y: unknown): Ports {
  const known = model.outputPorts ?? model.compiled?.outputs;
  if (known !== undefined) return known;
  if (isOneTensor(y)) return { structure: [], names: ['output'] };
  return tidy(() => {
    const sample = inputs().map((tensor) => neighbouringRows(tensor, 0, 1));
    return portsOf(model.apply(packInputs(model, sample), { training: false }));
  });
}

/** Whether the model takes samples of different lengths. */
function isVariable(model: CompilableModel): boolean {
  return sampleShapesOf(model.inputShape).some((shape) => shape.includes(null));
}

function weightsOfClasses(
  op: string,
  model: CompilableModel,
  { y, sampleWeight }: Batch,
  classWeight: ClassWeight,
): Tensor {
  if (sampleWeight.length > 0) {
    throw new ValueError(`${op}: give sampleWeight or classWeight, not both.`);
  }
  if (y.length > 1) {
    const names = model.outputPorts?.names ?? model.compiled?.outputs?.names ?? [];
    throw new ValueError(
      `${op}: classWeight needs a model of one output, but '${model.name}' has ${y.length}` +
        `${names.length > 0 ? `: ${names.map((name) => `'${name}'`).join(', ')}` : ''}. Give sampleWeight for each output.`,
    );
  }
  const [targets] = y;
  if (targets === undefined) throw new ValueError(`${op}: classWeight needs targets y.`);
  return classWeightToSampleWeight(targets, classWeight);
}

/** Batches of what `fit`, `evaluate` and `predict` were given. */
export function toBatches(
  op: string,
  purpose: Purpose,
  model: CompilableModel,
  given: Given,
  options: BatchingOptions,
): BatchSource {
  const { x } = given;
  const y = given.y ?? undefined;
  const sampleWeight = given.sampleWeight ?? undefined;
  if (!isBatchIterable(x)) {
    return batchesOf(op, toSampleTensors(op, purpose, model, { x, y, sampleWeight }), options);
  }
  if (y !== undefined || sampleWeight !== undefined) {
    throw new ValueError(
      `${op}: with an iterable of batches, y and sampleWeight come in the batches: [x, y, sampleWeight].`,
    );
  }
  if (options.batchSize !== undefined) {
    throw new ValueError(
      `${op}: batchSize = ${options.batchSize} cannot be kept, as an iterable gives batches as they are. Leave ` +
        `it out.`,
    );
  }
  if (isDataset(x) && x.size === Infinity && options.steps === undefined) {
    throw new ValueError(
      `${op}: the data set repeats without end. Say how many batches to take: ${options.stepsName}.`,
    );
  }
  const alike = new AlikeBatches();
  return new IterableBatches(op, x, {
    steps: options.steps,
    restarts: options.stepsName !== 'stepsPerEpoch',
    signal: options.signal,
    generator: options.generator,
    make: (name, parts) => toBatch(op, purpose, model, parts, { name, alike }),
    isSample: (sample) => isOneSample(model, sample),
  });
}

/** Whether tensors have as many axes as samples of the model have, not as batches. */
function isOneSample(model: CompilableModel, x: unknown): boolean {
  const shapes = sampleShapesOf(model.inputShape);
  const tensors = flattenNest(x, isTensor);
  return (
    shapes.length > 0 &&
    shapes.length === tensors.length &&
    // Whatever their order, a batch has an axis more.
    shapes.reduce((sum, shape) => sum + shape.length, 0) ===
      tensors.reduce((sum, { ndim }) => sum + ndim, 0)
  );
}

/** Batches of samples in memory. */
export function batchesOf(op: string, samples: Samples, options: BatchingOptions): BatchSource {
  const { batchSize = DEFAULT_BATCH_SIZE, shuffle, steps, stepsName, generator: seed } = options;
  if (steps !== undefined && stepsName === 'stepsPerEpoch') {
    return new RepeatedBatches(new ArrayBatches(samples, { batchSize, shuffle, seed }), steps);
  }
  const batches = new ArrayBatches(samples, { batchSize, shuffle, steps, seed });
  if (steps === undefined || batches.steps === steps) return batches;
  batches.close();
  throw new ValueError(
    `${op}: ${stepsName} = ${steps}, but ${countOf(samples)} samples in batches of ${batchSize} are only ` +
      `${batches.steps} batches. Give fewer steps, or leave ${stepsName} out to take all.`,
  );
}

/**
 * Sets the last part of the samples aside, before any shuffling, as Keras does: training keeps the first
 * floor(n · (1 − fraction)).
 */
export function splitSamples(samples: Samples, fraction: number): [Samples, Samples] {
  const count = countOf(samples);
  const cut = Math.floor(count * (1 - fraction));
  if (cut === 0 || cut === count) {
    throw new ValueError(
      `fit: validationSplit = ${fraction} of ${count} samples leaves ${cut} to train on and ${count - cut} to ` +
        `validate with. Both need at least one.`,
    );
  }
  const part = (first: number, length: number): Samples => {
    const rows = mapBatch(samples, (tensor) => neighbouringRows(tensor, first, length));
    return { ...rows, owned: tensorsOf(rows) };
  };
  const parts: [Samples, Samples] = [part(0, cut), part(cut, count - cut)];
  // The parts look at the same memory.
  for (const tensor of samples.owned) tensor.dispose();
  return parts;
}

/** The samples with the weights of their classes. */
export function withClassWeight(
  op: string,
  model: CompilableModel,
  samples: Samples,
  classWeight: ClassWeight,
): Samples {
  const sampleWeight = weightsOfClasses(op, model, samples, classWeight);
  return { ...samples, sampleWeight: [sampleWeight], owned: [...samples.owned, sampleWeight] };
}
