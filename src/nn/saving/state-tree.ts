import { describeValue } from '../../config/describe-value.js';
import {
  checkOptions,
  isPlainObject,
  naming,
  oneOf,
  requireObject,
  snakeCase,
  usualName,
} from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { formatShape, sameShape, tensor, tidy, toTensor } from '../../engine/tensor/index.js';
import type { NestedArray, Tensor, TensorLike, Variable } from '../../engine/tensor/index.js';
import { Mean, Sum } from '../metrics/reduction-metrics.js';
import { MeanMetricWrapper } from '../metrics/mean-metric-wrapper.js';
import type { Metric } from '../metrics/metric.js';
import type { CompilableModel } from '../training/compilable-model.js';
import type {
  ModelState,
  PartialModelState,
  StateTree,
  StateTreeOptions,
} from '../training/state-tree.js';

// A path of Keras's, `sequential/dense/kernel`, becomes objects in objects. Metrics hold numbers in place of variables.

const SECTIONS = [
  'trainableVariables',
  'nonTrainableVariables',
  'optimizerVariables',
  'metricsVariables',
] as const;
type Section = (typeof SECTIONS)[number];

/** Objects in objects, and values in a tree. No model has more; objects may hold themselves. */
const [MAX_DEPTH, MAX_VALUES] = [64, 1_000_000];

/** Something of a model that has a place in its state tree. */
interface Place {
  readonly path: string;
  readonly variable: Variable | StateOfMetric;
}

/** A part of what a metric has gathered. */
interface StateOfMetric {
  readonly metric: Metric;
  /** Where its numbers begin in the state of the metric. */
  readonly start: number;
  readonly numbers: readonly number[];
  readonly shape: readonly number[];
}

/** What `model.getStateTree` does. */
export function stateTreeOf(
  model: CompilableModel,
  options: StateTreeOptions,
): ModelState<Tensor | NestedArray> {
  const owner = 'getStateTree';
  checkOptions(owner, options, ['valueFormat']);
  const { valueFormat = 'backend_tensor' } = options;
  const format = typeof valueFormat === 'string' ? snakeCase(valueFormat) : valueFormat;
  const isArray =
    oneOf(owner, 'valueFormat', format, ['backend_tensor', 'numpy_array']) === 'numpy_array';
  // What is wrong with paths is known before there are tensors.
  const sections = SECTIONS.map(
    (section) => [section, distinct(owner, placesIn(model, section))] as const,
  );
  const valueAt: (place: Place) => Tensor | NestedArray = isArray ? arrayAt : tensorAt;
  // A scope, so that no tensor is left where memory runs out.
  return tidy(
    () =>
      Object.fromEntries(
        sections.map(([section, places]) => [section, treeOf(owner, places, valueAt)]),
      ) as unknown as ModelState<Tensor | NestedArray>,
  );
}

/** What `model.setStateTree` does. */
export function setStateTree(model: CompilableModel, tree: PartialModelState): void {
  const owner = 'setStateTree';
  requireObject(owner, 'the tree', tree);
  tidy(() => {
    const found = Object.entries(tree).flatMap(([key, values]: [string, unknown]) => {
      const section = SECTIONS.find((name) => name === key || snakeCase(name) === key);
      if (section !== undefined) return valuesFor(owner, model, section, values);
      throw new ValueError(
        `${owner}: the tree has ${describeValue(key)}; expected ${SECTIONS.join(', ')}, as getStateTree() gives them.`,
      );
    });
    setMetrics(found);
    for (const { place, value } of found) {
      if (!isOfMetric(place.variable)) place.variable.assign(value);
    }
  });
}

/** A value of a tree that was checked, and where it goes. */
interface Found {
  readonly place: Place;
  readonly value: Tensor;
  /** The value as it was given, for metrics, which count in float64. */
  readonly given: unknown;
}

function valuesFor(
  owner: string,
  model: CompilableModel,
  section: Section,
  values: unknown,
): Found[] {
  if (!isPlainObject(values)) {
    throw new ValueError(`${owner}: ${section} must be an object, got ${describeValue(values)}.`);
  }
  const places = new Map(
    distinct(owner, placesIn(model, section)).map((place) => [place.path, place]),
  );
  return flattened(owner, values).map(([path, given]) => {
    const place = places.get(path);
    if (place === undefined) throw unknownPath(owner, section, path, [...places.keys()]);
    const { shape } = place.variable;
    const dtype = isOfMetric(place.variable) ? 'float32' : place.variable.dtype;
    const value = naming(`${owner}: ${section}: '${path}'`, () =>
      toTensor(given as TensorLike, dtype),
    );
    if (sameShape(value.shape, shape) && value.dtype === dtype) return { place, value, given };
    throw new ShapeError(
      `${owner}: ${section}: '${path}' has shape ${formatShape(shape)} and dtype ${dtype}, but the tree has ` +
        `${formatShape(value.shape)}, ${value.dtype}. Nothing was changed.`,
    );
  });
}

function unknownPath(
  owner: string,
  section: Section,
  path: string,
  known: readonly string[],
): ValueError {
  const advice = {
    trainableVariables: 'Load into a model of the same layers and names.',
    nonTrainableVariables: 'Load into a model of the same layers and names.',
    optimizerVariables:
      'Compile the model with the same optimizer, and make its slots first: model.optimizer.build(model.trainableWeights).',
    metricsVariables: 'Metrics of compile are there after the first batch.',
  }[section];
  const list = known.slice(0, 6).join(', ') + (known.length > 6 ? ', …' : '');
  return new ValueError(
    `${owner}: ${section} of the model have no ${describeValue(path)}; they are ${list || 'none'}. ${advice} Nothing was changed.`,
  );
}

/** The values of a tree by their paths. */
function flattened(
  owner: string,
  tree: Readonly<Record<string, unknown>>,
): (readonly [path: string, value: unknown])[] {
  const found: [string, unknown][] = [];
  let seen = 0;
  const visit = (node: Readonly<Record<string, unknown>>, prefix: string, depth: number): void => {
    for (const [key, value] of Object.entries(node)) {
      if (++seen > MAX_VALUES || depth > MAX_DEPTH) {
        throw new ValueError(
          `${owner}: the tree holds more than ${MAX_VALUES} values, or nests deeper than ${MAX_DEPTH} objects. Give what getStateTree() gave.`,
        );
      }
      if (isPlainObject(value)) visit(value, `${prefix}${key}/`, depth + 1);
      else found.push([prefix + key, value]);
    }
  };
  visit(tree, '', 1);
  return found;
}

/** Gives metrics their numbers. If one of them refuses them, all have what they had. */
function setMetrics(found: readonly Found[]): void {
  const states = new Map<Metric, number[]>();
  for (const { place, value, given } of found) {
    if (!isOfMetric(place.variable)) continue;
    const { metric, start } = place.variable;
    const state = states.get(metric) ?? [...(metric.getState() ?? [])];
    // A number is not rounded to float32.
    const numbers =
      typeof given === 'number'
        ? [given]
        : Array.isArray(given)
          ? (given as number[])
          : [...value.data()];
    numbers.forEach((number, i) => (state[start + i] = number));
    states.set(metric, state);
  }
  const before = [...states.keys()].map((metric) => [metric, metric.getState()] as const);
  try {
    for (const [metric, state] of states) metric.setState(state);
  } catch (error) {
    for (const [metric, state] of before) if (state !== undefined) metric.setState(state);
    throw error;
  }
}

function placesIn(model: CompilableModel, section: Section): Place[] {
  const ofVariables = (variables: readonly Variable[]): Place[] =>
    variables.map((variable) => ({ path: variable.path, variable }));
  switch (section) {
    case 'trainableVariables':
      return ofVariables(model.trainableWeights);
    case 'nonTrainableVariables':
      return ofVariables(model.nonTrainableWeights);
    case 'optimizerVariables':
      return ofVariables(model.optimizer?.variables ?? []);
    case 'metricsVariables':
      return [...new Set([...(model.compiled?.metrics ?? []), ...model.ownMetrics()])].flatMap(
        placesOfMetric,
      );
  }
}

/** The name of Keras's metric: what stands for a class in `compile`, such as `mae`, is there its name in logs alone. */
function nameOf(metric: Metric): string {
  const { facts } = metric.constructor as {
    readonly facts?: { readonly aliases?: readonly string[] };
  };
  return facts?.aliases?.includes(metric.name) === true ? usualName(metric) : metric.name;
}

/** A mean is `total` and `count`, a sum `total`, as in Keras; what another metric has gathered is one list, `state`. */
function placesOfMetric(metric: Metric): Place[] {
  const state = metric.getState();
  if (state === undefined) return [];
  const owner = nameOf(metric);
  const isMean = metric instanceof MeanMetricWrapper || metric instanceof Mean;
  const names = isMean ? ['total', 'count'] : metric instanceof Sum ? ['total'] : [];
  if (state.length !== names.length) {
    const all = { metric, start: 0, numbers: state, shape: [state.length] };
    return [{ path: `${owner}/state`, variable: all }];
  }
  return names.map((name, i) => ({
    path: `${owner}/${name}`,
    variable: { metric, start: i, numbers: state.slice(i, i + 1), shape: [] },
  }));
}

const isOfMetric = (variable: Place['variable']): variable is StateOfMetric => 'metric' in variable;

function distinct(owner: string, places: readonly Place[]): readonly Place[] {
  const paths = new Set<string>();
  for (const { path } of places) {
    if (paths.has(path)) {
      throw new ValueError(
        `${owner}: two variables have the path '${path}'. Give layers, optimizers and metrics names of their own.`,
      );
    }
    paths.add(path);
  }
  return places;
}

/** Places below a part of their paths. */
interface Branch {
  readonly children: Map<string, Branch | Place>;
}

function treeOf<T>(
  owner: string,
  places: readonly Place[],
  valueAt: (place: Place) => T,
): StateTree<T> {
  const root: Branch = { children: new Map() };
  const clash = (path: string): ValueError =>
    new ValueError(
      `${owner}: '${path}' is a variable and holds others. Give layers names of their own.`,
    );
  for (const place of places) {
    const parts = place.path.split('/');
    const last = parts.pop() ?? '';
    let branch = root;
    for (const part of parts) {
      const inner = branch.children.get(part) ?? { children: new Map() };
      if ('path' in inner) throw clash(inner.path);
      branch.children.set(part, inner);
      branch = inner;
    }
    if (branch.children.has(last)) throw clash(place.path);
    branch.children.set(last, place);
  }
  const build = ({ children }: Branch): StateTree<T> => {
    // Whatever layers are called, `__proto__` too.
    const tree = Object.create(null) as Record<string, StateTree<T> | T>;
    for (const [key, value] of children)
      tree[key] = 'path' in value ? valueAt(value) : build(value);
    return tree;
  };
  return build(root);
}

function tensorAt({ variable }: Place): Tensor {
  if (isOfMetric(variable))
    return tensor([...variable.numbers], { shape: variable.shape, dtype: 'float32' });
  // `value` of a quantized weight is a new tensor already.
  return variable.quantized === undefined ? variable.value.clone() : variable.value;
}

function arrayAt({ variable }: Place): NestedArray {
  if (!isOfMetric(variable)) return variable.lend((value) => value.toArray());
  return variable.shape.length === 0 ? (variable.numbers[0] ?? 0) : [...variable.numbers];
}
