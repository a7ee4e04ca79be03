import { flattenNest, mapNest, packNest } from '../config/index.js';
import type { Nest } from '../config/index.js';
import type { AnyLayer } from './layer.js';
import { isSymbolic, SymbolicTensor } from './symbolic-tensor.js';
import type { TensorSpec } from './symbolic-tensor.js';

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
    readonly layer: AnyLayer,
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
