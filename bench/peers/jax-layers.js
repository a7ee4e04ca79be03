// The forward pass of jax-js for layers as Keras's config describes them. Every function takes over its arrays, which are
// reference-counted: a caller that needs one again gives `x.ref`.
import { lastActivation, layersOf, paddingOf } from './layers.js';

/** What is trained and what a step replaces, as positions among the problem's weights, and `forward`. */
export function makeNetwork(jax, problem) {
  const layers = layersOf(problem);
  const steps = layers.map(({ type, config }, i) =>
    makers[type](jax, config, i === layers.length - 1),
  );
  return {
    trained: layers.flatMap(({ weights, trained }) => weights.slice(0, trained)),
    averages: layers.flatMap(({ weights, trained }) => weights.slice(trained)),
    /** All weights by their positions, and a batch → what comes out before the last activation, and the new averages. */
    forward: (weights, x) => {
      const averages = [];
      layers.forEach((layer, i) => {
        const own = layer.weights.map((place) => weights[place]);
        x = steps[i](x, ...own, averages);
      });
      return [x, averages];
    },
  };
}

/** (outputs, targets) → the mean loss of a batch. */
export function lossOf({ numpy: np, nn }, problem) {
  return {
    softmax: (logits, y) => nn.logSoftmax(logits, -1).mul(y).sum(-1).mean().neg(),
    sigmoid: (logits, y) => {
      const small = np.log1p(np.exp(np.abs(logits.ref).neg()));
      return nn.relu(logits.ref).sub(logits.mul(y)).add(small).mean();
    },
  }[lastActivation(problem)];
}

const makers = {
  Dense: (jax, config, isLast) => {
    const activation = isLast ? (y) => y : activationOf(jax, config);
    return (x, kernel, bias) => activation(jax.numpy.matmul(x, kernel).add(bias));
  },

  Conv1D: convolution,
  Conv2D: convolution,

  /** The mean and the variance of the batch, which also go into the averages of all batches. */
  BatchNormalization:
    ({ numpy: np }, { momentum, epsilon }) =>
    (x, gamma, beta, oldMean, oldVariance, averages) => {
      const axes = x.shape.slice(0, -1).map((_, i) => i);
      const mean = x.ref.mean(axes);
      const centered = x.sub(mean.ref);
      const variance = np.square(centered.ref).mean(axes);
      const scale = gamma.div(np.sqrt(variance.ref.add(epsilon)));
      averages.push(
        oldMean.mul(momentum).add(mean.mul(1 - momentum)),
        oldVariance.mul(momentum).add(variance.mul(1 - momentum)),
      );
      return centered.mul(scale).add(beta);
    },

  /** Of equal pixels the first one gets the gradient, as elsewhere: that of `max` would share it among them. */
  MaxPooling2D:
    ({ numpy: np }, { pool_size: [down, right] }) =>
    (x) => {
      const [batch, height, width, channels] = x.shape;
      const [rows, columns] = [Math.floor(height / down), Math.floor(width / right)];
      const windows = x
        .slice([], [0, rows * down], [0, columns * right], [])
        .reshape([batch, rows, down, columns, right, channels]);
      const pixels = offsets([down, right]).map(([i, j]) =>
        windows.ref.slice([], [], i, [], j, []),
      );
      windows.dispose();
      return pixels.reduce((most, pixel) => np.maximum(most, pixel));
    },

  GlobalMaxPooling1D:
    ({ numpy: np }) =>
    (x) =>
      np.max(x, 1),

  Flatten: () => (x) => x.reshape([x.shape[0], -1]),

  Embedding:
    ({ numpy: np }) =>
    (x, table) =>
      np.take(table, x, 0),
};

/** The gradient of jax-js's own relu is 1 at 0, where that of all others is 0. */
const activationOf = ({ numpy: np }, { activation }) =>
  ({ linear: (x) => x, relu: (x) => np.where(x.ref.greater(0), x, 0) })[activation];

/** All positions of a box of such sizes, one after another. */
const offsets = ([size, ...sizes]) =>
  size === undefined
    ? [[]]
    : Array.from({ length: size }, (_, i) => offsets(sizes).map((rest) => [i, ...rest])).flat();

/**
 * A convolution as the sum of the products of shifted images with the rows of the kernel: jax-js's own takes twenty to forty
 * times as long, forward and back.
 */
function convolution(jax, config) {
  const { numpy: np } = jax;
  const activation = activationOf(jax, config);
  return (x, kernel, bias) => {
    const sizes = kernel.shape.slice(0, -2);
    const [channels, filters] = kernel.shape.slice(-2);
    const padding = [[0, 0], ...paddingOf(config, sizes), [0, 0]];
    const padded = config.padding === 'same' ? np.pad(x, padding) : x;
    const steps = sizes.map((size, axis) => padded.shape[axis + 1] - size + 1);
    const products = offsets(sizes).map((offset) => {
      const part = padded.ref.slice([], ...offset.map((i, axis) => [i, i + steps[axis]]), []);
      return np.matmul(part.reshape([-1, channels]), kernel.ref.slice(...offset));
    });
    const y = products.reduce((sum, product) => sum.add(product));
    const batch = padded.shape[0];
    padded.dispose();
    kernel.dispose();
    return activation(y.reshape([batch, ...steps, filters]).add(bias));
  };
}
