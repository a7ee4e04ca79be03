// A step of the seed network in TensorFlow.js's core API, with fused products. Runs in Node and in a page.

/** TensorFlow.js 4.22 puts the epsilon of RMSprop inside the root, as Keras does. */
export const rmsprop = (tf) => tf.train.rmsprop(0.001, 0.9, 0, 1e-7);

/** (x, y, rows) → the batch's mean loss, from such weights on. `tf`: the library, its backend chosen. */
export function makeSeedStep(tf, { inputs, hidden, classes, weights }) {
  const [w1, b1, w2, b2] = [[inputs, hidden], [hidden], [hidden, classes], [classes]].map(
    (shape, i) => tf.variable(tf.tensor(weights[i], shape)),
  );
  const optimizer = rmsprop(tf);
  return (xValues, yValues, rows) =>
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
}
