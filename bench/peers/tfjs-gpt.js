// The GPT of examples/gpt in TensorFlow.js's core API.
import { embedding } from './tfjs-layers.js';

const EPSILON = 1e-5;
/** Weights of a block: a norm, query, key, value and output of attention, a norm, and two dense layers. */
const PER_BLOCK = 8;

/** A batch and its targets → the mean loss. */
export function makeGpt(tf, { heads, blocks, width, context, characters, weights, weightShapes }) {
  const size = width / heads;
  const variables = weights.map((values, i) => tf.variable(tf.tensor(values, weightShapes[i])));
  const [table, places, ...rest] = variables;
  const layers = Array.from({ length: blocks }, (_, i) =>
    rest.slice(i * PER_BLOCK, (i + 1) * PER_BLOCK),
  );
  const look = embedding(tf);
  /** What a position does not see. */
  const hidden = tf.linalg
    .bandPart(tf.ones([context, context]), -1, 0)
    .sub(1)
    .mul(1e9);

  const norm = (x, gamma) => {
    const centered = x.sub(x.mean(-1, true));
    const variance = centered.square().mean(-1, true);
    return centered.mul(variance.add(EPSILON).rsqrt()).mul(gamma);
  };
  const dense = (x, kernel) => tf.matMul(x, kernel.reshape([width, -1]));
  const attend = (x, query, key, value, output) => {
    const [q, k, v] = [query, key, value].map((kernel) =>
      dense(x, kernel).reshape([-1, context, heads, size]).transpose([0, 2, 1, 3]),
    );
    const scores = tf.matMul(q, k, false, true).div(Math.sqrt(size)).add(hidden);
    const y = tf.matMul(scores.softmax(), v).transpose([0, 2, 1, 3]);
    return dense(y.reshape([-1, width]), output);
  };
  const gelu = (x) => x.mul(x.div(Math.SQRT2).erf().add(1)).mul(0.5);
  /** Rows are the positions of all texts. */
  const forward = (tokens) => {
    let x = look(table, tokens).add(places).reshape([-1, width]);
    for (const [norm1, query, key, value, output, norm2, up, down] of layers) {
      x = x.add(attend(norm(x, norm1), query, key, value, output));
      x = x.add(tf.matMul(gelu(dense(norm(x, norm2), up)), down));
    }
    return tf.matMul(norm(x, rest.at(-1)), table, false, true);
  };
  return (x, y) => tf.losses.softmaxCrossEntropy(tf.oneHot(y.flatten(), characters), forward(x));
}
