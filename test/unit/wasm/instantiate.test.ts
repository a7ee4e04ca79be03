// What the runtime calls: the functions of an instance, under their names.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sideModules } from '../../../scripts/build/kernel-abi.mjs';
import { createMemory, instantiate } from '../../../src/engine/wasm/instantiate.js';

const binary = (target: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../../build/lanegrad.${target}.wasm`, import.meta.url)));

/** Only a function that an instance exports may stand in a table. */
function isOwnExport(value: unknown): boolean {
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
  try {
    table.set(0, value);
    return true;
  } catch {
    return false;
  }
}

describe.each(sideModules)('an instance of %s', (target) => {
  const core = new WebAssembly.Module(binary(target));
  const functions = WebAssembly.Module.exports(core).filter(({ kind }) => kind === 'function');

  it('gives its own functions, so that nothing is called between a step and a kernel', () => {
    const kernels = Object.entries(instantiate(core, createMemory(65536, false))).filter(
      ([, value]) => typeof value === 'function',
    );
    expect(kernels.map(([name]) => name).sort()).toEqual(functions.map(({ name }) => name).sort());
    expect(kernels.filter(([, value]) => !isOwnExport(value)).map(([name]) => name)).toEqual([]);
  });

  it('has no function with optional arguments, whose number would have to be told first', () => {
    expect(functions.filter(({ name }) => /argumentsLength|setargc/.test(name))).toEqual([]);
  });
});
