// Attention without the scores in memory. The kernels are in assembly/attention.
import { isRecording, record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import type { WorkingRuntime } from '../../runtime/index.js';
import { emptyTensor } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { attention } from '../../wasm/generated/attention.js';
import { AttentionField } from '../../wasm/generated/kernels.js';
import type { Pointer } from '../../wasm/generated/kernels.js';

/** What the kernels compute: all float32, and the mask bool. */
export interface AttentionCall {
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
export type Differentiable = (call: AttentionCall, dout: Tensor) => readonly (Tensor | undefined)[];

/**
 * softmax(scale · query · keyᵀ) · value, of each head, [batch, queries, heads, valueDepth]. The backward pass computes the
 * scores anew. `differentiable` is asked for gradients while a tape records them.
 */
export function fusedAttention(call: AttentionCall, differentiable: Differentiable): Tensor {
  const { query, key, value, mask } = call;
  const [batch = 0, queries = 0, heads = 0] = query.shape;
  const [, keys = 0, , valueDepth = 0] = value.shape;
  const isKept = isRecording();
  const out = emptyTensor([batch, queries, heads, valueDepth], 'float32');
  const stats = emptyTensor(isKept ? [batch, heads, queries, 2] : [0], 'float32');
  const runtime = attentionRuntime();
  const { kernels, threads } = runtime;
  const depth = query.shape[3] ?? 0;
  const scratch = runtime.workspace(
    kernels.attentionForwardScratchBytes(keys, depth, valueDepth, threads),
  );
  runtime.run(
    'attentionForward',
    out.pointer,
    isKept ? stats.pointer : 0,
    query.pointer,
    key.pointer,
    value.pointer,
    mask?.pointer ?? 0,
    call.scale,
    writeAttention(call),
    scratch,
  );
  if (!isKept) {
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
