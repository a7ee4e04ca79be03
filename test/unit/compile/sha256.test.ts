// SHA-256 against Node's.
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from '../../../src/extras/compile/writing/sha256.js';

it('gives the hashes of Node for bytes of any number', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => 7 * i + length);
    expect(sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
  const part = new Uint8Array(1000).fill(3).subarray(11, 900);
  expect(sha256(part)).toBe(createHash('sha256').update(part).digest('hex'));
});
