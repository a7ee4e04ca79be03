// The seed network in TensorFlow.js: node tfjs-seed.js wasm | cpu
import { serve } from './protocol.js';
import { makeSeedStep } from './tfjs-step.js';
import { startTfjs } from './tfjs.js';

const backend = process.argv[2] ?? 'wasm';

await serve(async (problem) => {
  const tf = await startTfjs(backend);
  const step = makeSeedStep(tf, problem);
  return { versions: { 'TensorFlow.js': tf.version.tfjs }, settings: `backend ${backend}`, step };
});
