// Products with kernels, and tables of vectors.
import {
  add as sum,
  abs,
  cast as castTensor,
  greater,
  mean,
  mul as product,
  sign,
} from '../../../../engine/ops/index.js';
import type { Dense, TernaryDense } from '../../../../nn/layers/dense.js';
import type { EinsumDense } from '../../../../nn/layers/einsum-dense.js';
import type { Embedding, ReversibleEmbedding } from '../../../../nn/layers/embedding.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { activated } from '../activations.js';
import { add, cast, differs, float, mul, unary } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { einsum, gather, matmul } from '../shapes.js';
import type { Written } from '../written.js';

/** x · kernel + bias. */
export function dense(w: GraphWriter, x: Written, kernel: Written, bias: Written | null): Written {
  if (x.rank === 2 && bias !== null) {
    const shape = [x.shape[0] ?? null, kernel.shape[1] ?? null];
    return w.one('Gemm', [x, kernel, bias], shape, TYPE.float);
  }
  const y = matmul(w, x, kernel);
  return bias === null ? y : add(w, y, bias);
}

function denseRow(layer: Dense, call: LayerCall): Written {
  const { w } = call;
  const bias = layer.bias === null ? null : w.weight(layer.bias);
  const y = dense(w, float(w, call.x), w.kernel(layer, layer.kernel), bias);
  return activated(call, layer.activation, y);
}

/** The kernel's signs, where it is large, times its mean size. */
function ternaryRow(layer: TernaryDense, call: LayerCall): Written {
  const { w } = call;
  const kernel = w.computed(() => {
    const { value } = layer.kernel;
    const size = abs(value);
    const scale = mean(size);
    const isLarge = castTensor(greater(size, layer.threshold ?? product(scale, 0.5)), 'float32');
    const signs = product(sign(value), isLarge);
    return layer.threshold === null ? product(signs, scale) : sum(signs, 0);
  }, layer.kernel.path);
  const bias = layer.bias === null ? null : w.weight(layer.bias);
  return activated(call, layer.activation, dense(w, float(w, call.x), kernel, bias));
}

/** The equation with '...' in front, of which ONNX's sum over letters knows the same. */
function einsumRow(layer: EinsumDense, call: LayerCall): Written {
  const { w } = call;
  const y = einsum(w, layer.equation, [float(w, call.x), w.kernel(layer, layer.kernel)]);
  const biased = layer.bias === null ? y : add(w, y, w.weight(layer.bias));
  return activated(call, layer.activation, biased);
}

/** Rows of a table; a class number counts from 0. */
function looked(layer: Embedding, { w, x }: LayerCall): Written {
  const at = x.type === TYPE.int64 ? x : cast(w, x, TYPE.int32);
  const vectors = gather(w, w.kernel(layer, layer.embeddings), at, 0);
  return layer.maskZero ? vectors.withMask(differs(w, at, 0)) : vectors;
}

function reversible(layer: ReversibleEmbedding, call: LayerCall): Written {
  const { w, x, named } = call;
  if (named['reverse'] !== true) return looked(layer, call);
  const back = layer.reverseEmbeddings;
  const scores =
    back === null
      ? einsum(w, '...d,vd->...v', [float(w, x), w.kernel(layer, layer.embeddings)])
      : matmul(w, float(w, x), w.weight(back));
  const cap = layer.logitSoftCap;
  return cap === null ? scores : mul(w, unary(w, 'Tanh', mul(w, scores, 1 / cap)), cap);
}

export const products: Rows = {
  ...rows('Dense', denseRow),
  ...rows('TernaryDense', ternaryRow),
  ...rows('EinsumDense', einsumRow),
  ...rows('Embedding', looked),
  ...rows('ReversibleEmbedding', reversible),
};
