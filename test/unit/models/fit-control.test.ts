// How fit gets along with the rest of the program: callbacks, aborting, pausing, other calls.
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  Callback,
  EarlyStopping,
  History,
  ProgbarLogger,
  TerminateOnNaN,
} from '../../../src/callbacks.js';
import { ValueError } from '../../../src/errors.js';
import { RecordingWriter } from '../callbacks/recording-writer.js';
import { bitsOf, compiledTwoLayers, regression } from './networks.js';
import { expectNoMoreThan, settledMemory } from './steady-memory.js';

const { x, y } = regression(10);
const options = { verbose: 0, batchSize: 4, shuffle: false } as const;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('callbacks', () => {
  it('are called in Keras’s order, with the results so far', async () => {
    const calls: string[] = [];
    const note = (name: string, logs: Readonly<Record<string, number>> = {}): void => {
      calls.push(`${name}(${Object.keys(logs).join(' ')})`);
    };
    await compiledTwoLayers().fit(x, y, {
      ...options,
      batchSize: 6,
      validationData: [x, y],
      validationBatchSize: 10,
      callbacks: [
        {
          onTrainBegin: (logs) => note('trainBegin', logs),
          onEpochBegin: (epoch, logs) => note(`epochBegin ${epoch}`, logs),
          onTrainBatchBegin: (batch, logs) => note(`batchBegin ${batch}`, logs),
          onTrainBatchEnd: (batch, logs) => note(`batchEnd ${batch}`, logs),
          onTestBegin: (logs) => note('testBegin', logs),
          onTestBatchBegin: (batch, logs) => note(`testBatchBegin ${batch}`, logs),
          onTestBatchEnd: (batch, logs) => note(`testBatchEnd ${batch}`, logs),
          onTestEnd: (logs) => note('testEnd', logs),
          onEpochEnd: (epoch, logs) => note(`epochEnd ${epoch}`, logs),
          onTrainEnd: (logs) => note('trainEnd', logs),
        },
      ],
    });
    expect(calls).toEqual([
      'trainBegin()',
      'epochBegin 0()',
      'batchBegin 0()',
      'batchEnd 0(loss)',
      'batchBegin 1()',
      'batchEnd 1(loss)',
      'testBegin()',
      'testBatchBegin 0()',
      'testBatchEnd 0(loss)',
      'testEnd(loss)',
      'epochEnd 0(loss val_loss)',
      'trainEnd(loss val_loss)',
    ]);
  });

  it('are waited for where they are asynchronous', async () => {
    const calls: string[] = [];
    const slow = (name: string) => async (): Promise<void> => {
      calls.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 2));
      calls.push(`${name} ends`);
    };
    await compiledTwoLayers().fit(x, y, {
      ...options,
      batchSize: 10,
      callbacks: [{ onTrainBatchEnd: slow('batch'), onEpochEnd: slow('epoch') }],
    });
    expect(calls).toEqual(['batch begins', 'batch ends', 'epoch begins', 'epoch ends']);
  });

  it('see the history grow, and what they add to the logs is in it', async () => {
    const model = compiledTwoLayers();
    const lengths: (number | undefined)[] = [];
    class Adds extends Callback {
      override onEpochEnd(epoch: number, logs: Record<string, number> = {}): void {
        logs['learning_rate'] = epoch + 0.5;
      }
      override onEpochBegin(): void {
        lengths.push(model.history?.epoch.length);
      }
    }
    const history = await model.fit(x, y, { ...options, epochs: 2, callbacks: [new Adds()] });
    expect(history).toBeInstanceOf(History);
    expect(model.history).toBe(history);
    expect(lengths).toEqual([0, 1]);
    expect(history.history['learning_rate']).toEqual([0.5, 1.5]);
    expect(history.params).toMatchObject({ epochs: 2, steps: 3, verbose: 0 });
  });

  it('end training by stopTraining, after the batch', async () => {
    const model = compiledTwoLayers();
    const seen: number[] = [];
    const callback = {
      onTrainBatchEnd: (batch: number): void => {
        seen.push(batch);
        if (batch === 1) model.stopTraining = true;
      },
    };
    const { epoch } = await model.fit(x, y, { ...options, epochs: 9, callbacks: [callback] });
    expect(seen).toEqual([0, 1]);
    expect(epoch).toEqual([0]);
    await model.fit(x, y, { ...options, epochs: 2 });
    expect(model.stopTraining).toBe(false);
  });

  it('stop early and bring the best weights back', async () => {
    const model = compiledTwoLayers();
    // It is trained away from the targets that validation knows.
    const away = y.neg().mul(3);
    const states: number[][][] = [];
    const early = new EarlyStopping({ patience: 2, restoreBestWeights: true });
    const { history } = await model.fit(x, away, {
      ...options,
      epochs: 20,
      validationData: [x, y],
      callbacks: [{ onEpochEnd: () => states.push(bitsOf(model)) }, early],
    });
    const losses = history['val_loss'] ?? [];
    const best = losses.indexOf(Math.min(...losses));
    expect(losses).toHaveLength(best + 3);
    expect(bitsOf(model)).toEqual(states[best]);
    expect(bitsOf(model)).not.toEqual(states.at(-1));
  });

  it('end training at a loss that is not a number', async () => {
    const model = compiledTwoLayers();
    model.weights[0]?.assign([[NaN, 0, 0, 0], ...new Array<number[]>(2).fill([0, 0, 0, 0])]);
    const writer = new RecordingWriter();
    const callbacks = [new TerminateOnNaN({ writer })];
    const { history } = await model.fit(x, y, { ...options, epochs: 5, callbacks });
    expect(history.loss).toEqual([NaN]);
    expect(writer.text).toBe('Batch 0: Invalid loss, terminating training\n');
  });

  it('that throw end fit, and the model stays usable', async () => {
    const model = compiledTwoLayers();
    // The optimizer makes its variables when it first needs them.
    await model.fit(x, y, options);
    const before = await settledMemory();
    const onTrainBatchEnd = (): void => {
      throw new RangeError('mine');
    };
    await expect(model.fit(x, y, { ...options, callbacks: [{ onTrainBatchEnd }] })).rejects.toThrow(
      RangeError,
    );
    expectNoMoreThan(before);
    expect((await model.fit(x, y, options)).epoch).toEqual([0]);
  });

  it('are refused if they are none', async () => {
    const model = compiledTwoLayers();
    const fit = (callbacks: unknown) => model.fit(x, y, { ...options, callbacks } as object);
    await expect(fit([7])).rejects.toThrow(/^fit: callbacks: A callback is .* got 7\./);
    await expect(fit([[]])).rejects.toThrow(/^fit: callbacks: A callback is .* got \[\]\./);
    await expect(fit(new Set())).rejects.toThrow(/A callback is .* Give several as a list/);
    await expect(fit([{ onEpochEnds: () => 0 }])).rejects.toThrow(/'onEpochEnd'/);
    await expect(fit({ onEpochEnds: () => 0 })).rejects.toThrow(/'onEpochEnd'/);
  });
});

describe('verbose', () => {
  const lines = async (verbose: 0 | 1 | 2 | 'auto', isTerminal = false): Promise<string> => {
    const writer = new RecordingWriter({ isTerminal, columns: 200 });
    const logger = new ProgbarLogger({ writer, now: () => 0 });
    const callbacks = [logger];
    await compiledTwoLayers().fit(x, y, { ...options, verbose, epochs: 2, callbacks });
    return writer.text;
  };

  it('is one line an epoch without a terminal, a bar with one', async () => {
    expect(await lines('auto')).toMatch(
      /^Epoch 1\/2 - 3\/3 - 0s - 0s\/step - loss: \d\.\d{4}\nEpoch 2\/2 - 3\/3 .*\n$/,
    );
    expect(await lines(2)).toBe(await lines('auto'));
    expect(await lines('auto', true)).toMatch(/^Epoch 1\/2\n\r1\/3 .*\r3\/3 ━{20} /);
    expect(await lines(1, true)).toBe(await lines('auto', true));
    expect(await lines(0, true)).toBe('');
  });

  it('shows each run once: not again if a ProgbarLogger is given', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await lines(2);
    expect(write).not.toHaveBeenCalled();
  });
});

describe('a signal', () => {
  const reason = new Error('enough');

  it('that is aborted already: nothing begins', async () => {
    const model = compiledTwoLayers();
    const before = bitsOf(model);
    const onTrainBegin = vi.fn();
    const signal = AbortSignal.abort(reason);
    const more = { ...options, signal, callbacks: [{ onTrainBegin }] };
    await expect(model.fit(x, y, more)).rejects.toBe(reason);
    await expect(model.evaluate(x, y, { verbose: 0, signal })).rejects.toBe(reason);
    await expect(model.predict(x, { verbose: 0, signal })).rejects.toBe(reason);
    expect(onTrainBegin).not.toHaveBeenCalled();
    expect(bitsOf(model)).toEqual(before);
  });

  it('ends fit between two batches and leaves nothing behind', async () => {
    const model = compiledTwoLayers();
    // The optimizer makes its variables when it first needs them.
    await model.fit(x, y, options);
    const before = await settledMemory();
    const controller = new AbortController();
    const seen: number[] = [];
    const onTrainBatchEnd = (batch: number): void => {
      seen.push(batch);
      if (batch === 1) controller.abort(reason);
    };
    const more = { epochs: 3, shuffle: true, signal: controller.signal, validationSplit: 0.2 };
    // Nested arrays: fit makes tensors of them.
    await expect(
      model.fit(x.toArray(), y.toArray(), {
        ...options,
        ...more,
        batchSize: 2,
        callbacks: [{ onTrainBatchEnd }],
      }),
    ).rejects.toBe(reason);
    expect(seen).toEqual([0, 1]);
    expectNoMoreThan(before);
    expect((await model.fit(x, y, options)).epoch).toEqual([0]);
    expect(await model.evaluate(x, y, { verbose: 0 })).toHaveLength(1);
  });

  it('ends evaluate and predict, and frees what there was of the result', async () => {
    const model = compiledTwoLayers();
    // The optimizer makes its variables when it first needs them.
    await model.fit(x, y, options);
    const before = await settledMemory();
    for (const method of ['evaluate', 'predict'] as const) {
      const controller = new AbortController();
      const abort = (): void => {
        controller.abort(reason);
      };
      const callbacks = [{ onTestBatchEnd: abort, onPredictBatchEnd: abort }];
      const more = { verbose: 0, batchSize: 2, signal: controller.signal, callbacks } as const;
      const run = method === 'evaluate' ? model.evaluate(x, y, more) : model.predict(x, more);
      await expect(run).rejects.toBe(reason);
    }
    expectNoMoreThan(before);
  });

  it('also while fit waits for slow data', async () => {
    const controller = new AbortController();
    let closed = false;
    async function* batches() {
      try {
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          yield [x, y] as const;
        }
      } finally {
        closed = true;
      }
    }
    setTimeout(() => {
      controller.abort(reason);
    }, 10);
    const fitting = compiledTwoLayers().fit(batches(), { verbose: 0, signal: controller.signal });
    await expect(fitting).rejects.toBe(reason);
    // The generator hears of it when it next yields.
    await vi.waitFor(() => expect(closed).toBe(true));
  });
});

describe('yieldEvery', () => {
  /** How many immediates of the event loop run while fit does 100 batches. */
  const turns = async (
    yieldEvery: 'auto' | 'batch' | 'epoch' | 'never' | number,
    now?: () => number,
  ) => {
    if (now) vi.spyOn(performance, 'now').mockImplementation(now);
    const { x: many, y: targets } = regression(100);
    let count = 0;
    let isRunning = true;
    const turn = (): void => {
      count++;
      if (isRunning) setImmediate(turn);
    };
    const fitting = compiledTwoLayers().fit(many, targets, {
      ...options,
      batchSize: 2,
      epochs: 2,
      yieldEvery,
    });
    setImmediate(turn);
    await fitting;
    isRunning = false;
    return count;
  };

  it('lets the program run after each batch, each epoch, or never', async () => {
    expect(await turns('batch')).toBeGreaterThanOrEqual(100);
    const perEpoch = await turns('epoch');
    expect(perEpoch).toBeGreaterThanOrEqual(1);
    expect(perEpoch).toBeLessThan(10);
    expect(await turns('never')).toBe(0);
  });

  it('goes by the clock with auto and milliseconds', async () => {
    let time = 0;
    // Each look at the clock is 4 ms later: every fourth batch is 16 ms after the last pause.
    const clock = (): number => (time += 4);
    expect(await turns('auto', clock)).toBeGreaterThanOrEqual(20);
    expect(await turns(1e9, clock)).toBeLessThan(10);
    expect(await turns(0, clock)).toBeGreaterThanOrEqual(100);
  });

  it('does not change the result', async () => {
    const models = await Promise.all(
      (['auto', 'batch', 'epoch', 'never', 3] as const).map(async (yieldEvery) => {
        const model = compiledTwoLayers();
        await model.fit(x, y, { ...options, epochs: 2, yieldEvery });
        return bitsOf(model);
      }),
    );
    for (const bits of models) expect(bits).toEqual(models[0]);
  });

  it.each(['often', -1, NaN])('refuses %s', async (yieldEvery) => {
    const more = { ...options, yieldEvery } as object;
    await expect(compiledTwoLayers().fit(x, y, more)).rejects.toThrow(/fit: yieldEvery must be/);
  });
});

describe('two at once', () => {
  it('fits are refused, and the first goes on', async () => {
    const model = compiledTwoLayers();
    const first = model.fit(x, y, options);
    await expect(model.fit(x, y, options)).rejects.toThrow(ValueError);
    await expect(model.fit(x, y, options)).rejects.toThrow(/fit was called while fit still runs/);
    expect((await first).epoch).toEqual([0]);
  });

  it('what would mix its batches into the metrics is refused within an epoch', async () => {
    const model = compiledTwoLayers();
    const messages: string[] = [];
    const attempt = async (run: () => unknown): Promise<void> => {
      try {
        await run();
      } catch (error) {
        messages.push((error as Error).message);
      }
    };
    await model.fit(x, y, {
      ...options,
      batchSize: 10,
      callbacks: [
        {
          onTrainBatchEnd: async () => {
            await attempt(() => model.evaluate(x, y, { verbose: 0 }));
            await attempt(() => model.trainOnBatch(x, y));
            await attempt(() => model.testOnBatch(x, y));
          },
        },
      ],
    });
    expect(messages).toHaveLength(3);
    for (const [i, method] of ['evaluate', 'trainOnBatch', 'testOnBatch'].entries()) {
      expect(messages[i]).toMatch(new RegExp(`: ${method} was called while fit still runs. Await`));
    }
  });

  it('evaluate between epochs and predict at any time are fine', async () => {
    const [model, alone] = [compiledTwoLayers(), compiledTwoLayers()];
    let evaluated: number[] = [];
    const { history } = await model.fit(x, y, {
      ...options,
      epochs: 2,
      callbacks: [
        {
          onTrainBatchEnd: async () => (await model.predict(x, { verbose: 0 })).dispose(),
          onEpochEnd: async () => (evaluated = await model.evaluate(x, y, { verbose: 0 })),
        },
      ],
    });
    const { history: expected } = await alone.fit(x, y, { ...options, epochs: 2 });
    expect(history).toEqual(expected);
    expect(bitsOf(model)).toEqual(bitsOf(alone));
    expect(evaluated).toEqual(await alone.evaluate(x, y, { verbose: 0 }));
  });
});
