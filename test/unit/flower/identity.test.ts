import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { derSignature, identityOf } from '../../../src/extras/flower/identity.js';
import { exportKey, exportPublicKey, generateKey, importKey } from '../../../src/flower.js';
import { fixtures, fromHex, hex } from './fixtures.js';

const { key: flowers } = fixtures;

/** Whether a signature in DER is that of a text. */
function isSigned(publicKey: string, text: string, der: Uint8Array): boolean {
  return verify('sha256', Buffer.from(text), { key: publicKey, dsaEncoding: 'der' }, der);
}

/** 96 bytes: two numbers that begin with given bytes. */
function signatureOf(r: readonly number[], s: readonly number[]): Uint8Array {
  const padded = (start: readonly number[]): number[] =>
    Array.from({ length: 48 }, (_, i) => start[i] ?? 0x11);
  return Uint8Array.from([...padded(r), ...padded(s)]);
}

describe('the key of a node', () => {
  it('is the same pair after it was exported and imported', async () => {
    const pair = await generateKey();
    const text = await exportKey(pair);
    expect(text).toMatch(
      /^-----BEGIN PRIVATE KEY-----\n([\w+/=]{1,64}\n)+-----END PRIVATE KEY-----\n$/,
    );
    const again = await importKey(text);
    expect(await exportKey(again)).toBe(text);
    const publicText = await exportPublicKey(pair, 'pem');
    expect(await exportPublicKey(again, 'pem')).toBe(publicText);
    // OpenSSL, by Node, sees the same key.
    const seen = createPublicKey(createPrivateKey(text)).export({ type: 'spki', format: 'pem' });
    expect(seen).toBe(publicText);
  });

  it('of Flower is read, and has the public key that Flower writes', async () => {
    const pair = await importKey(flowers['private'] ?? '');
    expect(await exportPublicKey(pair, 'pem')).toBe(flowers['public']);
    // What `flwr supernode register` takes.
    expect(await exportPublicKey(pair)).toBe(`${flowers['openssh']}\n`);
    await expect(exportPublicKey(pair, 'der' as never)).rejects.toThrow(/'openssh' or 'pem'/);
    expect(await exportKey(pair)).toBe(flowers['private']);
    const { publicKey } = await identityOf(pair);
    expect(new TextDecoder().decode(publicKey)).toBe(flowers['public']);
  });

  it('of OpenSSL is read, with text and Windows line ends around it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const text = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const pair = await importKey(`Key of a node\r\n${text.replaceAll('\n', '\r\n')}\r\n`);
    const expected = publicKey.export({ type: 'spki', format: 'pem' });
    expect(await exportPublicKey(pair, 'pem')).toBe(expected);
  });

  it.each([
    ['no PEM', 'not a key: SECRETSECRET'],
    ['an empty text', ''],
    ['what is cut off', (flowers['private'] ?? '').slice(0, 150)],
    ['a public key', flowers['public'] ?? ''],
    ['no base64', '-----BEGIN PRIVATE KEY-----\n=SECRET=\n-----END PRIVATE KEY-----'],
    [
      'changed bytes',
      (flowers['private'] ?? '').replace(/\n(.)/, (_, c: string) => `\n${c === 'A' ? 'B' : 'A'}`),
    ],
    ['another curve', otherKey('ec', { namedCurve: 'P-256' })],
    ['RSA', otherKey('rsa', { modulusLength: 1024 })],
    ['Ed25519', otherKey('ed25519', {})],
    ['an encrypted key', encryptedKey()],
    ['the form before PKCS#8', sec1Key()],
  ])('is a P-384 key in PKCS#8, not encrypted: %s is refused', async (_, text) => {
    const error = await importKey(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ValueError);
    const { message, cause } = error as ValueError;
    expect(message).toMatch(/^importKey: expected a private key in PEM .* openssl pkcs8/);
    expect(cause).toBeUndefined();
    // It is a secret: no piece of it is shown.
    const pieces = text.match(/[A-Za-z0-9+/]{6,}/g)?.filter((one) => /[A-Z].*[a-z0-9]/.test(one));
    for (const piece of pieces ?? []) expect(message).not.toContain(piece);
  });

  it.each([undefined, null, 7, {}, Buffer.from('x')])(
    'is a text for importKey: %o is refused',
    async (value) => {
      await expect(importKey(value as never)).rejects.toThrow(ValueError);
    },
  );

  it('whose private half cannot be read signs, and is not exported', async () => {
    const pair = await generateKey(false);
    await expect(exportKey(pair)).rejects.toThrow(/exportKey: .*generateKey\(true\)/);
    const text = await exportPublicKey(pair, 'pem');
    const headers = await (await identityOf(pair)).headers();
    const der = Buffer.from(headers['flwr-signature'] ?? '', 'base64');
    expect(isSigned(text, headers['flwr-timestamp'] ?? '', der)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'key'],
    ['half a pair', { privateKey: {} }],
  ])('is a pair: %s is refused', async (_, value) => {
    for (const call of [exportKey, exportPublicKey, identityOf]) {
      await expect(call(value as never)).rejects.toThrow(/key must be a key pair/);
    }
  });

  it('is a pair of the curve P-384, with the private key first', async () => {
    const wrong = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ]);
    await expect(identityOf(wrong)).rejects.toThrow(/ECDSA, P-384/);
    const { privateKey, publicKey } = await generateKey();
    const swapped = { privateKey: publicKey, publicKey: privateKey };
    await expect(identityOf(swapped)).rejects.toThrow(/key must be a key pair/);
  });
});

describe('the signature of a request', () => {
  it('is over the time, as Flower reads it', async () => {
    const pair = await generateKey();
    const identity = await identityOf(pair);
    const text = await exportPublicKey(pair, 'pem');
    for (let i = 0; i < 50; i++) {
      const headers = await identity.headers();
      const time = headers['flwr-timestamp'] ?? '';
      // Python's fromisoformat before 3.11 knows no Z.
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
      expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(300_000);
      expect(Buffer.from(headers['flwr-public-key'] ?? '', 'base64').toString()).toBe(text);
      const der = Buffer.from(headers['flwr-signature'] ?? '', 'base64');
      expect(isSigned(text, time, der)).toBe(true);
      expect(isSigned(text, `${time} `, der)).toBe(false);
    }
  });

  it('of Flower is one that verifies here', () => {
    const der = fromHex(flowers['signature'] ?? '');
    expect(isSigned(flowers['public'] ?? '', flowers['text'] ?? '', der)).toBe(true);
  });

  // X.690, 8.3: the shortest two's complement, big-endian.
  it.each([
    ['plain', [0x12], [0x34], '3064', '0230', '12', '0230', '34'],
    ['a high bit', [0x80], [0xff], '3066', '023100', '80', '023100', 'ff'],
    ['one zero', [0, 0x7f], [0x12], '3063', '022f', '7f', '0230', '12'],
    ['a zero that stays', [0, 0x80], [0x12], '3064', '023000', '80', '0230', '12'],
    ['two zeros', [0, 0, 0x80], [0, 0, 0, 1], '3060', '022f00', '80', '022d', '01'],
  ])('is DER: %s', (_, r, s, sequence, headR, firstR, headS, firstS) => {
    const der = hex(derSignature(signatureOf(r, s)));
    expect(der.startsWith(sequence + headR + firstR)).toBe(true);
    const [lengthR = 0] = fromHex(headR.slice(2, 4));
    const at = 2 * (4 + lengthR);
    expect(der.slice(at).startsWith(headS + firstS)).toBe(true);
    expect(der).toHaveLength(2 * (2 + parseInt(sequence.slice(2), 16)));
  });

  it('is DER also of the number 0', () => {
    expect(hex(derSignature(new Uint8Array(96)))).toBe('3006020100020100');
  });
});

function otherKey(type: 'ec' | 'rsa' | 'ed25519', options: object): string {
  const generate = generateKeyPairSync as unknown as (
    type: string,
    options: object,
  ) => { readonly privateKey: KeyObject };
  return String(generate(type, options).privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

function encryptedKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const cipher = { cipher: 'aes-256-cbc', passphrase: 'x' };
  return String(privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }));
}

function sec1Key(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return String(privateKey.export({ type: 'sec1', format: 'pem' }));
}
