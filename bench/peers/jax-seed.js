// The seed network in jax-js: one jitted step, RMSprop written out with Keras's epsilon inside the root.
import { startJax } from './jax.js';
import { serve } from './protocol.js';

const [learningRate, rho, epsilon] = [0.001, 0.9, 1e-7];

await serve(async ({ inputs, hidden, classes, weights }) => {
  const { jax, version } = await startJax();
  const { numpy: np, nn } = jax;

  /** Mean categorical cross-entropy of a batch. */
  const loss = ([w1, b1, w2, b2], x, y) => {
    const h = nn.relu(np.matmul(x, w1).add(b1));
    const logits = np.matmul(h, w2).add(b2);
    return nn.logSoftmax(logits, -1).mul(y).sum(-1).mean().neg();
  };
  const lossAndGradients = jax.valueAndGrad(loss);

  const trainStep = jax.jit((parameters, meanSquares, x, y) => {
    const [value, gradients] = lossAndGradients(
      parameters.map((w) => w.ref),
      x,
      y,
    );
    const newMeanSquares = meanSquares.map((v, i) =>
      v.mul(rho).add(np.square(gradients[i].ref).mul(1 - rho)),
    );
    const newParameters = parameters.map((w, i) =>
      w.sub(gradients[i].mul(learningRate).div(np.sqrt(newMeanSquares[i].ref.add(epsilon)))),
    );
    return [newParameters, newMeanSquares, value];
  });

  const shapes = [[inputs, hidden], [hidden], [hidden, classes], [classes]];
  let parameters = shapes.map((shape, i) => np.array(weights[i]).reshape(shape));
  let meanSquares = shapes.map((shape) => np.zeros(shape));
  const step = async (xValues, yValues, rows) => {
    const x = np.array(xValues).reshape([rows, inputs]);
    const y = np.array(yValues).reshape([rows, classes]);
    let value;
    [parameters, meanSquares, value] = trainStep(parameters, meanSquares, x, y);
    return (await value.data())[0];
  };
  return { versions: { 'jax-js': version }, settings: 'device wasm, jitted step', step };
});
