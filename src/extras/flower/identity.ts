import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { fromBase64, toBase64 } from '../../files/formats/base64.js';

/* eslint-disable @typescript-eslint/no-empty-object-type --
   what declarations name must be there in programs whose TypeScript has no types of pages; where it has, both are one */
declare global {
  interface CryptoKeyPair {}
  interface SubtleCrypto {}
}
/* eslint-enable */

// The identity of a node is a key pair on the curve P-384. Each request carries the public key and a signature.

const CURVE = { name: 'ECDSA', namedCurve: 'P-384' } as const;
/** Bytes of each of the two numbers of a signature. */
const NUMBER_BYTES = 48;

/** Milliseconds for which a signature is used again: it signs nothing but the time, and a server takes it for 305 s. */
const SIGNED_FOR = 10_000;

/** What signs the requests of a node. */
export interface Identity {
  /** The public key as Flower names a node: SubjectPublicKeyInfo in PEM. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** The headers that name the sender of a request, and a time of the last seconds. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** The headers that were signed last; undefined before the first request. */
  readonly lastHeaders: Readonly<Record<string, string>> | undefined;
}

/**
 * A new key pair for a node, for the option `key` of `join`: ECDSA on the curve P-384. If you store the pair, the SuperLink
 * recognizes the node when it joins again. Browsers can store a pair in IndexedDB directly, even if its private key cannot be
 * read (`extractable` false).
 *
 * @param extractable whether the private key can be read, for instance by `exportKey`. Default true.
 * @throws ValueError if there is no WebCrypto; in a page it needs https or localhost.
 * @example
 * const key = await flower.generateKey();
 * const node = await flower.join('http://localhost:8000', { model, data: [x, y], key });
 */
export async function generateKey(extractable = true): Promise<CryptoKeyPair> {
  return subtle().generateKey(CURVE, extractable, ['sign', 'verify']);
}

/**
 * The private key of a pair as PEM (PKCS#8), the format in which OpenSSL and Flower store keys.
 *
 * @throws ValueError for anything but a key pair of a node, or a pair whose private key cannot be read.
 * @example
 * const key = await flower.generateKey();
 * const text = await flower.exportKey(key); // -----BEGIN PRIVATE KEY-----…
 */
export async function exportKey(key: CryptoKeyPair): Promise<string> {
  requirePair('exportKey', key);
  if (!key.privateKey.extractable) {
    throw new ValueError(
      'exportKey: the private key cannot be read, as it was made so. Make the pair with generateKey(true).',
    );
  }
  return pem('PRIVATE KEY', await subtle().exportKey('pkcs8', key.privateKey));
}

/**
 * The public key of a pair as text, for a SuperLink that admits only known nodes. Its operator writes the text into a file
 * and registers it with `flwr supernode register`.
 *
 * @param format `'openssh'`: a line as `ssh-keygen` writes it, which `flwr supernode register` takes (RFC 5656);
 *   `'pem'`: SubjectPublicKeyInfo, in which requests carry the key. Default `'openssh'`.
 * @throws ValueError for anything but a key pair of a node, or for an unknown format.
 * @example
 * const key = await flower.generateKey();
 * const text = await flower.exportPublicKey(key); // ecdsa-sha2-nistp384 AAAA…
 */
export async function exportPublicKey(
  key: CryptoKeyPair,
  format: 'openssh' | 'pem' = 'openssh',
): Promise<string> {
  requirePair('exportPublicKey', key);
  switch (format) {
    case 'openssh':
      return openSsh(new Uint8Array(await subtle().exportKey('raw', key.publicKey)));
    case 'pem':
      return pem('PUBLIC KEY', await subtle().exportKey('spki', key.publicKey));
    default:
      throw new ValueError(
        `exportPublicKey: format must be 'openssh' or 'pem', got ${describeValue(format)}.`,
      );
  }
}

/**
 * The key pair for a private key in PEM: PKCS#8, curve P-384, not encrypted. `openssl genpkey -algorithm EC -pkeyopt
 * ec_paramgen_curve:P-384` writes such files.
 *
 * @param text the private key in PEM
 * @throws ValueError for any other text.
 * @example
 * const text = await flower.exportKey(await flower.generateKey());
 * const key = await flower.importKey(text);
 */
export async function importKey(text: string): Promise<CryptoKeyPair> {
  const [, base64 = ''] =
    /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/.exec(text) ?? [];
  try {
    const bytes = fromBase64(base64.replace(/\s/g, ''));
    const privateKey = await subtle().importKey('pkcs8', bytes, CURVE, true, ['sign']);
    const { kty, crv, x, y } = await subtle().exportKey('jwk', privateKey);
    const publicJwk = { kty, crv, x, y } as JsonWebKey;
    return {
      privateKey,
      publicKey: await subtle().importKey('jwk', publicJwk, CURVE, true, ['verify']),
    };
  } catch (cause) {
    if (cause instanceof ValueError) throw cause;
    // Neither the text nor a cause that might quote it: it is a secret.
    throw new ValueError(
      'importKey: expected a private key in PEM that begins with -----BEGIN PRIVATE KEY----- (PKCS#8), of the curve ' +
        'P-384 and not encrypted. Convert others: openssl pkcs8 -topk8 -nocrypt -in node.key.',
    );
  }
}

/** The identity of a node, from its key pair. @throws ValueError for anything but a key pair. */
export async function identityOf(key: CryptoKeyPair): Promise<Identity> {
  requirePair('join', key);
  const publicKey = new TextEncoder().encode(
    pem('PUBLIC KEY', await subtle().exportKey('spki', key.publicKey)),
  );
  const sign = async (now: Date): Promise<Record<string, string>> => {
    const timestamp = now.toISOString().replace('Z', '+00:00');
    const signature = await subtle().sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      key.privateKey,
      new TextEncoder().encode(timestamp),
    );
    return {
      'flwr-public-key': toBase64(publicKey),
      'flwr-timestamp': timestamp,
      'flwr-signature': toBase64(derSignature(new Uint8Array(signature))),
    };
  };
  let last: { readonly at: number; readonly headers: Record<string, string> } | undefined;
  return {
    publicKey,
    async headers() {
      const now = new Date();
      const age = now.getTime() - (last?.at ?? -Infinity);
      // A clock that was set back makes the age negative.
      if (last === undefined || !(age >= 0 && age < SIGNED_FOR)) {
        last = { at: now.getTime(), headers: await sign(now) };
      }
      return last.headers;
    },
    get lastHeaders() {
      return last?.headers;
    },
  };
}

/**
 * A signature as DER, `SEQUENCE { INTEGER r, INTEGER s }`, of WebCrypto's form, in which the two numbers stand one behind the
 * other with all their bytes. @internal
 */
export function derSignature(both: Uint8Array): Uint8Array<ArrayBuffer> {
  const integers = [both.subarray(0, NUMBER_BYTES), both.subarray(NUMBER_BYTES)].map((bytes) => {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start++;
    const digits = [...bytes.subarray(start)];
    // The first bit would be a sign.
    if ((digits[0] ?? 0) > 127) digits.unshift(0);
    return [2, digits.length, ...digits];
  });
  const body = integers.flat();
  return Uint8Array.from([0x30, body.length, ...body]);
}

/** WebCrypto, as far as there is one. */
export function subtle(): SubtleCrypto {
  const found = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (found !== undefined) return found;
  throw new ValueError(
    'flower: there is no WebCrypto here (crypto.subtle), which keys, signatures and hashes need. A page has it when it is ' +
      'served by https: or from localhost.',
  );
}

function requirePair(owner: string, key: CryptoKeyPair): void {
  const { privateKey, publicKey } = (key ?? {}) as Partial<CryptoKeyPair>;
  const isOfCurve = (one: CryptoKey | undefined, type: string): boolean => {
    const { name, namedCurve } = (one?.algorithm ?? {}) as Partial<EcKeyAlgorithm>;
    return one?.type === type && name === CURVE.name && namedCurve === CURVE.namedCurve;
  };
  if (isOfCurve(privateKey, 'private') && isOfCurve(publicKey, 'public')) return;
  throw new ValueError(
    `${owner}: key must be a key pair as generateKey or importKey gives it (ECDSA, P-384), got ${describeValue(key)}.`,
  );
}

/** The line of a file of OpenSSH: the type, and in base64 the type, the curve and the point, each behind its length. */
function openSsh(point: Uint8Array): string {
  const type = 'ecdsa-sha2-nistp384';
  const fields = [new TextEncoder().encode(type), new TextEncoder().encode('nistp384'), point];
  const blob = fields.flatMap((bytes) => [0, 0, 0, bytes.length, ...bytes]);
  return `${type} ${toBase64(Uint8Array.from(blob))}\n`;
}

/** Bytes as PEM: base64 between two lines that say what they are. */
export function pem(kind: string, bytes: ArrayBuffer): string {
  const lines = toBase64(new Uint8Array(bytes)).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`;
}
