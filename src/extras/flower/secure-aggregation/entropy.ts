import { subtle } from '../identity.js';

/** The curve on which nodes agree on keys. */
export const CURVE = { name: 'ECDH', namedCurve: 'P-384' } as const;

/** What differs from one exchange to the next: random numbers, keys, and the time. */
export interface Entropy {
  /** Random bytes, at most 65,536. */
  bytes(count: number): Uint8Array<ArrayBuffer>;
  /** A new pair of keys on P-384. The private one can be read, as it is shared. */
  pair(): Promise<CryptoKeyPair>;
  /** Seconds since 1970. */
  time(): number;
}

/** The entropy of this machine. */
export const ownEntropy: Entropy = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  pair: async () => subtle().generateKey(CURVE, true, ['deriveBits']),
  time: () => Math.floor(Date.now() / 1000),
};
