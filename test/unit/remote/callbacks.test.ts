// Callbacks of a model in a worker run here, and do what they do for a model here.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { callbacks, utils, ValueError } from 'lanegrad';
import type { layers } from 'lanegrad';
import { bits, network, open, quiet, x, y } from './network.js';

describe('callbacks of a model in a worker', () => {
  it('are called here, in the order and with the logs of fit', async () => {
    const record = (log: unknown[]): callbacks.Callback => {
      const listener = new callbacks.Callback();
      const names = ['onTrainBegin', 'onTrainEnd', 'onEpochBegin', 'onEpochEnd', 'onTrainBatchBegin'] as const; // prettier-ignore
      for (const name of [
        ...names,
        'onBatchEnd',
        'onTestBegin',
        'onTestEnd',
        'onTestBatchEnd',
      ] as const) {
        Object.defineProperty(listener, name, {
          value: (...args: unknown[]) => {
            log.push([name, ...args, listener.params.steps, listener.params.epochs]);
          },
        });
      }
      return listener;
    };
    const [expected, log]: unknown[][] = [[], []];
    const options = { ...quiet, epochs: 2, validationSplit: 0.2 };
    await network().fit(x, y, { ...options, callbacks: [record(expected ?? [])] });
    const remote = await open(network());
    await remote.fit(x, y, { ...options, callbacks: [record(log ?? [])] });
    expect(log).toEqual(expected);
    expect(log?.length).toBeGreaterThan(20);
  });

  it('may be one instead of a list', async () => {
    const remote = await open(network());
    const losses: number[] = [];
    const onEpochEnd = (_: number, logs: callbacks.EpochLogs): void => {
      losses.push(logs.loss);
    };
    const { history } = await remote.fit(x, y, { ...quiet, epochs: 2, callbacks: { onEpochEnd } });
    expect(losses).toEqual(history.loss);
  });

  it('EarlyStopping, ReduceLROnPlateau and schedules do what they do here', async () => {
    const make = () => [
      new callbacks.LearningRateScheduler((epoch, rate) => (epoch < 2 ? rate : rate * 0.5)),
      new callbacks.ReduceLROnPlateau({ monitor: 'accuracy', patience: 1, factor: 0.5 }),
      new callbacks.EarlyStopping({
        monitor: 'val_accuracy',
        patience: 2,
        restoreBestWeights: true,
      }),
    ];
    const options = { ...quiet, epochs: 12, validationSplit: 0.3 };
    const [here, there] = [network(), network()];
    utils.setRandomSeed(5);
    const expected = await here.fit(x, y, { ...options, callbacks: make() });
    utils.setRandomSeed(5);
    const remote = await open(there);
    const history = await remote.fit(x, y, { ...options, callbacks: make() });
    expect(history.history).toEqual(expected.history);
    expect(history.epoch.length).toBeLessThan(12);
    expect(bits(there)).toEqual(bits(here));
    expect(there.optimizer?.learningRate).toBe(here.optimizer?.learningRate);
  });

  it('may change the learning rate before each batch', async () => {
    const rates = (model: () => { optimizer?: { learningRate: number } | undefined }) => ({
      onTrainBatchBegin: (batch: number) => {
        const { optimizer } = model();
        if (optimizer !== undefined) optimizer.learningRate = 0.01 / (1 + batch);
      },
    });
    const [here, there] = [network(), network()];
    utils.setRandomSeed(5);
    await here.fit(x, y, { ...quiet, callbacks: [rates(() => here)] });
    utils.setRandomSeed(5);
    const remote = await open(there);
    await remote.fit(x, y, { ...quiet, callbacks: [rates(() => remote)] });
    expect(bits(there)).toEqual(bits(here));
  });

  it('see the weights of the worker around epochs; around batches after pull', async () => {
    const model = network();
    const remote = await open(model);
    const seen: number[] = [];
    const first = (): number => model.weights[0]?.value.data()[0] ?? 0;
    let refusal: unknown;
    await remote.fit(x, y, {
      ...quiet,
      epochs: 2,
      callbacks: [
        {
          onEpochBegin: () => void seen.push(first()),
          onEpochEnd: () => void seen.push(first()),
          async onTrainBatchEnd(batch) {
            if (batch !== 0) return;
            try {
              remote.getWeights();
            } catch (error) {
              refusal = error;
            }
            await remote.pull();
            seen.push(remote.getWeights()[0]?.data()[0] ?? 0);
          },
        },
      ],
    });
    expect(refusal).toBeInstanceOf(ValueError);
    expect(String(refusal)).toContain('pull()');
    // Begin, first batch, end; the second epoch begins as the first ended.
    expect(seen[2]).toBe(seen[3]);
    expect(new Set(seen).size).toBe(5);
  });

  it('ModelCheckpoint after each batch saves the weights of that batch', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-remote-'));
    try {
      const save = (sub: string) =>
        new callbacks.ModelCheckpoint(path.join(folder, sub, '{batch:02d}.weights.safetensors'), {
          saveWeightsOnly: true,
          saveFreq: 3,
        });
      const [here, there] = [network(), network()];
      utils.setRandomSeed(5);
      await here.fit(x, y, { ...quiet, callbacks: [save('here')] });
      utils.setRandomSeed(5);
      await (await open(there)).fit(x, y, { ...quiet, callbacks: [save('there')] });
      const files = readdirSync(path.join(folder, 'here'));
      expect(files.length).toBeGreaterThan(1);
      expect(readdirSync(path.join(folder, 'there'))).toEqual(files);
      for (const file of files) {
        await here.loadWeights(path.join(folder, 'here', file));
        await there.loadWeights(path.join(folder, 'there', file));
        expect(there.getWeights().map(String)).toEqual(here.getWeights().map(String));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('BackupAndRestore lets an interrupted fit go on to the same bits', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-remote-'));
    try {
      const options = { ...quiet, epochs: 3 };
      const whole = network();
      utils.setRandomSeed(9);
      await whole.fit(x, y, options);
      const backup = (): callbacks.BackupAndRestore =>
        new callbacks.BackupAndRestore(folder, { saveFreq: 2 });
      utils.setRandomSeed(9);
      const failure = new Error('power failure');
      const interrupt = {
        onTrainBatchEnd(batch: number) {
          if (batch === 3) throw failure;
        },
      };
      const first = await open(network());
      utils.setRandomSeed(9);
      const run = first.fit(x, y, { ...options, callbacks: [backup(), interrupt] });
      await expect(run).rejects.toBe(failure);
      const second = network(1);
      await (await open(second)).fit(x, y, { ...options, callbacks: [backup()] });
      expect(bits(second)).toEqual(bits(whole));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('end training by stopTraining, from a hook or from outside', async () => {
    const remote = await open(network());
    const history = await remote.fit(x, y, {
      ...quiet,
      epochs: 9,
      callbacks: [{ onEpochEnd: (epoch) => void (remote.model.stopTraining = epoch === 1) }],
    });
    expect(history.epoch).toEqual([0, 1]);
    const running = remote.fit(x, y, { ...quiet, epochs: 100_000 });
    setTimeout(() => (remote.stopTraining = true), 20);
    expect((await running).epoch.length).toBeLessThan(100_000);
  });

  it('without waiting for batches are called all the same', async () => {
    const remote = await open(network(), { waitForBatchHooks: false });
    const batches: number[] = [];
    await remote.fit(x, y, {
      ...quiet,
      epochs: 2,
      callbacks: [
        {
          async onTrainBatchEnd(batch) {
            await Promise.resolve();
            batches.push(batch);
          },
        },
      ],
    });
    expect(batches).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6]);
    const failure = new RangeError('too many');
    const failing = { onTrainBatchEnd: () => Promise.reject(failure) };
    await expect(remote.fit(x, y, { ...quiet, callbacks: [failing] })).rejects.toBe(failure);
  });

  it('that are not waited for hold training back when it is too far ahead', async () => {
    const remote = await open(network(), { waitForBatchHooks: false });
    let [running, most, batches] = [0, 0, 0];
    const slow = {
      async onTrainBatchEnd() {
        most = Math.max(most, ++running);
        batches++;
        await new Promise((resolve) => setTimeout(resolve, 60));
        running--;
      },
    };
    await remote.fit(x, y, { ...quiet, batchSize: 1, epochs: 4, callbacks: [slow] });
    expect(batches).toBe(200);
    expect(most).toBeLessThanOrEqual(32);
  });

  it('cannot change the layers while the worker trains', async () => {
    const model = network();
    const remote = await open(model);
    const freeze = { onEpochEnd: () => void ((model.layers[0] as layers.Layer).trainable = false) };
    await expect(remote.fit(x, y, { ...quiet, epochs: 2, callbacks: [freeze] })).rejects.toThrow(
      /changed while fit is running/,
    );
    // Before fit they can.
    const frozen = Array.from(model.weights[0]?.value.data() ?? []);
    await remote.fit(x, y, quiet);
    expect(Array.from(model.weights[0]?.value.data() ?? [])).toEqual(frozen);
  });
});
