import { FormatError } from '../../../errors.js';
import { concatenate } from '../../../files/formats/bytes.js';
import { subtle } from '../identity.js';
import { ascii, fromBase64Url, toBase64Url } from './keys.js';

// Fernet, in which nodes send shares to each other through the server:
//
//     base64url( 0x80 | seconds since 1970: u64, big-endian | IV: 16 | AES-128-CBC | HMAC-SHA256 of all before: 32 )
//
// The first half of the key signs, the second one encrypts.

type Bytes = Uint8Array<ArrayBuffer>;

const VERSION = 0x80;
const HEAD_BYTES = 9;
const BLOCK_BYTES = 16;
const SIGNATURE_BYTES = 32;
/** Characters of a token at most. That of two shares has 612. */
const MAX_TOKEN = 4096;

/**
 * A token that holds `plaintext`.
 *
 * @param key 32 bytes in base64url
 * @param iv 16 random bytes
 * @param time seconds since 1970
 */
export async function encrypt(
  key: Bytes,
  plaintext: Bytes,
  iv: Bytes,
  time: number,
): Promise<Bytes> {
  const { signing, cipher } = await keysOf(key, ['sign', 'encrypt']);
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint8(0, VERSION);
  view.setBigUint64(1, BigInt(time));
  const body = await subtle().encrypt({ name: 'AES-CBC', iv }, cipher, plaintext);
  const signed = concatenate([head, iv, new Uint8Array(body)]);
  const signature = await subtle().sign('HMAC', signing, signed);
  return ascii(toBase64Url(concatenate([signed, new Uint8Array(signature)])));
}

/**
 * What a token holds, whenever it was made.
 *
 * @param key 32 bytes in base64url
 * @throws FormatError for a token that was made with another key, or changed.
 */
export async function decrypt(key: Bytes, token: Bytes, label: string): Promise<Bytes> {
  const { signing, cipher } = await keysOf(key, ['verify', 'decrypt']);
  try {
    if (token.length > MAX_TOKEN) throw new RangeError();
    const bytes = fromBase64Url(String.fromCharCode(...token));
    const bodyAt = HEAD_BYTES + BLOCK_BYTES;
    const signed = bytes.subarray(0, -SIGNATURE_BYTES);
    const signature = bytes.subarray(-SIGNATURE_BYTES);
    const isWhole = signed.length >= bodyAt + BLOCK_BYTES && signed[0] === VERSION;
    // WebCrypto compares in constant time, and nothing is decrypted before.
    if (!isWhole || !(await subtle().verify('HMAC', signing, signature, signed))) {
      throw new RangeError();
    }
    const algorithm = { name: 'AES-CBC', iv: signed.slice(HEAD_BYTES, bodyAt) };
    return new Uint8Array(await subtle().decrypt(algorithm, cipher, signed.slice(bodyAt)));
  } catch {
    // Why is not said: it would help to guess.
    throw new FormatError(`${label}: was not encrypted with the key that both nodes share.`);
  }
}

async function keysOf(
  key: Bytes,
  [forSigning, forCipher]: readonly ['sign' | 'verify', 'encrypt' | 'decrypt'],
): Promise<{ readonly signing: CryptoKey; readonly cipher: CryptoKey }> {
  const bytes = fromBase64Url(String.fromCharCode(...key));
  const [first, second] = [bytes.slice(0, BLOCK_BYTES), bytes.slice(BLOCK_BYTES)];
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const [signing, cipher] = await Promise.all([
    subtle().importKey('raw', first, hmac, false, [forSigning]),
    subtle().importKey('raw', second, 'AES-CBC', false, [forCipher]),
  ]);
  return { signing, cipher };
}
