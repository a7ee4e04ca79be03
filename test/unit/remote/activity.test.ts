// What a model in a worker refuses while it trains, and how an aborted signal ends what waits.
import { describe, expect, it, vi } from 'vitest';
import { data, ValueError } from 'lanegrad';
import { bits, network, open, quiet, x, y } from './network.js';

const never = new Promise<never>(() => undefined);
const reason = new Error('enough');

/** A signal, and what aborts it once something is waited for. */
function abortable(): { readonly signal: AbortSignal; readonly abortSoon: () => void } {
  const controller = new AbortController();
  const abortSoon = (): void => {
    setTimeout(() => {
      controller.abort(reason);
    }, 5);
  };
  return { signal: controller.signal, abortSoon };
}

describe('while fit runs in a worker', () => {
  it('the second call fails, here and there, and the fit gives what it gives alone', async () => {
    const there = network();
    const remote = await open(there);
    const running = remote.fit(x, y, { ...quiet, epochs: 3 });
    await expect(remote.fit(x, y, quiet)).rejects.toThrow(/fit was called while fit still runs/);
    await expect(remote.evaluate(x, y, quiet)).rejects.toThrow(/evaluate was called while fit/);
    await expect(there.fit(x, y, quiet)).rejects.toThrow(ValueError);
    await expect(there.evaluate(x, y, quiet)).rejects.toThrow(ValueError);
    expect(() => there.trainOnBatch(x, y)).toThrow(/trainOnBatch was called while fit/);
    expect(() => there.compile({ loss: 'mse' })).toThrow(/compile was called while fit still runs/);
    expect(() => there.pop()).toThrow(/pop was called while fit still runs/);
    await running;
    // Random numbers are this thread's: one after another.
    const alone = network();
    await alone.fit(x, y, { ...quiet, epochs: 3 });
    expect(bits(there)).toEqual(bits(alone));
  });

  it('hooks around epochs may measure, also without waiting, hooks of batches may not', async () => {
    const remote = await open(network());
    const measured: Promise<unknown>[] = [];
    const refused: Promise<unknown>[] = [];
    const callbacks = [
      {
        onEpochEnd: () => {
          measured.push(remote.evaluate(x, y, quiet), remote.predict(x, quiet));
        },
        onTrainBatchEnd: () => {
          refused.push(remote.evaluate(x, y, quiet).catch((error: unknown) => error));
        },
      },
    ];
    await remote.fit(x, y, { ...quiet, batchSize: 50, epochs: 3, callbacks });
    expect((await Promise.all(measured)).length).toBe(6);
    for (const error of await Promise.all(refused)) expect(error).toBeInstanceOf(ValueError);
    expect(refused).toHaveLength(3);
  });
});

it('a fit that ended with its worker leaves the model free, also when its hook ends later', async () => {
  const model = network();
  const remote = await open(model);
  let finish: () => void = () => undefined;
  const onEpochEnd = (): Promise<void> => {
    setTimeout(() => {
      remote.dispose();
    }, 1);
    return new Promise((resolve) => {
      finish = resolve;
    });
  };
  const running = remote.fit(x, y, { ...quiet, callbacks: [{ onEpochEnd }] });
  await expect(running).rejects.toThrow(/was ended by dispose/);
  finish();
  await new Promise((resolve) => setTimeout(resolve, 0));
  await model.fit(x, y, quiet);
  await model.evaluate(x, y, quiet);
});

describe('an aborted signal', () => {
  it('ends fit while the worker waits for a batch, and closes the iterator', async () => {
    const model = network();
    const remote = await open(model);
    const { signal, abortSoon } = abortable();
    const ended = vi.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    let given = 0;
    const next = (): Promise<IteratorResult<[typeof x, typeof y]>> => {
      if (given++ < 2) return Promise.resolve({ value: [x, y] });
      abortSoon();
      return never;
    };
    const before = bits(model);
    const batches = { [Symbol.asyncIterator]: () => ({ next, return: ended }) };
    await expect(remote.fit(batches, { verbose: 0, signal })).rejects.toBe(reason);
    expect(ended).toHaveBeenCalledTimes(1);
    // The weights so far come back, and the worker goes on.
    expect(bits(model)).not.toEqual(before);
    await remote.fit(x, y, quiet);
  });

  it('ends fit while the worker waits for a data set', async () => {
    const remote = await open(network());
    const { signal, abortSoon } = abortable();
    async function* rows(): AsyncGenerator<[number[], number]> {
      yield [[1, 2, 3, 4], 1];
      abortSoon();
      await never;
    }
    const batches = data.Dataset.fromGenerator(rows).batch(1).prefetch(2);
    await expect(remote.fit(batches, { verbose: 0, signal })).rejects.toBe(reason);
    await expect(remote.evaluate(x, y, quiet)).resolves.toHaveLength(2);
  });

  it.each(['onTrainBegin', 'onTrainBatchEnd', 'onEpochEnd', 'onTrainEnd'] as const)(
    'ends fit while a hook (%s) waits',
    async (hook) => {
      for (const waitForBatchHooks of [true, false]) {
        const remote = await open(network(), { waitForBatchHooks });
        const { signal, abortSoon } = abortable();
        const wait = (): Promise<never> => {
          abortSoon();
          return never;
        };
        const callbacks = [{ [hook]: wait }];
        await expect(remote.fit(x, y, { ...quiet, signal, callbacks })).rejects.toBe(reason);
        await remote.fit(x, y, quiet);
      }
    },
  );

  it('ends evaluate and predict', async () => {
    const remote = await open(network());
    for (const [method, hook] of [
      ['evaluate', 'onTestBatchEnd'],
      ['predict', 'onPredictBatchEnd'],
    ] as const) {
      const { signal, abortSoon } = abortable();
      const wait = (): Promise<never> => {
        abortSoon();
        return never;
      };
      const options = { ...quiet, signal, callbacks: [{ [hook]: wait }] };
      const running =
        method === 'predict' ? remote.predict(x, options) : remote.evaluate(x, y, options);
      await expect(running).rejects.toBe(reason);
    }
  });
});
