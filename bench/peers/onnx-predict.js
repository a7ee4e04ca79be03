// Prediction by ONNX Runtime Web on its wasm backend: node onnx-predict.js THREADS
import { createRequire } from 'node:module';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { onnxFile } from './onnx-file.js';
import { channelsFirst, onnxModel } from './onnx-model.js';
import { serve } from './protocol.js';

const threads = Number(process.argv[2] ?? 1);

function version() {
  const main = createRequire(import.meta.url).resolve('onnxruntime-web');
  const file = path.join(path.dirname(main), '../package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

await serve(async (problem) => {
  ort.env.wasm.numThreads = threads;
  const { batchSize, rows, inputs, xType, x } = problem;
  const session = await ort.InferenceSession.create(onnxFile(onnxModel(problem)), {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  // As the model takes them: turning them is not timed.
  const batches = Array.from({ length: Math.floor(rows / batchSize) }, (_, i) => {
    const batch = x.subarray(i * batchSize * inputs, (i + 1) * batchSize * inputs);
    const { values, shape } = channelsFirst(batch, [batchSize, ...xType.shape]);
    return new ort.Tensor('float32', values, shape);
  });
  const [inputName] = session.inputNames;
  const [outputName] = session.outputNames;
  const train = async (_order, steps) => {
    let seconds = 0;
    let squares = 0;
    for (const batch of batches.slice(0, steps)) {
      const started = performance.now();
      const outputs = await session.run({ [inputName]: batch });
      const values = outputs[outputName].data;
      seconds += (performance.now() - started) / 1000;
      squares += values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    }
    return { seconds, loss: squares / steps };
  };
  const settings = `wasm, ${ort.env.wasm.numThreads} thread(s)`;
  return { versions: { 'ONNX Runtime Web': version() }, settings, train };
});
