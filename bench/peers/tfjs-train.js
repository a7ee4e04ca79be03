// Training in TensorFlow.js's core API: node tfjs-train.js wasm | cpu
import { serve } from './protocol.js';
import { makeStep } from './tfjs-step.js';
import { startTfjs } from './tfjs.js';

const backend = process.argv[2] ?? 'wasm';

await serve(async (problem) => {
  const tf = await startTfjs(backend);
  const step = makeStep(tf, problem);
  return { versions: { 'TensorFlow.js': tf.version.tfjs }, settings: `backend ${backend}`, step };
});
