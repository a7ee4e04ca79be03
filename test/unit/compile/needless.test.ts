// Another judge of what a compiled model needs: Binaryen, which the compiler of the kernels brings along, removes nothing.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { compileModel } from '../../../src/compile.js';
import { layers, Sequential } from '../../../src/index.js';

interface Module {
  setFeatures(features: number): void;
  runPasses(passes: readonly string[]): void;
  getNumFunctions(): number;
  getNumMemorySegments(): number;
}
interface Binaryen {
  readonly Features: { readonly All: number };
  readBinary(bytes: Uint8Array): Module;
}

const fromCompiler = createRequire(createRequire(import.meta.url).resolve('assemblyscript/package.json')); // prettier-ignore
const { default: binaryen } = (await import(
  /* @vite-ignore */ pathToFileURL(fromCompiler.resolve('binaryen')).href
)) as { readonly default: Binaryen };

it('a compiled model holds no function that it does not need', async () => {
  const model = new Sequential([
    new layers.Conv2D(8, 3, { activation: 'relu', inputShape: [12, 12, 3] }),
    new layers.BatchNormalization(),
    new layers.MaxPooling2D(2),
    new layers.Flatten(),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
  const module = binaryen.readBinary(await compileModel(model));
  module.setFeatures(binaryen.Features.All);
  const functions = module.getNumFunctions();
  module.runPasses(['remove-unused-module-elements']);
  expect(functions).toBeGreaterThan(10);
  expect(module.getNumFunctions()).toBe(functions);
  model.dispose();
});
