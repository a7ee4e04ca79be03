import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromBase64 } from '../../../../src/files/formats/base64.js';
import { ConfigRecord } from '../../../../src/flower.js';
import type { Entropy } from '../../../../src/extras/flower/secure-aggregation/entropy.js';
import { CURVE } from '../../../../src/extras/flower/secure-aggregation/entropy.js';
import type { Settings } from '../../../../src/extras/flower/secure-aggregation/settings.js';
import { tensor } from '../../../../src/engine/tensor/index.js';
import type { DType } from '../../../../src/config/dtype.js';
import type { LentArray } from '../../../../src/extras/flower/object-writer.js';
import { valueOf } from '../fixtures.js';

type Bytes = Uint8Array<ArrayBuffer>;
/** The values of a record: name, field and value. */
export type Told = readonly (readonly [string, string, string | readonly string[]])[];

export interface RecordedNode {
  readonly node: string;
  readonly number: number;
  /** Its private keys. */
  readonly keys: readonly string[];
  /** Its number of samples. */
  readonly count: number;
  readonly weights: readonly (readonly number[])[];
  readonly shapes: readonly (readonly number[])[];
  readonly stages: readonly { readonly asked: Told; readonly answered: Told }[];
}

/** What Flower made: `test/oracles/fixtures/flower-secure-aggregation.py`. */
export const fixtures = JSON.parse(
  readFileSync(
    new URL('../../../fixtures/flower-secure-aggregation.json', import.meta.url),
    'utf8',
  ),
) as {
  readonly time: number;
  readonly masks: readonly {
    readonly seed: string;
    readonly range: number;
    readonly arrays: readonly (readonly number[])[];
  }[];
  readonly shares: readonly {
    readonly name: string;
    readonly secret: string;
    readonly threshold: number;
    readonly count: number;
    readonly shares: Readonly<Record<string, string>>;
  }[];
  readonly keys: {
    readonly private: string;
    readonly public: string;
    readonly other: string;
    readonly shared: string;
    readonly tokens: readonly { readonly plaintext: string; readonly token: string }[];
  };
  readonly weights: readonly {
    readonly name: string;
    readonly dtype: DType;
    readonly shape: readonly number[];
    readonly data: readonly number[];
  }[];
  readonly masked: readonly {
    readonly count: number;
    readonly settings: Settings;
    readonly seed: string;
    readonly files: readonly string[];
  }[];
  readonly exchange: readonly RecordedNode[];
};

/** The bytes that the script has for a name: SHA-256 of the name and of the number of the block. */
export class Stream {
  #blocks = 0;
  #rest = Buffer.alloc(0);

  constructor(private readonly name: string) {}

  bytes(count: number): Bytes {
    while (this.#rest.length < count) {
      const block = createHash('sha256').update(`${this.name} ${this.#blocks++}`).digest();
      this.#rest = Buffer.concat([this.#rest, block]);
    }
    const found = Uint8Array.from(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    return found;
  }
}

/** What a node of the script has: its stream, its keys and its time. */
export function knownEntropy(name: string, keys: readonly string[] = []): Entropy {
  const stream = new Stream(name);
  const left = [...keys];
  return {
    bytes: (count) => stream.bytes(count),
    pair: () => pairOf(left.shift() ?? ''),
    time: () => fixtures.time,
  };
}

/** The pair of a private key in PEM. */
export async function pairOf(pem: string): Promise<CryptoKeyPair> {
  const { subtle } = crypto;
  const der = fromBase64(pem.replace(/-----[A-Z ]+-----|\s/g, ''));
  const privateKey = await subtle.importKey('pkcs8', der, CURVE, true, ['deriveBits']);
  const { kty, crv, x, y } = await subtle.exportKey('jwk', privateKey);
  const jwk = { kty, crv, x, y } as JsonWebKey;
  return { privateKey, publicKey: await subtle.importKey('jwk', jwk, CURVE, true, []) };
}

/** A record of what the script has told. */
export function recordOf(told: Told): ConfigRecord {
  return new ConfigRecord(
    told.map(([name, field, value]) => [name, valueOf(field, value)] as const),
  );
}

/** Numbers as a weight that is lent. */
export function lent(
  data: readonly number[],
  shape: readonly number[],
  dtype: DType = 'float32',
): LentArray {
  const array = tensor([...data], { shape: [...shape], dtype });
  const { byteLength } = array;
  return { shape, dtype, byteLength, lend: (use) => use(array) };
}

/** The numbers of an NPY file of int64. */
export function int64s(file: Uint8Array): bigint[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const start = 10 + view.getUint16(8, true);
  return Array.from({ length: (file.length - start) / 8 }, (_, i) =>
    view.getBigInt64(start + 8 * i, true),
  );
}
