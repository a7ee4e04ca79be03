import { COPY, flattenNest, isListOf, mapNest, packNest, showAs } from '../../../config/index.js';
import type { Nest } from '../../../config/index.js';
import { SymbolicOperand } from '../../../engine/ops/graphs/symbolic-operand.js';
import { formatShape, requireFewAxes } from '../../../engine/tensor/index.js';
import type {
  PartialShape,
  StringArray,
  StringsLike,
  Tensor,
  TensorLike,
  Value,
} from '../../../engine/tensor/index.js';
import type { ValueType } from '../../../config/dtype.js';

/** Shape and dtype of a tensor that is not computed yet. */
export interface TensorSpec {
  /** Lengths of the axes, the batch axis first; `null` for an unknown length. */
  readonly shape: PartialShape;
  /** Type of the elements. */
  readonly dtype: ValueType;
}

/**
 * A tensor without values, as `Input` returns it, and layers that are applied to symbolic tensors. It has a shape, with
 * `null` for unknown lengths, a dtype, and the node of the graph that computes it. Keras: `KerasTensor`.
 *
 * @example
 * const x = Input([784]);
 * const y = new layers.Dense(10).apply(x);
 * y.shape; // [null, 10]
 */
export class SymbolicTensor extends SymbolicOperand implements TensorSpec {
  /** Lengths of the axes, the batch axis first; `null` for any length. */
  readonly shape: PartialShape;
  /** Type of the elements; `'string'` for an array of strings, which only layers that read strings accept. */
  readonly dtype: ValueType;
  /** What makes the tensor. @internal */
  readonly node: GraphNode;
  /** Position among the outputs of the node. @internal */
  readonly #index: number;

  /** @internal */
  constructor({ shape, dtype }: TensorSpec, node: GraphNode, index: number) {
    super();
    requireFewAxes(() => `layer '${node.layer.name}'`, shape);
    this.shape = shape;
    this.dtype = dtype;
    this.node = node;
    this.#index = index;
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /** Number of axes, including the batch axis. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Position among the outputs of the node. @internal */
  get index(): number {
    return this.#index;
  }

  /** A one-line description of the symbolic tensor: shape, dtype and the layer that computes it. */
  override toString(): string {
    const { layer } = this.node;
    return `SymbolicTensor(shape=${formatShape(this.shape)}, dtype=${this.dtype}, of layer '${layer.name}')`;
  }
}

showAs(SymbolicTensor, String);

/** A layer as a graph sees it. */
export interface GraphLayer {
  readonly name: string;
  /** The calls of the layer in graphs, in order. */
  readonly inboundNodes: readonly GraphNode[];
}

const isSpec = (value: unknown): value is TensorSpec =>
  typeof value === 'object' && value !== null && 'shape' in value && 'dtype' in value;

/** One call of a layer in a graph: what it was given, and the symbolic tensors that it gives. */
export class GraphNode {
  /** The symbolic tensors among the arguments, in order. */
  readonly inputs: readonly SymbolicTensor[];
  /** The symbolic tensors that the call gives, in order. */
  readonly outputs: readonly SymbolicTensor[];
  /** The outputs in the structure in which the layer gives them. */
  readonly output: Nest<SymbolicTensor>;

  /**
   * @param layer what is called
   * @param given the input of the call: structures of symbolic tensors, tensors and numbers; undefined for an InputLayer,
   * which is given the data
   * @param named the named arguments of the call, without those that were left out
   * @param specs what the call gives
   */
  constructor(
    readonly layer: GraphLayer,
    readonly given: unknown,
    readonly named: Readonly<Record<string, unknown>>,
    specs: Nest<TensorSpec>,
  ) {
    this.inputs = flattenNest([given, named], isSymbolic);
    this.outputs = flattenNest(specs, isSpec).map((spec, i) => new SymbolicTensor(spec, this, i));
    this.output = packNest(specs, isSpec, this.outputs);
  }

  /** The structure of shapes of what the layer is given. */
  get inputShapes(): unknown {
    return mapNest(this.given, isSymbolic, ({ shape }) => shape);
  }
}

/** Whether calls, in order, are a chain: each reads what the one before gives and nothing else, and no layer is called twice. */
export function isChain(nodes: readonly GraphNode[]): boolean {
  return (
    new Set(nodes.map(({ layer }) => layer)).size === nodes.length &&
    nodes.every(({ inputs }, i) => {
      const [input] = inputs;
      return i === 0 ? input === undefined : inputs.length === 1 && input?.node === nodes[i - 1];
    })
  );
}

/** The type of a structure with leaves of another type. */
type WithLeaves<T, Leaf, New> = T extends Leaf
  ? New
  : T extends object
    ? { readonly [Key in keyof T]: WithLeaves<T[Key], Leaf, New> }
    : T;

/** The type of a structure of tensors, with symbolic tensors in place of tensors. */
export type Symbolic<T> = WithLeaves<T, Value, SymbolicTensor>;

/** The type of a structure of symbolic tensors, with tensors in place of symbolic tensors. */
export type Concrete<T> = WithLeaves<T, SymbolicTensor, Tensor>;

/** The result of a model with the given symbolic outputs: a tensor for each; one tensor if nothing is known about the outputs (`any`). */
export type ResultsOf<T> = 0 extends 1 & T ? Tensor : Concrete<T>;

/** The type of a structure of tensors and arrays of strings, in which values may stand for tensors. */
export type TensorsLike<T> = T extends StringArray
  ? StringsLike
  : T extends Tensor
    ? TensorLike
    : T extends object
      ? { readonly [Key in keyof T]: TensorsLike<T[Key]> }
      : T;

/** The type of a structure of tensors, with a shape in place of each tensor. */
export type ShapesOf<T> = WithLeaves<T, Value, PartialShape>;

/** The type of the named arguments of a call in a graph, where a symbolic tensor may replace a tensor. */
export type GraphNamed<Named> = { readonly [Name in keyof Named]?: OrSymbolic<Named[Name]> };

/** A value, or the symbolic tensor that stands for it in a graph. */
export type OrSymbolic<T> = T extends Value ? T | SymbolicTensor : T;

/** The type of named arguments, with a shape and dtype in place of each tensor. */
export type NamedSpecs<Named> = { readonly [Name in keyof Named]?: OrSpec<Named[Name]> };

/** A value, or the shape and dtype of a tensor in its place. */
export type OrSpec<T> = T extends Value | SymbolicTensor ? TensorSpec : T;

export function isSymbolic(value: unknown): value is SymbolicTensor {
  return value instanceof SymbolicTensor;
}

/** Whether a value is a symbolic tensor or a structure that holds one. */
export function holdsSymbolic(nest: unknown): boolean {
  if (typeof nest !== 'object' || nest === null) return false;
  if (isSymbolic(nest)) return true;
  let found = false;
  mapNest(nest, isSymbolic, () => (found = true));
  return found;
}

/** Whether a value is the shape of one tensor: a list of lengths. */
export function isShape(value: unknown): value is PartialShape {
  return isListOf(value, (item) => item === null || typeof item === 'number');
}

/** Shapes as messages show them, of one tensor or of several. */
export function formatShapes(shapes: Nest<PartialShape>): string {
  if (isShape(shapes)) return formatShape(shapes);
  const list: string[] = [];
  mapNest(shapes, isShape, (shape) => list.push(formatShape(shape)));
  return `[${list.join(', ')}]`;
}
