// An aborted signal ends fit, evaluate and predict at once, whatever they wait for.
import { describe, expect, it, vi } from 'vitest';
import { Dataset } from '../../../src/data.js';
import type { BatchLike } from '../../../src/nn/data/batches/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import { held } from '../data/dataset/elements.js';
import { bitsOf, compiledTwoLayers, regression } from './networks.js';

const { x, y } = regression(4);
const reason = new Error('enough');
const never = new Promise<never>(() => undefined);

/** A signal, and what aborts it once something is waited for. */
function abortable(): { readonly signal: AbortSignal; readonly abortSoon: () => void } {
  const controller = new AbortController();
  const abortSoon = (): void => {
    setTimeout(() => {
      controller.abort(reason);
    }, 1);
  };
  return { signal: controller.signal, abortSoon };
}

describe.each(['fit', 'evaluate', 'predict'] as const)('%s', (method) => {
  const run = (
    data: AsyncIterable<BatchLike> | Dataset,
    signal: AbortSignal,
    model = compiledTwoLayers(),
  ): Promise<unknown> => {
    const options = { verbose: 0, signal } as const;
    if (method === 'predict') return model.predict(data, options);
    return method === 'fit' ? model.fit(data, options) : model.evaluate(data, options);
  };
  const free = (model: ReturnType<typeof compiledTwoLayers>): void => {
    model.optimizer?.dispose();
    model.dispose();
  };
  const batch = (method === 'predict' ? x : [x, y]) as BatchLike;

  it('ends while an iterator waits for a batch, and closes the iterator', async () => {
    const { signal, abortSoon } = abortable();
    const ended = vi.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    let given = 0;
    const iterator: AsyncIterator<BatchLike> = {
      next: () => {
        if (given++ === 0) return Promise.resolve({ value: batch });
        abortSoon();
        return never;
      },
      return: ended,
    };
    await expect(run({ [Symbol.asyncIterator]: () => iterator }, signal)).rejects.toBe(reason);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('ends while a generator waits', async () => {
    const { signal, abortSoon } = abortable();
    async function* batches(): AsyncGenerator<BatchLike> {
      yield batch;
      abortSoon();
      await never;
    }
    await expect(run(batches(), signal)).rejects.toBe(reason);
  });

  it('ends while a data set waits for its generator, and frees what it holds', async () => {
    const before = held();
    const { signal, abortSoon } = abortable();
    const ended = vi.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    let given = 0;
    const next = (): Promise<IteratorResult<unknown>> => {
      const row = (): unknown => [tensor([1, 2, 3]), tensor([1, 2])];
      const alone = (): unknown => tensor([1, 2, 3]);
      if (given++ < 3) return Promise.resolve({ value: method === 'predict' ? alone() : row() });
      abortSoon();
      return never;
    };
    const iterable = { [Symbol.asyncIterator]: () => ({ next, return: ended }) };
    const data = Dataset.fromGenerator(() => iterable as AsyncIterable<never>)
      .shuffle(2, { seed: 1 })
      .batch(2)
      .prefetch(3);
    const model = compiledTwoLayers();
    await expect(run(data as Dataset, signal, model)).rejects.toBe(reason);
    expect(ended).toHaveBeenCalledTimes(1);
    free(model);
    expect(held()).toEqual(before);
  });

  it('ends while a function of mapAsync waits; what it gives later is freed', async () => {
    const { signal, abortSoon } = abortable();
    let finish: () => void = () => undefined;
    const source = method === 'predict' ? Dataset.fromTensors(x) : Dataset.fromTensors(x, y);
    const before = held();
    const data = (source as Dataset).mapAsync(async (element) => {
      abortSoon();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return element;
    });
    const model = compiledTwoLayers();
    await expect(run(data.batch(2), signal, model)).rejects.toBe(reason);
    free(model);
    finish();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(held()).toEqual(before);
    source.dispose();
  });
});

describe('a hook that never ends', () => {
  it.each([
    'onTrainBegin',
    'onEpochBegin',
    'onTrainBatchBegin',
    'onTrainBatchEnd',
    'onTestBegin',
    'onTestBatchEnd',
    'onTestEnd',
    'onEpochEnd',
    'onTrainEnd',
  ] as const)('of fit, %s', async (hook) => {
    const { signal, abortSoon } = abortable();
    const after = vi.fn();
    const model = compiledTwoLayers();
    const wait = (): Promise<never> => {
      abortSoon();
      return never;
    };
    const callbacks = [{ [hook]: wait }, { [hook]: after }];
    const options = { verbose: 0, validationData: [x, y], signal, callbacks } as const;
    await expect(model.fit(x, y, options)).rejects.toBe(reason);
    expect(after).not.toHaveBeenCalled();
    // The model is free.
    const before = bitsOf(model);
    await model.fit(x, y, { verbose: 0 });
    expect(bitsOf(model)).not.toEqual(before);
  });

  it('of evaluate and predict', async () => {
    const model = compiledTwoLayers();
    for (const [method, hook] of [
      ['evaluate', 'onTestBatchEnd'],
      ['predict', 'onPredictBatchEnd'],
    ] as const) {
      const { signal, abortSoon } = abortable();
      const wait = (): Promise<never> => {
        abortSoon();
        return never;
      };
      const options = { verbose: 0, signal, callbacks: [{ [hook]: wait }] } as const;
      const running =
        method === 'predict' ? model.predict(x, options) : model.evaluate(x, y, options);
      await expect(running).rejects.toBe(reason);
    }
  });
});

it('a signal that was not aborted keeps no listeners', async () => {
  const { signal } = new AbortController();
  const [add, remove] = [
    vi.spyOn(signal, 'addEventListener'),
    vi.spyOn(signal, 'removeEventListener'),
  ];
  async function* batches(): AsyncGenerator<BatchLike> {
    for (let i = 0; i < 3; i++) {
      await Promise.resolve();
      yield [x, y];
    }
  }
  const callbacks = [{ onTrainBatchEnd: () => Promise.resolve() }];
  await compiledTwoLayers().fit(batches(), { verbose: 0, signal, callbacks });
  expect(add.mock.calls.length).toBeGreaterThan(0);
  expect(remove).toHaveBeenCalledTimes(add.mock.calls.length);
});
