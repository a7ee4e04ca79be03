// A metric that goes on from the state of another gives what the other would have given.
import { describe, expect, it } from 'vitest';
import * as metrics from '../../../src/metrics/index.js';
import { numbers } from '../models/networks.js';
import { tensor } from '../../../src/tensor/index.js';

/** Targets 0 or 1 and predictions 0 … 1, [4, 3], and weights. */
function batch(
  start: number,
): [ReturnType<typeof tensor>, ReturnType<typeof tensor>, Float32Array] {
  const shape = [4, 3];
  const labels = numbers(12, start).map((value) => (value > 0 ? 1 : 0));
  const scores = numbers(12, start + 50).map((value) => value / 2 + 0.5);
  return [tensor(labels, { shape }), tensor(scores, { shape }), numbers(4, start).map(Math.abs)];
}

describe('getState and setState', () => {
  it.each<[string, () => metrics.Metric]>([
    ['MeanSquaredError', () => new metrics.MeanSquaredError()],
    ['RootMeanSquaredError', () => new metrics.RootMeanSquaredError()],
    ['BinaryAccuracy', () => new metrics.BinaryAccuracy()],
    ['Precision', () => new metrics.Precision({ thresholds: [0.3, 0.6] })],
    ['TruePositives', () => new metrics.TruePositives()],
    ['AUC', () => new metrics.AUC()],
    ['AUC of labels', () => new metrics.AUC({ multiLabel: true, numThresholds: 10 })],
    ['F1Score', () => new metrics.F1Score()],
    ['R2Score', () => new metrics.R2Score({ classAggregation: null })],
  ])('%s', (_, make) => {
    const [whole, first, second] = [make(), make(), make()];
    whole.updateState(...batch(1));
    whole.updateState(...batch(100));
    first.updateState(...batch(1));
    second.setState(JSON.parse(JSON.stringify(first.getState())) as number[]);
    expect(second.result()).toEqual(first.result());
    second.updateState(...batch(100));
    expect(second.result()).toEqual(whole.result());
    // Before the first batch there is a state too.
    first.setState(make().getState() ?? []);
    expect(first.result()).toEqual(make().result());
  });

  it('Mean and Sum', () => {
    for (const make of [() => new metrics.Mean(), () => new metrics.Sum()]) {
      const [first, second] = [make(), make()];
      first.updateState([1, 4], [0.5, 2]);
      second.setState(first.getState() ?? []);
      expect(second.result()).toBe(first.result());
    }
  });
});
