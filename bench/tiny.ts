// A network so small that a step consists of overhead: 4 → 16 tanh → 1, batch 4, RMSprop.
import { initializers, layers, losses, models, tensor } from 'lanegrad';
import { howToInstall, importTfjs } from './peers.js';
import { formatRatio, formatUs } from './format.js';
import { printHeading, printNote, printTable } from './report.js';
import { tiny } from './shapes.js';
import { targetHeader, targetRow, valueRow } from './targets.js';
import { interleave } from './timing.js';
import type { Run } from './timing.js';

/** Steps of one measurement. */
const STEPS = 500;

/** Measurements of predictions that do not count: engines compile what runs often in several stages. */
const WARM_UP = 50;

export async function benchTiny(rounds: number): Promise<void> {
  await benchPredictions(rounds);
  const { inputs, hidden, outputs, batchSize } = tiny;
  printHeading(
    `tiny network: ${inputs} → ${hidden} tanh → ${outputs}, RMSprop, batch ${batchSize}`,
  );
  const values = (n: number, step: number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: n }, (_, i) => Math.sin(1 + i * step));
  const xValues = values(batchSize * inputs, 0.7);
  const yValues = values(batchSize * outputs, 1.3);
  using x = tensor(xValues, { shape: [batchSize, inputs] });
  using y = tensor(yValues, { shape: [batchSize, outputs] });
  // An epoch of STEPS batches of the same samples.
  const repeat = (all: Float32Array, columns: number) =>
    tensor(
      Float32Array.from({ length: STEPS * all.length }, (_, i) => all[i % all.length] ?? 0),
      { shape: [STEPS * batchSize, columns] },
    );
  using xEpoch = repeat(xValues, inputs);
  using yEpoch = repeat(yValues, outputs);
  const byBatch = makeTiny();
  const byFit = makeTiny();
  const weights = byBatch.getWeights().map((weight) => Float32Array.from(weight.data()));

  /** `trainOnBatch` gives the mean of all batches so far. */
  let meanLoss = NaN;
  const runs: Record<string, Run> = {
    'lanegrad, fit': () =>
      byFit.fit(xEpoch, yEpoch, { batchSize, epochs: 1, shuffle: false, verbose: 0 }),
    'lanegrad, trainOnBatch': () => {
      for (let i = 0; i < STEPS; i++) meanLoss = byBatch.trainOnBatch(x, y)[0] ?? NaN;
    },
  };
  let [tfjsTotal, tfjsSteps] = [0, 0];
  const tfjs = await (await importTfjs())?.makeTinyStep(tiny, weights, xValues, yValues);
  if (tfjs !== undefined) {
    runs['TensorFlow.js wasm, optimizer.minimize'] = () => {
      for (let i = 0; i < STEPS; i++) tfjsTotal += tfjs.step();
      tfjsSteps += STEPS;
    };
  }
  const timings = await interleave(runs, rounds);
  const fit = timings['lanegrad, fit'];
  printTable(
    ['', 'a step, min', 'median', '÷ fit'],
    Object.entries(timings).map(([name, { min, median }]) => [
      name,
      formatUs(min / STEPS),
      formatUs(median / STEPS),
      fit === undefined ? '' : formatRatio(median / fit.median),
    ]),
  );
  const others = tfjs === undefined ? '' : `, TensorFlow.js ${(tfjsTotal / tfjsSteps).toFixed(6)}`;
  printNote(`mean loss of all steps: trainOnBatch ${meanLoss.toFixed(6)}${others}`);
  if (tfjs === undefined) printNote(`TensorFlow.js ${howToInstall}`);

  printHeading('targets of the tiny network');
  const microseconds = fit && (fit.min / STEPS) * 1000;
  printTable(targetHeader, [
    valueRow('a step of fit', microseconds, { atMost: 30 }, ' µs'),
    targetRow({
      what: 'TensorFlow.js wasm ÷ fit',
      top: timings['TensorFlow.js wasm, optimizer.minimize'],
      bottom: fit,
      atLeast: 20,
    }),
    targetRow({
      what: 'TensorFlow.js wasm ÷ trainOnBatch',
      top: timings['TensorFlow.js wasm, optimizer.minimize'],
      bottom: timings['lanegrad, trainOnBatch'],
      atLeast: 20,
    }),
  ]);
}

/** A prediction: the recorded one, and what the layers take. */
async function benchPredictions(rounds: number): Promise<void> {
  printHeading(`tiny network: ${tiny.inputs} → ${tiny.hidden} tanh → ${tiny.outputs}, one sample`);
  const network = makeTiny();
  using x = tensor([[1, 2, 3, 4]]);
  const repeat = (run: () => void) => () => {
    for (let i = 0; i < STEPS; i++) run();
  };
  const repeated = 'lanegrad, predictOnBatch';
  const timings = await interleave(
    {
      [repeated]: repeat(() => {
        network.predictOnBatch(x).dispose();
      }),
      'lanegrad, by the layers': repeat(() => {
        network.apply(x).dispose();
      }),
      'lanegrad, values in and out': repeat(() => {
        using sample = tensor([[1, 2, 3, 4]]);
        using y = network.predictOnBatch(sample);
        y.data();
      }),
    },
    rounds,
    WARM_UP,
  );
  printTable(
    ['', 'a prediction, min', 'median'],
    Object.entries(timings).map(([name, { min, median }]) => [
      name,
      formatUs(min / STEPS),
      formatUs(median / STEPS),
    ]),
  );
  const { min } = timings[repeated];
  printTable(targetHeader, [
    valueRow('a prediction of one sample', (min / STEPS) * 1000, { atMost: 1 }, ' µs'),
  ]);
}

function makeTiny(): models.Sequential {
  const network = new models.Sequential();
  network.add(
    new layers.Dense(tiny.hidden, {
      activation: 'tanh',
      inputShape: [tiny.inputs],
      kernelInitializer: new initializers.GlorotUniform({ seed: 1 }),
    }),
  );
  network.add(
    new layers.Dense(tiny.outputs, {
      kernelInitializer: new initializers.GlorotUniform({ seed: 2 }),
    }),
  );
  network.compile({ optimizer: 'rmsprop', loss: new losses.MeanSquaredError() });
  return network;
}
