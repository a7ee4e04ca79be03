// The seed network in TensorFlow.js: node tfjs-seed.js wasm | cpu
import { serve } from './protocol.js';
import { rmsprop, startTfjs } from './tfjs.js';

const backend = process.argv[2] ?? 'wasm';

await serve(async ({ inputs, hidden, classes, weights }) => {
  const tf = await startTfjs(backend);
  const [w1, b1, w2, b2] = [[inputs, hidden], [hidden], [hidden, classes], [classes]].map(
    (shape, i) => tf.variable(tf.tensor(weights[i], shape)),
  );
  const optimizer = rmsprop();
  const step = (xValues, yValues, rows) =>
    tf.tidy(() => {
      const x = tf.tensor2d(xValues, [rows, inputs]);
      const y = tf.tensor2d(yValues, [rows, classes]);
      const cost = optimizer.minimize(() => {
        const h = tf.fused.matMul({ a: x, b: w1, bias: b1, activation: 'relu' });
        const logits = tf.fused.matMul({ a: h, b: w2, bias: b2 });
        return tf.losses.softmaxCrossEntropy(y, logits);
      }, true);
      return cost.dataSync()[0];
    });
  return { versions: { 'TensorFlow.js': tf.version.tfjs }, settings: `backend ${backend}`, step };
});
