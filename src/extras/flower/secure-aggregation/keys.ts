import { FormatError } from '../../../errors.js';
import { fromBase64, toBase64 } from '../../../files/formats/base64.js';
import { pem, subtle } from '../identity.js';
import { CURVE } from './entropy.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** Characters of a public key in PEM at most: one on P-384 has 215. */
const MAX_PEM = 1024;
/** Bits of what two keys on P-384 agree on: the x coordinate of a point. */
const AGREED_BITS = 384;

/** The public key of a pair as nodes send it: SubjectPublicKeyInfo in PEM. */
export async function publicPem({ publicKey }: CryptoKeyPair): Promise<Bytes> {
  return ascii(pem('PUBLIC KEY', await subtle().exportKey('spki', publicKey)));
}

/** The private key of a pair as it is shared: PKCS#8 in PEM. */
export async function privatePem({ privateKey }: CryptoKeyPair): Promise<Bytes> {
  return ascii(pem('PRIVATE KEY', await subtle().exportKey('pkcs8', privateKey)));
}

/** The public key of another node. @throws FormatError for anything but a point of the curve. */
export async function publicKeyOf(bytes: Bytes, label: string): Promise<CryptoKey> {
  const text = bytes.length > MAX_PEM ? '' : String.fromCharCode(...bytes);
  const [, base64 = ''] =
    /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)\n-----END PUBLIC KEY-----\n?$/.exec(text) ??
    [];
  try {
    const der = fromBase64(base64.replaceAll('\n', ''));
    return await subtle().importKey('spki', der, CURVE, true, []);
  } catch {
    throw new FormatError(
      `${label}: expected a public key of the curve P-384 in PEM (-----BEGIN PUBLIC KEY-----).`,
    );
  }
}

/**
 * The key that two nodes share: HKDF-SHA256 of ECDH, without salt and info, as 44 characters of base64url. As such it is a key of
 * Fernet, and the seed of the mask that both add.
 */
export async function sharedKey(own: CryptoKeyPair, other: CryptoKey): Promise<Bytes> {
  const web = subtle();
  const agreement = { name: 'ECDH', public: other };
  const agreed = await web.deriveBits(agreement, own.privateKey, AGREED_BITS);
  const material = await web.importKey('raw', agreed, 'HKDF', false, ['deriveBits']);
  const none = new Uint8Array();
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: none, info: none };
  const key = await web.deriveBits(derivation, material, 256);
  return ascii(toBase64Url(new Uint8Array(key)));
}

/** Bytes in the alphabet of base64 that URLs have. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_');
}

/** @throws DOMException for a text that is none. */
export function fromBase64Url(text: string): Bytes {
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
}

export function ascii(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
