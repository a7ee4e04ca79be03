import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embedBytes } from '../../../scripts/embed-bytes.js';
import { embeddedBytes } from '../../../src/wasm/embedded.js';
import { embedded as relaxed } from '../../../src/wasm/generated/simd-relaxed.js';
import { embedded as strict } from '../../../src/wasm/generated/simd.js';

const file = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../build/${name}`, import.meta.url)));

describe('the embedded core', () => {
  it('is the binary that the compiler wrote', () => {
    expect(embeddedBytes(strict)).toEqual(file('lanegrad.simd.wasm'));
    expect(embeddedBytes(relaxed)).toEqual(file('lanegrad.simd-relaxed.wasm'));
  });

  it('holds no character that a string literal, an encoding or HTML would need to escape', () => {
    expect(strict.text).toMatch(/^[ !#%&(-;=-[\]-_a-~]*$/);
  });
});

describe('embedding', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(embeddedBytes(embedBytes(bytes))).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it('gives back every byte value', () => {
    const all = Uint8Array.from({ length: 512 }, (_, i) => (i * 37) % 256);
    expect(embeddedBytes(embedBytes(all))).toEqual(all);
  });
});
