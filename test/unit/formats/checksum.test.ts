import { afterEach, describe, expect, it, vi } from 'vitest';
import { requireSha256, sha256 } from '../../../src/extras/datasets/dataset-files.js';
import { DatasetError } from '../../../src/errors.js';

afterEach(() => vi.unstubAllGlobals());

describe('sha256', () => {
  // FIPS 180-2, appendix B, and the digest of nothing.
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])("of '%s'", async (text, expected) => {
    expect(await sha256(new TextEncoder().encode(text))).toBe(expected);
  });

  it('says that a page must be secure where there is no digest', async () => {
    vi.stubGlobal('crypto', {});
    expect(() => requireSha256()).toThrow(DatasetError);
    await expect(sha256(new Uint8Array(1))).rejects.toThrow(
      /crypto\.subtle.*https or from localhost/,
    );
  });
});
