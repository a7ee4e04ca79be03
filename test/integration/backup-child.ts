// A program that trains with BackupAndRestore, is killed and run again:
//   node backup-child.mjs <scenario> <backup folder or ''> <batches after which it kills itself, or 0>
// Prints the bits of all weights and the losses of the epochs that it ran.
import {
  callbacks,
  data,
  layers,
  metrics,
  models,
  optimizers,
  tensor,
  utils,
} from '../../src/index.js';
import type { Tensor } from '../../src/index.js';

const [scenario = '', folder = '', dieAfter = '0'] = process.argv.slice(2);

const numbers = (count: number, start: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((i + start) * 12.9898));

utils.setRandomSeed(7);
const SAMPLES = 50;
const x = tensor(numbers(SAMPLES * 6, 1), { shape: [SAMPLES, 6] });
const labels = Float32Array.from({ length: SAMPLES }, (_, i) => i % 2);
const y = tensor(labels, { shape: [SAMPLES, 1] });

const model = new models.Sequential([
  new layers.Dense(8, { activation: 'relu', inputShape: [6] }),
  new layers.Dropout(0.3),
  new layers.Dense(1, { activation: 'sigmoid' }),
]);
model.compile({
  optimizer: new optimizers.Adam({ learningRate: 0.01, useEma: true }),
  loss: 'binary_crossentropy',
  metrics: ['accuracy', new metrics.AUC(), new metrics.F1Score({ threshold: 0.5 })],
});

function* batches(): Generator<[Tensor, Tensor]> {
  for (let i = 0; i < SAMPLES; i += 10) {
    yield [x.slice([i, i + 10]), y.slice([i, i + 10])];
  }
}
const iterable = { [Symbol.iterator]: batches };

let steps = 0;
const losses: Record<string, number> = {};
const all = [
  ...(folder === ''
    ? []
    : [new callbacks.BackupAndRestore(folder, { saveFreq: scenario === 'epochs' ? 'epoch' : 3 })]),
  {
    onTrainBatchEnd: () => {
      if (++steps === Number(dieAfter)) process.kill(process.pid, 'SIGKILL');
    },
    onEpochEnd: (epoch: number, logs: callbacks.Logs = {}) => {
      losses[epoch] = logs['loss'] ?? NaN;
      losses[`auc ${epoch}`] = logs['auc'] ?? NaN;
      losses[`f1 ${epoch}`] = logs['f1_score'] ?? NaN;
    },
  },
];
const common = { epochs: 4, verbose: 0, callbacks: all } as const;
if (scenario === 'iterable') await model.fit(iterable, { ...common, stepsPerEpoch: 4 });
else if (scenario === 'dataset') {
  // Shuffled without and with a seed, and again in the middle of an epoch.
  const samples = data.Dataset.fromTensors(x, y).shuffle(20).repeat(2).shuffle(9, { seed: 3 });
  await model.fit(samples.batch(9), { ...common, stepsPerEpoch: 4 });
} else if (scenario === 'steps') {
  await model.fit(x, y, { ...common, batchSize: 8, stepsPerEpoch: 4 });
} else await model.fit(x, y, { ...common, batchSize: 8, validationSplit: 0.2 });
const bits = model.weights.map(({ value }) => [...new Uint32Array(value.data().buffer)]);
process.stdout.write(JSON.stringify({ bits, losses, steps }));
