// TensorFlow.js, its core API, on the backend that it is asked for ('wasm' or 'cpu').
import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-cpu';

const require = createRequire(import.meta.url);

export async function startTfjs(backend) {
  const binaries = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(`${binaries}${path.sep}`);
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend '${backend}'`);
  await tf.ready();
  return tf;
}
