import { describe, expect, it } from 'vitest';
import type { ConfigRecord } from '../../../../src/flower.js';
import { SECURE_AGGREGATION } from '../../../../src/extras/flower/message.js';
import { createShares } from '../../../../src/extras/flower/secure-aggregation/shares.js';
import { ownEntropy } from '../../../../src/extras/flower/secure-aggregation/entropy.js';
import { hex } from '../fixtures.js';
import {
  collectFrom,
  combined,
  resultOf,
  SETUP,
  setUp,
  shareKeys,
  TestNode,
  unmaskedSum,
} from './exchange.js';
import { fixtures, int64s, knownEntropy, lent, recordOf } from './fixtures.js';

/** Values without what NumPy leaves behind a shape: the numbers of its files. */
function plain(record: ConfigRecord): Record<string, unknown> {
  return Object.fromEntries(
    [...record].map(([name, value]) => [
      name,
      name === 'masked_params'
        ? (value as Uint8Array[]).map(int64s)
        : Array.isArray(value)
          ? value.map((one) => (one instanceof Uint8Array ? hex(one) : BigInt(one as number)))
          : value,
    ]),
  );
}

describe('an exchange of secure aggregation', () => {
  it.each(fixtures.exchange)(
    "answers each stage as Flower's own node $node, bit for bit",
    async ({ node, number, keys, count, weights, shapes, stages }) => {
      const trained = {
        arraysName: 'fitins.parameters',
        arrays: weights.map((data, i) => [String(i), lent(data, shapes[i] ?? [])] as const),
        metrics: { loss: 0.5 },
        metricNames: {},
        scales: undefined,
        count,
      };
      const own = new TestNode(BigInt(node), trained, knownEntropy(`node ${number}`, keys));
      expect(stages).toHaveLength(4);
      for (const { asked, answered } of stages) {
        expect(plain(await own.ask(recordOf(asked)))).toEqual(plain(recordOf(answered)));
      }
    },
  );

  const updates = [
    [[0.25, -1, 7.5], [1e-3]],
    [[1, 2, 3], [-1e-3]],
    [[-9, 0.125, 1 / 3], [0.5]],
  ];
  const counts = [100, 1000, 37];
  // From 0 to the largest number of 64 bits.
  const ids = [0n, 2n ** 63n + 1n, 2n ** 64n - 1n];
  const makeNodes = (): TestNode[] =>
    ids.map((id, i) => new TestNode(id, resultOf(updates[i] ?? [], counts[i] ?? 1)));

  /** The sum of whole numbers that nodes stand for, and how far rounding may lead away from it. */
  function expectSum(
    sum: readonly bigint[][],
    which: readonly number[],
    { clipping_range: c, target_range: r } = SETUP,
  ): void {
    const factors = which.map((i) => Math.round(((counts[i] ?? 0) / 1000) * r));
    expect(Number(sum[0]?.[0])).toBe(factors.reduce((a, b) => a + b));
    for (const [a, array] of (updates[0] ?? []).entries()) {
      for (const at of array.keys()) {
        const exact = which.reduce((total, i, n) => {
          const weight = ((updates[i]?.[a]?.[at] ?? 0) * (factors[n] ?? 0)) / r;
          return total + ((Math.min(Math.max(weight, -c), c) + c) * r) / (2 * c);
        }, 0);
        // Each node rounds up or down, and has 24 bits at 2²².
        expect(Math.abs(Number(sum[a + 1]?.[at]) - exact)).toBeLessThan(1.5 * which.length);
      }
    }
  }

  it('gives the sum of all weights, and of the numbers of samples', async () => {
    const nodes = makeNodes();
    const keys = await setUp(nodes);
    const sealed = await shareKeys(nodes, keys);
    const vectors = [];
    for (const node of nodes) vectors.push(await collectFrom(node, sealed));
    expectSum(await unmaskedSum(nodes, [], vectors, keys), [0, 1, 2]);
  });

  it.each([0, 1, 2])(
    'gives the sum without node %i, which is lost before it answers',
    async (lost) => {
      const nodes = makeNodes();
      const keys = await setUp(nodes);
      const sealed = await shareKeys(nodes, keys);
      const active = nodes.filter((_, i) => i !== lost);
      const vectors = [];
      for (const node of active) vectors.push(await collectFrom(node, sealed));
      const dead = nodes.filter((_, i) => i === lost);
      const sum = await unmaskedSum(active, dead, vectors, keys);
      expectSum(
        sum,
        [0, 1, 2].filter((i) => i !== lost),
      );
    },
  );

  it('takes other settings of the server, and is over after the last stage', async () => {
    const settings = { ...SETUP, clipping_range: 2, target_range: 2 ** 16, mod_range: 2 ** 20 };
    const nodes = makeNodes();
    const keys = await setUp(nodes, settings);
    const sealed = await shareKeys(nodes, keys);
    const vectors = [];
    for (const node of nodes) vectors.push(await collectFrom(node, sealed));
    const sum = await unmaskedSum(nodes, [], vectors, keys, settings.mod_range);
    expectSum(sum, [0, 1, 2], settings);
    const told = { active_nids: ids, dead_nids: [] };
    await expect(nodes[0]?.ask({ stage: 'unmask', ...told })).rejects.toThrow(
      'the stage must be setup, got unmask',
    );
  });

  it('tells metrics, samples and no array beside the masked ones', async () => {
    const nodes = makeNodes();
    const sealed = await shareKeys(nodes, await setUp(nodes));
    const [node] = nodes;
    const records = await node?.records({
      stage: 'collect_masked_vectors',
      ...(sealed.get(0n) as object),
    });
    expect([...(records ?? [])].map(([name, record]) => [name, [...record.keys()]])).toEqual([
      ['fitres.parameters', []],
      ['fitres.num_examples', ['num_examples']],
      ['fitres.metrics', ['loss']],
      ['fitres.status', ['code', 'message']],
      [SECURE_AGGREGATION, ['masked_params']],
    ]);
  });

  it('has other masks each time, which leave nothing of the weights to see', async () => {
    const weights = [new Array(5000).fill(0.5) as number[]];
    const seen: bigint[][] = [];
    for (let turn = 0; turn < 2; turn++) {
      const nodes = ids.map((id) => new TestNode(id, resultOf(weights, 1000)));
      const sealed = await shareKeys(nodes, await setUp(nodes));
      for (const node of nodes) seen.push((await collectFrom(node, sealed))[1] ?? []);
    }
    for (const [i, one] of seen.entries()) {
      // Uniform below 2³²: the share of numbers below 2²² is 2⁻¹⁰, and the bits are 1 as often as 0.
      expect(one.filter((value) => value <= 2n ** 22n).length).toBeLessThan(30);
      const ones = one.filter((value) => value >= 2n ** 31n).length;
      expect(Math.abs(ones - 2500)).toBeLessThan(5 * Math.sqrt(1250));
      for (const other of seen.slice(0, i)) {
        expect(one.filter((value, at) => value === other[at]).length).toBeLessThan(3);
      }
    }
  });

  it('keeps the exchanges of runs apart', async () => {
    const nodes = makeNodes();
    const [node] = nodes;
    const answers: (ConfigRecord | undefined)[] = [];
    for (const runId of [1n, 2n]) answers.push(await node?.ask(SETUP, { runId }));
    expect(answers[0]?.get('pk1')).not.toEqual(answers[1]?.get('pk1'));
    const others = await setUp(nodes.slice(1));
    const keysOf = (turn: number) => ({
      0: [answers[turn]?.get('pk1'), answers[turn]?.get('pk2')] as Uint8Array[],
    });
    const asked = (turn: number) => ({ stage: 'share_keys', ...others, ...keysOf(turn) });
    await expect(node?.ask(asked(0), { runId: 2n })).rejects.toThrow(
      'are not those that it has sent',
    );
    await node?.ask(asked(0), { runId: 1n });
    await node?.ask(asked(1), { runId: 2n });
  });
});

describe('shares', () => {
  it('give the secret back from any of them that are enough, and no fewer', () => {
    const secret = ownEntropy.bytes(306);
    const shares = createShares(secret, 3, 7, ownEntropy);
    expect(combined([0, 3, 6].flatMap((i) => shares[i] ?? []))).toEqual(secret);
    expect(combined([5, 1, 2].flatMap((i) => shares[i] ?? []))).toEqual(secret);
    expect(combined(shares)).toEqual(secret);
    expect(combined(shares.slice(0, 2))).not.toEqual(secret);
  });
});
