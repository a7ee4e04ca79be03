// ONNX Runtime Web on its wasm backend in the process of the benchmark, on one thread.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as ort from 'onnxruntime-web';
import { onnxFile } from './onnx-file.js';
import { onnxModel } from './onnx-model.js';

ort.env.wasm.numThreads = 1;

const main = createRequire(import.meta.url).resolve('onnxruntime-web');
const { version: number } = JSON.parse(
  readFileSync(path.join(path.dirname(main), '../package.json'), 'utf8'),
);
export const version = `ONNX Runtime Web ${number}, wasm, 1 thread`;

/** The file of a network whose architecture and weights are those of a problem. */
export const write = (problem) => Uint8Array.from(onnxFile(onnxModel(problem)));

/** A function that predicts by the model of a file: the elements of its first output. */
export async function predictor(bytes, input, shape) {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  const isIndices = input instanceof Int32Array;
  const x = new ort.Tensor(isIndices ? 'int32' : 'float32', input, shape);
  const [inputName] = session.inputNames;
  const [outputName] = session.outputNames;
  return async () => (await session.run({ [inputName]: x }))[outputName].data;
}
