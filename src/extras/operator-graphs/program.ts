// How a graph runs: nodes in order, each by its row of the table of operators.
import { printable } from '../../config/describe-value.js';
import { withOwner } from '../../config/index.js';
import { FormatError, OutOfMemoryError } from '../../errors.js';
import { withoutElements } from '../../engine/runtime/index.js';
import { isRecording } from '../../engine/autodiff/index.js';
import { sizeOf, tidy } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { notNotingReads } from '../../engine/tensor/storage.js';
import { graphsOf, readsOf } from '../../files/formats/operator-graph.js';
import type {
  OperatorArray,
  OperatorGraph,
  OperatorNode,
} from '../../files/formats/operator-graph.js';
import { letGo } from '../../nn/layers/core/plan.js';
import { Call, labelOf } from './operator.js';
import type { Dialect, Given } from './operator.js';
import { computeKnown, KNOWN_ELEMENTS, OperatorValue } from './value.js';

/** The nodes of a graph that are needed, each with the names that no later node reads. */
type Prepared = readonly { readonly node: OperatorNode; readonly release: readonly string[] }[];

/** The nodes that outputs depend on. */
export function neededNodes(
  nodes: readonly OperatorNode[],
  outputs: readonly string[],
): OperatorNode[] {
  const wanted = new Set(outputs);
  const needed = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => wanted.has(name))) return false;
    for (const name of readsOf(node)) wanted.add(name);
    return true;
  });
  return needed.toReversed();
}

/** Nodes that run in loops while shapes are found out: a loop may go on for ever. */
const MAX_PROBED = 4096;

/** A call of an operator whose inputs were known. */
interface KnownCall {
  readonly inputs: readonly (OperatorValue | undefined)[];
  readonly results: readonly (OperatorValue | undefined)[];
}

/** Whether a known value has as few elements as a shape. */
const isShort = (value: OperatorValue | undefined): boolean =>
  (value?.known?.data.length ?? 0) <= 64;

/** Whether two values are known to be the same. Long ones are not compared. */
function isSame(a: OperatorValue | undefined, b: OperatorValue | undefined): boolean {
  if (a === b) return true;
  const [one, other] = [a?.known, b?.known];
  return (
    one !== undefined &&
    other !== undefined &&
    a?.type === b?.type &&
    isShort(a) &&
    String(one.shape) === String(other.shape) &&
    one.data.length === other.data.length &&
    one.data.every((value, i) => Object.is(value, other.data[i]))
  );
}

/** Runs graphs of one file. */
export class Program {
  /** Elements that are left to known values of this run. */
  #room = KNOWN_ELEMENTS;
  /** Nodes that may still run. */
  #left = Infinity;
  readonly #prepared = new Map<OperatorGraph, Prepared>();
  readonly #constants = new Map<OperatorArray, OperatorValue>();
  /** Values that are the same in every run. */
  readonly #fixed = new WeakSet<OperatorValue>();
  /** What nodes of known values gave last: shapes are mostly those of the step before. */
  readonly #last = new Map<OperatorNode, KnownCall>();

  constructor(private readonly dialect: Dialect) {}

  /**
   * The outputs of a graph.
   *
   * @param values what the graph reads by name: inputs, weights, and what it reads of the graphs around it
   * @param names the outputs that are wanted
   */
  run(
    graph: OperatorGraph,
    values: ReadonlyMap<string, OperatorValue>,
    names: readonly string[],
    training: boolean,
  ): OperatorValue[] {
    const held = new Map<string, OperatorValue>();
    const frees = !isRecording();
    const find = (name: string): OperatorValue => {
      const value = held.get(name) ?? values.get(name) ?? this.#constant(graph, name);
      if (value === undefined) throw new FormatError(`nothing gives '${printable(name)}'.`);
      return value;
    };
    for (const { node, release } of this.#prepare(graph, names)) {
      const results = this.#step(node, find, training, frees);
      node.outputs.forEach((name, i) => {
        const value = results[i];
        if (name !== '' && value !== undefined) held.set(name, value);
      });
      if (!frees) continue;
      for (const name of release) {
        const tensor = held.get(name)?.raw;
        held.delete(name);
        if (tensor === undefined || tensor.isDisposed) continue;
        letGo(
          tensor,
          results.map((value) => value?.raw),
        );
      }
    }
    return names.map(find);
  }

  /** `run` of the graph of the file, from outside. */
  start(
    graph: OperatorGraph,
    values: ReadonlyMap<string, OperatorValue>,
    names: readonly string[],
    {
      training = false,
      isProbing = false,
    }: { readonly training?: boolean; readonly isProbing?: boolean },
  ): OperatorValue[] {
    this.#room = KNOWN_ELEMENTS;
    this.#left = isProbing ? graph.nodes.length + MAX_PROBED : Infinity;
    return this.run(graph, values, names, training);
  }

  #constant(graph: OperatorGraph, name: string): OperatorValue | undefined {
    const array = graph.constants.get(name);
    if (array === undefined) return undefined;
    let value = this.#constants.get(array);
    if (value === undefined) {
      value = OperatorValue.known(array, array.type);
      this.#constants.set(array, value);
      this.#fixed.add(value);
    }
    return value;
  }

  #prepare(graph: OperatorGraph, names: readonly string[]): Prepared {
    const known = this.#prepared.get(graph);
    if (known !== undefined) return known;
    const nodes = neededNodes(graph.nodes, names);
    const lastReads = new Map<string, number>();
    nodes.forEach((node, i) => {
      for (const name of [...node.outputs, ...readsOf(node)]) lastReads.set(name, i);
    });
    for (const name of names) lastReads.delete(name);
    const release = nodes.map((): string[] => []);
    for (const [name, i] of lastReads) release[i]?.push(name);
    const prepared = nodes.map((node, i) => ({ node, release: release[i] ?? [] }));
    this.#prepared.set(graph, prepared);
    return prepared;
  }

  #step(
    node: OperatorNode,
    find: (name: string) => OperatorValue,
    training: boolean,
    frees: boolean,
  ): readonly (OperatorValue | undefined)[] {
    if (--this.#left < 0)
      throw new FormatError(`its loops run for longer than shapes are looked for.`);
    const row = this.dialect.rowOf(node);
    if (row === undefined) throw new FormatError(`${labelOf(node)}: the operator is not known.`);
    const inputs = node.inputs.map((name) => (name === '' ? undefined : find(name)));
    if (row.joins !== true && inputs.some((value) => value?.isDead)) {
      return node.outputs.map(() => OperatorValue.dead);
    }
    const last = this.#last.get(node);
    if (last?.inputs.every((value, i) => isSame(value, inputs[i])) === true) return last.results;
    const runGraph = (graph: OperatorGraph, given: readonly OperatorValue[]): OperatorValue[] =>
      this.#runInner(graph, given, find, training);
    const call = new Call(node, this.dialect.version, inputs, training, runGraph);
    const given = new Set(inputs.map((value) => value?.raw));
    const compute = (): (OperatorValue | undefined)[] =>
      listOf(row.run(call)).map((result) => {
        const value = toValue(result);
        return value?.raw !== undefined && given.has(value.raw) ? value.alias : value;
      });
    try {
      const isKnown = inputs.every((value) => value === undefined || value.known !== undefined);
      if (
        isKnown &&
        row.isRandom !== true &&
        graphsOf(node).length === 0 &&
        this.#hasRoom(inputs, compute)
      ) {
        const results = computeKnown(compute);
        const areFixed = inputs.every((value) => value === undefined || this.#fixed.has(value));
        for (const value of areFixed ? results : [])
          if (value !== undefined) this.#fixed.add(value);
        if (areFixed || [...inputs, ...results].every(isShort)) {
          this.#last.set(node, { inputs, results });
        }
        return results;
      }
      return frees ? tidied(compute) : compute();
    } catch (error) {
      throw withOwner(labelOf(node), error);
    }
  }

  /** Whether what is computed of known values is small enough to be known. */
  #hasRoom(
    inputs: readonly (OperatorValue | undefined)[],
    compute: () => readonly (OperatorValue | undefined)[],
  ): boolean {
    const given = inputs.reduce((sum, value) => sum + sizeOf(value?.shape ?? []), 0);
    const made = sizeWithoutElements(compute) ?? given;
    if (given > KNOWN_ELEMENTS || made > this.#room) return false;
    this.#room -= made;
    return true;
  }

  #runInner(
    graph: OperatorGraph,
    given: readonly OperatorValue[],
    outer: (name: string) => OperatorValue,
    training: boolean,
  ): OperatorValue[] {
    if (given.length !== graph.inputs.length) {
      throw new FormatError(
        `graph '${printable(graph.name)}' takes ${graph.inputs.length} inputs, got ${given.length}.`,
      );
    }
    const values = new Map(graph.outside.map((name) => [name, outer(name)]));
    graph.inputs.forEach(({ name }, i) => {
      const value = given[i];
      if (value !== undefined) values.set(name, value);
    });
    const before = new Set([...values.values()].map(({ raw }) => raw));
    const names = graph.outputs.map(({ name }) => name);
    return this.run(graph, values, names, training).map((value) =>
      value.raw !== undefined && before.has(value.raw) ? value.alias : value,
    );
  }
}

/** Elements of what is computed, found out without computing it; undefined where elements decide. */
function sizeWithoutElements(
  compute: () => readonly (OperatorValue | undefined)[],
): number | undefined {
  let size = 0;
  try {
    notNotingReads(() => {
      withoutElements(() => {
        tidy(() => {
          for (const value of compute()) size += sizeOf(value?.shape ?? []);
        });
      });
    });
    return size;
  } catch (error) {
    if (error instanceof OutOfMemoryError) return Infinity;
    return undefined;
  }
}

/** What a row makes on the way is freed. */
function tidied(compute: () => (OperatorValue | undefined)[]): (OperatorValue | undefined)[] {
  let values: (OperatorValue | undefined)[] = [];
  tidy((): Tensor[] => {
    values = compute();
    return values.flatMap((value) =>
      (value?.parts ?? []).flatMap((part) => {
        const logits = part.origin?.logits;
        return logits === undefined ? [part] : [part, logits];
      }),
    );
  });
  return values;
}

const listOf = (given: Given | readonly (Given | undefined)[]): readonly (Given | undefined)[] =>
  Array.isArray(given) ? (given as readonly (Given | undefined)[]) : [given as Given];

const toValue = (given: Given | undefined): OperatorValue | undefined =>
  given === undefined || given instanceof OperatorValue ? given : OperatorValue.of(given);
