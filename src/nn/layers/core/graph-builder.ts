import { ValueError } from '../../../errors.js';
import type { Graph } from './graph.js';
import type { PartialShape } from '../../../engine/tensor/index.js';
import type { SymbolicTensor } from './symbolic-tensor.js';

/** What draws graphs. A program that has none, such as a `Sequential` that is trained, does without. */
export interface GraphBuilder {
  /** The graph between inputs and outputs of a model. */
  graph(owner: string, input: unknown, output: unknown): Graph;
  /** An input of batches of that shape. */
  input(batchShape: PartialShape, dtype: 'float32' | 'string'): SymbolicTensor;
}

let installed: GraphBuilder | undefined;

/** Makes graphs possible: `Input` does it, and each module that may need a graph without it. */
export function installGraphBuilder(builder: GraphBuilder): void {
  installed = builder;
}

/** @throws ValueError in a program that has no graphs. */
export function graphBuilder(owner: string): GraphBuilder {
  if (installed !== undefined) return installed;
  throw new ValueError(
    `${owner}: symbolic tensors need the builder of graphs, which 'lanegrad/core' leaves out until Input is called. Begin the ` +
      `model with Input(shape).`,
  );
}
