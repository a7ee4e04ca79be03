// Products of matrices, and what moves their axes.
import * as ops from '../../../engine/ops/index.js';
import { product } from '../../../engine/ops/linalg/matmul.js';
import { arange } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { wholeProduct } from '../../operator-graphs/products.js';
import { plain } from './elementwise.js';
import { fusedOps, lacksFused } from './fused.js';

/** A matrix with its last two axes in the other order. */
const turned = (x: Tensor): Tensor => ops.swapAxes(x, -1, -2);

/** A · B of stacks of matrices, either transposed. */
function products(call: Call, [left, right]: readonly [string, string]): Given {
  const [a, b] = [call.x(), call.x(1)];
  const [isLeft, isRight] = [call.flag(left), call.flag(right)];
  if (a.dtype !== 'float32' && b.dtype !== 'float32') {
    return plain(wholeProduct(isLeft ? turned(a) : a, isRight ? turned(b) : b));
  }
  const filters = b.shape.at(isRight ? -2 : -1) ?? 0;
  const { bias, activation, finish } = fusedOps(call, filters);
  if (!isLeft && !isRight && b.ndim === 2 && a.ndim >= 2) {
    return plain(finish(ops.dense(a, b, bias, activation)));
  }
  if (a.ndim < 2 || b.ndim < 2) throw call.refuse('it takes matrices');
  const [inner, other] = [a.shape.at(isLeft ? -2 : -1), b.shape.at(isRight ? -1 : -2)];
  if (inner !== other) {
    throw call.refuse(
      `matrices of shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}] have no product`,
    );
  }
  const y = product(call.node.op, ops.cast(a, 'float32'), ops.cast(b, 'float32'), isLeft, isRight);
  const biased = bias === null ? y : ops.add(y, bias);
  const active = activation === 'relu' ? ops.relu(biased) : biased;
  return plain(finish(activation === 'tanh' ? ops.tanh(active) : active));
}

const matMul = (call: Call): Given => products(call, ['transpose_a', 'transpose_b']);
const batchMatMul = (call: Call): Given => products(call, ['adj_x', 'adj_y']);

function transpose(call: Call): Given {
  const x = call.x();
  const order = call.has(1) ? call.numbers(1) : x.shape.map((_, axis) => x.ndim - 1 - axis);
  return plain(ops.transpose(x, [...order]));
}

function einsum(call: Call): Given {
  const tensors = call.inputs.map((_, i) => call.x(i));
  return plain(ops.einsum(call.text('equation').replaceAll(' ', ''), ...tensors));
}

/** A band around the diagonal: so many below it, so many above; −1 for all. */
function bandPart(call: Call): Given {
  const x = call.x();
  const [below, above] = [call.number(1), call.number(2)];
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  const distance = ops.sub(ops.expandDims(arange(rows), 1), ops.expandDims(arange(columns), 0));
  const [least, most] = [above < 0 ? -columns : -above, below < 0 ? rows : below];
  const isWithin = ops.logicalAnd(ops.lessEqual(distance, most), ops.greaterEqual(distance, least));
  return plain(ops.where(isWithin, x, ops.zerosLike(x)));
}

export const matrices: Operators = {
  BatchMatMul: { run: batchMatMul, trains: 'all' },
  BatchMatMulV2: { run: batchMatMul, trains: 'all' },
  BatchMatMulV3: { run: batchMatMul, trains: 'all' },
  Einsum: { run: einsum, trains: 'all' },
  MatMul: { run: matMul, trains: 'all' },
  MatrixBandPart: { run: bandPart },
  Transpose: { run: transpose, moves: true },
  _FusedMatMul: { run: matMul, trains: 'all', lacks: lacksFused },
};
