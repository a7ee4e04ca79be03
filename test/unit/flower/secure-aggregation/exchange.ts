// Nodes of an exchange without a SuperLink, and the server's part of it, which removes the masks. It computes with numbers of
// any length (BigInt) and by a formula, so that it shares nothing with the code that it checks.
import {
  ConfigRecord as Config,
  ArrayRecord,
  type ConfigRecord,
  type ConfigValue,
  type FlowerRecord,
} from '../../../../src/flower.js';
import type { Training, TrainingResult } from '../../../../src/extras/flower/answers.js';
import { FlowerMessage, SECURE_AGGREGATION } from '../../../../src/extras/flower/message.js';
import { ObjectReader } from '../../../../src/extras/flower/object-reader.js';
import { ObjectWriter } from '../../../../src/extras/flower/object-writer.js';
import { publicKeyOf, sharedKey } from '../../../../src/extras/flower/secure-aggregation/keys.js';
import { folded } from '../../../../src/extras/flower/secure-aggregation/masked.js';
import { SecureAggregation } from '../../../../src/extras/flower/secure-aggregation/secure-aggregation.js';
import type { Entropy } from '../../../../src/extras/flower/secure-aggregation/entropy.js';
import { RandomState } from '../../../../src/engine/random/random-state.js';
import { contentsOf, pullFrom } from '../fixtures.js';
import { int64s, lent, pairOf } from './fixtures.js';

type Bytes = Uint8Array<ArrayBuffer>;
export type Values = Readonly<Record<string, ConfigValue>>;

/** A node of an exchange, and what it trains to. */
export class TestNode {
  readonly #aggregation: SecureAggregation;

  constructor(
    readonly id: bigint,
    public trained: TrainingResult = resultOf([], 1),
    entropy?: Entropy,
  ) {
    this.#aggregation = new SecureAggregation(entropy);
  }

  /** All records of the answer to a stage. */
  async records(
    config: ConfigRecord | Values,
    { runId = 1n, id = this.id } = {},
  ): Promise<Map<string, FlowerRecord>> {
    const record = config instanceof Config ? config : new Config(config);
    const records = new Map<string, FlowerRecord>([[SECURE_AGGREGATION, record]]);
    if (record.get('stage') === 'collect_masked_vectors') {
      records.set('fitins.parameters', new ArrayRecord());
      records.set('fitins.config', new Config());
    }
    const metadata = {
      runId,
      messageId: 'a',
      srcNodeId: 1n,
      dstNodeId: id,
      replyToMessageId: '',
      groupId: '1',
      ttl: 60,
      messageType: 'train',
      createdAt: 0,
      srcTaskId: undefined,
      dstTaskId: undefined,
    };
    const message = new FlowerMessage(metadata, records, new AbortController().signal);
    const writer = new ObjectWriter();
    const train: Training = (use) => use(this.trained);
    const answer = await this.#aggregation.answer(message, writer, train);
    const whole = await writer.message(new Uint8Array(), answer);
    return new ObjectReader(pullFrom(contentsOf(writer)), 2 ** 30).records(whole.id);
  }

  /** The record of the answer that is the protocol's. */
  async ask(
    config: ConfigRecord | Values,
    of: { runId?: bigint; id?: bigint } = {},
  ): Promise<ConfigRecord> {
    return (await this.records(config, of)).get(SECURE_AGGREGATION) as ConfigRecord;
  }
}

/** What training gave: weights of one axis each. */
export function resultOf(weights: readonly (readonly number[])[], count: number): TrainingResult {
  const arrays = weights.map((data, i) => [String(i), lent(data, [data.length])] as const);
  return {
    arraysName: 'fitins.parameters',
    arrays,
    metrics: { loss: 0.5 },
    metricNames: {},
    scales: undefined,
    count,
  };
}

export const SETUP = {
  stage: 'setup',
  sample_num: 3,
  share_num: 3,
  threshold: 2,
  clipping_range: 8,
  target_range: 2 ** 22,
  mod_range: 2 ** 32,
  max_weight: 1000,
};

/** The public keys of nodes, as the server passes them on. */
export async function setUp(
  nodes: readonly TestNode[],
  settings: Values = SETUP,
): Promise<Record<string, Bytes[]>> {
  const keys: Record<string, Bytes[]> = {};
  for (const node of nodes) {
    const answer = await node.ask(settings);
    keys[String(node.id)] = [answer.get('pk1') as Bytes, answer.get('pk2') as Bytes];
  }
  return keys;
}

/** Which nodes made encrypted shares for a node, and the shares. */
export interface Sealed {
  readonly srcs: (number | bigint)[];
  readonly ctxts: Bytes[];
}

/** Passes keys on, and sorts the encrypted shares by the node that they are for. */
export async function shareKeys(
  nodes: readonly TestNode[],
  keys: Readonly<Record<string, ConfigValue>>,
): Promise<Map<bigint, Sealed>> {
  const sealed = new Map(nodes.map(({ id }): [bigint, Sealed] => [id, { srcs: [], ctxts: [] }]));
  for (const node of nodes) {
    const answer = await node.ask({ stage: 'share_keys', ...keys });
    const ctxts = answer.get('ctxts') as Bytes[];
    for (const [i, dst] of (answer.get('dsts') as (number | bigint)[]).entries()) {
      const target = sealed.get(BigInt(dst));
      target?.srcs.push(node.id);
      target?.ctxts.push(ctxts[i] ?? new Uint8Array());
    }
  }
  return sealed;
}

/** The masked arrays of a node. */
export async function collectFrom(
  node: TestNode,
  sealed: Map<bigint, Sealed>,
): Promise<bigint[][]> {
  const answer = await node.ask({
    stage: 'collect_masked_vectors',
    ...(sealed.get(node.id) as object),
  });
  return (answer.get('masked_params') as Bytes[]).map(int64s);
}

/** The sum of what nodes have sent without masks, as the server finds it. */
export async function unmaskedSum(
  active: readonly TestNode[],
  dead: readonly TestNode[],
  vectors: readonly (readonly bigint[][])[],
  keys: Readonly<Record<string, Bytes[]>>,
  modRange = SETUP.mod_range,
): Promise<bigint[][]> {
  const ids = (nodes: readonly TestNode[]): bigint[] => nodes.map(({ id }) => id);
  const shares = new Map<bigint, Bytes[]>();
  for (const node of active) {
    const told = { active_nids: ids(active), dead_nids: ids(dead) };
    const answer = await node.ask({ stage: 'unmask', ...told });
    const nids = answer.get('nids') as (number | bigint)[];
    for (const [i, share] of (answer.get('shares') as Bytes[]).entries()) {
      const id = BigInt(nids[i] ?? -1);
      shares.set(id, [...(shares.get(id) ?? []), share]);
    }
  }
  const sums = (vectors[0] ?? []).map((array, a) =>
    array.map((_, i) => vectors.reduce((sum, vector) => sum + (vector[a]?.[i] ?? 0n), 0n)),
  );
  const remove = (seed: Uint8Array, sign: bigint): void => {
    const state = new RandomState(folded(seed));
    for (const array of sums) {
      const mask = new Uint32Array(array.length);
      state.fillBelow(mask, modRange - 1);
      for (let i = 0; i < array.length; i++)
        array[i] = (array[i] ?? 0n) - sign * BigInt(mask[i] ?? 0);
    }
  };
  for (const { id } of active) remove(combined(shares.get(id) ?? []), 1n);
  for (const { id } of dead) {
    const pair = await pairOf(String.fromCharCode(...combined(shares.get(id) ?? [])));
    for (const other of active) {
      const [pem = new Uint8Array()] = keys[String(other.id)] ?? [];
      const seed = await sharedKey(pair, await publicKeyOf(pem, 'the test'));
      remove(seed, other.id > id ? 1n : -1n);
    }
  }
  const modulus = BigInt(modRange);
  return sums.map((array) => array.map((value) => ((value % modulus) + modulus) % modulus));
}

/** The secret of shares: Σ yⱼ ∏ xₘ / (xₘ + xⱼ) in GF(2¹²⁸), block by block. */
export function combined(shares: readonly Uint8Array[]): Bytes {
  const numbers = shares.map((share) =>
    BigInt(new DataView(share.buffer, share.byteOffset).getUint32(0, true)),
  );
  // The weight of each share is that of all blocks.
  const weights = numbers.map(
    (own, j) =>
    numbers.reduce((product, x, m) => (m === j ? product : times(product, times(x, inverse(x ^ own)))), 1n), // prettier-ignore
  );
  const padded: number[] = [];
  for (let at = 4; at < (shares[0]?.length ?? 0); at += 16) {
    const secret = shares.reduce((sum, share, j) => {
      const value = BigInt(`0x${Buffer.from(share.subarray(at, at + 16)).toString('hex')}`);
      return sum ^ times(value, weights[j] ?? 0n);
    }, 0n);
    padded.push(...Buffer.from(secret.toString(16).padStart(32, '0'), 'hex'));
  }
  return Uint8Array.from(padded.slice(0, padded.length - (padded.at(-1) ?? 0)));
}

function times(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let i = 127n; i >= 0n; i--) {
    product <<= 1n;
    if (product >> 128n === 1n) product ^= (1n << 128n) | 0x87n;
    if ((b >> i) & 1n) product ^= a;
  }
  return product;
}

/** a^(2¹²⁸ − 2) */
function inverse(a: bigint): bigint {
  let [result, square] = [1n, a];
  for (let i = 1; i < 128; i++) {
    square = times(square, square);
    result = times(result, square);
  }
  return result;
}
