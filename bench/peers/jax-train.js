// Training in jax-js: one jitted step of network, gradients and optimizer.
import { makeGpt } from './jax-gpt.js';
import { lossOf, makeNetwork } from './jax-layers.js';
import { optimizerOf } from './jax-optimizers.js';
import { startJax } from './jax.js';
import { serve } from './protocol.js';

await serve(async (problem) => {
  const { jax, version } = await startJax();
  const { numpy: np } = jax;
  const { weightShapes, xType, yType } = problem;
  const isGpt = problem.network === 'gpt';
  const network = isGpt ? makeGpt(jax, problem) : makeNetwork(jax, problem);
  const loss = network.loss ?? lossOf(jax, problem);
  const optimizer = optimizerOf(jax, problem.optimizer);

  const lossAndGradients = jax.valueAndGrad(
    (trained, averages, x, y) => {
      const weights = [];
      network.trained.forEach((place, i) => (weights[place] = trained[i]));
      network.averages.forEach((place, i) => (weights[place] = averages[i]));
      const [outputs, newAverages] = network.forward(weights, x);
      return [loss(outputs, y), newAverages];
    },
    { hasAux: true },
  );
  const trainStep = jax.jit((trained, averages, kept, numbers, x, y) => {
    const [[value, newAverages], gradients] = lossAndGradients(
      trained.map((w) => w.ref),
      averages,
      x,
      y,
    );
    return [...optimizer.update(trained, gradients, kept, numbers), newAverages, value];
  });

  const given = (place) => np.array(problem.weights[place]).reshape(weightShapes[place]);
  let trained = network.trained.map(given);
  let averages = network.averages.map(given);
  let kept = Array.from({ length: optimizer.kept }, () =>
    network.trained.map((place) => np.zeros(weightShapes[place])),
  );
  const batch = (values, rows, { shape, dtype }) =>
    np.array(values, { dtype: np[dtype] }).reshape([rows, ...shape]);
  let t = 0;
  const step = async (x, y, rows) => {
    let value;
    const numbers = optimizer.numbers(++t).map((number) => np.array(number));
    [trained, kept, averages, value] = trainStep(
      trained,
      averages,
      kept,
      numbers,
      batch(x, rows, xType),
      batch(y, rows, yType),
    );
    return (await value.data())[0];
  };
  return { versions: { 'jax-js': version }, settings: 'device wasm, jitted step', step };
});
