// Keras's optimizers for jax-js. Every function takes over its arrays.

/**
 * Of an optimizer as Keras serializes it: how many arrays of a weight's shape it keeps for each weight, the numbers that
 * change with the step, and `update`, which gives new weights and what is kept.
 */
export function optimizerOf(jax, { class_name: name, config }) {
  if (!(name in optimizers)) throw new Error(`jax-optimizers.js has no ${name}`);
  return optimizers[name](jax, config);
}

function rmsprop({ numpy: np }, { learning_rate: rate, rho, epsilon }) {
  return {
    kept: 1,
    numbers: () => [],
    update: (weights, gradients, [meanSquares]) => {
      const squares = meanSquares.map((v, i) =>
        v.mul(rho).add(np.square(gradients[i].ref).mul(1 - rho)),
      );
      const updated = weights.map((w, i) =>
        w.sub(gradients[i].mul(rate).div(np.sqrt(squares[i].ref.add(epsilon)))),
      );
      return [updated, [squares]];
    },
  };
}

/** Adam, and AdamW where there is weight decay, which matrices alone are given. */
function adam({ numpy: np }, config) {
  const {
    learning_rate: rate,
    beta_1: beta1,
    beta_2: beta2,
    epsilon,
    weight_decay: decay,
  } = config;
  return {
    kept: 2,
    /** The rate of step t with the corrections of both means. */
    numbers: (t) => [(rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)],
    update: (weights, given, [means, squares], [corrected]) => {
      const gradients = config.global_clipnorm ? clipped(np, given, config.global_clipnorm) : given;
      const newMeans = means.map((m, i) => m.mul(beta1).add(gradients[i].ref.mul(1 - beta1)));
      const newSquares = squares.map((v, i) =>
        v.mul(beta2).add(np.square(gradients[i]).mul(1 - beta2)),
      );
      const updated = weights.map((w, i) => {
        const step = newMeans[i].ref
          .mul(corrected.ref)
          .div(np.sqrt(newSquares[i].ref).add(epsilon));
        return (decay && w.ndim >= 2 ? w.mul(1 - decay * rate) : w).sub(step);
      });
      corrected.dispose();
      return [updated, [newMeans, newSquares]];
    },
  };
}

/** Gradients that together are at most `most` long. */
function clipped(np, gradients, most) {
  const squares = gradients.map((g) => np.square(g.ref).sum());
  const norm = np.sqrt(squares.reduce((sum, square) => sum.add(square)));
  const scale = np.reciprocal(np.maximum(norm, most)).mul(most);
  const scaled = gradients.map((g) => g.mul(scale.ref));
  scale.dispose();
  return scaled;
}

const optimizers = { RMSprop: rmsprop, Adam: adam, AdamW: adam };
