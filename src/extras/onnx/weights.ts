// Which arrays of a file become weights of the layer, and in which form.
import type { OnnxGraph, OnnxNode } from '../../files/formats/onnx/graph.js';
import type { OnnxArray } from '../../files/formats/onnx/tensors.js';
import type { DType } from '../../config/dtype.js';
import { operatorOf } from './operators/index.js';
import { Call, graphsOf } from './operator.js';
import { neededNodes, readsOf } from './program.js';
import { computeKnown, OnnxValue } from './value.js';

/** A weight of the layer: an array of the file. */
export interface OnnxWeight {
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

/** Elements from which on an array that is not trained is a weight as well, and no part of the config. */
const LARGE = 4096;

/** The arrays that become weights. Numbers without axes never do: they are settings, such as a scale. */
export function weightsOf(graph: OnnxGraph): OnnxWeight[] {
  const trained = trainedNames(graph);
  const readings = readingsOf(graph);
  return [...graph.constants].flatMap(([name, array]) => {
    const isTrained = array.dtype === 'float32' && array.shape.length > 0 && trained.has(name);
    if (!isTrained && array.data.length < LARGE) return [];
    const form = isTrained ? commonForm(readings.get(name) ?? [], array.shape.length) : undefined;
    const shape = form?.map((axis) => array.shape[axis] ?? 0) ?? array.shape;
    const { dtype, type } = array;
    return [{ name, shape, dtype, type, trainable: isTrained, form: form ?? null }];
  });
}

/** Names whose values training changes, where they are float arrays of the file: what trains reads them, or what moves them. */
function trainedNames(graph: OnnxGraph): ReadonlySet<string> {
  const names = new Set<string>();
  const look = ({ nodes }: OnnxGraph): void => {
    for (const node of nodes.toReversed()) {
      for (const inner of graphsOf(node)) look(inner);
      const row = operatorOf(node.domain, node.op);
      const { trains = [], moves = false } = row ?? {};
      const isMoved = moves && node.outputs.some((name) => names.has(name));
      node.inputs.forEach((name, i) => {
        const isTrained = trains === 'all' || trains.includes(i);
        // Of what moves arrays, only Concat has several, and what else an input says are positions.
        if (isTrained || (isMoved && (i === 0 || node.op === 'Concat'))) names.add(name);
      });
    }
  };
  look(graph);
  return names;
}

/** Where an array is read: by which node, and at which of its inputs. */
interface Reading {
  readonly node: OnnxNode;
  readonly index: number;
}

/** Who reads what in the graph; nothing is said of names that a graph inside borrows, which take no other form. */
function readingsOf(graph: OnnxGraph): ReadonlyMap<string, readonly Reading[]> {
  const readings = new Map<string, Reading[]>();
  for (const node of graph.nodes) {
    node.inputs.forEach((name, index) => {
      const list = readings.get(name);
      if (list === undefined) readings.set(name, [{ node, index }]);
      else list.push({ node, index });
    });
  }
  for (const node of graph.nodes) {
    for (const { borrowed } of graphsOf(node)) for (const name of borrowed) readings.delete(name);
  }
  return readings;
}

/** The form in which all readers of a weight want it; undefined where they differ. */
function commonForm(readings: readonly Reading[], rank: number): readonly number[] | undefined {
  let form: readonly number[] | undefined;
  for (const { node, index } of readings) {
    const wanted = operatorOf(node.domain, node.op)?.form?.(node, index, rank);
    if (wanted === undefined || (form !== undefined && String(form) !== String(wanted)))
      return undefined;
    form = wanted;
  }
  return form;
}

/** Operators of arrays alone whose result is an array of the file like any other. */
const OF_ARRAYS = ['DequantizeLinear', 'Identity'];

/**
 * A graph in which arrays that are quantized in the file are floats, and those that it names again are arrays of their own: PyTorch's
 * exporter stores arrays of equal numbers once, such as the first weights of two normalizations, which training tells apart.
 */
export function separatedGraph(graph: OnnxGraph, opset: number): OnnxGraph {
  const constants = new Map<string, OnnxArray>(graph.constants);
  const nodes = graph.nodes.filter((node) => {
    const array = OF_ARRAYS.includes(node.op) ? arrayOfNode(node, constants, opset) : undefined;
    if (array !== undefined) constants.set(node.outputs[0] ?? '', array);
    return array === undefined;
  });
  return { ...graph, nodes, constants };
}

/** A graph with what outputs depend on alone. */
export function neededGraph(graph: OnnxGraph, outputs: readonly string[]): OnnxGraph {
  const nodes = neededNodes(graph.nodes, outputs);
  const read = new Set([...nodes.flatMap(readsOf), ...outputs]);
  return {
    ...graph,
    nodes,
    constants: new Map([...graph.constants].filter(([name]) => read.has(name))),
  };
}

/** What a node gives whose inputs are arrays of the file; undefined for others. */
function arrayOfNode(
  node: OnnxNode,
  constants: ReadonlyMap<string, OnnxArray>,
  opset: number,
): OnnxArray | undefined {
  const row = operatorOf(node.domain, node.op);
  const arrays = node.inputs.map((name) => constants.get(name));
  const isFixed = node.inputs.every((name, i) => name === '' || arrays[i] !== undefined);
  if (!isFixed || row === undefined) return undefined;
  const values = arrays.map((array) => array && OnnxValue.known(array, array.type));
  const call = new Call(node, opset, values, false, () => []);
  const [value] = computeKnown(() => {
    const result = row.run(call);
    return result instanceof OnnxValue ? [result] : [];
  });
  return value?.known && { ...value.known, type: value.type };
}
