// The walk over the graph of a model: each call of a layer by the row of its class.
import { printable } from '../../../config/describe-value.js';
import { classNameOf, flattenNest, isDeclared, mapNest } from '../../../config/index.js';
import { TYPE_OF_DTYPE } from '../../../files/formats/onnx/write.js';
import { Layer } from '../../../nn/layers/core/layer.js';
import type { AnyLayer } from '../../../nn/layers/core/layer.js';
import { layerOf } from '../../../nn/layers/core/graph.js';
import type { Graph } from '../../../nn/layers/core/graph.js';
import { flattenByPorts } from '../../../nn/layers/core/ports.js';
import { isSymbolic } from '../../../nn/layers/core/symbolic-tensor.js';
import type { GraphNode, SymbolicTensor } from '../../../nn/layers/core/symbolic-tensor.js';
import { OperationLayer } from '../../../nn/layers/operation-layer.js';
import { Tensor } from '../../../engine/tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { OnnxGraphLayer } from '../layer.js';
import type { GraphWriter } from './graph-writer.js';
import { graphNodes } from './rows/onnx-graph.js';
import { rowOf } from './rows/index.js';
import { isWritten } from './row.js';
import type { LayerCall } from './row.js';
import { writeOperation } from './rows/operations.js';
import { traced } from './trace.js';
import { Refusal, refuse } from './written.js';
import type { Written } from './written.js';

/** The least version of the operators that rows write. */
export const LEAST_OPSET = 17;

/** Layers that write no operator of a version of its own. */
const OF_ANY_OPSET = /^(Identity|.*Dropout.*|GaussianNoise|ActivityRegularization)$/;

/** What of a model cannot be written. */
export interface Missing {
  readonly layer: string;
  readonly className: string;
  readonly reason: string;
}

/** Writes graphs of layers, and takes note of what cannot be written. */
export class Walk {
  readonly missing: Missing[] = [];

  constructor(readonly w: GraphWriter) {}

  /**
   * Writes the calls of a graph.
   *
   * @param inputs the tensors of the file that stand for the inputs of the graph
   * @param path what names of nodes begin with
   */
  graph(graph: Graph, inputs: readonly Written[], path: string): readonly Written[] {
    const written = new Map<SymbolicTensor, Written>();
    graph.inputs.forEach((tensor, i) => {
      const x = inputs[i];
      if (x !== undefined) written.set(tensor, x);
    });
    const of = (tensor: SymbolicTensor): Written =>
      written.get(tensor) ?? refuse(`there is no tensor of layer '${tensor.node.layer.name}'`);
    for (const node of graph.nodes) {
      if (node.given === undefined) continue;
      const results = this.#node(node, of, path);
      node.outputs.forEach((tensor, i) => {
        const x = results[i];
        if (x !== undefined) written.set(tensor, x);
      });
    }
    return graph.outputs.map(of);
  }

  /** One call; what cannot be written is noted, and something of its shape stands in its place. */
  #node(
    node: GraphNode,
    of: (tensor: SymbolicTensor) => Written,
    path: string,
  ): readonly Written[] {
    const layer = layerOf(node);
    const scope = path === '' ? layer.name : `${path}/${layer.name}`;
    try {
      const given = mapNest(node.given, isSymbolic, of);
      const named = mapNest(node.named, isSymbolic, of) as Record<string, unknown>;
      const results = this.#within(scope, () => this.#call(layer, given, named, node));
      return node.outputs.map((tensor, i) => {
        const result = results[i] ?? refuse('it gives fewer tensors than it should');
        return result.ofShape(tensor.shape);
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.missing.push({ layer: scope, className: nameOf(layer), reason: error.message });
      return node.outputs.map(({ shape, dtype }) =>
        this.w.named('', shape, TYPE_OF_DTYPE[dtype as DType]),
      );
    }
  }

  #within<T>(scope: string, f: () => T): T {
    const { w } = this;
    const before = w.scope;
    w.scope = scope;
    try {
      return f();
    } finally {
      w.scope = before;
    }
  }

  #call(
    layer: AnyLayer,
    given: unknown,
    named: Readonly<Record<string, unknown>>,
    node: GraphNode,
  ): readonly Written[] {
    if (layer instanceof OperationLayer) return writeOperation(this.w, layer, given, node);
    if (layer instanceof OnnxGraphLayer) {
      return graphNodes(this.w, layer, flattenNest(given, isWritten), node.outputs);
    }
    const { mask, ...rest } = named;
    const inner = graphOf(layer);
    const travelling =
      inner === undefined
        ? flattenNest(given, isWritten)
        : (flattenByPorts(layer.name, inner.inputPorts, given) as Written[]);
    const masks = mask === undefined ? undefined : flattenNest(mask, isMask);
    const inputs =
      masks === undefined
        ? travelling
        : travelling.map((x, i) =>
            x.withMask(
              masks.length === 1 && travelling.length > 1 ? 'unknown' : (masks[i] ?? null),
            ),
          );
    const all = [given, ...Object.values(named)];
    if (all.some((value) => flattenNest(value, isTensor).length > 0))
      return refuse('it gets a tensor of the program next to tensors of the graph');
    return this.layer(layer, inputs, rest);
  }

  /** Writes what a layer makes of tensors. */
  layer(
    layer: AnyLayer,
    inputs: readonly Written[],
    named: Readonly<Record<string, unknown>> = {},
  ): readonly Written[] {
    const { w } = this;
    const inner = graphOf(layer);
    if (inner !== undefined) return this.graph(inner, inputs, w.scope);
    if (layer.readsStrings) return refuse('it reads texts, which the operators of ONNX do not');
    const row = isDeclared(layer.constructor) ? rowOf(classNameOf(layer)) : undefined;
    if (w.opset < LEAST_OPSET && !OF_ANY_OPSET.test(classNameOf(layer))) {
      return refuse(
        `the graph of ONNX in the model has version ${w.opset} of the operators, and a layer next to it needs ${LEAST_OPSET}. ` +
          `Raise the version of that file by onnx.version_converter`,
      );
    }
    const [x] = inputs;
    if (x === undefined) return refuse('it is given no tensor');
    const call: LayerCall = {
      w,
      inputs,
      x,
      named,
      write: (other, given, more) =>
        this.#within(`${w.scope}/${other.name}`, () => this.layer(other, given, more)),
    };
    if (row === undefined) return traced(this, layer, inputs, named);
    const results = [row(layer as never, call)].flat() as readonly Written[];
    return layer.computeMask === Layer.prototype.computeMask
      ? this.#masked(layer, x, results)
      : results;
  }

  /** The mask of the input travels on, where the layer lets it. */
  #masked(layer: AnyLayer, x: Written, results: readonly Written[]): readonly Written[] {
    const mask = layer.supportsMasking ? x.mask : null;
    return results.map((y, i) => y.withMask(i === 0 ? mask : null));
  }
}

/** The graph of a model; undefined for other layers. */
const graphOf = (layer: AnyLayer): Graph | undefined => (layer as { readonly graph?: Graph }).graph;

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

const isMask = (value: unknown): value is Written | null => value === null || isWritten(value);

function nameOf(layer: AnyLayer): string {
  return printable(layer instanceof OperationLayer ? layer.operationName : classNameOf(layer));
}
