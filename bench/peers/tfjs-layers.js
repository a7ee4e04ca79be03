// The forward pass of TensorFlow.js's core API for layers as Keras's config describes them. Runs in Node and in a page.
import { lastActivation, layersOf, paddingOf } from './layers.js';

/** A batch and its targets → the mean loss. The weights are variables, of which training finds those to train. */
export function makeLayers(tf, problem) {
  const layers = layersOf(problem);
  const steps = layers.map(({ type, config, weights, trained }, i) => {
    const variables = weights.map((place, k) =>
      tf.variable(tf.tensor(problem.weights[place], problem.weightShapes[place]), k < trained),
    );
    return makers[type](tf, config, variables, i === layers.length - 1);
  });
  const loss = losses[lastActivation(problem)];
  return (x, y) => {
    const outputs = steps.reduce((values, step) => step(values), x);
    return loss(tf, y, outputs);
  };
}

const losses = {
  softmax: (tf, y, logits) => tf.losses.softmaxCrossEntropy(y, logits),
  sigmoid: (tf, y, logits) => tf.losses.sigmoidCrossEntropy(y, logits),
};

const makers = {
  Dense: (tf, config, [kernel, bias], isLast) => {
    const activation = isLast ? 'linear' : config.activation;
    return (x) => tf.fused.matMul({ a: x, b: kernel, bias, activation });
  },

  Conv2D: (tf, config, [kernel, bias]) => {
    const convolve = convolution(tf, paddingOf(config, kernel.shape.slice(0, 2)));
    return (x) => activate(tf, config, convolve(x, kernel).add(bias));
  },

  /** An image of height 1. */
  Conv1D: (tf, config, [kernel, bias]) => {
    const convolve = convolution(tf, paddingOf(config, [1, kernel.shape[0]]));
    return (x) => {
      const y = convolve(x.expandDims(1), kernel.expandDims(0)).add(bias);
      return activate(tf, config, y.squeeze([1]));
    };
  },

  /** The mean and the variance of the batch, which also go into the averages of all batches. */
  BatchNormalization: (tf, { momentum, epsilon }, [gamma, beta, ...averages]) => {
    const follow = (average, value) =>
      average.assign(average.mul(momentum).add(value.mul(1 - momentum)));
    return (x) => {
      const axes = x.shape.slice(0, -1).map((_, i) => i);
      const mean = x.mean(axes);
      const centered = x.sub(mean);
      const variance = centered.square().mean(axes);
      [mean, variance].forEach((value, i) => follow(averages[i], value));
      return centered.mul(gamma.mul(variance.add(epsilon).rsqrt())).add(beta);
    };
  },

  MaxPooling2D:
    (tf, { pool_size: size, strides }) =>
    (x) =>
      tf.maxPool(x, size, strides, 'valid'),

  GlobalMaxPooling1D: () => (x) => x.max(1),

  Flatten: () => (x) => x.flatten().reshape([x.shape[0], -1]),

  Embedding: (tf, config, [table]) => {
    const look = embedding(tf);
    return (x) => look(table, x);
  },
};

const activate = (tf, { activation }, x) => ({ linear: (y) => y, relu: tf.relu })[activation](x);

/** Rows of a table. The wasm backend has no UnsortedSegmentSum, which the gradient of `gather` wants. */
export function embedding(tf) {
  return (table, indices) =>
    tf.customGrad((rows) => ({
      value: tf.gather(rows, indices),
      gradFunc: (dy) =>
        tf.scatterND(indices.reshape([-1, 1]), dy.reshape([-1, rows.shape[1]]), rows.shape),
    }))(table);
}

/**
 * A convolution of images with strides of 1. The wasm backend has no Conv2DBackpropFilter, and its Conv2DBackpropInput takes
 * ten times as long as a convolution, so both gradients are convolutions.
 */
function convolution(tf, [vertical, horizontal]) {
  const pad = (x, [rows, columns]) => x.pad([[0, 0], rows, columns, [0, 0]]);
  /** What is missing to a window that touches the image with one pixel. */
  const rest = (size, padding) => padding.map((pixels) => size - 1 - pixels);
  return tf.customGrad((x, kernel, save) => {
    const padded = pad(x, [vertical, horizontal]);
    save([padded, kernel]);
    return {
      value: tf.conv2d(padded, kernel, 1, 'valid'),
      gradFunc: (dy, [input, weights]) => {
        const [height, width] = weights.shape;
        const around = pad(dy, [rest(height, vertical), rest(width, horizontal)]);
        const turned = weights.reverse([0, 1]).transpose([0, 1, 3, 2]);
        const byWeights = tf.conv2d(
          input.transpose([3, 1, 2, 0]),
          dy.transpose([1, 2, 0, 3]),
          1,
          'valid',
        );
        return [tf.conv2d(around, turned, 1, 'valid'), byWeights.transpose([1, 2, 0, 3])];
      },
    };
  });
}
