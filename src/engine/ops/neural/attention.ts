import { isRecording, record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import type { WorkingRuntime } from '../../runtime/index.js';
import { arange, emptyTensor, formatShape, scoped, toTensor } from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { attention } from '../../wasm/generated/attention.js';
import { AttentionField } from '../../wasm/generated/kernels.js';
import type { Pointer } from '../../wasm/generated/kernels.js';
import { checkBoolean, checkNumber, checkOptions } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { add, mul } from '../elementwise/arithmetic.js';
import { greaterEqual, logicalAnd, notEqual } from '../elementwise/compare.js';
import { einsum } from '../linalg/einsum.js';
import { gradientsThrough } from '../control/custom-gradient.js';
import { toFloat } from '../elementwise/operands.js';
import { reshape } from '../shapes/reshape.js';
import { softmax } from './softmax.js';
import { broadcastTo } from '../reductions/sum.js';
import { where } from '../elementwise/where.js';

// Attention without the scores in memory. The kernels are in assembly/attention.

/** What the kernels compute: all float32, and the mask bool. */
interface AttentionCall {
  /** [batch, queries, heads, depth] */
  readonly query: Tensor;
  /** [batch, keys, groups, depth] */
  readonly key: Tensor;
  /** [batch, keys, groups, valueDepth] */
  readonly value: Tensor;
  /** [batch, heads, queries, keys], the first three also 1; false leaves a score out. */
  readonly mask: Tensor | null;
  readonly isCausal: boolean;
  readonly scale: number;
}

/** Gradients of a call from operations that can be differentiated again. */
type Differentiable = (call: AttentionCall, dout: Tensor) => readonly (Tensor | undefined)[];

/**
 * softmax(scale · query · keyᵀ) · value, of each head, [batch, queries, heads, valueDepth]. The backward pass computes the
 * scores again. `differentiable` is asked for gradients while a tape records them.
 */
function fusedAttention(call: AttentionCall, differentiable: Differentiable): Tensor {
  const { query, key, value, mask } = call;
  const [batch = 0, queries = 0, heads = 0] = query.shape;
  const [, keys = 0, , valueDepth = 0] = value.shape;
  const isSaved = isRecording();
  const out = emptyTensor([batch, queries, heads, valueDepth], 'float32');
  const stats = emptyTensor(isSaved ? [batch, heads, queries, 2] : [0], 'float32');
  const runtime = attentionRuntime();
  const { kernels, threads } = runtime;
  const depth = query.shape[3] ?? 0;
  const scratch = runtime.workspace(
    kernels.attentionForwardScratchBytes(keys, depth, valueDepth, threads),
  );
  runtime.run(
    'attentionForward',
    out.pointer,
    isSaved ? stats.pointer : 0,
    query.pointer,
    key.pointer,
    value.pointer,
    mask?.pointer ?? 0,
    call.scale,
    writeAttention(call),
    scratch,
  );
  if (!isSaved) {
    stats.dispose();
    return out;
  }
  const saved = [query, key, value, out, stats, mask ?? out] as const;
  return record('dotProductAttention', [query, key, value], out, saved, (dout, all) => {
    const [q, k, v, o, s, m] = all;
    const then = { ...call, query: q, key: k, value: v, mask: mask === null ? null : m };
    if (isRecording()) return differentiable(then, dout);
    return gradientsOf(then, dout, o, s);
  });
}

function gradientsOf(call: AttentionCall, dout: Tensor, out: Tensor, stats: Tensor): Tensor[] {
  const { query, key, value, mask } = call;
  const gradients = [query, key, value].map(({ shape }) => emptyTensor(shape, 'float32'));
  const [dquery, dkey, dvalue] = gradients as [Tensor, Tensor, Tensor];
  const runtime = attentionRuntime();
  const { kernels, threads } = runtime;
  const [, keys = 0, , valueDepth = 0] = value.shape;
  const scratch = runtime.workspace(
    kernels.attentionBackwardScratchBytes(keys, query.shape[3] ?? 0, valueDepth, threads),
  );
  runtime.run(
    'attentionBackward',
    dquery.pointer,
    dkey.pointer,
    dvalue.pointer,
    dout.pointer,
    out.pointer,
    stats.pointer,
    query.pointer,
    key.pointer,
    value.pointer,
    mask?.pointer ?? 0,
    call.scale,
    writeAttention(call),
    scratch,
  );
  return gradients;
}

function attentionRuntime(): WorkingRuntime {
  return currentRuntime().with(attention);
}

/** Writes the sizes where kernels read them. Valid until the next layout is written. */
function writeAttention({ query, key, value, mask, isCausal }: AttentionCall): Pointer {
  const [batch = 0, queries = 0, heads = 0, depth = 0] = query.shape;
  const [, keys = 0, groups = 0] = key.shape;
  const valueDepth = value.shape[3] ?? 0;
  const [maskBatch, maskHead, maskQuery] = mask === null ? [0, 0, 0] : stepsOf(mask);
  const runtime = currentRuntime();
  const { layoutBlock } = runtime;
  const { int32 } = runtime.writing(layoutBlock);
  const at = layoutBlock / 4;
  const work = batch * heads * queries * keys * Math.max(depth, valueDepth);
  int32[at + AttentionField.one] = 1;
  int32[at + AttentionField.work] = Math.min(work, 2 ** 31 - 1);
  int32[at + AttentionField.batch] = batch;
  int32[at + AttentionField.queries] = queries;
  int32[at + AttentionField.keys] = keys;
  int32[at + AttentionField.heads] = heads;
  int32[at + AttentionField.keyHeads] = groups;
  int32[at + AttentionField.size] = depth;
  int32[at + AttentionField.valueSize] = valueDepth;
  int32[at + AttentionField.maskBatch] = maskBatch;
  int32[at + AttentionField.maskHead] = maskHead;
  int32[at + AttentionField.maskQuery] = maskQuery;
  int32[at + AttentionField.isCausal] = isCausal ? 1 : 0;
  return layoutBlock;
}

/** Bytes from one batch, head and query to the next; 0 where all share it. */
function stepsOf({ shape }: Tensor): [batch: number, head: number, query: number] {
  const [batch = 1, heads = 1, queries = 1, keys = 1] = shape;
  const step = (length: number, bytes: number): number => (length === 1 ? 0 : bytes);
  return [step(batch, heads * queries * keys), step(heads, queries * keys), step(queries, keys)];
}

/** Options of `dotProductAttention`. */
export interface DotProductAttentionOptions {
  /** Factor of the products of queries and keys. Default null: 1 / √depth. */
  readonly scale?: number | null;
  /** Whether query t sees only keys 0 … t. Default false. */
  readonly isCausal?: boolean;
  /**
   * Whether to compute the scores tile by tile, in the backward pass too, without ever storing all of them. False stores
   * them. Default null: true if there is no bias and heads are not very large.
   */
  readonly flashAttention?: boolean | null;
}

const OPTIONS = ['scale', 'isCausal', 'flashAttention'] as const;

/**
 * What a score counts as that is left out. It is finite, so that a query for which all keys are left out weighs them alike, as
 * in Keras; and so low that nothing is left of it compared with any other.
 */
const LEFT_OUT = -1e38;

/** Lengths that queries, keys and values have in common. */
interface Sizes {
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  /** The number of heads of keys and values. */
  readonly groups: number;
  readonly depth: number;
  readonly valueDepth: number;
}

/**
 * Attention by dot products (Vaswani et al., 2017), head by head: softmax(scale · query · keyᵀ + bias) · value.
 *
 * query is [batch, queries, heads, depth], key [batch, keys, groups, depth], value [batch, keys, groups, valueDepth], the
 * result [batch, queries, heads, valueDepth]; float32. `heads` is a multiple of `groups`: neighbouring heads share a group of
 * keys and values. `bias` is broadcast to the scores [batch, heads, queries, keys] and added to them. `mask` is broadcast
 * too; scores where it is false (or 0) are ignored. A query for which all keys are ignored gets the mean of all values.
 *
 * @keras = attention
 * @param query [batch, queries, heads, depth]
 * @param key [batch, keys, groups, depth]
 * @param value [batch, keys, groups, valueDepth]
 * @param bias added to the scores, broadcast to [batch, heads, queries, keys]. Default null: none
 * @param mask which scores count, broadcast to [batch, heads, queries, keys]; 0 is false. Default null: all
 * @throws ShapeError, naming all shapes, if they do not match; ValueError for an option out of range.
 * @example ops.dotProductAttention(zeros([1, 2, 1, 4]), zeros([1, 3, 1, 4]), ones([1, 3, 1, 2])).shape // [1, 2, 1, 2]
 * @example
 * const x = random.normal([2, 5, 4, 8]);
 * ops.dotProductAttention(x, x, x, null, null, { isCausal: true }).shape; // [2, 5, 4, 8]
 */
export function dotProductAttention(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  bias: TensorLike | null = null,
  mask: TensorLike | null = null,
  options: DotProductAttentionOptions = {},
): Tensor {
  checkOptions('dotProductAttention', options, OPTIONS);
  const { scale = null, isCausal = false, flashAttention = null } = options;
  checkBoolean('dotProductAttention', 'isCausal', isCausal);
  if (flashAttention !== null) {
    checkBoolean('dotProductAttention', 'flashAttention', flashAttention);
  }
  return scoped(() => {
    const [q, k, v] = [toFloat(query), toFloat(key), toFloat(value)];
    const sizes = sizesOf(q, k, v);
    const factor =
      scale === null
        ? 1 / Math.sqrt(sizes.depth)
        : checkNumber('dotProductAttention', 'scale', scale);
    const added = bias === null ? null : fitting('bias', toFloat(bias), sizes);
    const counts = mask === null ? null : fitting('mask', toTensor(mask), sizes);
    if (flashAttention === true && added !== null) {
      throw new ValueError(
        'dotProductAttention: flashAttention = true does not go with a bias, whose gradient is as large as all scores. ' +
          'Leave one of them out.',
      );
    }
    const call = { query: q, key: k, value: v, mask: counts, isCausal, scale: factor };
    if (added !== null || flashAttention === false || !isFusable(sizes)) {
      return composed(call, sizes, added);
    }
    const bytes = counts === null ? null : maskBytes(counts, sizes);
    return fusedAttention({ ...call, mask: bytes }, differentiable);
  });
}

/** Attention whose scores are a tensor. */
function composed(
  { query, key, value, mask, isCausal, scale }: AttentionCall,
  sizes: Sizes,
  bias: Tensor | null,
): Tensor {
  const scores = scoresOf(mul(query, scale), key, sizes);
  const added = bias === null ? scores : add(scores, bias);
  const counts = countingScores(mask, isCausal, sizes);
  const weights = softmax(counts === null ? added : where(counts, added, LEFT_OUT));
  return weighted(weights, value, sizes);
}

/** Gradients of what the kernels compute, from operations that can be differentiated again. */
function differentiable(call: AttentionCall, dout: Tensor): readonly (Tensor | undefined)[] {
  const { query, key, value } = call;
  const again = (): Tensor => composed(call, sizesOf(query, key, value), null);
  return gradientsThrough([query, key, value], again, dout);
}

/**
 * Whether there is something to compute, and what each thread keeps of a head's keys and values, rows of whole panels, is less
 * than 64 MiB. The number of threads does not count, since the bits must not depend on it.
 */
function isFusable({ batch, queries, keys, heads, depth, valueDepth }: Sizes): boolean {
  const isEmpty = batch * queries * keys * heads * depth * valueDepth === 0;
  return !isEmpty && depth + valueDepth <= 4096 && keys * (depth + valueDepth + 24) <= 2 ** 22;
}

/** A bool mask of 4 axes, in which the elements for the keys of a query lie side by side. */
function maskBytes(mask: Tensor, { keys }: Sizes): Tensor {
  const axes = [...Array<number>(4 - mask.ndim).fill(1), ...mask.shape];
  const shaped = reshape(mask.dtype === 'bool' ? mask : notEqual(mask, 0), axes);
  return axes[3] === keys ? shaped : broadcastTo(shaped, axes.with(3, keys));
}

/** @throws ShapeError unless the three tensors fit. */
function sizesOf(query: Tensor, key: Tensor, value: Tensor): Sizes {
  const refuse = (why: string): never => {
    throw new ShapeError(
      `dotProductAttention: query ${formatShape(query.shape)}, key ${formatShape(key.shape)} and value ` +
        `${formatShape(value.shape)} do not fit: ${why}. They are (batch, queries, heads, depth), (batch, keys, groups, ` +
        `depth) and (batch, keys, groups, valueDepth).`,
    );
  };
  if (query.ndim !== 4 || key.ndim !== 4 || value.ndim !== 4) refuse('each must have 4 axes');
  const [batch = 0, queries = 0, heads = 0, depth = 0] = query.shape;
  const [keyBatch, keys = 0, groups = 0, keyDepth] = key.shape;
  const [valueBatch, values, valueGroups] = value.shape;
  if (keyBatch !== batch || valueBatch !== batch) refuse('the batches have different lengths');
  if (keyDepth !== depth) refuse('query and key have different depths');
  if (values !== keys) refuse('there must be a value for each key');
  if (valueGroups !== groups) refuse('key and value have different numbers of heads');
  if (groups === 0 ? heads > 0 : heads % groups !== 0) {
    refuse(`the ${heads} heads of the query are not a multiple of the ${groups} of key and value`);
  }
  return { batch, queries, keys, heads, groups, depth, valueDepth: value.shape[3] ?? 0 };
}

/** [batch, heads, queries, keys] */
function scoresOf(query: Tensor, key: Tensor, sizes: Sizes): Tensor {
  const { batch, queries, keys, heads, groups, depth } = sizes;
  if (heads === groups) return einsum('bqhd,bkhd->bhqk', query, key);
  const grouped = reshape(query, [batch, queries, groups, heads / groups, depth]);
  return reshape(einsum('bqghd,bkgd->bghqk', grouped, key), [batch, heads, queries, keys]);
}

/** [batch, queries, heads, valueDepth] */
function weighted(weights: Tensor, value: Tensor, sizes: Sizes): Tensor {
  const { batch, queries, keys, heads, groups } = sizes;
  if (heads === groups) return einsum('bhqk,bkhd->bqhd', weights, value);
  const grouped = reshape(weights, [batch, groups, heads / groups, queries, keys]);
  const depth = value.shape[3] ?? 0;
  return reshape(einsum('bghqk,bkgd->bqghd', grouped, value), [batch, queries, heads, depth]);
}

/** `x` if it broadcasts to the scores. */
function fitting(name: string, x: Tensor, { batch, heads, queries, keys }: Sizes): Tensor {
  const scores = [batch, heads, queries, keys];
  const behind = scores.length - x.ndim;
  const fits = (length: number, axis: number): boolean =>
    length === 1 || length === scores[behind + axis];
  if (behind >= 0 && x.shape.every(fits)) return x;
  throw new ShapeError(
    `dotProductAttention: the ${name}, of shape ${formatShape(x.shape)}, does not broadcast to the scores, of shape ` +
      `${formatShape(scores)}, which is (batch, heads, queries, keys). Axes are matched from the right; lengths must ` +
      `be equal or 1.`,
  );
}

/** Which scores count; null for all. */
function countingScores(mask: Tensor | null, isCausal: boolean, sizes: Sizes): Tensor | null {
  if (!isCausal) return mask;
  const causal = causalMask([sizes.queries, sizes.keys]);
  return mask === null ? causal : logicalAnd(mask, causal);
}

/** Whether key s comes no later than query t, [queries, keys]. */
function causalMask([queries = 0, keys = 0]: Shape): Tensor {
  return greaterEqual(reshape(arange(queries), [queries, 1]), arange(keys));
}
