// Models whose outputs have masks: losses and metrics, against Keras.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Input } from '../../src/index.js';
import * as layers from '../../src/layers.js';
import { Sequential } from '../../src/models.js';
import { tidy } from '../../src/engine/tensor/index.js';
import type { CompileOptions, Logs } from '../../src/models.js';
import { afterTraining, expectClose, expectNumberClose, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

interface TrainingCase {
  readonly name: string;
  readonly weights: readonly GoldenArray[];
  readonly compile: { readonly weighted_metrics?: CompileOptions['weightedMetrics'] } & Pick<
    CompileOptions,
    'optimizer' | 'loss' | 'metrics'
  >;
  readonly fit: { readonly epochs: number; readonly batch_size: number };
  readonly x: GoldenArray;
  readonly y: GoldenArray;
  readonly sample_weight?: GoldenArray;
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly evaluate: Logs;
  readonly weights_after: readonly GoldenArray[];
  readonly predict: GoldenArray;
}

const { source, cases } = JSON.parse(
  readFileSync(new URL('../fixtures/masked-training.json', import.meta.url), 'utf8'),
) as { readonly source: string; readonly cases: readonly TrainingCase[] };

const STACKS: Readonly<Record<string, () => readonly layers.Layer[]>> = {
  masked_loss: () => [
    new layers.Masking(),
    new layers.Dense(4, { activation: 'relu' }),
    new layers.Dense(2),
  ],
  masked_loss_weighted: () => [
    new layers.Embedding(9, 4, { maskZero: true }),
    new layers.Dense(3, { activation: 'softmax' }),
  ],
};

describe(`masks count in losses and metrics as in ${source}`, () => {
  it.each(cases.map((golden) => [golden.name, golden] as const))('%s', async (name, golden) => {
    const [x, y] = [toTensor(golden.x), toTensor(golden.y)];
    const stack = STACKS[name]?.() ?? [];
    const model = new Sequential([Input(x.shape.slice(1), { dtype: x.dtype }), ...stack]);
    model.setWeights(golden.weights.map(toTensor));
    const { weighted_metrics: weightedMetrics = null, ...compile } = golden.compile;
    model.compile({ ...compile, weightedMetrics });
    const sampleWeight = golden.sample_weight && toTensor(golden.sample_weight);
    const { epochs, batch_size: batchSize } = golden.fit;
    const { history } = await model.fit(x, y, {
      epochs,
      batchSize,
      shuffle: false,
      verbose: 0,
      ...(sampleWeight && { sampleWeight }),
    });
    expect(Object.keys(history).sort()).toEqual(Object.keys(golden.history).sort());
    for (const [key, expected] of Object.entries(golden.history)) {
      expected.forEach((value, epoch) => {
        expectNumberClose(history[key]?.[epoch] ?? NaN, value, `${key} ${epoch}`, afterTraining);
      });
    }
    model.weights.forEach(({ value, path }, i) => {
      const expected = golden.weights_after[i];
      if (expected !== undefined) expectClose(value, expected, path, afterTraining);
    });
    const logs = await model.evaluate(x, y, {
      batchSize,
      verbose: 0,
      returnDict: true,
      ...(sampleWeight && { sampleWeight }),
    });
    for (const [key, value] of Object.entries(golden.evaluate)) {
      expectNumberClose(logs[key] ?? NaN, value, key, afterTraining);
    }
    const first = tidy(() => x.slice([0, 5]).clone());
    expectClose(
      await model.predict(first, { verbose: 0 }),
      golden.predict,
      'predict',
      afterTraining,
    );
  });
});
