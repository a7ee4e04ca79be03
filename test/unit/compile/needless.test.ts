// Another judge of what a compiled model needs: Binaryen, which the compiler of the kernels brings along, finds no function that
// nothing calls, in the modules of the models whose sizes are stated and in those of each kernel alone.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compiledModels } from '../../../bench/compiled-models.js';
import { MobileNetV2 } from '../../../src/applications.js';
import { compileModel } from '../../../src/compile.js';
import * as lanegrad from '../../../src/index.js';
import { binaries, linked } from './binaries.js';

interface Module {
  setFeatures(features: number): void;
  runPasses(passes: readonly string[]): void;
  getNumFunctions(): number;
  dispose(): void;
}
interface Binaryen {
  readonly Features: { readonly All: number };
  readBinary(bytes: Uint8Array): Module;
}

const fromCompiler = createRequire(createRequire(import.meta.url).resolve('assemblyscript/package.json')); // prettier-ignore
const { default: binaryen } = (await import(
  /* @vite-ignore */ pathToFileURL(fromCompiler.resolve('binaryen')).href
)) as { readonly default: Binaryen };

/** How many functions a module has, and how many Binaryen would leave. */
function functionsOf(bytes: Uint8Array): { readonly has: number; readonly needs: number } {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.All);
  const has = module.getNumFunctions();
  module.runPasses(['remove-unused-module-elements']);
  const needs = module.getNumFunctions();
  module.dispose();
  return { has, needs };
}

describe('a module holds no function that it does not need', () => {
  for (const [name, make] of Object.entries(compiledModels(lanegrad, { MobileNetV2 }))) {
    it(
      name,
      async () => {
        const model = make();
        const { has, needs } = functionsOf(await compileModel(model));
        expect(has).toBeGreaterThan(10);
        expect(needs).toBe(has);
        model.dispose();
      },
      60_000,
    );
  }

  for (const { name, object } of binaries) {
    it(`each kernel of ${name}`, () => {
      const kernels = [...object.exports.keys()].filter((kernel) => !/^(allocate|release)$/.test(kernel)); // prettier-ignore
      const needless = kernels.filter((kernel) => {
        const { has, needs } = functionsOf(linked([object], [kernel]).bytes);
        return has !== needs;
      });
      expect(kernels.length).toBeGreaterThan(0);
      expect(needless).toEqual([]);
    }, 60_000);
  }
});

it('Binaryen finds a function that nothing calls', () => {
  const [core] = binaries.filter(({ name }) => name === 'lanegrad.core.wasm');
  const { has, needs } = functionsOf(core?.binary ?? new Uint8Array(0));
  const { parts } = linked(core === undefined ? [] : [core.object], ['fill', 'gemm']);
  expect(has).toBeGreaterThan(parts.functions.length);
  expect(needs).toBeLessThanOrEqual(has);
});
