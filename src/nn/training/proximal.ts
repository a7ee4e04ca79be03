import type { Tensor, Variable } from '../../engine/tensor/index.js';

/**
 * Adds the proximal term of FedProx to the loss of a model: μ/2 · Σ‖w − w₀‖², where w₀ are the trainable weights as they are
 * now.
 *
 * Source: Li et al., Federated Optimization in Heterogeneous Networks (2020), https://arxiv.org/abs/1812.06127
 *
 * @param mu μ, the weight of the term
 * @returns a function that takes the term away
 */
export function addProximalTerm(
  model: { readonly trainableWeights: readonly Variable[] },
  mu: number,
): () => void {
  const changed = model.trainableWeights.map((variable) => {
    const { regularizer } = variable;
    const start = variable.value.clone();
    variable.regularizer = (w: Tensor): Tensor => {
      const term = w
        .sub(start)
        .square()
        .sum()
        .mul(mu / 2);
      return regularizer === undefined ? term : regularizer(w).add(term);
    };
    return { variable, regularizer, start };
  });
  return () => {
    for (const { variable, regularizer, start } of changed) {
      variable.regularizer = regularizer;
      start.dispose();
    }
  };
}
