// What optimizers and metrics of a program get of a step that is repeated is theirs.
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as layers from '../../../src/layers.js';
import type { Loss } from '../../../src/losses.js';
import { Metric } from '../../../src/metrics.js';
import { Sequential } from '../../../src/models.js';
import type { AnyModel } from '../../../src/models.js';
import type { SGD } from '../../../src/optimizers.js';
import { keep, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { numbers } from './networks.js';
import { bitsOfAll, expectSameSteps, pairOf, x23, y22 } from './repeated.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('gradients that an optimizer of a user gets', () => {
  it('are kept or disposed without harm, whenever its apply is overridden', () => {
    const models = pairOf(
      () => new Sequential([layers.Input([3]), new layers.Dense(2)]) as AnyModel,
    );
    expectSameSteps(models, 0, 10);
    const kept = models.map((model) => {
      const list: { readonly gradient: Tensor; readonly bits: number[][] }[] = [];
      const optimizer = model.optimizer as SGD;
      const apply = optimizer.apply.bind(optimizer);
      optimizer.apply = (gradients, variables) => {
        apply(gradients, variables);
        gradients[0]?.dispose();
        const [, gradient] = gradients;
        if (gradient) list.push({ gradient: keep(gradient), bits: bitsOfAll(gradient) });
      };
      return list;
    });
    expectSameSteps(models, 10, 20);
    expect(kept.map(({ length }) => length)).toEqual([20, 20]);
    for (const { gradient, bits } of kept.flat()) expect(bitsOfAll(gradient)).toEqual(bits);
  });
});

describe('targets that a metric of a user gets', () => {
  it('are there as long as the metric keeps them, though a batch is gathered where a step reads it', async () => {
    const make = (): AnyModel => {
      const model = new Sequential([layers.Input([3]), new layers.Dense(2)]) as AnyModel;
      model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [new Keeping()] as never });
      return model;
    };
    class Keeping extends Metric {
      static override readonly className = 'Keeping';
      readonly kept: Tensor[] = [];
      override updateState(y: unknown): void {
        this.kept.push(keep(y as Tensor));
      }
      override result(): number {
        return this.kept.length;
      }
      override resetState(): void {
        // What was kept stays.
      }
    }
    const [model, plain] = pairOf(make);
    const seen = [];
    for (const each of [model, plain]) {
      const [x, y] = [
        tensor(numbers(120), { shape: [40, 3] }),
        tensor(numbers(80), { shape: [40, 2] }),
      ];
      setRandomSeed(4);
      await each.fit(x, y as never, { epochs: 2, batchSize: 4, verbose: 0 });
      x.dispose();
      y.dispose();
      const keeping = each.metrics.find((metric) => metric instanceof Keeping);
      seen.push(keeping?.kept.map((tensor) => bitsOfAll(tensor)));
    }
    expect(seen[0]?.length).toBe(20);
    expect(seen[0]).toEqual(seen[1]);
  });

  it('are the tensors of the caller', () => {
    const seen: unknown[] = [];
    const model = new Sequential([layers.Input([3]), new layers.Dense(2)]);
    const metric = (y: Tensor, p: Tensor): Tensor => {
      seen.push(y);
      return p.sub(y).max();
    };
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [metric] });
    const y = y22();
    for (let step = 0; step < 12; step++) model.trainOnBatch(x23(step), y);
    expect(seen.length).toBe(12);
    expect(seen.every((each) => each === seen[0])).toBe(true);
  });
});

describe('the loss of a step', () => {
  it('is that of the loss as it is', () => {
    const models = pairOf(
      () => new Sequential([layers.Input([3]), new layers.Dense(2)]) as AnyModel,
    );
    expectSameSteps(models, 0, 10);
    for (const model of models) Object.assign(model.loss as Loss, { reduction: 'sum' });
    expectSameSteps(models, 10, 20);
  });
});
