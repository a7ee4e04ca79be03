// Losses against Keras: the losses of a batch, their reduction and its gradient.
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import { deserialize } from '../../src/losses.js';
import { lossRegistry } from '../../src/nn/losses/registry.js';
import { valueAndGrad } from '../../src/engine/ops/index.js';
import { tidy } from '../../src/engine/tensor/index.js';
import type { Tensor } from '../../src/engine/tensor/index.js';
import {
  expectClose,
  expectNumberClose,
  expectPending,
  readGolden,
  splitCases,
  toTensor,
} from './cases.js';
import type { GoldenArray } from './cases.js';

interface LossCase {
  readonly class_name: string;
  readonly config: Config;
  readonly y_true: GoldenArray;
  readonly y_pred: GoldenArray;
  readonly sample_weight?: GoldenArray;
  readonly value: number;
  readonly per_sample: GoldenArray;
  readonly grad: GoldenArray;
}

const { cases, source } = readGolden<LossCase>('losses', 'losses2');

const { running, pending } = splitCases(
  cases,
  (golden) => golden.class_name,
  (golden) => lossRegistry.find(golden.class_name) !== undefined,
);

describe(`losses, ${source}`, () => {
  it('has every loss of the files', () => {
    expectPending(pending, []);
  });

  it.each(
    running.map(
      (golden, i) =>
        [`${i} ${golden.class_name} ${JSON.stringify(golden.config)}`, golden] as const,
    ),
  )('%s', (_, golden) => {
    tidy(() => {
      const loss = deserialize({ class_name: golden.class_name, config: golden.config });
      const yTrue = toTensor(golden.y_true);
      const yPred = toTensor(golden.y_pred);
      const weight = golden.sample_weight && toTensor(golden.sample_weight);
      expectClose(loss.call(yTrue, yPred), golden.per_sample, 'losses');
      const [value, gradient] = valueAndGrad<[Tensor]>((x) => loss.apply(yTrue, x, weight))(yPred);
      expectNumberClose(value.item(), golden.value, 'loss');
      expectClose(gradient, golden.grad, 'gradient');
      expect(loss.getConfig()).toMatchObject(golden.config);
    });
  });
});
