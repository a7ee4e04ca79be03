// The recurrent networks of bench/workloads/recurrent.ts in TensorFlow.js's layers: node tfjs-recurrent.js wasm | cpu
import * as tf from '@tensorflow/tfjs';
import { serve } from './protocol.js';
import { makeRmsprop } from './tfjs-optimizers.js';
import { startTfjs } from './tfjs.js';

const backend = process.argv[2] ?? 'wasm';

await serve(async ({ cell, units, steps, features, weights, weightShapes, optimizer }) => {
  await startTfjs(backend);
  // TensorFlow.js's GRU applies the reset gate before the product and has one bias: the work is nearly the same.
  const options = { units, recurrentActivation: 'sigmoid', inputShape: [steps, features] };
  const model = tf.sequential({
    layers: [
      cell === 'lstm' ? tf.layers.lstm(options) : tf.layers.gru(options),
      tf.layers.dense({ units: 1 }),
    ],
  });
  model.compile({ optimizer: makeRmsprop(tf, optimizer.config), loss: 'meanSquaredError' });
  const values = weights.map((w, i) => tf.tensor(w, weightShapes[i]));
  model.setWeights(cell === 'lstm' ? values : values.map((w, i) => (i === 2 ? w.sum(0) : w)));
  const step = async (x, y, rows) => {
    const [input, target] = [tf.tensor3d(x, [rows, steps, features]), tf.tensor2d(y, [rows, 1])];
    const loss = await model.trainOnBatch(input, target);
    tf.dispose([input, target]);
    return loss;
  };
  return { versions: { 'TensorFlow.js': tf.version.tfjs }, settings: `backend ${backend}`, step };
});
