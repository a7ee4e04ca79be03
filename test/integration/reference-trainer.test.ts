// The opponent of the benchmarks is worth beating only if it trains the same network correctly: it is held to
// the numbers of Keras itself.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { layers, models, random } from 'lanegrad';
import { describe, expect, it } from 'vitest';
import { ReferenceTrainer } from '../../bench/reference/trainer.js';
import type { Weights } from '../../bench/reference/trainer.js';

interface ArrayRecord {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface TrainingCase {
  readonly name: string;
  readonly fit: { readonly epochs: number; readonly batch_size: number };
  readonly x: ArrayRecord;
  readonly y: ArrayRecord;
  readonly weights: readonly ArrayRecord[];
  readonly history: { readonly loss: readonly number[] };
  readonly weights_after: readonly ArrayRecord[];
}

const folder =
  process.env['LANEGRAD_GOLDEN_DIR'] ?? path.join(import.meta.dirname, '../golden/data');
const { cases } = JSON.parse(readFileSync(path.join(folder, 'training.json'), 'utf8')) as {
  cases: TrainingCase[];
};
const golden = cases.find(({ name }) => name === 'seed-shaped');

function toWeights(records: readonly ArrayRecord[]): Weights {
  const [kernel1, bias1, kernel2, bias2] = records.map(({ data }) => Float32Array.from(data));
  if (!kernel1 || !bias1 || !kernel2 || !bias2) throw new Error('expected four weights');
  return [kernel1, bias1, kernel2, bias2];
}

describe('the pure-JavaScript trainer', () => {
  it.skipIf(golden === undefined).for([false, true])(
    'trains as Keras does, skipZeros: %s (needs the case seed-shaped)',
    (skipZeros) => {
      if (golden === undefined) return;
      const { x, y, fit, history } = golden;
      const [rows = 0, inputs = 0] = x.shape;
      const classes = y.shape[1] ?? 0;
      const hidden = golden.weights[1]?.shape[0] ?? 0;
      const batchSize = fit.batch_size;
      const trainer = new ReferenceTrainer(
        { inputs, hidden, classes, batchSize, skipZeros },
        toWeights(golden.weights),
      );
      const allX = Float32Array.from(x.data);
      const allY = Float32Array.from(y.data);

      const losses = Array.from({ length: fit.epochs }, () => {
        let total = 0;
        for (let from = 0; from < rows; from += batchSize) {
          const to = Math.min(from + batchSize, rows);
          const loss = trainer.step(
            allX.subarray(from * inputs, to * inputs),
            allY.subarray(from * classes, to * classes),
          );
          total += loss * (to - from);
        }
        return total / rows;
      });

      expect(losses).toHaveLength(history.loss.length);
      for (const [epoch, loss] of losses.entries()) {
        expect(Math.abs(loss - (history.loss[epoch] ?? NaN))).toBeLessThan(1e-4);
      }
      for (const [index, weight] of toWeights(golden.weights_after).entries()) {
        const trained = trainer.weights[index] ?? new Float32Array();
        expect(trained).toHaveLength(weight.length);
        const worst = weight.reduce(
          (most, expected, i) => Math.max(most, Math.abs(expected - (trained[i] ?? NaN))),
          0,
        );
        expect(worst).toBeLessThan(1e-4);
      }
    },
  );

  it('and lanegrad lose the same on the same batches', () => {
    const [rows, inputs, hidden, classes] = [30, 50, 33, 7];
    const network = new models.Sequential([
      new layers.Dense(hidden, { activation: 'relu', inputShape: [inputs] }),
      new layers.Dense(classes, { activation: 'softmax' }),
    ]);
    network.compile({ optimizer: 'rmsprop', loss: 'categorical_crossentropy' });
    const start = network.getWeights().map((weight) => ({
      shape: weight.shape,
      data: Array.from(weight.data()),
    }));
    const trainer = new ReferenceTrainer(
      { inputs, hidden, classes, batchSize: rows },
      toWeights(start),
    );
    for (let step = 0; step < 20; step++) {
      const x = random.normal([rows, inputs], { seed: step });
      const labels = Array.from({ length: rows }, (_, i) => (i * (step + 1)) % classes);
      const y = labels.map((label) => Array.from({ length: classes }, (_, j) => +(j === label)));
      network.resetMetrics();
      const [loss = NaN] = network.trainOnBatch(x, y);
      const expected = trainer.step(Float32Array.from(x.data()), Float32Array.from(y.flat()));
      expect(Math.abs(loss - expected)).toBeLessThan(1e-4 * expected + 1e-5);
    }
  });

  it('refuses weights and batches that do not fit', () => {
    const options = { inputs: 2, hidden: 3, classes: 2, batchSize: 4 };
    const weights: Weights = [
      new Float32Array(6),
      new Float32Array(3),
      new Float32Array(6),
      new Float32Array(2),
    ];
    expect(() => new ReferenceTrainer({ ...options, hidden: 4 }, weights)).toThrow(/weight 0/);
    const trainer = new ReferenceTrainer(options, weights);
    expect(() => trainer.step(new Float32Array(10), new Float32Array(10))).toThrow(/not a batch/);
    expect(() => trainer.step(new Float32Array(4), new Float32Array(2))).toThrow(/not a batch/);
  });
});
