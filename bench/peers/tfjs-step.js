// A step of training in TensorFlow.js's core API, with fused products. Runs in Node and in a page.
import { makeGpt } from './tfjs-gpt.js';
import { makeLayers } from './tfjs-layers.js';
import { optimizerOf } from './tfjs-optimizers.js';

/** (x, y, rows) → the batch's mean loss. `tf`: the library, its backend chosen. */
export function makeStep(tf, problem) {
  const { xType, yType } = problem;
  const loss = (problem.network === 'gpt' ? makeGpt : makeLayers)(tf, problem);
  const train = optimizerOf(tf, problem.optimizer);
  const batch = (values, rows, { shape, dtype }) => tf.tensor(values, [rows, ...shape], dtype);
  return (xValues, yValues, rows) =>
    tf.tidy(() => {
      const [x, y] = [batch(xValues, rows, xType), batch(yValues, rows, yType)];
      return train(() => loss(x, y)).dataSync()[0];
    });
}
