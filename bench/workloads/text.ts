// Word vectors, a convolution over them, and the largest response: a judgement of a text.
import { initializers, layers, models, random } from 'lanegrad';
import { networkContenders } from '../runner/contenders.js';
import { atMost, secondThread } from './workload.js';
import type { Workload } from './workload.js';

const net = {
  words: 10_000,
  length: 200,
  vector: 64,
  filters: 64,
  kernel: 5,
  batchSize: 128,
  stepsPerEpoch: 10,
} as const;

const rows = net.batchSize * (net.length - net.kernel + 1);

export const textWorkload: Workload = {
  name: 'text',
  about:
    `text: ${net.length} of ${net.words} words → Embedding ${net.vector} → Conv1D ${net.filters} × ${net.kernel} relu → ` +
    `GlobalMaxPooling1D → 1 sigmoid, Adam, batch ${net.batchSize}`,
  batchSize: net.batchSize,
  model: () => {
    const glorot = (seed: number) => new initializers.GlorotUniform({ seed });
    const network = new models.Sequential([
      layers.Input({ shape: [net.length], dtype: 'int32' }),
      new layers.Embedding(net.words, net.vector, {
        embeddingsInitializer: new initializers.RandomUniform({ seed: 1 }),
      }),
      new layers.Conv1D(net.filters, net.kernel, {
        activation: 'relu',
        kernelInitializer: glorot(2),
      }),
      new layers.GlobalMaxPooling1D(),
      new layers.Dense(1, { activation: 'sigmoid', kernelInitializer: glorot(3) }),
    ]);
    network.compile({ optimizer: 'adam', loss: 'binary_crossentropy', metrics: ['accuracy'] });
    return network;
  },
  samples: () => {
    const texts = net.stepsPerEpoch * net.batchSize;
    return {
      x: random.randint([texts, net.length], 0, net.words, { seed: 4 }),
      y: random.randint([texts, 1], 0, 2, { seed: 5 }).astype('float32'),
      source: `${net.length} random words each`,
    };
  },
  // The vectors are asked for their gradient; what pooling lets through is one row a filter, but products take all.
  productFlops:
    3 * 2 * rows * net.kernel * net.vector * net.filters + 3 * 2 * net.batchSize * net.filters,
  contenders: networkContenders('text'),
  wanted: [...atMost(1, { strict: 0.85, relaxed: 0.78 }), secondThread],
  commonSteps: 5,
  rowsAre: 'texts',
};
