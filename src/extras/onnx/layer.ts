// The layer that computes a graph of ONNX.
import { configurable } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { fromBase64 } from '../../files/formats/base64.js';
import { parseOnnx } from '../../files/formats/onnx/graph.js';
import { OperatorGraphLayer } from '../operator-graphs/layer.js';
import type { ParsedGraph } from '../operator-graphs/layer.js';
import type { OperatorWeight } from '../operator-graphs/weights.js';
import { fusedGraph } from './fuse.js';
import { dialectIn } from './opset.js';

/**
 * A graph of ONNX as a layer. Its text is the file in base64. Kernels of convolutions, and matrices that the file has transposed,
 * are stored as the kernels of the library read them.
 */
export class OnnxGraphLayer extends configurable(OperatorGraphLayer, 'OnnxGraph', {}) {
  /** The graph as a file of ONNX, without the arrays that are weights. @internal */
  get file(): Uint8Array<ArrayBuffer> {
    return bytesOf(this.label, this.text);
  }

  protected override get shapeAdvice(): string {
    return 'Infer shapes in the file, as onnx.shape_inference does, or name a tensor before it with the option outputs.';
  }

  protected override parse(
    text: string,
    outputs: readonly string[],
    weights: readonly OperatorWeight[],
  ): ParsedGraph {
    const kept = new Set(weights.map(({ name }) => name));
    const { graph, opsets } = parseOnnx(bytesOf(this.label, text), this.label, { kept });
    const dialect = dialectIn(this.label, graph, opsets, outputs);
    const shapes = new Map(weights.map(({ name, shape, dtype }) => [name, { shape, dtype }]));
    return { graph: fusedGraph(graph, new Set(outputs), shapes), dialect };
  }
}

function bytesOf(label: string, model: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64(model);
  } catch {
    throw new ValueError(`${label}: its model is not a text in base64.`);
  }
}
