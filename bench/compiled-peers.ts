// Compiled models against ONNX Runtime Web on its wasm backend, one thread each: milliseconds of a prediction, and their ratio (minima
// of interleaved runs). The models go to ONNX Runtime by saveOnnx, with the same weights, and the results are compared.
//   npm ci --prefix bench/peers && npx tsx --tsconfig bench/tsconfig.run.json bench/compiled-peers.ts [MODEL]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as lanegrad from 'lanegrad';
import { MobileNetV2 } from 'lanegrad/applications';
import { compileModel, runCompiled } from 'lanegrad/compile';
import { saveOnnx } from 'lanegrad/io/onnx';
import { compiledModels } from './compiled-models.js';
import { howToInstall, importOnnxRuntime } from './peers.js';

const NAMES = ['digits, dense', 'digits, convolutions', 'MobileNetV2'];
const MILLISECONDS = 10_000;

const runtime = await importOnnxRuntime();
if (runtime === undefined) throw new Error(howToInstall);
await lanegrad.configure({ threads: 1 });

/** The file of ONNX of a model. */
async function onnxOf(model: lanegrad.models.AnyModel): Promise<Uint8Array> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-'));
  try {
    const file = path.join(folder, 'model.onnx');
    await saveOnnx(model as never, file);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const only = process.argv[2] ?? '';
const all = compiledModels(lanegrad, { MobileNetV2 });
for (const name of NAMES.filter((each) => each.includes(only))) {
  lanegrad.random.setSeed(1);
  const model = all[name]?.() as lanegrad.models.AnyModel;
  const compiled = runCompiled(await compileModel(model));
  const { shape = [], bytes = 0 } = compiled.description.inputs[0] ?? {};
  const x = Float32Array.from({ length: bytes / 4 }, (_, i) => Math.abs(Math.sin(i)));
  const theirs = await runtime.predictor(await onnxOf(model), x, shape);
  const times: [number, number] = [Infinity, Infinity];
  const results: [Float32Array, ArrayLike<number>] = [x, x];
  const end = performance.now() + MILLISECONDS;
  let runs = 0;
  while (performance.now() < end || runs < 3) {
    const begin = performance.now();
    results[0] = compiled.predict(x);
    const middle = performance.now();
    results[1] = await theirs();
    times[0] = Math.min(times[0], middle - begin);
    times[1] = Math.min(times[1], performance.now() - middle);
    runs++;
  }
  const difference = Math.max(...results[0].map((y, i) => Math.abs(y - (results[1][i] ?? NaN))));
  console.log(
    `${name}: ${times[0].toFixed(3)} ms, ONNX Runtime Web ${times[1].toFixed(3)} ms, ÷ ${(times[0] / times[1]).toFixed(2)} ` +
      `(${runs} runs; results differ by at most ${difference.toExponential(1)})`,
  );
  model.dispose();
}
process.exit();
