// TensorFlow.js on the wasm backend in the benchmarks that run in one process: one-sample predict, tiny network, loading.
import { makeRmsprop } from './tfjs-optimizers.js';
import { startTfjs } from './tfjs.js';

/** The seed network as a layers-model, and as plain operations. `weights`: raw, as Keras orders them. */
export async function makePredictors({ inputs, hidden, classes }, weights) {
  const tf = await startTfjs('wasm');
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: hidden, activation: 'relu', inputShape: [inputs] }),
      tf.layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
  const shapes = [[inputs, hidden], [hidden], [hidden, classes], [classes]];
  const [w1, b1, w2, b2] = shapes.map((shape, i) => tf.tensor(weights[i], shape));
  model.setWeights([w1, b1, w2, b2]);
  return {
    version: tf.version.tfjs,
    /** model.predictOnBatch: the values for one sample. */
    layers: (values) =>
      tf.tidy(() => model.predictOnBatch(tf.tensor2d(values, [1, inputs])).dataSync()),
    /** The same from fused operations. */
    operations: (values) =>
      tf.tidy(() => {
        const x = tf.tensor2d(values, [1, inputs]);
        const h = tf.fused.matMul({ a: x, b: w1, bias: b1, activation: 'relu' });
        return tf.softmax(tf.fused.matMul({ a: h, b: w2, bias: b2 })).dataSync();
      }),
  };
}

/** A step of the network of bench/tiny.ts on one batch; returns the loss before it. */
export async function makeTinyStep({ inputs, hidden, outputs, batchSize }, weights, x, y) {
  const tf = await startTfjs('wasm');
  const shapes = [[inputs, hidden], [hidden], [hidden, outputs], [outputs]];
  const [w1, b1, w2, b2] = shapes.map((shape, i) => tf.variable(tf.tensor(weights[i], shape)));
  const xs = tf.tensor2d(x, [batchSize, inputs]);
  const ys = tf.tensor2d(y, [batchSize, outputs]);
  const optimizer = makeRmsprop(tf, { learning_rate: 0.001, rho: 0.9, epsilon: 1e-7 });
  const step = () =>
    tf.tidy(
      () =>
        optimizer
          .minimize(() => {
            const h = xs.matMul(w1).add(b1).tanh();
            return tf.losses.meanSquaredError(ys, h.matMul(w2).add(b2));
          }, true)
          .dataSync()[0],
    );
  return { version: tf.version.tfjs, step };
}

/** Loads a layers-model of one shard, and frees it; returns the number of its weights' elements. */
export async function makeLoader(json, shard) {
  const tf = await startTfjs('wasm');
  const load = () => {
    const { weightsManifest, ...artifacts } = JSON.parse(new TextDecoder().decode(json));
    const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
    return { ...artifacts, weightSpecs, weightData: shard.buffer };
  };
  return {
    version: tf.version.tfjs,
    run: async () => {
      const model = await tf.loadLayersModel({ load });
      const count = model.countParams();
      model.dispose();
      return count;
    },
  };
}
