import { FormatError, ShapeError, ValueError } from '../../errors.js';
import { HeUniform } from '../initializers/variance-scaling.js';
import type { FileArray } from '../../files/formats/elements.js';
import type { Adapter } from '../layers/core/adapter.js';
import type { Keeping } from '../layers/core/keeping.js';
import type { KerasObject } from '../../files/formats/keras/weights.js';
import { formatShape, sameShape, sizeOf, tidy } from '../../engine/tensor/index.js';
import type { Variable } from '../../engine/tensor/index.js';

/** How the arrays of a file find their weights. */
export interface MatchOptions {
  /** Whether to skip weights whose array is missing or has a different shape, instead of failing. */
  readonly skipMismatch: boolean;
  /** Only by name, whatever else is in the file or the model. */
  readonly byName: boolean;
}

// What to do, with the function that has the option: files of whole models are matched here as well.
const SAME_LAYERS = 'Load into a model of the same layers';
const SKIP = 'loadWeights(source, { skipMismatch: true })';
const BY_NAME = 'loadWeights(source, { byName: true })';

/** Something whose own variables lie in a group of their own in Keras's files. */
export interface SavedObject {
  /** `layers/dense`; empty for the model. */
  readonly path: string;
  readonly name: string;
  readonly variables: readonly Variable[];
  /** What LoRA adds to one of the variables, of which the file has the sum. */
  readonly adapter?: Adapter | undefined;
  /** What keeps more than variables. */
  readonly keeping?: Keeping | undefined;
}

/** A weight and what it is to become. */
export type Assignment = readonly [weight: Variable, array: FileArray];

/**
 * The name of each weight in files: its path; of two with one path the second gets `_1`, and so on.
 */
export function weightNames(weights: readonly Variable[]): string[] {
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  return weights.map(({ path }) => {
    let name = path;
    let number = numbers.get(path) ?? 0;
    while (taken.has(name)) name = `${path}_${++number}`;
    numbers.set(path, number);
    taken.add(name);
    return name;
  });
}

/**
 * Finds the array of each weight. By structure (the default): by name if the file has all of the model's names, else
 * one after the other, in the order of the file, whatever they are called. By name: those that the file has, the
 * name of the model in front not counted.
 *
 * @param label the file, for messages
 * @throws ValueError if the numbers of arrays and weights differ, or no name agrees; ShapeError for a shape that is
 * not the weight's; FormatError for numbers of another kind.
 */
export function matchWeights(
  label: string,
  arrays: ReadonlyMap<string, FileArray>,
  weights: readonly Variable[],
  { skipMismatch, byName }: MatchOptions,
): Assignment[] {
  const found = byName
    ? matchByName(label, arrays, weights)
    : matchByStructure(label, arrays, weights, skipMismatch);
  return found.filter(([weight, array]) => {
    const fits = sameShape(weight.shape, array.shape);
    if (fits && weight.dtype === array.dtype) return true;
    if (skipMismatch) return false;
    const came = `'${weight.path}' has shape ${formatShape(weight.shape)} and dtype ${weight.dtype}, but the file's array`;
    const problem = `${label}: the weight ${came} has shape ${formatShape(array.shape)} and dtype ${array.dtype}.`;
    if (fits) throw new FormatError(problem);
    throw new ShapeError(`${problem} ${SAME_LAYERS}, or leave such weights alone: ${SKIP}.`);
  });
}

function matchByStructure(
  label: string,
  arrays: ReadonlyMap<string, FileArray>,
  weights: readonly Variable[],
  skipMismatch: boolean,
): Assignment[] {
  const names = weightNames(weights);
  if (names.every((name) => arrays.has(name)) && (arrays.size === weights.length || skipMismatch)) {
    return assign(weights, (_, i) => arrays.get(names[i] ?? ''));
  }
  if (arrays.size !== weights.length && !skipMismatch) {
    throw new ValueError(
      `${label}: holds ${arrays.size} arrays (${list([...arrays.keys()])}), but the model has ${weights.length} ` +
        `weights (${list(names)}). ${SAME_LAYERS}, or by name: ${BY_NAME}.`,
    );
  }
  const ordered = [...arrays];
  if (arrays.size === weights.length) return assign(weights, (_, i) => ordered[i]?.[1]);
  // Something is missing, which moves all that follows: names tell what, if one side has all of the other's.
  const ours = new Set(names.map(withoutModel));
  const theirs = new Set([...arrays.keys()].map(withoutModel));
  const [few, many] = ours.size < theirs.size ? [ours, theirs] : [theirs, ours];
  if (few.size > 0 && [...few].every((name) => many.has(name))) {
    return matchByName(label, arrays, weights);
  }
  // Else the order, as far as kernels are kernels.
  return assign(weights, ({ path }, i) => {
    const [name = '', array] = ordered[i] ?? [];
    return !name.includes('/') || lastSegment(name) === lastSegment(path) ? array : undefined;
  });
}

function assign(
  weights: readonly Variable[],
  find: (weight: Variable, i: number) => FileArray | undefined,
): Assignment[] {
  return weights.flatMap((weight, i) => {
    const array = find(weight, i);
    return array === undefined ? [] : [[weight, array] as const];
  });
}

function matchByName(
  label: string,
  arrays: ReadonlyMap<string, FileArray>,
  weights: readonly Variable[],
): Assignment[] {
  const names = weightNames(weights);
  const short = new Map<string, string[]>();
  for (const name of arrays.keys()) {
    const same = short.get(withoutModel(name));
    if (same === undefined) short.set(withoutModel(name), [name]);
    else same.push(name);
  }
  const found = assign(weights, ({ path }, i) => {
    const name = names[i] ?? path;
    const [called, ...others] = arrays.has(name) ? [name] : (short.get(withoutModel(name)) ?? []);
    if (called === undefined || others.length === 0) return arrays.get(called ?? '');
    throw new ValueError(
      `${label}: the weight '${path}' may be any of its arrays ${list([called, ...others])}. Load without byName into a ` +
        `model of the same layers.`,
    );
  });
  if (found.length > 0 || weights.length === 0) return found;
  throw new ValueError(
    `${label}: none of its arrays (${list([...arrays.keys()])}) is called as a weight of the model ` +
      `(${list(names)}). Give layers the names that they had.`,
  );
}

/** `sequential/dense/kernel` → `dense/kernel`: models are counted, layers often named. */
export function withoutModel(name: string): string {
  const segments = name.split('/');
  return segments.length > 2 ? segments.slice(1).join('/') : name;
}

/** `sequential/dense/kernel` → `kernel`, with the number of one that is there twice. */
function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown}, …` : shown || 'none';
}

/**
 * Finds the arrays of each layer in a file of Keras's: under the layer's path, whatever the layer is called; or with
 * `byName` under its name, wherever it stands. Layers that have no weights need none.
 *
 * @param label the file, for messages
 * @throws ValueError for layers that are missing on one side, or have another number of weights; ShapeError for a
 * shape that is not the weight's; FormatError for numbers of another kind.
 */
export function matchObjects(
  label: string,
  saved: ReadonlyMap<string, KerasObject>,
  objects: readonly SavedObject[],
  options: MatchOptions,
): Assignment[] {
  const { byName, skipMismatch } = options;
  const withWeights = objects.filter(({ variables }) => variables.length > 0);
  const byLayer = [...saved.values()].filter(({ arrays }) => arrays.length > 0);
  const found = withWeights.flatMap((object) => {
    const match = byName ? layerNamed(label, byLayer, object) : saved.get(object.path);
    return match === undefined ? [] : [[object, match] as const];
  });
  const layers = (list: readonly Pick<KerasObject, 'path' | 'name'>[]): string =>
    list.map(({ path, name }) => name ?? path).join(', ') || 'none';
  if (byName ? found.length === 0 && withWeights.length > 0 : !skipMismatch) {
    if (byName || found.length < withWeights.length || found.length < byLayer.length) {
      throw new ValueError(
        `${label}: its layers with weights (${layers(byLayer)}) are not those of the model (${layers(withWeights)}). ` +
          (byName
            ? 'Give layers the names that they had.'
            : `${SAME_LAYERS}, or by name: ${BY_NAME}.`),
      );
    }
  }
  return found.flatMap(([object, { arrays }]) => matchObject(label, object, arrays, skipMismatch));
}

/** The layer of that name; of several, as models inside of a model may have, the one that stands in the same position. */
export function layerNamed(
  label: string,
  saved: readonly KerasObject[],
  { name, path }: SavedObject,
): KerasObject | undefined {
  const called = saved.filter((object) => object.name === name);
  const match = called.length > 1 ? called.find((object) => object.path === path) : called[0];
  if (match !== undefined || called.length === 0) return match;
  throw new ValueError(
    `${label}: ${called.length} of its layers are called '${name}' (${called.map((object) => object.path).join(', ')}), none of them at the path of the model's (${path}). Load without byName into a model of the same layers.`,
  );
}

function matchObject(
  label: string,
  { name, variables, adapter }: SavedObject,
  arrays: readonly FileArray[],
  skipMismatch: boolean,
): Assignment[] {
  if (arrays.length !== variables.length) {
    if (skipMismatch) return [];
    throw new ValueError(
      `${label}: holds ${arrays.length} weights of layer '${name}', which has ${variables.length}. Load into a model ` +
        `of the same layers, or leave such layers alone: ${SKIP}.`,
    );
  }
  const read = withoutCudnn(variables, arrays);
  return variables.flatMap((variable, i): Assignment[] => {
    const array = read[i];
    if (array === undefined) return [];
    const fitting = fittingArray(label, variable, array, skipMismatch);
    if (fitting === undefined) return [];
    const found: Assignment = [variable, fitting];
    return adapter?.weight === variable ? [found, ...startOf(adapter)] : [found];
  });
}

/**
 * What A and B become where the file has the sum: A · B is 0. Of Keras's zeros for both, neither would ever learn. So A gets its
 * usual initial values, the same each time.
 */
function startOf({ a, b }: Adapter): Assignment[] {
  const numbers = [
    tidy(() => new HeUniform({ seed: 0 }).apply(a.shape, 'float32').data()),
    new Float32Array(sizeOf(b.shape)),
  ];
  return [a, b].map((variable, i) => [
    variable,
    { shape: variable.shape, dtype: 'float32', data: numbers[i] as Float32Array<ArrayBuffer> },
  ]);
}

/**
 * The arrays of a layer, those of recurrent layers for graphics cards (CuDNNLSTM, CuDNNGRU of Keras 2) in the order of LSTM and
 * GRU. They are known by biases, of which there are two: an LSTM adds them up, a GRU has them in two rows. The part of a
 * gate is transposed in each kernel, and in that of the input stored as if it were not.
 */
function withoutCudnn(
  variables: readonly Variable[],
  arrays: readonly FileArray[],
): readonly FileArray[] {
  const read = [...arrays];
  variables.forEach(({ name, shape: [units = 0, width = 0] }, i) => {
    const [kernel, recurrent, bias] = arrays.slice(i - 1, i + 2);
    const wanted = variables[i + 1];
    if (name !== 'recurrent_kernel' || wanted?.name !== 'bias') return;
    if (kernel === undefined || recurrent === undefined || bias === undefined) return;
    const isOfCard =
      sameShape(bias.shape, [2 * width]) &&
      [variables[i - 1], variables[i]].every((each, at) =>
        sameShape(each?.shape ?? [], arrays[i - 1 + at]?.shape ?? [NaN]),
      );
    if (!isOfCard || units === 0) return;
    const inputs = kernel.shape[0] ?? 0;
    // Row r and column c of a gate's part stand at c · rows + r of its numbers, in the order of its rows.
    read[i - 1] = ofGates(kernel, units, (row, column) => {
      const at = column * inputs + row;
      return [Math.floor(at / units), at % units];
    });
    read[i] = ofGates(recurrent, units, (row, column) => [column, row]);
    const { data } = bias;
    read[i + 1] = sameShape(wanted.shape, [width])
      ? {
          ...bias,
          shape: [width],
          data: Float32Array.from(
            { length: width },
            (_, at) => (data[at] ?? 0) + (data[at + width] ?? 0),
          ),
        }
      : { ...bias, shape: [2, width] };
  });
  return read;
}

/** A matrix whose parts of `units` columns have the elements that `from` says, each in its part. */
function ofGates(
  { shape, data, dtype }: FileArray,
  units: number,
  from: (row: number, column: number) => readonly [row: number, column: number],
): FileArray {
  const [, width = 0] = shape;
  const moved = Float32Array.from(data, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const [fromRow, fromColumn] = from(row, column % units);
    return data[fromRow * width + column - (column % units) + fromColumn] ?? 0;
  });
  return { shape, dtype, data: moved };
}

function fittingArray(
  label: string,
  { path, shape, dtype }: Variable,
  array: FileArray,
  skipMismatch: boolean,
): FileArray | undefined {
  const fits = sameShape(shape, array.shape);
  // The file keeps bools as bytes.
  const isBool = dtype === 'bool' && array.dtype === 'uint8' && array.data.every((x) => x < 2);
  if (fits && (dtype === array.dtype || isBool)) return { ...array, dtype };
  if (skipMismatch) return undefined;
  const problem =
    `${label}: the weight '${path}' has shape ${formatShape(shape)} and dtype ${dtype}, but the file's array has ` +
    `shape ${formatShape(array.shape)} and dtype ${array.dtype}.`;
  if (fits) throw new FormatError(problem);
  throw new ShapeError(`${problem} ${SAME_LAYERS}, or leave such weights alone: ${SKIP}.`);
}
