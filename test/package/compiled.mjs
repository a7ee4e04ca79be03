// Compiles a model with the installed package, and runs the module by itself: the same numbers, for Node, Deno and Bun.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { layers, random, Sequential, tensor } from 'lanegrad';
import { compileModel, compileToModule } from 'lanegrad/compile';

random.setSeed(1);
const model = new Sequential([
  new layers.Conv2D(8, 3, { activation: 'relu', inputShape: [8, 8, 1] }),
  new layers.Flatten(),
  new layers.Dense(10, { activation: 'softmax' }),
]);
const pixels = Float32Array.from({ length: 64 }, (_, i) => (i % 7) / 7);
const expected = model.predictOnBatch(tensor(pixels, { shape: [1, 8, 8, 1] })).data();

const { instance } = await WebAssembly.instantiate(await compileModel(model));
const { memory, predict, input_0, output_0 } = instance.exports;
new Float32Array(memory.buffer, input_0.value, 64).set(pixels);
assert.equal(predict(), 0);
assert.deepEqual(new Float32Array(memory.buffer, output_0.value, 10).slice(), expected);

const { code } = await compileToModule(model);
writeFileSync('compiled-model.mjs', code);
const compiled = await import(new URL('./compiled-model.mjs', import.meta.url));
assert.deepEqual(compiled.predict(pixels), expected);
console.log('the same numbers');
