import type { FileArray } from '../../formats/elements.js';
import { FormatError, ShapeError, ValueError } from '../../errors.js';
import { formatShape, sameShape } from '../../tensor/index.js';
import type { Variable } from '../../tensor/index.js';

/** How the arrays of a file find their weights. */
export interface MatchOptions {
  /** Leave weights alone whose array is missing or has another shape, instead of failing. */
  readonly skipMismatch: boolean;
  /** Only by name, whatever else is in the file or the model. */
  readonly byName: boolean;
}

/** A weight and what it is to become. */
export type Assignment = readonly [weight: Variable, array: FileArray];

/**
 * The name of each weight in files: its path; of two with one path the second gets `_1`, and so on.
 */
export function weightNames(weights: readonly Variable[]): string[] {
  const taken = new Set<string>();
  return weights.map(({ path }) => {
    let name = path;
    for (let i = 1; taken.has(name); i++) name = `${path}_${i}`;
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
    throw new ShapeError(
      `${problem} Load into a model of the same layers, or leave such weights alone with skipMismatch: true.`,
    );
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
        `weights (${list(names)}). Load into a model of the same layers, or by name with byName: true.`,
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
    return !name.includes('/') || lastPart(name) === lastPart(path) ? array : undefined;
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
function withoutModel(name: string): string {
  const parts = name.split('/');
  return parts.length > 2 ? parts.slice(1).join('/') : name;
}

/** `sequential/dense/kernel` → `kernel`, with the number of one that is there twice. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown}, …` : shown || 'none';
}
