// Nodes of a GraphDef in JSON, with the names that they read and give.
import { describeValue, printable } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import { isJsonObject } from '../json.js';
import { MAX_NODES, readsOf } from '../operator-graph.js';
import type { Attribute, OperatorNode } from '../operator-graph.js';
import { attributeLabel, attributeOf } from './attributes.js';

/** The most outputs that a node may have, and that all nodes of a graph may have together. */
const MAX_OUTPUTS = 4096;
const MAX_ALL_OUTPUTS = 2 ** 20;

/**
 * Outputs of operators that have several, by the names that bodies of functions call them, in their order. Outputs of others are
 * counted.
 */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  FusedBatchNorm: ['y', 'batch_mean', 'batch_variance'],
  FusedBatchNormV2: ['y', 'batch_mean', 'batch_variance'],
  FusedBatchNormV3: ['y', 'batch_mean', 'batch_variance'],
  ListDiff: ['out', 'idx'],
  MaxPoolWithArgmax: ['output', 'argmax'],
  Merge: ['output', 'value_index'],
  NonMaxSuppressionV4: ['selected_indices', 'valid_outputs'],
  NonMaxSuppressionV5: ['selected_indices', 'selected_scores', 'valid_outputs'],
  Switch: ['output_false', 'output_true'],
  TensorArrayV3: ['handle', 'flow'],
  TensorListConcat: ['tensor', 'lengths'],
  TensorListConcatV2: ['tensor', 'lengths'],
  TensorListPopBack: ['output_handle', 'tensor'],
  TopKV2: ['values', 'indices'],
  Unique: ['y', 'idx'],
  UniqueV2: ['y', 'idx'],
};

/** A node as it stands in the JSON. */
export interface RawNode {
  readonly name: string;
  readonly op: string;
  /** Names that the node reads, without those of nodes that only have to run before. */
  readonly inputs: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}

/** The list of nodes. @throws FormatError for anything else, and for names that stand twice */
export function rawNodes(list: unknown, label: string): RawNode[] {
  if (!Array.isArray(list)) {
    throw new FormatError(`${label}: must hold a list of nodes, got ${describeValue(list)}.`);
  }
  if (list.length > MAX_NODES) {
    throw new FormatError(`${label}: has ${list.length} nodes, at most ${MAX_NODES} are read.`);
  }
  const operators = new Map<string, string>();
  const nodes = list.map((json: unknown) => {
    const { name, op, input = [] } = isJsonObject(json) ? json : {};
    if (typeof name !== 'string' || name === '' || typeof op !== 'string') {
      throw new FormatError(
        `${label}: a node needs a name and an op, got ${describeValue(name)} and ${describeValue(op)}.`,
      );
    }
    if (!Array.isArray(input) || !input.every((one) => typeof one === 'string')) {
      throw new FormatError(
        `${label}: input of the node '${printable(name)}' must be a list of names, got ${describeValue(input)}.`,
      );
    }
    if (operators.has(name))
      throw new FormatError(`${label}: two nodes are called '${printable(name)}'.`);
    operators.set(name, op);
    return { name, op, inputs: input, json: json as RawNode['json'] };
  });
  return nodes.map((node) => ({
    ...node,
    inputs: node.inputs
      .filter((one) => !one.startsWith('^'))
      .map((one) => tensorName(one, operators)),
  }));
}

/**
 * The name of a tensor in a graph: that of the node, for outputs behind the first with their number, `split:1`.
 *
 * @param operators the operators of nodes by their names
 */
export function tensorName(given: string, operators: ReadonlyMap<string, string>): string {
  if (operators.has(given)) return given;
  const [, node = given, argument, index] =
    /^(.*?)(?::([a-z_]\w*))?:(\d{1,9})$/is.exec(given) ?? [];
  if (index === undefined) return given;
  const op = operators.get(node);
  const known = op !== undefined && Object.hasOwn(OUTPUTS, op) ? OUTPUTS[op] : undefined;
  const first = argument === undefined ? 0 : Math.max(0, known?.indexOf(argument) ?? 0);
  const at = first + Number(index);
  return at === 0 ? node : `${node}:${at}`;
}

/** The node that gives a tensor, and the number of the output. */
function placeOf(tensor: string, names: ReadonlySet<string>): readonly [string, number] {
  if (names.has(tensor)) return [tensor, 0];
  const colon = tensor.lastIndexOf(':');
  return colon < 0 ? [tensor, 0] : [tensor.slice(0, colon), Number(tensor.slice(colon + 1))];
}

/**
 * The nodes with names for as many outputs as are read.
 *
 * @param read what is read besides: the outputs of the graph
 * @throws FormatError
 */
export function namedNodes(
  raw: readonly RawNode[],
  read: readonly string[],
  label: string,
): OperatorNode[] {
  const names = new Set(raw.map(({ name }) => name));
  const counts = new Map<string, number>();
  for (const tensor of [...raw.flatMap(({ inputs }) => inputs), ...read]) {
    const [node, at] = placeOf(tensor, names);
    if (at >= MAX_OUTPUTS) {
      throw new FormatError(
        `${label}: '${printable(tensor)}' is read, and nodes have at most ${MAX_OUTPUTS} outputs.`,
      );
    }
    counts.set(node, Math.max(counts.get(node) ?? 1, at + 1));
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (all > MAX_ALL_OUTPUTS) {
    throw new FormatError(`${label}: has ${all} tensors, at most ${MAX_ALL_OUTPUTS} are read.`);
  }
  return raw.map(({ name, op, inputs, json }) => {
    const outputs = Array.from({ length: counts.get(name) ?? 1 }, (_, at) =>
      at === 0 ? name : `${name}:${at}`,
    );
    return { op, domain: '', name, inputs, outputs, attributes: attributesOf(json, name, label) };
  });
}

function attributesOf(
  { attr = {} }: RawNode['json'],
  node: string,
  label: string,
): ReadonlyMap<string, Attribute> {
  if (!isJsonObject(attr)) {
    throw new FormatError(
      `${label}: attr of the node '${printable(node)}' must be an object, got ${describeValue(attr)}.`,
    );
  }
  const attributes = new Map<string, Attribute>();
  for (const [name, value] of Object.entries(attr)) {
    const attribute = attributeOf(value, `${label}: ${attributeLabel(name, node)}`);
    if (attribute !== undefined) attributes.set(name, attribute);
  }
  return attributes;
}

/**
 * Nodes in an order in which they can run: as they stand, but each behind those that it reads.
 *
 * @throws FormatError for nodes that depend on each other in a circle
 */
export function ordered(nodes: readonly OperatorNode[], label: string): OperatorNode[] {
  const byOutput = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const state = new Map<OperatorNode, 'open' | 'done'>();
  const found: OperatorNode[] = [];
  for (const first of nodes) {
    const stack = [first];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      if (state.get(node) !== undefined) {
        if (state.get(node) === 'open') found.push(node);
        state.set(node, 'done');
        stack.pop();
        continue;
      }
      state.set(node, 'open');
      for (const name of readsOf(node)) {
        const before = byOutput.get(name);
        if (before === undefined || state.get(before) === 'done') continue;
        if (state.get(before) === 'open') {
          throw new FormatError(
            `${label}: its nodes depend on each other in a circle, such as '${printable(before.name)}' (${printable(before.op)}).`,
          );
        }
        stack.push(before);
      }
    }
  }
  return found;
}
