import { describe, expect, it } from 'vitest';
import { ownEntropy } from '../../../../src/extras/flower/secure-aggregation/entropy.js';
import { decrypt, encrypt } from '../../../../src/extras/flower/secure-aggregation/fernet.js';
import { publicPem } from '../../../../src/extras/flower/secure-aggregation/keys.js';
import { collectFrom, resultOf, SETUP, setUp, shareKeys, TestNode } from './exchange.js';
import type { Sealed, Values } from './exchange.js';

type Bytes = Uint8Array<ArrayBuffer>;

const IDS = [3n, 4n, 5n];

function makeNodes(ids: readonly bigint[] = IDS): [TestNode, ...TestNode[]] {
  const [first, ...others] = ids.map((id) => new TestNode(id, resultOf([[1, 2]], 10)));
  return [first ?? new TestNode(0n), ...others];
}

/** Nodes that wait for the stage, and what is right to ask the first of them then. */
async function before(stage: 'share_keys' | 'collect_masked_vectors' | 'unmask') {
  const nodes = makeNodes();
  const [node] = nodes;
  const keys = await setUp(nodes);
  if (stage === 'share_keys') return { nodes, node, right: { stage, ...keys } as Values };
  const sealed = await shareKeys(nodes, keys);
  const { srcs, ctxts } = sealed.get(node.id) as Sealed;
  if (stage === 'collect_masked_vectors') {
    return { nodes, node, right: { stage, srcs, ctxts } as Values };
  }
  await collectFrom(node, sealed);
  return { nodes, node, right: { stage, active_nids: IDS.slice(0, 2), dead_nids: [5n] } as Values };
}

const newKeys = async (): Promise<Bytes[]> => [
  await publicPem(await ownEntropy.pair()),
  await publicPem(await ownEntropy.pair()),
];

describe('secure aggregation refuses', () => {
  it.each<[string, Values, string]>([
    ['no stage', { ...SETUP, stage: [] }, 'stage must be one of setup, share_keys'],
    ['another stage', { ...SETUP, stage: 'reveal' }, "got 'reveal'"],
    ['a later stage at first', { stage: 'unmask' }, 'the stage must be setup, got unmask'],
    ['one share', { ...SETUP, share_num: 1 }, 'share_num must be'],
    ['2¹⁴ shares', { ...SETUP, share_num: 2 ** 14 }, 'share_num must be'],
    ['a fraction of a share', { ...SETUP, share_num: 2.5 }, 'share_num must be'],
    ['a share that is the secret', { ...SETUP, threshold: 1 }, 'threshold must be'],
    ['a threshold above the shares', { ...SETUP, threshold: 4 }, 'threshold must be'],
    ['one node', { ...SETUP, sample_num: 1 }, 'sample_num must be'],
    ['a range that is empty', { ...SETUP, clipping_range: 0 }, 'clipping_range must be'],
    ['a range that is not a number', { ...SETUP, clipping_range: NaN }, 'clipping_range must be'],
    ['a range as a text', { ...SETUP, clipping_range: '8' }, 'clipping_range must be'],
    ['steps that int32 has not', { ...SETUP, target_range: 2 ** 31 }, 'target_range must be'],
    ['no modulus', { ...SETUP, mod_range: 0 }, 'mod_range must be'],
    ['a modulus of 2³³', { ...SETUP, mod_range: 2 ** 33 }, 'mod_range must be'],
    ['a modulus of 64 bits', { ...SETUP, mod_range: 2n ** 63n }, 'mod_range must be'],
    ['a modulus that is no power of 2', { ...SETUP, mod_range: 3 * 2 ** 30 }, 'power of 2'],
    [
      'a modulus below the steps',
      { ...SETUP, mod_range: 2 ** 22 },
      'power of 2 above target_range',
    ],
    ['weights that count for nothing', { ...SETUP, max_weight: 0 }, 'max_weight must be'],
    ['weights that count without end', { ...SETUP, max_weight: Infinity }, 'max_weight must be'],
    ['settings that it does not know', { ...SETUP, reveal: true }, 'expected the values stage, '],
    ['settings that are missing', { stage: 'setup' }, 'got stage'],
  ])('to begin with %s', async (_, config, message) => {
    const [node] = makeNodes();
    await expect(node.ask(config)).rejects.toThrow(message);
    // And can be asked again.
    await node.ask(SETUP);
  });

  it.each<[string, (right: Values) => Values | Promise<Values>, string]>([
    [
      'fewer than the threshold',
      ({ stage = '', 3: own = [] }) => ({ stage, 3: own }),
      'keys of 1 nodes',
    ],
    [
      'more than there are shares',
      async (right) => ({ ...right, 6: await newKeys() }),
      'keys of 4 nodes',
    ],
    [
      'more than it takes',
      (right) => ({ ...right, ...Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [i + 10, right['4'] ?? []])) }), // prettier-ignore
      'share_keys has more than 1024 entries',
    ],
    [
      'without its own',
      async ({ 3: _, ...right }) => ({ ...right, 9: await newKeys() }),
      'are not those that it has sent',
    ],
    [
      'with others in place of its own',
      async (right) => ({ ...right, 3: await newKeys() }),
      'are not those',
    ],
    [
      'twice the same',
      ({ stage = '', 3: own = [], 4: other = [] }) => ({ stage, 3: own, 4: other, 5: other }),
      'the same',
    ],
    [
      'one in place of two',
      (right) => ({ ...right, 4: (right['4'] as Bytes[]).slice(1) }),
      "under '4'",
    ],
    ['texts', (right) => ({ ...right, 4: ['a', 'b'] }), "under '4'"],
    [
      'of a node without a number',
      async ({ 4: _, ...right }) => ({ ...right, four: await newKeys() }),
      "under 'four'",
    ],
    [
      'of a node with two names',
      async ({ 4: _, ...right }) => ({ ...right, '04': await newKeys() }),
      "under '04'",
    ],
    [
      'of a node of 65 bits',
      async ({ 4: _, ...right }) => ({ ...right, [String(2n ** 64n)]: await newKeys() }),
      'is not the number of a node',
    ],
    [
      'that are none',
      (right) => ({ ...right, 4: [Uint8Array.of(1), Uint8Array.of(2)] }),
      'the key of node 4: expected a public key',
    ],
    [
      'that are huge',
      (right) => ({ ...right, 4: [new Uint8Array(5000), new Uint8Array(5000)] }),
      "under '4'",
    ],
  ])('keys: %s', async (_, change, message) => {
    const { node, right } = await before('share_keys');
    await expect(node.ask(await change(right))).rejects.toThrow(message);
    await node.ask(right);
  });

  it.each<[string, (right: Values) => Values, string]>([
    [
      'fewer than the threshold',
      ({ stage = '' }) => ({ stage, srcs: [], ctxts: [] }),
      'got the shares of 0 neighbours',
    ],
    [
      'of no neighbour',
      ({ srcs: _, ...right }) => ({ ...right, srcs: [4, 9] }),
      'node 9 is no neighbour',
    ],
    [
      'of itself',
      ({ srcs: _, ...right }) => ({ ...right, srcs: [4, 3] }),
      'node 3 is no neighbour',
    ],
    [
      'of one node twice',
      ({ srcs: _, ...right }) => ({ ...right, srcs: [4, 4] }),
      'srcs names a node twice',
    ],
    [
      'under the numbers of each other',
      ({ srcs: _, ...right }) => ({ ...right, srcs: [5, 4] }),
      'the shares from node 5: was not encrypted',
    ],
    [
      'without a number',
      ({ ctxts: _, ...right }) => ({ ...right, ctxts: (right['ctxts'] as Bytes[]) ?? [] }),
      'ctxts must have 2',
    ],
    [
      'that are cut off',
      (right) => ({ ...right, ctxts: (right['ctxts'] as Bytes[]).map((one) => one.subarray(4)) }),
      'was not encrypted',
    ],
    [
      'that are huge',
      (right) => ({ ...right, ctxts: [new Uint8Array(5000), new Uint8Array(9)] }),
      'ctxts must have 2',
    ],
    [
      'of fractions of nodes',
      ({ srcs: _, ...right }) => ({ ...right, srcs: [4, 4.5] }),
      'srcs must be a list of numbers of nodes',
    ],
    [
      'of a negative node',
      ({ srcs: _, ...right }) => ({ ...right, srcs: [4, -1] }),
      '-1 is not the number of a node',
    ],
    [
      'as texts',
      ({ srcs: _, ...right }) => ({ ...right, srcs: ['4', '5'] }),
      'srcs must be a list',
    ],
    [
      'with something else',
      (right) => ({ ...right, seed: 1 }),
      'expected the values stage, ctxts, srcs',
    ],
  ])('shares: %s', async (_, change, message) => {
    const { node, right } = await before('collect_masked_vectors');
    await expect(node.ask(change(right))).rejects.toThrow(message);
    await node.ask(right);
  });

  it.each<[string, Values, string]>([
    [
      'one node',
      { active_nids: [3], dead_nids: [4, 5] },
      '1 nodes have answered, fewer than the threshold of 2',
    ],
    [
      'both secrets of a node',
      { active_nids: [3, 4], dead_nids: [4] },
      'node 4 is in active_nids and in dead_nids',
    ],
    ['its own key', { active_nids: [4, 5], dead_nids: [3] }, 'dead_nids names this node'],
    [
      'a node of which it has no shares',
      { active_nids: [3, 4], dead_nids: [6] },
      'no shares of node 6',
    ],
    ['a node twice', { active_nids: [3, 4, 4], dead_nids: [] }, 'active_nids names a node twice'],
    ['no list', { active_nids: 3, dead_nids: [] }, 'active_nids must be a list'],
    ['nothing', {}, 'expected the values stage, active_nids, dead_nids'],
    [
      'very many nodes',
      { active_nids: Array.from({ length: 2000 }, (_, i) => i), dead_nids: [] },
      'more than 1024',
    ],
  ])('to unmask %s', async (_, told, message) => {
    const { node, right } = await before('unmask');
    await expect(node.ask({ stage: 'unmask', ...told })).rejects.toThrow(message);
    await node.ask(right);
  });

  it('messages that come again, so that no mask hides two vectors and no second secret is told', async () => {
    const shared = await before('share_keys');
    await shared.node.ask(shared.right);
    await expect(shared.node.ask(shared.right)).rejects.toThrow(
      'the stage must be collect_masked_vectors, got share_keys. A server begins again with setup.',
    );
    const { node, right } = await before('collect_masked_vectors');
    await node.ask(right);
    node.trained = resultOf([[5, 6]], 10);
    await expect(node.ask(right)).rejects.toThrow(
      'the stage must be unmask, got collect_masked_vectors',
    );
    await node.ask({ stage: 'unmask', active_nids: [3, 4], dead_nids: [5] });
    const other = { stage: 'unmask', active_nids: [3, 5], dead_nids: [4] };
    await expect(node.ask(other)).rejects.toThrow('the stage must be setup, got unmask');
  });

  it('shares that a node has made for another one, or with other lengths', async () => {
    // Node 4 is a liar, which has the key that it shares with node 3.
    const nodes = makeNodes();
    const [node] = nodes;
    const [masking, sealing] = [await ownEntropy.pair(), await ownEntropy.pair()];
    const keys = await setUp(nodes);
    keys['4'] = [await publicPem(masking), await publicPem(sealing)];
    await node.ask({ stage: 'share_keys', ...keys });
    const { publicKeyOf, sharedKey } = await import('../../../../src/extras/flower/secure-aggregation/keys.js'); // prettier-ignore
    const key = await sharedKey(sealing, await publicKeyOf(keys['3']?.[1] as Bytes, 'the test'));
    const tell = async (from: bigint, to: bigint, seed: Bytes, own: Bytes): Promise<Bytes> => {
      const head = new DataView(new ArrayBuffer(20));
      head.setBigUint64(0, from, true);
      head.setBigUint64(8, to, true);
      head.setUint32(16, seed.length, true);
      const plain = Uint8Array.from([...new Uint8Array(head.buffer), ...seed, ...own]);
      return encrypt(key, plain, ownEntropy.bytes(16), 0);
    };
    const share = (length: number, number = 1): Bytes => {
      const bytes = new Uint8Array(length);
      // The number of an empty one is lost.
      bytes[0] = number;
      return bytes;
    };
    const ask = (token: Bytes) =>
      node.ask({ stage: 'collect_masked_vectors', srcs: [4], ctxts: [token] });
    const right = [share(52), share(324)] as const;
    await expect(ask(await tell(5n, 3n, ...right))).rejects.toThrow('are from node 5 for node 3');
    await expect(ask(await tell(4n, 5n, ...right))).rejects.toThrow('are from node 4 for node 5');
    for (const [seed, own] of [
      [share(36), share(324)],
      [share(52), share(323)],
      [share(52), share(4)],
      [share(52, 2), share(324, 1)],
      [share(400), share(0)],
    ] as const) {
      const told = ask(await tell(4n, 3n, seed, own));
      await expect(told).rejects.toThrow('expected shares of one number, 52 bytes of the seed');
    }
    const short = await encrypt(key, new Uint8Array(19), ownEntropy.bytes(16), 0);
    await expect(ask(short)).rejects.toThrow('the shares from node 4 for node 3: are from node');
    expect(await decrypt(key, short, 'the test')).toHaveLength(19);
    await ask(await tell(4n, 3n, ...right));
  });

  it('stages of a node that has another number than at first', async () => {
    const { node, right } = await before('share_keys');
    await expect(node.ask(right, { id: 99n })).rejects.toThrow(
      'the exchange was begun as node 3, and this is node 99 now',
    );
  });

  it('stages of an exchange that 16 others, or a new one of its run, have taken the place of', async () => {
    const { node, right } = await before('share_keys');
    for (let runId = 2n; runId <= 17n; runId++) await node.ask(SETUP, { runId });
    await expect(node.ask(right)).rejects.toThrow('the stage must be setup, got share_keys');
    const again = await before('collect_masked_vectors');
    await again.node.ask(SETUP);
    await expect(again.node.ask(again.right)).rejects.toThrow('the stage must be share_keys');
  });
});
