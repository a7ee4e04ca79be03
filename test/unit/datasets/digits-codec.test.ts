import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeDigits } from '../../../src/extras/datasets/embedded.js';
import { packedDigits } from '../../../src/extras/datasets/digits-data.js';
import { FormatError } from '../../../src/errors.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the embedded digits', () => {
  it('are the 1797 rows of the UCI file', async () => {
    const { images, labels } = await decodeDigits(packedDigits);
    // Digests of the CSV's 1797 x 64 pixels and of its labels, each number as one byte.
    expect(images.length).toBe(1797 * 64);
    expect(sha256(images)).toBe('8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3');
    expect(labels.length).toBe(1797);
    expect(sha256(labels)).toBe('8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0');
  });

  it('take at most 45 KB of text', () => {
    expect(packedDigits.length).toBeLessThanOrEqual(45 * 1024);
  });

  it('are noticed when damaged', async () => {
    const damaged = `${packedDigits.slice(0, 20_000)}AAAA${packedDigits.slice(20_004)}`;
    await expect(decodeDigits(damaged)).rejects.toThrow(FormatError);
  });
});
