// The tiles of attention: what they write, with any number of threads.
import { describe, expect, it } from 'vitest';
import { ATTENTION_KEYS, ATTENTION_QUERIES } from '../../assembly/tuning.js';
import { AttentionField } from '../../src/engine/wasm/generated/kernels.js';
import { outputF32, runKernel, scratchF32 } from './guarded.js';
import { wasm } from './instance.js';
import { values } from './values.js';

interface Size {
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly size: number;
  readonly valueSize: number;
}

const sizes: readonly Size[] = [
  { batch: 1, queries: 1, keys: 1, heads: 1, keyHeads: 1, size: 1, valueSize: 1 },
  { batch: 2, queries: 4, keys: 5, heads: 3, keyHeads: 3, size: 13, valueSize: 12 },
  { batch: 1, queries: ATTENTION_QUERIES + 1, keys: ATTENTION_KEYS, heads: 4, keyHeads: 2, size: 4, valueSize: 5 },
  { batch: 2, queries: ATTENTION_QUERIES, keys: 2 * ATTENTION_KEYS + 13, heads: 2, keyHeads: 1, size: 3, valueSize: 25 },
]; // prettier-ignore

/** Where the mask of a batch, a head and a query is, in bytes. */
type Steps = readonly [batch: number, head: number, query: number];

function layoutOf(given: Size, isCausal: boolean, [batch, head, query]: Steps): Int32Array {
  const layout = new Int32Array(AttentionField.isCausal + 1);
  layout[AttentionField.one] = 1;
  layout[AttentionField.batch] = given.batch;
  layout[AttentionField.queries] = given.queries;
  layout[AttentionField.keys] = given.keys;
  layout[AttentionField.heads] = given.heads;
  layout[AttentionField.keyHeads] = given.keyHeads;
  layout[AttentionField.size] = given.size;
  layout[AttentionField.valueSize] = given.valueSize;
  layout[AttentionField.maskBatch] = batch;
  layout[AttentionField.maskHead] = head;
  layout[AttentionField.maskQuery] = query;
  layout[AttentionField.isCausal] = isCausal ? 1 : 0;
  return layout;
}

/** The bytes of a mask, as words: some are 0. */
function maskOf(bytes: number): Uint32Array {
  const mask = new Uint8Array(4 * Math.ceil(bytes / 4)).map((_, i) => (i % 3 === 0 ? 0 : 1));
  return new Uint32Array(mask.buffer);
}

// `runKernel` compares the bits of 1, 2, 3 and 7 threads, and looks at what lies around arrays.
describe.each(sizes)('%o', (given) => {
  const { batch, queries, keys, heads, keyHeads, size, valueSize } = given;
  const scores = batch * heads * queries * keys;
  const ofAll: Steps = [heads * queries * keys, queries * keys, keys];
  it.each([
    { isCausal: false, mask: 0, steps: [0, 0, 0] },
    { isCausal: true, mask: 0, steps: [0, 0, 0] },
    { isCausal: false, mask: maskOf(scores), steps: ofAll },
    { isCausal: true, mask: maskOf(batch * keys), steps: [keys, 0, 0] },
  ] as const)('causal: $isCausal, steps of the mask: $steps', ({ isCausal, mask, steps }) => {
    const q = values(batch * queries * heads * size, 1, 1);
    const k = values(batch * keys * keyHeads * size, 1, 2);
    const v = values(batch * keys * keyHeads * valueSize, 1, 3);
    const layout = layoutOf(given, isCausal, steps);
    const scratchOf = (kernel: 'attentionForward' | 'attentionBackward') =>
      scratchF32(wasm.run(`${kernel}ScratchBytes`, keys, size, valueSize, 7) / 4);
    const [out = q, stats = q] = runKernel(
      'attentionForward',
      outputF32(batch * queries * heads * valueSize),
      outputF32(batch * heads * queries * 2),
      q,
      k,
      v,
      mask,
      0.5,
      layout,
      scratchOf('attentionForward'),
    );
    expect(out.every(Number.isFinite)).toBe(true);
    const gradients = runKernel(
      'attentionBackward',
      outputF32(q.length),
      outputF32(k.length),
      outputF32(v.length),
      values(out.length, 1, 4),
      out,
      stats,
      q,
      k,
      v,
      mask,
      0.5,
      layout,
      scratchOf('attentionBackward'),
    );
    for (const gradient of gradients) expect(gradient.every(Number.isFinite)).toBe(true);
  });
});
