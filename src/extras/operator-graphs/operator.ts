// How an operator of a file is declared, and what a call of one sees.
import { describeValue, printable } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import type { FusedActivation } from '../../engine/ops/index.js';
import { normalizeAxis } from '../../engine/tensor/index.js';
import type { Shape, Tensor } from '../../engine/tensor/index.js';
import type {
  Attribute,
  OperatorArray,
  OperatorGraph,
  OperatorNode,
} from '../../files/formats/operator-graph.js';
import type { OperatorValue } from './value.js';

/** What an operator gives: a tensor or a value, or a list of them, in which what is not asked for may be missing. */
export type Given = Tensor | OperatorValue;

/** Which of an operator's inputs training changes, where they are float arrays of the file. */
export type Trained = 'all' | readonly number[];

/** A row of the table of operators. */
export interface Operator {
  /** What a call computes. */
  readonly run: (call: Call) => Given | readonly (Given | undefined)[];
  /** Inputs that training changes. Default: none. */
  readonly trains?: Trained;
  /**
   * Whether the operator hands arrays on as they are, only elsewhere: an array of the file that it reads is trained where the
   * result is read by what trains it. `true`: those of the first input; what others say are positions. `'all'`: those of all.
   */
  readonly moves?: boolean | 'all';
  /** The permutation of axes in which kernels read an input; undefined: as it is. */
  readonly form?: (
    node: OperatorNode,
    input: number,
    rank: number,
  ) => readonly number[] | undefined;
  /** Whether the operator takes what comes of branches that are not taken; all others hand it on. */
  readonly joins?: boolean;
  /** Whether each call gives something else, though its inputs are known. */
  readonly isRandom?: boolean;
  /** Says what of a node is not supported; undefined for nothing. */
  readonly lacks?: (node: OperatorNode, opset: number) => string | undefined;
}

/** Operators by their names in files. */
export type Operators = Readonly<Record<string, Operator>>;

/** The operators of a format of files. */
export interface Dialect {
  /** The row of a node's operator; undefined if it is not known. */
  readonly rowOf: (node: Pick<OperatorNode, 'op' | 'domain'>) => Operator | undefined;
  /** Version of the operators that the file was written for. */
  readonly version: number;
}

/** Runs a graph in an attribute: its inputs, then what it reads of the graphs around. */
export type RunGraph = (graph: OperatorGraph, inputs: readonly OperatorValue[]) => OperatorValue[];

/** A call of an operator: a node with the values of its inputs. */
export class Call {
  constructor(
    readonly node: OperatorNode,
    /** Version of the operators that the file was written for. */
    readonly opset: number,
    readonly inputs: readonly (OperatorValue | undefined)[],
    readonly training: boolean,
    readonly runGraph: RunGraph,
  ) {}

  /** An input. @throws FormatError if it is left out. */
  value(i: number): OperatorValue {
    const value = this.inputs[i];
    if (value === undefined) throw this.refuse(`input ${i} is missing`);
    return value;
  }

  /** Whether an input is there. */
  has(i: number): boolean {
    return this.inputs[i] !== undefined;
  }

  /** The tensor of an input, with its axes as the file counts them. */
  x(i = 0): Tensor {
    return this.value(i).tensor;
  }

  /** The tensor of an input that may be left out. */
  maybe(i: number): Tensor | undefined {
    return this.inputs[i]?.tensor;
  }

  /** The shape of an input, as the file counts axes. */
  shape(i = 0): Shape {
    return this.value(i).shape;
  }

  /** The elements of an input that decides shapes; memory is looked into where they are not known. */
  numbers(i: number): readonly number[] {
    return this.value(i).elements;
  }

  /** The elements of an input, or the attribute of the name that older versions have in its place; undefined: neither. */
  numbersOr(i: number, attribute: string): readonly number[] | undefined {
    return this.has(i) ? this.numbers(i) : this.list(attribute);
  }

  /** The only element of an input, or a default where the input is left out. */
  number(i: number, missing?: number): number {
    if (!this.has(i) && missing !== undefined) return missing;
    const [value] = this.numbers(i);
    if (value === undefined) throw this.refuse(`input ${i} is empty, and has to be a number`);
    return value;
  }

  /** A number among the attributes. */
  attribute(name: string, missing?: number): number {
    const value = this.#attribute(name) ?? missing;
    if (typeof value === 'number') return value;
    throw this.refuse(`attribute ${name} must be a number, got ${describeValue(value)}`);
  }

  /** A text among the attributes. */
  text(name: string, missing = ''): string {
    const value = this.#attribute(name) ?? missing;
    if (typeof value === 'string') return value;
    throw this.refuse(`attribute ${name} must be a text, got ${describeValue(value)}`);
  }

  /** A list of numbers among the attributes. */
  list(name: string): readonly number[] | undefined {
    const value = this.#attribute(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value;
    throw this.refuse(`attribute ${name} must be a list of numbers, got ${describeValue(value)}`);
  }

  /** A list of texts among the attributes. */
  texts(name: string): readonly string[] | undefined {
    const value = this.#attribute(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw this.refuse(`attribute ${name} must be a list of texts, got ${describeValue(value)}`);
  }

  /** An array among the attributes. */
  array(name: string): OperatorArray | undefined {
    const value = this.#attribute(name);
    if (value === undefined) return undefined;
    if (typeof value === 'object' && 'data' in value) return value;
    throw this.refuse(`attribute ${name} must be a tensor, got ${describeValue(value)}`);
  }

  /** A graph among the attributes. */
  graph(name: string): OperatorGraph {
    const value = this.#attribute(name);
    if (typeof value === 'object' && 'nodes' in value) return value;
    throw this.refuse(`attribute ${name} must be a graph`);
  }

  /** A truth value among the attributes. */
  flag(name: string, missing = false): boolean {
    return this.attribute(name, missing ? 1 : 0) !== 0;
  }

  /** An axis among the attributes, counted from the start. */
  axis(name: string, missing: number, rank = this.shape().length): number {
    return normalizeAxis(this.node.op, this.attribute(name, missing), rank);
  }

  /** The function of elements that the node applies to its result. */
  get activation(): FusedActivation {
    return this.node.activation ?? 'linear';
  }

  /** An error that names the node. */
  refuse(problem: string): FormatError {
    return new FormatError(`${labelOf(this.node)}: ${problem}.`);
  }

  #attribute(name: string): Attribute | undefined {
    return this.node.attributes.get(name);
  }
}

/** The name of a node in messages. */
export function labelOf({ op, name, outputs }: OperatorNode): string {
  return `${printable(op)} node '${printable(name || (outputs[0] ?? ''))}'`;
}

/**
 * Says which attribute of a node has a value that its operator does not know; undefined: none.
 *
 * @param known the texts that attributes may be
 */
export function unknownText(
  { attributes }: OperatorNode,
  known: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  for (const [name, texts] of Object.entries(known)) {
    const value = attributes.get(name);
    if (value === undefined || (typeof value === 'string' && texts.includes(value))) continue;
    return `${name} ${describeValue(value)}`;
  }
  return undefined;
}

/** A number among the attributes of a node that is not running. */
export function numberOf(node: OperatorNode, name: string, missing: number): number {
  const value = node.attributes.get(name) ?? missing;
  return typeof value === 'number' ? value : missing;
}
