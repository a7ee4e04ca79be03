// Keras's optimizers in TensorFlow.js. Runs in Node and in a page.

/** Of an optimizer as Keras serializes it: what trains by the gradients of a loss, and gives its value. */
export function optimizerOf(tf, { class_name: name, config }) {
  if (!(name in optimizers)) throw new Error(`tfjs-optimizers.js has no ${name}`);
  return optimizers[name](tf, config);
}

/** TensorFlow.js 4.22 puts epsilon inside the root, as Keras does. */
export const makeRmsprop = (tf, { learning_rate: rate, rho, epsilon }) =>
  tf.train.rmsprop(rate, rho, 0, epsilon);

function rmsprop(tf, config) {
  const optimizer = makeRmsprop(tf, config);
  return (loss) => optimizer.minimize(loss, true);
}

/** Adam, and AdamW where there is weight decay, which matrices alone are given. */
function adam(tf, config) {
  const {
    learning_rate: rate,
    beta_1: beta1,
    beta_2: beta2,
    epsilon,
    weight_decay: decay,
  } = config;
  const { global_clipnorm: most } = config;
  const optimizer = tf.train.adam(rate, beta1, beta2, epsilon);
  let t = 0;
  return (loss) => {
    // Epsilon is added after the correction of the bias, and in Keras before.
    optimizer.epsilon = epsilon / Math.sqrt(1 - beta2 ** ++t);
    const { value, grads } = tf.variableGrads(loss);
    if (decay) {
      for (const name of Object.keys(grads)) {
        const weight = tf.engine().registeredVariables[name];
        if (weight.rank >= 2) weight.assign(weight.mul(1 - decay * rate));
      }
    }
    optimizer.applyGradients(most ? clipped(tf, grads, most) : grads);
    return value;
  };
}

/** Gradients by names that together are at most `most` long. */
function clipped(tf, gradients, most) {
  const squares = Object.values(gradients).map((g) => g.square().sum());
  const scale = tf.scalar(most).div(tf.maximum(tf.addN(squares).sqrt(), most));
  return Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, g.mul(scale)]));
}

const optimizers = { RMSprop: rmsprop, Adam: adam, AdamW: adam };
