// Layers that the table does not know: what they compute is found by calling them on symbolic tensors.
import { classNameOf, isDeclared, messageOf } from '../../../config/index.js';
import type { ValueType } from '../../../config/dtype.js';
import { onnxType } from '../../../files/formats/onnx/types.js';
import { graphBuilder } from '../../../nn/layers/core/graph-builder.js';
import type { Graph } from '../../../nn/layers/core/graph.js';
import { Layer as LayerClass } from '../../../nn/layers/core/layer.js';
import type { AnyLayer, Layer } from '../../../nn/layers/core/layer.js';
import { isSymbolic } from '../../../nn/layers/core/symbolic-tensor.js';
import type { Lambda } from '../../../nn/layers/lambda.js';
import { InputLayer } from '../../../nn/layers/input-layer.js';
import { maskOf, writtenIn } from './row.js';
import { refuse } from './written.js';
import type { Written } from './written.js';

/** What writes graphs. */
interface GraphWalk {
  graph(graph: Graph, inputs: readonly Written[], path: string): readonly Written[];
  readonly w: { readonly scope: string };
}

/** Writes a Lambda, or a layer of a class of the program's own, that computes by operations alone. */
export function traced(
  walk: GraphWalk,
  layer: AnyLayer,
  inputs: readonly Written[],
  named: Readonly<Record<string, unknown>>,
): readonly Written[] {
  if (isDeclared(layer.constructor) && !isLambda(layer))
    return refuse('ONNX has no operators for it that are written');
  if (inputs.some((x) => maskOf(x) !== null))
    return refuse('its input has a mask, which it may read');
  if (writtenIn(named).length > 0) return refuse('it gets a tensor by name');
  const symbolic = inputs.map(({ shape, type }) => {
    const dtype: ValueType = onnxType(type)?.dtype ?? 'float32';
    return new InputLayer({ batchShape: shape, dtype }).output;
  });
  const graph = graphOf(layer, symbolic, named);
  const results = walk.graph(graph, inputs, walk.w.scope);
  // What a mask is computed of is not seen here: layers that read it are refused.
  return makesMask(layer) ? results.map((y) => y.withMask('unknown')) : results;
}

/** Whether the output of the layer may have a mask. */
const makesMask = (layer: AnyLayer): boolean =>
  isLambda(layer)
    ? layer.supportsMasking
    : layer.computeMask !== (LayerClass.prototype as AnyLayer).computeMask;

const isLambda = (layer: AnyLayer): layer is AnyLayer & Lambda =>
  isDeclared(layer.constructor) && classNameOf(layer) === 'Lambda';

/** The graph between symbolic inputs and what the layer makes of them. */
function graphOf(
  layer: AnyLayer,
  symbolic: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
): Graph {
  const given = symbolic.length === 1 ? symbolic[0] : symbolic;
  const options = { ...named, training: false, mask: null };
  try {
    // What is called here is what the class says: `layer.call` checks that it is given tensors.
    const { prototype } = layer.constructor as typeof Layer;
    const made: unknown = isLambda(layer)
      ? layer.function(given as never, options)
      : prototype.call.call(layer, given as never, options as never);
    const outputs = [made].flat() as readonly unknown[];
    if (outputs.every(isSymbolic))
      return graphBuilder(layer.name).graph(layer.name, symbolic, outputs);
  } catch (error) {
    return refuse(
      `it was called on symbolic tensors, to see what it computes, and failed: ${messageOf(error)}`,
    );
  }
  return refuse(
    'it was called on symbolic tensors, to see what it computes, and gave something else',
  );
}
