import { describe, expect, it } from 'vitest';
import { RandomState } from '../../../../src/engine/random/random-state.js';
import { ownEntropy } from '../../../../src/extras/flower/secure-aggregation/entropy.js';
import { decrypt, encrypt } from '../../../../src/extras/flower/secure-aggregation/fernet.js';
import {
  ascii,
  privatePem,
  publicKeyOf,
  publicPem,
  sharedKey,
} from '../../../../src/extras/flower/secure-aggregation/keys.js';
import { folded, maskedArrays } from '../../../../src/extras/flower/secure-aggregation/masked.js';
import { createShares } from '../../../../src/extras/flower/secure-aggregation/shares.js';
import { fromHex, hex } from '../fixtures.js';
import { fixtures, int64s, knownEntropy, lent, pairOf } from './fixtures.js';

describe('masks of secure aggregation', () => {
  it.each(fixtures.masks)(
    'are those of RandomState(seed).randint below $range - 1, bit for bit',
    ({ seed, range, arrays }) => {
      const state = new RandomState(folded(fromHex(seed)));
      for (const numbers of arrays) {
        const mask = new Uint32Array(numbers.length);
        state.fillBelow(mask, range - 1);
        expect([...mask]).toEqual(numbers);
      }
    },
  );
});

describe('shares of a secret', () => {
  it.each(fixtures.shares)(
    'are those of Flower for $count shares with a threshold of $threshold',
    ({ name, secret, threshold, count, shares }) => {
      const made = createShares(fromHex(secret), threshold, count, knownEntropy(`shares ${name}`));
      expect(made).toHaveLength(count);
      for (const [i, share] of Object.entries(shares)) {
        expect(hex(made[Number(i)] ?? new Uint8Array())).toBe(share);
      }
    },
  );
});

describe('keys of secure aggregation', () => {
  const { keys } = fixtures;

  it('are written in PEM as Flower writes them, and give what it derives', async () => {
    const pair = await pairOf(keys.private);
    expect(await privatePem(pair)).toEqual(ascii(keys.private));
    expect(await publicPem(pair)).toEqual(ascii(keys.public));
    const other = await publicKeyOf(ascii(keys.other), 'the test');
    expect(await sharedKey(pair, other)).toEqual(ascii(keys.shared));
  });

  it('are new ones in each exchange, whose private key can be shared', async () => {
    const [one, other] = [await ownEntropy.pair(), await ownEntropy.pair()];
    expect(await publicPem(one)).not.toEqual(await publicPem(other));
    const agreed = await sharedKey(one, await publicKeyOf(await publicPem(other), 'the test'));
    expect(await sharedKey(other, one.publicKey)).toEqual(agreed);
    const again = await pairOf(String.fromCharCode(...(await privatePem(one))));
    expect(await sharedKey(again, other.publicKey)).toEqual(agreed);
  });

  it.each([
    ['no PEM', 'a key'],
    ['another kind of PEM', keys.private],
    ['no base64', keys.public.replace('MHY', 'M=Y')],
    ['a point beside the curve', keys.public.replace(/.{8}\n-----END/, 'AAAAAAAA\n-----END')],
    ['a key with something behind it', `${keys.public}${keys.public}`],
    ['a very long text', keys.public.replace('\n', '\n'.repeat(1000))],
  ])('are refused if they are %s', async (_, text) => {
    await expect(publicKeyOf(ascii(text), 'the key of node 5')).rejects.toThrow(
      'the key of node 5: expected a public key of the curve P-384 in PEM',
    );
  });

  it('are refused if they are on another curve', async () => {
    const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
    const pair = await crypto.subtle.generateKey(algorithm, true, ['deriveBits']);
    await expect(publicKeyOf(await publicPem(pair), 'the key')).rejects.toThrow('curve P-384');
  });
});

describe('encrypted shares', () => {
  const key = ascii(fixtures.keys.shared);

  it.each(fixtures.keys.tokens)('are tokens as Fernet makes them', async ({ plaintext, token }) => {
    const plain = fromHex(plaintext);
    const entropy = knownEntropy(`token ${plain.length}`);
    expect(await encrypt(key, plain, entropy.bytes(16), entropy.time())).toEqual(ascii(token));
    expect(await decrypt(key, ascii(token), 'the shares')).toEqual(plain);
  });

  it('are refused if one bit is another, or the key', async () => {
    const [, , , { token } = { token: '' }] = fixtures.keys.tokens;
    const refused = 'the shares: was not encrypted with the key that both nodes share';
    const bytes = Buffer.from(token, 'base64url');
    const bits = [0, 8 * 3, 8 * 12 + 1, 8 * 40, 8 * (bytes.length - 1) + 7];
    for (const bit of bits) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const text = `${changed.toString('base64url')}=`;
      await expect(decrypt(key, ascii(text), 'the shares')).rejects.toThrow(refused);
    }
    const other = ascii(Buffer.alloc(32, 5).toString('base64url') + '=');
    await expect(decrypt(other, ascii(token), 'the shares')).rejects.toThrow(refused);
  });

  it.each([
    ['empty', ''],
    ['short', 'gAAA'],
    ['no base64', '\u0000\u0001'],
    ['very long', 'A'.repeat(5000)],
  ])('are refused if they are %s', async (_, text) => {
    await expect(decrypt(key, ascii(text), 'the shares')).rejects.toThrow(
      'the shares: was not encrypted',
    );
  });
});

describe('masked weights', () => {
  const arrays = fixtures.weights.map(
    ({ name, data, shape, dtype }) => [name, lent(data, shape, dtype)] as const,
  );

  it.each(fixtures.masked.map((one, i) => [i, one] as const))(
    'are those of Flower, bit for bit, with settings %i',
    (i, { count, settings, seed, files }) => {
      const masks = [{ seed: fromHex(seed), sign: 1 }] as const;
      const made = maskedArrays({ arrays, count }, settings, masks, knownEntropy(`masked ${i}`));
      expect(made.map(int64s)).toEqual(files.map((file) => int64s(fromHex(file))));
      // NumPy leaves room behind the shape for more digits.
      const shapes = made.map(
        (file) => /'shape': (\(.*?\))/.exec(Buffer.from(file).toString('latin1'))?.[1],
      );
      expect(shapes).toEqual(['(1,)', '(3, 4)', '()', '(4,)', '(3,)', '(2,)']);
    },
  );

  it('are refused for weights that are not finite, and for more samples than count', () => {
    const [{ settings, seed } = { settings: undefined as never, seed: '' }] = fixtures.masked;
    const make = (weights: readonly number[], count: number): unknown =>
      maskedArrays(
        { arrays: [['2', lent(weights, [weights.length])]], count },
        settings,
        [{ seed: fromHex(seed), sign: 1 }],
        ownEntropy,
      );
    expect(() => make([1, NaN], 5)).toThrow("the weight '2' is not finite (NaN)");
    expect(() => make([-Infinity], 5)).toThrow("the weight '2' is not finite (-Infinity)");
    expect(() => make([1], 1001)).toThrow(
      'this node has 1001 samples, and the server allows for 1000 (max_weight)',
    );
    expect(() => make([1], 1000)).not.toThrow();
  });

  it('draw more random numbers than a browser gives at once', () => {
    const [{ settings, seed } = { settings: undefined as never, seed: '' }] = fixtures.masked;
    const weights = Array.from({ length: 40_000 }, (_, i) => Math.sin(i));
    const masks = [1, -1].map((sign) => ({ seed: fromHex(seed), sign: sign as 1 | -1 }));
    const trained = { arrays: [['0', lent(weights, [200, 200])]] as const, count: 1000 };
    const [, file = new Uint8Array()] = maskedArrays(trained, settings, masks, ownEntropy);
    // The masks cancel, so what is left is rounded up or down, with a mean that is right.
    const steps = 2 ** 22 / 16;
    const errors = int64s(file).map((value, i) => Number(value) - (Math.fround(weights[i] ?? 0) + 8) * steps); // prettier-ignore
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(1);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    // The deviation of a mean of 40,000 is at most 0.5 / 200.
    expect(Math.abs(mean)).toBeLessThan(5 * (0.5 / 200));
  });
});
