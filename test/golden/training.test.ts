// Whole training runs, held against Keras: history, evaluation, weights and predictions.
import { describe, expect, it } from 'vitest';
import { layers, models } from 'lanegrad';
import type { FitOptions } from '../../src/models.js';
import type { SerializedObject } from '../../src/config/index.js';
import { afterTraining, expectAllClose, expectClose, readGolden, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

interface TrainingCase {
  readonly name: string;
  readonly layers: readonly SerializedObject[];
  readonly compile: {
    readonly optimizer: string;
    readonly loss: string;
    readonly metrics?: readonly string[];
  };
  readonly fit: {
    readonly epochs: number;
    readonly batch_size: number;
    readonly validation_split?: number;
    readonly class_weight?: Readonly<Record<string, number>>;
    readonly sample_weight?: GoldenArray;
  };
  readonly x: GoldenArray;
  readonly y: GoldenArray;
  readonly weights: readonly GoldenArray[];
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly evaluate: Readonly<Record<string, number>>;
  readonly weights_after: readonly GoldenArray[];
  readonly predict: GoldenArray;
}

/** Options of `fit` from Keras's; an unknown one must not be passed over. */
function toFitOptions(fit: TrainingCase['fit']): FitOptions {
  const { epochs, batch_size, validation_split, class_weight, sample_weight, ...rest } = fit;
  expect(Object.keys(rest)).toEqual([]);
  return {
    epochs,
    batchSize: batch_size,
    verbose: 0,
    shuffle: false,
    ...(validation_split === undefined ? {} : { validationSplit: validation_split }),
    ...(class_weight === undefined ? {} : { classWeight: class_weight }),
    ...(sample_weight === undefined ? {} : { sampleWeight: toTensor(sample_weight) }),
  };
}

const { cases } = readGolden<TrainingCase>('training');

describe('training as Keras does', () => {
  it.for(cases)('$name', async (golden) => {
    const model = new models.Sequential(golden.layers.map((layer) => layers.deserialize(layer)));
    model.compile(golden.compile as never);
    model.setWeights(golden.weights.map(toTensor));
    const [x, y] = [toTensor(golden.x), toTensor(golden.y)];

    const { history } = await model.fit(x, y, toFitOptions(golden.fit));

    expect(Object.keys(history).sort()).toEqual(Object.keys(golden.history).sort());
    for (const [name, values] of Object.entries(golden.history)) {
      expectAllClose(history[name] ?? [], values, name, afterTraining);
    }
    model.getWeights().forEach((weight, i) => {
      const expected = golden.weights_after[i];
      if (expected) expectClose(weight, expected, `weight ${i}`, afterTraining);
    });
    const evaluated = await model.evaluate(x, y, { verbose: 0, returnDict: true });
    for (const [name, value] of Object.entries(golden.evaluate)) {
      expectAllClose([evaluated[name] ?? NaN], [value], `evaluate ${name}`, afterTraining);
    }
    const [rows = 0] = golden.predict.shape;
    const predicted = await model.predict(x.slice([0, rows]), { verbose: 0 });
    expectClose(predicted, golden.predict, 'prediction', afterTraining);
  });
});
