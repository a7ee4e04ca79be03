// A graph that was read from a file of ONNX: its nodes are written as they were.
import { transpose } from '../../../../engine/ops/index.js';
import { tidy } from '../../../../engine/tensor/index.js';
import { ModelProto } from '../../../../files/formats/onnx/schema.js';
import { renamedGraph, TYPE_OF_DTYPE } from '../../../../files/formats/onnx/write.js';
import { onnxType } from '../../../../files/formats/onnx/types.js';
import type { DType } from '../../../../config/dtype.js';
import type { TensorSpec } from '../../../../nn/layers/core/symbolic-tensor.js';
import type { OnnxGraphLayer } from '../../layer.js';
import { inverse } from '../../../operator-graphs/value.js';
import { cast } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';

/** The version of the operators of a graph. */
export function opsetIn(layer: OnnxGraphLayer): number {
  const { opsetImport } = ModelProto.decode(layer.file, layer.name);
  const own = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return Number(own?.version ?? 1n);
}

/** The nodes and arrays of the graph, and the layer's weights as they are now. */
export function graphNodes(
  w: GraphWriter,
  layer: OnnxGraphLayer,
  inputs: readonly Written[],
  specs: readonly TensorSpec[],
): readonly Written[] {
  const opset = opsetIn(layer);
  if (opset !== w.opset) {
    return refuse(`its graph has version ${opset} of ONNX's operators, and the file ${w.opset}`);
  }
  const { graph } = ModelProto.decode(layer.file, layer.name);
  if (graph === undefined) return refuse('it has no graph');
  const names = new Map<string, string>();
  layer.ports.forEach(({ name, type }, i) => {
    const x = inputs[i] ?? refuse('it gets too few tensors');
    names.set(name, w.nameOf(cast(w, x, type)));
  });
  const rename = (name: string): string => {
    const known = names.get(name) ?? w.unique(name);
    names.set(name, known);
    return known;
  };
  for (const { name, type, form, variable } of layer.arrays) {
    const array = tidy(() => {
      const { value } = variable;
      const whole = form === null ? value : transpose(value, inverse(form));
      return { shape: [...whole.shape], type, data: whole.data() };
    });
    w.arrays.set(rename(name), array);
  }
  const renamed = renamedGraph(graph, rename);
  w.nodes.push(...renamed.node);
  w.messages.push(...renamed.initializer);
  w.sparse.push(...renamed.sparseInitializer);
  return graph.output.map(({ name, type }, i) => {
    const declared = type?.tensorType?.elemType ?? 0;
    const spec = specs[i];
    if (spec === undefined) return refuse('it gives more tensors than it was built for');
    const dtype = TYPE_OF_DTYPE[spec.dtype as DType];
    const isKnown = onnxType(declared)?.dtype === spec.dtype;
    const given = w.named(rename(name), spec.shape, isKnown ? declared : 0);
    // A file need not say of what type a tensor within is.
    return isKnown ? given : cast(w, given, dtype);
  });
}
