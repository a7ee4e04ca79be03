// Which arrays of a file become weights of the layer, and in which form.
import { graphsOf, readsOf } from '../../files/formats/operator-graph.js';
import type { OperatorGraph, OperatorNode } from '../../files/formats/operator-graph.js';
import { describeValue } from '../../config/describe-value.js';
import { isListOf, isRegExp } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { DType } from '../../config/dtype.js';
import type { Dialect, Operator } from './operator.js';
import { neededNodes } from './program.js';

/** A weight of the layer: an array of the file. */
export interface OperatorWeight {
  /** The name in the file. */
  readonly name: string;
  /** Lengths of its axes as they are stored. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** The number of the element type in ONNX. */
  readonly type: number;
  readonly trainable: boolean;
  /** The permutation of axes in which it is stored; null: as in the file. */
  readonly form: readonly number[] | null;
}

/** Weights that training does not change: names, or regular expressions that match them; `true` for all. */
export type Freezing = true | readonly (string | RegExp)[];

/** Elements from which on an array that is not trained is a weight as well, and no part of the config. */
const LARGE = 4096;

/** The arrays that become weights. Numbers without axes never do: they are settings, such as a scale. */
export function weightsOf(graph: OperatorGraph, dialect: Dialect): OperatorWeight[] {
  const trained = trainedNames(graph, dialect);
  const readings = readingsOf(graph);
  return [...graph.constants].flatMap(([name, array]) => {
    const isTrained = array.dtype === 'float32' && array.shape.length > 0 && trained.has(name);
    if (!isTrained && array.data.length < LARGE) return [];
    const form = isTrained
      ? commonForm(readings.get(name) ?? [], dialect, array.shape.length)
      : undefined;
    const shape = form?.map((axis) => array.shape[axis] ?? 0) ?? array.shape;
    const { dtype, type } = array;
    return [{ name, shape, dtype, type, trainable: isTrained, form: form ?? null }];
  });
}

/** Names whose values training changes, where they are float arrays of the file: what trains reads them, or what moves them. */
function trainedNames(graph: OperatorGraph, { rowOf }: Dialect): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<OperatorGraph>();
  const look = (one: OperatorGraph): void => {
    if (seen.has(one)) return;
    seen.add(one);
    for (const node of one.nodes.toReversed()) {
      for (const inner of graphsOf(node)) look(inner);
      const row = rowOf(node);
      const { trains = [], moves = false } = row ?? {};
      const isMoved = moves && node.outputs.some((name) => names.has(name));
      node.inputs.forEach((name, i) => {
        const isTrained = trains === 'all' || trains.includes(i);
        if (isTrained || (isMoved && movesInput(moves, i))) names.add(name);
      });
    }
  };
  look(graph);
  return names;
}

/** Whether an operator hands on the elements of an input: what other inputs say are positions. */
const movesInput = (moves: Operator['moves'], i: number): boolean =>
  moves === 'all' || (moves === true && i === 0);

/** Where an array is read: by which node, and at which of its inputs. */
interface Reading {
  readonly node: OperatorNode;
  readonly index: number;
}

/** What reads the arrays of a graph; nothing is said of those that a graph inside reads too, as it takes no other form. */
function readingsOf(graph: OperatorGraph): ReadonlyMap<string, readonly Reading[]> {
  const readings = new Map<string, Reading[]>();
  for (const node of graph.nodes) {
    node.inputs.forEach((name, index) => {
      const list = readings.get(name);
      if (list === undefined) readings.set(name, [{ node, index }]);
      else list.push({ node, index });
    });
  }
  for (const node of graph.nodes) {
    for (const { outside } of graphsOf(node)) for (const name of outside) readings.delete(name);
  }
  return readings;
}

/** The form in which all readers of a weight want it; undefined where they differ. */
function commonForm(
  readings: readonly Reading[],
  { rowOf }: Dialect,
  rank: number,
): readonly number[] | undefined {
  let form: readonly number[] | undefined;
  for (const { node, index } of readings) {
    const wanted = rowOf(node)?.form?.(node, index, rank);
    if (wanted === undefined || (form !== undefined && String(form) !== String(wanted)))
      return undefined;
    form = wanted;
  }
  return form;
}

/** A graph with what outputs depend on alone. */
export function neededGraph(graph: OperatorGraph, outputs: readonly string[]): OperatorGraph {
  const nodes = neededNodes(graph.nodes, outputs);
  const read = new Set([...nodes.flatMap(readsOf), ...outputs]);
  return {
    ...graph,
    nodes,
    constants: new Map([...graph.constants].filter(([name]) => read.has(name))),
  };
}

/**
 * Weights of which some are frozen.
 *
 * @throws ValueError for an option that says no weights
 */
export function frozenWeights(
  owner: string,
  weights: readonly OperatorWeight[],
  freeze: Freezing | undefined,
): readonly OperatorWeight[] {
  const isFrozen = freezing(owner, freeze);
  return weights.map((weight) =>
    isFrozen(weight.name) ? { ...weight, trainable: false } : weight,
  );
}

/** Whether a weight is frozen. */
function freezing(owner: string, freeze: Freezing | undefined): (name: string) => boolean {
  if (freeze === undefined) return () => false;
  if (freeze === true) return () => true;
  if (isListOf(freeze, (item) => typeof item === 'string' || isRegExp(item))) {
    return (name) =>
      freeze.some((item) => (typeof item === 'string' ? item === name : name.search(item) >= 0));
  }
  throw new ValueError(
    `${owner}: freeze must be true, or a list of names and regular expressions, got ${describeValue(freeze)}.`,
  );
}
