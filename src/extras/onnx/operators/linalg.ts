// Products.
import * as ops from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { FusedActivation } from '../../../engine/ops/index.js';
import { numberOf } from '../../operator-graphs/operator.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { rectified } from '../../operator-graphs/elementwise.js';
import { wholeProduct } from '../../operator-graphs/products.js';
import { typed } from './shapes.js';

const TURNED = [1, 0];

/** x · w for a matrix w, whatever axes x has before its last one. */
function byMatrix(x: Tensor, w: Tensor, bias: Tensor | null, activation: FusedActivation): Tensor {
  return ops.dense(x, w, bias, activation);
}

function matMul(call: Call): Given {
  const [a, b] = [call.value(0), call.value(1)];
  const bias = call.maybe(2) ?? null;
  const isByMatrix =
    a.dtype === 'float32' && b.dtype === 'float32' && a.shape.length >= 2 && b.shape.length === 2;
  if (isByMatrix) return typed(call, byMatrix(a.tensor, b.tensor, bias, call.activation));
  const y =
    a.dtype === 'float32' || b.dtype === 'float32'
      ? ops.matmul(a.tensor, b.tensor)
      : wholeProduct(a.tensor, b.tensor);
  return typed(call, fused(bias === null ? y : ops.add(y, bias), call.activation));
}

/** alpha · A · B + beta · C. */
function gemm(call: Call): Given {
  const [alpha, beta] = [call.attribute('alpha', 1), call.attribute('beta', 1)];
  const [a, b, c] = [call.value(0), call.value(1), call.maybe(2)];
  if (a.dtype !== 'float32')
    return typed(call, fused(wholeGemm(call, alpha, beta), call.activation));
  const left = call.attribute('transA', 0) === 1 ? ops.transpose(a.tensor) : a.tensor;
  const right = call.attribute('transB', 0) === 1 ? b.inForm(TURNED) : b.tensor;
  const { activation } = call;
  const isBias = c?.ndim === 1 && c.shape[0] === right.shape[1];
  if (alpha === 1 && beta === 1 && (c === undefined || isBias)) {
    return typed(call, byMatrix(left, right, c ?? null, activation));
  }
  const product = byMatrix(left, right, null, 'linear');
  const scaled = alpha === 1 ? product : ops.mul(product, alpha);
  if (c === undefined) return typed(call, fused(scaled, activation));
  return typed(call, fused(ops.add(scaled, beta === 1 ? c : ops.mul(c, beta)), activation));
}

/** An activation that was found behind a product which no kernel computes together with it. */
function fused(x: Tensor, activation: FusedActivation): Tensor {
  if (activation === 'relu') return rectified(x);
  return activation === 'tanh' ? ops.tanh(x) : x;
}

function wholeGemm(call: Call, alpha: number, beta: number): Tensor {
  const turn = (x: Tensor, name: string): Tensor =>
    call.attribute(name, 0) === 1 ? ops.transpose(x) : x;
  const product = ops.mul(
    wholeProduct(turn(call.x(0), 'transA'), turn(call.x(1), 'transB')),
    alpha,
  );
  const c = call.maybe(2);
  return ops.cast(c === undefined ? product : ops.add(product, ops.mul(c, beta)), 'int32');
}

const formOfGemm: Operator['form'] = (node, input, rank) =>
  input === 1 && rank === 2 && numberOf(node, 'transB', 0) === 1 ? TURNED : undefined;

function einsum(call: Call): Given {
  const tensors = call.inputs.map((_, i) => call.x(i));
  return typed(call, ops.einsum(call.text('equation').replaceAll(' ', ''), ...tensors));
}

/** Determinants of stacks of matrices. */
function determinant(call: Call): Given {
  return typed(call, ops.det(call.x()));
}

/** Products and decompositions of matrices. */
export const linalg: Operators = {
  Det: { run: determinant },
  Einsum: { run: einsum, trains: 'all' },
  Gemm: { run: gemm, trains: [1, 2], form: formOfGemm },
  MatMul: { run: matMul, trains: 'all' },
};
