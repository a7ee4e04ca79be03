// The seed network twice, from the same weights: lanegrad's and the pure-JavaScript reference.
import { initializers, layers, models } from 'lanegrad';
import { ReferenceTrainer } from './reference/trainer.js';
import type { Weights } from './reference/trainer.js';
import { seed } from './shapes.js';

/** The seed program's network, compiled as in that program. */
export function makeNetwork(): models.Sequential {
  const network = new models.Sequential();
  network.add(
    new layers.Dense(seed.hidden, {
      activation: 'relu',
      kernelInitializer: new initializers.GlorotUniform({ seed: 1 }),
      inputShape: [seed.inputs],
    }),
  );
  network.add(
    new layers.Dense(seed.classes, {
      activation: 'softmax',
      kernelInitializer: new initializers.GlorotUniform({ seed: 2 }),
    }),
  );
  network.compile({
    optimizer: 'rmsprop',
    loss: 'categorical_crossentropy',
    metrics: ['accuracy'],
  });
  return network;
}

/** A reference trainer that starts from the weights that `network` has now. */
export function makeReference(network: models.Sequential, skipZeros = false): ReferenceTrainer {
  const [kernel1, bias1, kernel2, bias2] = network.getWeights().map((weight) => {
    const data = weight.data();
    if (!(data instanceof Float32Array)) throw new TypeError('weights are float32');
    return data;
  });
  if (!kernel1 || !bias1 || !kernel2 || !bias2)
    throw new Error('the seed network has four weights');
  const weights: Weights = [kernel1, bias1, kernel2, bias2];
  return new ReferenceTrainer({ ...seed, skipZeros }, weights);
}
