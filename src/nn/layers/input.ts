import type { PartialShape } from '../../engine/tensor/index.js';
import { Graph } from './core/graph.js';
import { installGraphBuilder } from './core/graph-builder.js';
import { InputLayer } from './input-layer.js';
import type { InputOptions } from './input-layer.js';
import { attachOperations } from './core/symbolic-methods.js';
import type { SymbolicTensor } from './core/symbolic-tensor.js';

/** Makes graphs possible: symbolic tensors get the operations, and models their graphs. */
export function installGraphs(): void {
  attachOperations();
  installGraphBuilder({
    graph: (owner, input, output) => new Graph(owner, input, output),
    input: (batchShape, dtype) => new InputLayer({ batchShape, dtype }).output,
  });
}

/**
 * The input of a model, a symbolic tensor. Apply layers to it, then give it to `models.Model`, or use it as the first
 * entry of a `Sequential`. Keras: `Input`.
 *
 * @param first the shape of a sample, or the options
 * @param rest additional options, if `first` is a shape
 * @throws ValueError if no shape is given, or two shapes are.
 * @example
 * const x = Input([784]);
 * const y = new layers.Dense(10, { activation: 'softmax' }).apply(x);
 * const model = new models.Model({ inputs: x, outputs: y });
 */
export function Input(
  first: PartialShape | InputOptions,
  rest: Omit<InputOptions, 'shape'> = {},
): SymbolicTensor {
  installGraphs();
  return new InputLayer(first, rest).output;
}
