import {
  classWeightToSampleWeight,
  requireFinite,
  requireSameLength,
  toSamples,
} from '../data/batches/index.js';
import type { Batch, ClassWeight, NamedSamples } from '../data/batches/index.js';
import { mapNest } from '../../config/index.js';
import { isOneTensor } from '../data/dataset/element.js';
import { ValueError } from '../../errors.js';
import { neighbouringRows } from '../../engine/ops/linalg/products/batch-rows.js';
import { isStrings, Tensor, tidy } from '../../engine/tensor/index.js';
import type { Value } from '../../engine/tensor/index.js';
import type { CompilableModel } from './compilable-model.js';
import { packInputs, flattenByPorts, portsOf, sampleShapesOf } from '../layers/core/ports.js';
import type { Ports } from '../layers/core/ports.js';
import { checkInputs, checkTargets } from './check-inputs.js';

/** What a caller gives to a loop. */
export interface Given {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
}

/** What a method needs samples for. What has to hold of them depends on this, and never on the name of the method. */
export type Purpose = 'training' | 'measuring' | 'predicting';

/** Whether sample weights are one list for all outputs, not one for each. */
export function isForAll(weights: unknown): boolean {
  return weights instanceof Tensor || ArrayBuffer.isView(weights) || isNumbers(weights);
}

const isNumbers = (value: unknown): boolean => Array.isArray(value) && typeof value[0] === 'number';

/** Targets or weights of samples, and their name in messages. */
interface NamedTarget extends NamedSamples {
  readonly tensor: Tensor | undefined;
}

/** Samples that are numbers. @throws ValueError for strings. */
function toNumbers(name: string, value: unknown): Tensor {
  const samples = toSamples(name, value);
  if (!isStrings(samples)) return samples;
  throw new ValueError(
    `${name} are strings. Give numbers: layers.StringLookup turns names of classes into numbers.`,
  );
}

/** Something that a caller has given, and its name in messages. */
interface NamedValue {
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
): NamedValue[] {
  const values = flattenByPorts(`${owner}: ${what}`, ports, value, { isComplete: what === 'x' });
  const isAlone = values.length === 1;
  return values.map((item, i) => ({
    name: isAlone ? what : `${what} '${ports.names[i] ?? i}'`,
    value: what === 'x' ? item : (item ?? undefined),
  }));
}

/** How `toBatch` makes a batch. */
interface ToBatchOptions {
  readonly classWeight?: ClassWeight | undefined;
  /** The name of the batch in messages. Default: the method. */
  readonly name?: string;
  /** Refuses what is not like the batches before. */
  readonly alike?: {
    check(batchName: string, samples: readonly NamedSamples[], isVariable: boolean): void;
  };
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
  const x = arrange(name, 'x', ports, given.x).map((item, i) => ({
    name: item.name,
    tensor: toSamples(`${name}: ${item.name}`, item.value, shapes[i]),
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
  for (const { name: inputName, tensor } of all) {
    if (tensor !== undefined) requireFinite(`${name}: ${inputName}`, tensor, harm);
  }
  y.forEach(({ name: inputName, tensor }, i) => {
    if (tensor !== undefined)
      checkTargets(`${name}: ${inputName}`, model.compiled?.lossOf(i), tensor);
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
  inputs: () => readonly Value[],
): [NamedTarget[], NamedTarget[]] {
  if (y === null && sampleWeight === null) return [[], []];
  const ports = outputsOf(model, inputs, y ?? sampleWeight);
  const samples = (what: 'y' | 'sampleWeight', value: unknown): NamedTarget[] =>
    arrange(name, what, ports, value).map((item) => ({
      name: item.name,
      tensor: item.value === undefined ? undefined : toNumbers(`${name}: ${item.name}`, item.value),
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
  const tensor = toNumbers(`${name}: ${what}`, sampleWeight);
  return [targets, ports.names.map(() => ({ name: what, tensor }))];
}

/**
 * The outputs of the model. One that computes in `call` shows them only when it runs, so that it runs on a sample if the
 * targets are a list or an object.
 */
function outputsOf(model: CompilableModel, inputs: () => readonly Value[], y: unknown): Ports {
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

export function weightsOfClasses(
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
