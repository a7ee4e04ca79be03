import { FormatError } from '../../../errors.js';
import type { ConfigRecord } from '../records.js';
import type { Entropy } from './entropy.js';
import { privatePem, publicKeyOf, publicPem, sharedKey } from './keys.js';
import type { Mask } from './masked.js';
import { openShares, sealShares, SEED_BYTES } from './sealed-shares.js';
import type { SharePair } from './sealed-shares.js';
import { keysOf, nodesOf, settingsOf, tokensOf } from './settings.js';
import type { Settings } from './settings.js';
import { createShares } from './shares.js';

// SecAgg+ (J. H. Bell et al. 2020), the part of a client as the `secaggplus_mod` of Flower 1.42 has it:
//
//     setup                    settings → the public keys of two new pairs, one for masks, one to encrypt shares with
//     share_keys               the keys of the neighbours → for each the shares of two secrets: seed, and private key for masks
//     collect_masked_vectors   the shares of the neighbours, and what to train → masked weights
//     unmask                   whose vectors have come → the shares of their seeds, and of the keys of all others
//
// The server gets one of the two secrets of a node, never both.

type Bytes = Uint8Array<ArrayBuffer>;

const OWNER = 'secure aggregation';

/** What a node knows after `setup`. */
export interface Prepared {
  readonly node: bigint;
  readonly settings: Settings;
  /** For the masks of pairs. */
  readonly masking: CryptoKeyPair;
  /** To encrypt shares with. */
  readonly sealing: CryptoKeyPair;
}

/** Another node of the exchange. */
interface Neighbour {
  readonly maskingKey: CryptoKey;
  /** With which both encrypt shares for each other. */
  readonly sealingKey: Bytes;
}

/** What a node knows after `share_keys`. */
export interface Shared extends Prepared {
  readonly neighbours: ReadonlyMap<bigint, Neighbour>;
  readonly seed: Bytes;
  /** The shares of the own secrets that stay with the node. */
  readonly own: SharePair;
}

/** What a node knows after `collect_masked_vectors`: shares of the nodes whose masks are in what it has sent. */
export interface Collected extends Pick<Prepared, 'node' | 'settings'> {
  readonly shares: ReadonlyMap<bigint, SharePair>;
}

/** New keys for an exchange. */
export async function prepare(
  node: bigint,
  config: ConfigRecord,
  entropy: Entropy,
): Promise<Prepared> {
  const settings = settingsOf(config);
  const masking = await entropy.pair();
  return { node, settings, masking, sealing: await entropy.pair() };
}

/** What `setup` answers with. */
export async function publicKeys({ masking, sealing }: Prepared): Promise<Record<string, Bytes>> {
  return { pk1: await publicPem(masking), pk2: await publicPem(sealing) };
}

/** Shares of the own secrets, and the answer of `share_keys`: for each neighbour its shares, encrypted. */
export async function share(
  before: Prepared,
  config: ConfigRecord,
  entropy: Entropy,
): Promise<{ state: Shared; dsts: bigint[]; ctxts: Bytes[] }> {
  const { node, settings, masking, sealing } = before;
  const keys = keysOf(config);
  await requireKeys(keys, before);
  const seed = entropy.bytes(SEED_BYTES);
  const split = (secret: Bytes): Bytes[] =>
    createShares(secret, settings.threshold, settings.shareCount, entropy);
  const [ofSeeds, ofKeys] = [split(seed), split(await privatePem(masking))];
  const neighbours = new Map<bigint, Neighbour>();
  const ctxts: Bytes[] = [];
  let own: SharePair | undefined;
  for (const [i, [id, [maskingPem, sealingPem]]] of [...keys].entries()) {
    const pair = { ofSeed: shareAt(ofSeeds, i), ofKey: shareAt(ofKeys, i) };
    if (id === node) own = pair;
    else {
      const label = `${OWNER}: the key of node ${id}`;
      const sealingKey = await sharedKey(sealing, await publicKeyOf(sealingPem, label));
      neighbours.set(id, { maskingKey: await publicKeyOf(maskingPem, label), sealingKey });
      ctxts.push(await sealShares(node, id, pair, sealingKey, entropy));
    }
  }
  if (own === undefined) throw new FormatError(`${OWNER}: the keys of this node are missing.`);
  return { state: { ...before, neighbours, seed, own }, dsts: [...neighbours.keys()], ctxts };
}

function shareAt(shares: readonly Bytes[], i: number): Bytes {
  const found = shares[i];
  if (found !== undefined) return found;
  throw new FormatError(`${OWNER}: there are ${shares.length} shares, and none for node ${i + 1}.`);
}

/** @throws FormatError unless the keys are enough, all of them different, and the own ones among them. */
async function requireKeys(keys: ReturnType<typeof keysOf>, before: Prepared): Promise<void> {
  const { threshold, shareCount } = before.settings;
  if (keys.size < threshold || keys.size > shareCount) {
    throw new FormatError(
      `${OWNER}: got the keys of ${keys.size} nodes, expected at least ${threshold} (threshold) and at most ${shareCount} ` +
        `(share_num).`,
    );
  }
  const texts = [...keys.values()].flat().map((bytes) => String.fromCharCode(...bytes));
  if (new Set(texts).size !== texts.length) {
    throw new FormatError(`${OWNER}: two of the public keys are the same.`);
  }
  const { pk1, pk2 } = await publicKeys(before);
  const [masking, sealing] = keys.get(before.node) ?? [];
  if (isEqual(masking, pk1) && isEqual(sealing, pk2)) return;
  throw new FormatError(`${OWNER}: the public keys of this node are not those that it has sent.`);
}

function isEqual(a: Bytes | undefined, b: Bytes | undefined): boolean {
  return a?.length === b?.length && a?.every((byte, i) => byte === b?.[i]) === true;
}

/** The shares of the neighbours, and the masks that hide what the node sends. */
export async function collect(
  { node, settings, neighbours, masking, seed, own }: Shared,
  config: ConfigRecord,
): Promise<{ state: Collected; masks: Mask[] }> {
  const tokens = tokensOf(config);
  if (tokens.size + 1 < settings.threshold) {
    throw new FormatError(
      `${OWNER}: got the shares of ${tokens.size} neighbours; the threshold of ${settings.threshold} needs ` +
        `${settings.threshold - 1} at least.`,
    );
  }
  const shares = new Map([[node, own]]);
  const masks: Mask[] = [{ seed, sign: 1 }];
  for (const [id, token] of tokens) {
    const neighbour = neighbours.get(id);
    if (neighbour === undefined) throw new FormatError(`${OWNER}: node ${id} is no neighbour.`);
    shares.set(id, await openShares(id, node, token, neighbour.sealingKey));
    // One of the two adds the mask, the other takes it away.
    masks.push({
      seed: await sharedKey(masking, neighbour.maskingKey),
      sign: node > id ? 1 : -1,
    });
  }
  return { state: { node, settings, shares }, masks };
}

/** The answer of `unmask`: of nodes whose vectors have come the share of the seed, of others that of the key. */
export function unmask(
  { node, settings, shares }: Collected,
  config: ConfigRecord,
): { nids: bigint[]; shares: Bytes[] } {
  const { active, dead } = nodesOf(config);
  if (active.length < settings.threshold) {
    throw new FormatError(
      `${OWNER}: ${active.length} nodes have answered, fewer than the threshold of ${settings.threshold}.`,
    );
  }
  if (dead.includes(node)) {
    throw new FormatError(`${OWNER}: dead_nids names this node, which has sent its vector.`);
  }
  const pairOf = (id: bigint): SharePair => {
    const pair = shares.get(id);
    if (pair !== undefined) return pair;
    throw new FormatError(`${OWNER}: this node has no shares of node ${id}.`);
  };
  return {
    nids: [...active, ...dead],
    shares: [...active.map((id) => pairOf(id).ofSeed), ...dead.map((id) => pairOf(id).ofKey)],
  };
}
