import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embedBytes } from '../../../scripts/build/embed-bytes.js';
import { embeddedBytes } from '../../../src/engine/wasm/binary.js';
import { embedded as core } from '../../../src/engine/wasm/generated/core.js';
import { embedded as relaxed } from '../../../src/engine/wasm/generated/simd-relaxed.js';
import { windows } from '../../../src/engine/wasm/generated/windows.js';

const file = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../build/${name}`, import.meta.url)));

describe('what is embedded', () => {
  it('is the binaries that the compiler wrote', () => {
    expect(embeddedBytes(core)).toEqual(file('lanegrad.core.wasm'));
    expect(embeddedBytes(windows.embedded)).toEqual(file('lanegrad.windows.wasm'));
    expect(embeddedBytes(relaxed)).toEqual(file('lanegrad.simd-relaxed.wasm'));
  });

  it('holds no character that a string literal, an encoding or HTML would need to escape', () => {
    expect(core).toMatch(/^[ !#%&(-;=-[\]-_a-~]*$/);
  });
});

describe('embedding', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(embeddedBytes(embedBytes(bytes))).toEqual(new Uint8Array(bytes));
      }),
      { seed: 1 },
    );
  });

  it('gives back every byte value', () => {
    const all = Uint8Array.from({ length: 512 }, (_, i) => (i * 37) % 256);
    expect(embeddedBytes(embedBytes(all))).toEqual(all);
  });
});
