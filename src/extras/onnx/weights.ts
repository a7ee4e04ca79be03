// Which arrays of a file become weights of the layer, and in which form.
import type { OnnxGraph, OnnxNode } from '../../files/formats/onnx/graph.js';
import type { OnnxArray } from '../../files/formats/onnx/tensors.js';
import type { DType } from '../../config/dtype.js';
import { operatorOf } from './operators/index.js';
import { Call } from './operator.js';
import { computeKnown, OnnxValue } from './value.js';

/** A weight of the layer: an array of the file. */
export interface OnnxWeight {
  /** Its name in the file. */
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
  return [...graph.constants].flatMap(([name, array]) => {
    const isTrained = array.dtype === 'float32' && array.shape.length > 0 && trained.has(name);
    if (!isTrained && array.data.length < LARGE) return [];
    const form = isTrained ? commonForm(graph, name, array.shape.length) : undefined;
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
      for (const value of node.attributes.values()) {
        if (typeof value === 'object' && 'nodes' in value) look(value);
      }
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

/** The form in which all readers of a weight want it; undefined where they differ. */
function commonForm(graph: OnnxGraph, name: string, rank: number): readonly number[] | undefined {
  let form: readonly number[] | undefined;
  for (const node of graph.nodes) {
    for (const [i, input] of node.inputs.entries()) {
      if (input !== name) continue;
      const wanted = operatorOf(node.domain, node.op)?.form?.(node, i, rank);
      if (wanted === undefined || (form !== undefined && String(form) !== String(wanted))) return undefined;
      form = wanted;
    }
  }
  const isCaptured = (node: OnnxNode): boolean =>
    [...node.attributes.values()].some(
      (value) => typeof value === 'object' && 'nodes' in value && value.captured.includes(name),
    );
  return graph.nodes.some(isCaptured) ? undefined : form;
}

/**
 * A graph in which arrays that are quantized in the file are floats: each DequantizeLinear of arrays alone is computed, and what it
 * gives is an array like any other.
 */
export function dequantizedGraph(graph: OnnxGraph, opset: number): OnnxGraph {
  const constants = new Map<string, OnnxArray>(graph.constants);
  const nodes = graph.nodes.filter((node) => {
    const arrays = node.inputs.map((name) => constants.get(name));
    const [name = ''] = node.outputs;
    const isFixed = node.inputs.every((input, i) => input === '' || arrays[i] !== undefined);
    const row = operatorOf(node.domain, node.op);
    if (node.op !== 'DequantizeLinear' || !isFixed || row === undefined) return true;
    const values = arrays.map((array) => array && OnnxValue.known(array, array.type));
    const call = new Call(node, opset, values, false, () => []);
    const [value] = computeKnown(() => {
      const result = row.run(call);
      return result instanceof OnnxValue ? [result] : [];
    });
    if (value?.known === undefined) return true;
    constants.set(name, { ...value.known, type: value.type });
    return false;
  });
  if (nodes.length === graph.nodes.length) return graph;
  const isRead = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map((output) => output.name)]);
  const captured = nodes.flatMap((node) =>
    [...node.attributes.values()].flatMap((value) => (typeof value === 'object' && 'nodes' in value ? value.captured : [])),
  );
  for (const name of captured) isRead.add(name);
  return { ...graph, nodes, constants: new Map([...constants].filter(([name]) => isRead.has(name))) };
}
