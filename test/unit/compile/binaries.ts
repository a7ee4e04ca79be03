// The binaries of kernels, and modules of some of their kernels.
import { readdirSync, readFileSync } from 'node:fs';
import { linkKernels } from '../../../src/extras/compile/link/linker.js';
import type { Linked } from '../../../src/extras/compile/link/linker.js';
import { writeModule } from '../../../src/extras/compile/link/module.js';
import { readObject } from '../../../src/extras/compile/link/object.js';
import type { KernelObject } from '../../../src/extras/compile/link/object.js';

/** Pages of memory of modules. */
export const PAGES = 4;

export const binaries = readdirSync('build')
  .filter((name) => /^lanegrad\..+\.wasm$/.test(name))
  .map((name) => {
    const binary = readFileSync(`build/${name}`);
    return { name, binary, object: readObject(binary) };
  });

/** A module that exports some kernels. */
export const linked = (
  objects: readonly KernelObject[],
  names: readonly string[],
): { readonly parts: Linked; readonly bytes: Uint8Array<ArrayBuffer> } => {
  const parts = linkKernels(objects, names);
  const bytes = writeModule({
    ...parts,
    memoryBytes: PAGES * 65536,
    exports: parts.kernels,
    constants: new Map(),
    sections: new Map(),
  });
  return { parts, bytes };
};
