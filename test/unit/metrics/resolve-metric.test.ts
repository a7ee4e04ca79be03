import { describe, expect, it } from 'vitest';
import { get as getLoss } from '../../../src/losses.js';
import { metricRegistry, resolveMetric } from '../../../src/nn/metrics/registry.js';

describe("'accuracy' by the shapes of targets and outputs", () => {
  it.each([
    [[32, 1], [32, 1], 'BinaryAccuracy'],
    [[32], [32, 1], 'BinaryAccuracy'],
    [[32, 10], [32, 10], 'CategoricalAccuracy'],
    [[32], [32, 10], 'SparseCategoricalAccuracy'],
    [[32, 1], [32, 10], 'SparseCategoricalAccuracy'],
    [[32, 7, 10], [32, 7, 10], 'CategoricalAccuracy'],
    [[32, 7], [32, 7, 10], 'SparseCategoricalAccuracy'],
  ])('%j and %j: %s', (targetShape, outputShape, className) => {
    for (const name of ['accuracy', 'acc']) {
      const metric = resolveMetric(name as never, { targetShape, outputShape });
      expect(metric).toBeInstanceOf(metricRegistry.find(className));
      expect(metric.name).toBe(name);
    }
  });
});

describe("'accuracy' by the loss, before targets are known", () => {
  it.each([
    ['categorical_crossentropy', 10, 'CategoricalAccuracy'],
    ['sparse_categorical_crossentropy', 10, 'SparseCategoricalAccuracy'],
    ['binary_crossentropy', 1, 'BinaryAccuracy'],
    ['binary_crossentropy', 4, 'BinaryAccuracy'],
    ['mse', 1, 'BinaryAccuracy'],
  ])('%s with %d outputs: %s', (loss, outputs, className) => {
    const metric = resolveMetric('accuracy', {
      outputShape: [null, outputs],
      loss: getLoss(loss),
    });
    expect(metric).toBeInstanceOf(metricRegistry.find(className));
  });
});

it("'crossentropy' and 'ce' are resolved alike", () => {
  const metric = resolveMetric('ce', { targetShape: [8], outputShape: [8, 3] });
  expect(metric).toBeInstanceOf(metricRegistry.find('SparseCategoricalCrossentropy'));
  expect(metric.name).toBe('ce');
});

it('other names stand for themselves', () => {
  const metric = resolveMetric('mae', { outputShape: [null, 1] });
  expect(metric).toBeInstanceOf(metricRegistry.find('MeanAbsoluteError'));
  expect(metric.name).toBe('mae');
});
