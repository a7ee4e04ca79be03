// Attention, and the turning of positions, as operators of their own (from version 23 on).
import * as ops from '../../../engine/ops/index.js';
import { arange } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';

/** [batch, steps, heads · size] as [batch, heads, steps, size]. */
function intoHeads(call: Call, x: Tensor, heads: number): Tensor {
  if (x.ndim === 4) return x;
  const [batch = 0, steps = 0, width = 0] = x.shape;
  if (!(heads >= 1 && width % heads === 0))
    throw call.refuse(`${width} numbers do not make ${heads} heads`);
  return ops.transpose(ops.reshape(x, [batch, steps, heads, width / heads]), [0, 2, 1, 3]);
}

/** How far before and behind its own position a query sees keys; undefined: as far as there are any. */
function reachOf(call: Call): readonly [before: number | undefined, behind: number | undefined] {
  const [before, behind] = ['left_window_size', 'right_window_size'].map((name) => {
    const size = call.attribute(name, -1);
    return size < 0 ? undefined : size;
  });
  return [before, call.attribute('is_causal', 0) === 1 ? 0 : behind];
}

/** Scores, and −∞ for keys beyond the reach of their queries; `past` keys stand before the first query. */
function withinReach(call: Call, scores: Tensor, past: Tensor | number): Tensor {
  const [queries = 0, keys = 0] = scores.shape.slice(-2);
  const [before, behind] = reachOf(call);
  const own = ops.add(ops.expandDims(arange(queries), 1), past);
  let y = scores;
  if (behind !== undefined)
    y = ops.where(ops.lessEqual(arange(keys), ops.add(own, behind)), y, -Infinity);
  if (before !== undefined)
    y = ops.where(ops.greaterEqual(arange(keys), ops.sub(own, before)), y, -Infinity);
  return y;
}

/** Scores with what the mask adds; where a mask of bool is false, −∞. */
function masked(call: Call, scores: Tensor, past: number): Tensor {
  let y = scores;
  const mask = call.maybe(3);
  const [queries = 0, keys = 0] = scores.shape.slice(-2);
  if (mask !== undefined) {
    // A mask may be shorter than the keys.
    const missing = keys - (mask.shape.at(-1) ?? keys);
    const isBool = mask.dtype === 'bool';
    const added = isBool ? ops.where(mask, 0, -Infinity) : mask;
    const widths = added.shape.map((_, i): [number, number] =>
      i === added.ndim - 1 ? [0, Math.max(0, missing)] : [0, 0],
    );
    y = ops.add(y, missing > 0 ? ops.pad(added, widths, -Infinity) : added);
  }
  const given = call.maybe(6);
  const lengths = given && ops.reshape(ops.cast(given, 'int32'), [-1, 1, 1, 1]);
  y = withinReach(call, y, lengths === undefined ? past : ops.sub(lengths, queries));
  if (lengths === undefined) return y;
  return ops.where(ops.less(arange(keys), lengths), y, -Infinity);
}

/** softmax(q·kᵀ·scale + mask)·v by heads. */
function attend(call: Call): Given[] {
  const [q, k, v] = [call.x(0), call.x(1), call.x(2)];
  const isFlat = q.ndim === 3;
  const queryHeads = isFlat ? call.attribute('q_num_heads') : (q.shape[1] ?? 0);
  const heads = isFlat ? call.attribute('kv_num_heads') : (k.shape[1] ?? 0);
  const query = intoHeads(call, q, queryHeads);
  const [pastKey, pastValue] = [call.maybe(4), call.maybe(5)];
  const after = (x: Tensor, past: Tensor | undefined): Tensor =>
    past === undefined ? x : ops.concat([past, x], 2);
  const key = after(intoHeads(call, k, heads), pastKey);
  const value = after(intoHeads(call, v, heads), pastValue);
  const shared = (x: Tensor): Tensor =>
    queryHeads === heads ? x : ops.repeat(x, queryHeads / heads, 1);
  const size = query.shape.at(-1) ?? 1;
  const scale = call.attribute('scale', 1 / Math.sqrt(size));
  const product = ops.mul(ops.matmul(query, ops.transpose(shared(key), [0, 1, 3, 2])), scale);
  const cap = call.attribute('softcap', 0);
  const capped = (x: Tensor): Tensor => (cap === 0 ? x : ops.mul(ops.tanh(ops.div(x, cap)), cap));
  const past = pastKey?.shape[2] ?? 0;
  const mode = call.attribute('qk_matmul_output_mode', 0);
  const withMask = masked(call, capped(product), past);
  const weights = ops.softmax(withMask, -1);
  // A row that sees nothing is zeros.
  const isSeen = ops.greater(ops.max(withMask, -1, true), -Infinity);
  const sure = ops.where(isSeen, weights, 0);
  const y = ops.matmul(sure, shared(value));
  const [batch = 0, , steps = 0] = y.shape;
  const flat = ops.reshape(ops.transpose(y, [0, 2, 1, 3]), [batch, steps, -1]);
  const shown = [product, capped(product), withMask, sure][mode] ?? product;
  return [isFlat ? flat : y, key, value, shown].map((x) => OperatorValue.of(x, call.value(0).type));
}

/** Pairs of numbers of each head turned by angles of their positions. */
function rotary(call: Call): Given {
  const given = call.x();
  const heads = given.ndim === 4 ? 0 : call.attribute('num_heads', 0);
  const x =
    given.ndim === 4
      ? ops.transpose(given, [0, 2, 1, 3])
      : ops.reshape(given, [given.shape[0] ?? 0, given.shape[1] ?? 0, heads, -1]);
  const size = x.shape.at(-1) ?? 0;
  const turned = call.attribute('rotary_embedding_dim', 0) || size;
  const at = call.maybe(3);
  const angles = [call.x(1), call.x(2)].map((table) => {
    const rows = at === undefined ? table : ops.gather(table, at, 0);
    return ops.expandDims(ops.slice(rows, '...', [0, turned / 2]), 2);
  });
  const [cos, sin] = angles;
  if (cos === undefined || sin === undefined) throw call.refuse('it has no angles');
  const front = ops.slice(x, '...', [0, turned]);
  const isInterleaved = call.attribute('interleaved', 0) === 1;
  const [a, b] = isInterleaved
    ? [ops.slice(front, '...', '0::2'), ops.slice(front, '...', '1::2')]
    : ops.split(front, 2, -1);
  if (a === undefined || b === undefined) throw call.refuse('it has no pairs');
  const real = ops.sub(ops.mul(a, cos), ops.mul(b, sin));
  const imaginary = ops.add(ops.mul(a, sin), ops.mul(b, cos));
  const joined = isInterleaved
    ? ops.reshape(ops.stack([real, imaginary], -1), front.shape)
    : ops.concat([real, imaginary], -1);
  const y =
    turned === size ? joined : ops.concat([joined, ops.slice(x, '...', [turned, size])], -1);
  return OperatorValue.of(
    given.ndim === 4 ? ops.transpose(y, [0, 2, 1, 3]) : ops.reshape(y, given.shape),
    call.value(0).type,
  );
}

/** Names an attribute that is not known. */
const lacksAttribute: Operator['lacks'] = (node) => {
  const known = [
    'is_causal',
    'kv_num_heads',
    'left_window_size',
    'q_num_heads',
    'qk_matmul_output_mode',
    'right_window_size',
    'scale',
    'softcap',
    'softmax_precision',
  ];
  return [...node.attributes.keys()].find((name) => !known.includes(name));
};

/** The first input, gated by its own sigmoid, times the second. */
function swiGLU(call: Call): Given {
  const [a, b] = [call.x(0), call.x(1)];
  const gate = ops.sigmoid(ops.mul(a, call.attribute('alpha', 1)));
  return OperatorValue.of(ops.mul(ops.mul(a, gate), b), call.value(0).type);
}

export const attention: Operators = {
  Attention: { run: attend, lacks: lacksAttribute },
  SwiGLU: { run: swiGLU },
  RotaryEmbedding: { run: rotary },
};
