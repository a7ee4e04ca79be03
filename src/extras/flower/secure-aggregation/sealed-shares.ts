import { FormatError } from '../../../errors.js';
import { concatenate } from '../../../files/formats/bytes.js';
import type { Entropy } from './entropy.js';
import { decrypt, encrypt } from './fernet.js';
import { isShare, shareBytes, shareNumber } from './shares.js';

// What one node sends to another through the server, encrypted:
//
//     from: u64 | to: u64 | length: u32, all little-endian | share of the seed | share of the key for masks

type Bytes = Uint8Array<ArrayBuffer>;

const HEAD_BYTES = 20;

/** Bytes of the seed of a node's own mask. */
export const SEED_BYTES = 32;

/** The share of each of the two secrets of a node. */
export interface SharePair {
  /** The share of the seed of its own mask. */
  readonly ofSeed: Bytes;
  /** The share of its private key for the masks of pairs. */
  readonly ofKey: Bytes;
}

/** Shares of node `from` for node `to`, encrypted with the key that both share. */
export function sealShares(
  from: bigint,
  to: bigint,
  { ofSeed, ofKey }: SharePair,
  key: Bytes,
  entropy: Entropy,
): Promise<Bytes> {
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setBigUint64(0, from, true);
  view.setBigUint64(8, to, true);
  view.setUint32(16, ofSeed.length, true);
  return encrypt(key, concatenate([head, ofSeed, ofKey]), entropy.bytes(16), entropy.time());
}

/**
 * Shares that node `from` has encrypted for node `to`.
 *
 * @throws FormatError for what it has not encrypted, for shares of or for another node, and for anything but a share.
 */
export async function openShares(
  from: bigint,
  to: bigint,
  token: Bytes,
  key: Bytes,
): Promise<SharePair> {
  const label = `secure aggregation: the shares from node ${from}`;
  const plain = await decrypt(key, token, label);
  const [source, target, length] = plain.length < HEAD_BYTES ? [] : headOf(plain);
  if (source !== from || target !== to) {
    throw new FormatError(`${label} for node ${to}: are from node ${source} for node ${target}.`);
  }
  const ofSeed = plain.slice(HEAD_BYTES, HEAD_BYTES + (length ?? 0));
  const ofKey = plain.slice(HEAD_BYTES + ofSeed.length);
  const isPair =
    ofSeed.length === shareBytes(SEED_BYTES) &&
    isShare(ofKey) &&
    shareNumber(ofSeed) === shareNumber(ofKey);
  if (isPair) return { ofSeed, ofKey };
  throw new FormatError(
    `${label}: expected shares of one number, ${shareBytes(SEED_BYTES)} bytes of the seed and some of the key, got ` +
      `${ofSeed.length} and ${ofKey.length} bytes.`,
  );
}

function headOf(plain: Bytes): [source: bigint, target: bigint, length: number] {
  const view = new DataView(plain.buffer);
  return [view.getBigUint64(0, true), view.getBigUint64(8, true), view.getUint32(16, true)];
}
