// The layer that computes a graph of TensorFlow.
import { configurable } from '../../config/index.js';
import { readStripped } from '../../files/formats/tensorflow/graph-model.js';
import { requireOperators } from '../operator-graphs/missing.js';
import { OperatorGraphLayer } from '../operator-graphs/layer.js';
import type { ParsedGraph } from '../operator-graphs/layer.js';
import type { OperatorWeight } from '../operator-graphs/weights.js';
import { TENSORFLOW } from './operators/index.js';

/** What to do about operators that are missing. */
export const ADVICE =
  'Load it up to a tensor before them with the option outputs of loadGraphModel.';

/** A graph of TensorFlow as a layer. Its text is the graph as `model.json` has it. */
export class TensorFlowGraphLayer extends configurable(OperatorGraphLayer, 'TensorFlowGraph', {}) {
  protected override get shapeAdvice(): string {
    return 'Name a tensor before it with the option outputs of loadGraphModel.';
  }

  protected override parse(
    text: string,
    outputs: readonly string[],
    weights: readonly OperatorWeight[],
  ): ParsedGraph {
    const kept = new Set(weights.map(({ name }) => name));
    const { graph } = readStripped(text, this.label, kept);
    requireOperators(this.label, graph, TENSORFLOW, outputs, ADVICE);
    return { graph, dialect: TENSORFLOW };
  }
}
