// Prints what compiled models take: code without weights, gzip; memory; and milliseconds to compile, to the first answer, and for a
// prediction, ÷ `predictOnBatch` (minima of interleaved runs).
//   npx tsx --tsconfig bench/tsconfig.run.json bench/compiled-sizes.ts
import { gzipSync } from 'node:zlib';
import { MobileNetV2 } from 'lanegrad/applications';
import { compileModel, runCompiled } from 'lanegrad/compile';
import { ByteReader } from '../src/extras/compile/link/bytes.js';
import { readObject } from '../src/extras/compile/link/object.js';
import * as lanegrad from 'lanegrad';
import { compiledModels } from './compiled-models.js';

const { configure, ops, random } = lanegrad;

const DATA = 11;
const SMALL = 512;

/** Bytes of a module without those of its weights, gzip. */
function codeOf(bytes: Uint8Array): number {
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  const reader = new ByteReader(bytes, 8);
  while (!reader.isDone) {
    const begin = reader.at;
    const id = reader.byte();
    reader.skip(reader.unsigned());
    if (id !== DATA) kept.push(bytes.subarray(begin, reader.at));
  }
  // Small blocks are data of kernels, and descriptions of shapes that kernels read.
  for (const { bytes: block } of readObject(bytes).data)
    if (block.length <= SMALL) kept.push(block);
  return gzipSync(Buffer.concat(kept), { level: 9 }).length;
}

await configure({ threads: 1 });
const only = process.argv[2];
for (const [name, make] of Object.entries(compiledModels(lanegrad, { MobileNetV2 }))) {
  if (only !== undefined && !name.includes(only)) continue;
  random.setSeed(1);
  const model = make();
  let begin = performance.now();
  const bytes = await compileModel(model);
  const compiling = performance.now() - begin;
  begin = performance.now();
  const compiled = runCompiled(bytes);
  const [input] = compiled.description.inputs;
  if (input === undefined) continue;
  const isWhole = input.dtype === 'int32';
  const length = input.bytes / 4;
  const x = isWhole
    ? Int32Array.from({ length }, (_, i) => i % 65)
    : Float32Array.from({ length }, (_, i) => Math.abs(Math.sin(i)));
  compiled.predict(x);
  const first = performance.now() - begin;
  const given = ops.reshape(ops.cast(x, input.dtype as 'float32'), input.shape);
  const times: [number[], number[]] = [[], []];
  const repeats = length > 10000 ? 40 : 3000;
  for (let i = 0; i < repeats; i++) {
    begin = performance.now();
    compiled.predict(x);
    const middle = performance.now();
    const y = model.predictOnBatch(given) as { dispose(): void };
    times[0].push(middle - begin);
    times[1].push(performance.now() - middle);
    y.dispose();
  }
  const [own, library] = times.map((list) => Math.min(...list)) as [number, number];
  console.log(
    `${name}: code ${(codeOf(bytes) / 1000).toFixed(1)} kB gzip of ${bytes.length} bytes; compiled in ${compiling.toFixed(0)} ms; first answer ` +
      `after ${first.toFixed(1)} ms; ${own.toFixed(3)} ms, ÷ predictOnBatch ${(own / library).toFixed(2)}`,
  );
}
