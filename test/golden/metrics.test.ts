// Metrics against Keras: several batches, weighted or not, and the result.
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import { deserialize } from '../../src/metrics.js';
import { metricRegistry } from '../../src/nn/metrics/registry.js';
import { tidy } from '../../src/engine/tensor/index.js';
import { expectAllClose, expectPending, readGolden, splitCases, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

interface MetricCase {
  readonly class_name: string;
  readonly config: Config;
  readonly updates: readonly {
    readonly y_true: GoldenArray;
    readonly y_pred: GoldenArray;
    readonly sample_weight?: GoldenArray;
  }[];
  readonly result: GoldenArray;
}

const { cases, source } = readGolden<MetricCase>('metrics', 'metrics2');

const { running, pending } = splitCases(
  cases,
  (golden) => golden.class_name,
  (golden) => metricRegistry.find(golden.class_name) !== undefined,
);

const named = running.map((golden, i) => {
  const weighted = golden.updates[0]?.sample_weight === undefined ? '' : ' weighted';
  return [`${i} ${golden.class_name} ${JSON.stringify(golden.config)}${weighted}`, golden] as const;
});

describe(`metrics, ${source}`, () => {
  it('has every metric of the files', () => {
    expectPending(pending, []);
  });

  it.each(named)('%s', (_, golden) => {
    const metric = deserialize({ class_name: golden.class_name, config: golden.config });
    const update = (): void => {
      for (const { y_true, y_pred, sample_weight } of golden.updates) {
        tidy(() => {
          const weight = sample_weight && toTensor(sample_weight);
          metric.updateState(toTensor(y_true), toTensor(y_pred), weight);
        });
      }
    };
    const check = (what: string): void => {
      const result = [metric.result()].flat();
      expect(typeof metric.result() === 'number').toBe(golden.result.shape.length === 0);
      expectAllClose(result, golden.result.data, what);
    };
    update();
    check('result');
    metric.resetState();
    update();
    check('result after resetState');
    const config = metric.getConfig();
    expect(config).toMatchObject(golden.config);
    expect(deserialize({ class_name: golden.class_name, config }).getConfig()).toEqual(config);
  });
});
