// What goes wrong in a worker is told here as if it had gone wrong here; what cannot travel is said.
import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DisposedError, LanegradError, layers, ops, random, Sequential, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { inWorker } from 'lanegrad/remote';
import { bits, network, open, quiet, x, y } from './network.js';

describe('errors of a model in a worker', () => {
  it('keep their class and message', async () => {
    const [here, there] = [network(), network()];
    const remote = await open(there);
    const cases: [unknown, unknown, object][] = [
      [random.normal([6, 5]), [0, 1, 2, 0, 1, 2], quiet],
      [x, [0, 1], quiet],
      [x.mul(NaN), y, quiet],
      [x, y, { ...quiet, epochs: 0 }],
      [x, y, { ...quiet, epoch: 2 }],
      [x, y, { ...quiet, validationSplit: 2 }],
      [x, y, { ...quiet, verbose: 7 }],
      [x, y, { ...quiet, validationData: [x] }],
    ];
    for (const [inputs, targets, options] of cases) {
      const expected: unknown = await here.fit(inputs as Tensor, targets as Tensor, options).catch((e: unknown) => e); // prettier-ignore
      const error: unknown = await remote.fit(inputs as Tensor, targets as Tensor, options).catch((e: unknown) => e); // prettier-ignore
      expect(error).toBeInstanceOf((expected as Error).constructor);
      expect((error as Error).message).toBe((expected as Error).message);
    }
    // And the worker goes on.
    await remote.fit(x, y, quiet);
  });

  it('refuse a quantized model, which predicts there what it predicts here', async () => {
    const model = network();
    await model.quantize('int8');
    const remote = await open(model);
    await expect(remote.fit(x, y, quiet)).rejects.toThrow(/layer 'first'.*is quantized \(int8\)/);
    const there = await remote.predict(x, { verbose: 0 });
    const here = await model.predict(x, { verbose: 0 });
    expect(there.data()).toEqual(here.data());
  });

  it('of callbacks are the very objects that were thrown', async () => {
    const remote = await open(network());
    const failure = new Error('the disk is full');
    const callback = {
      onEpochEnd() {
        throw failure;
      },
    };
    await expect(remote.fit(x, y, { ...quiet, callbacks: [callback] })).rejects.toBe(failure);
  });

  it('an aborted signal ends fit with its reason and keeps the weights so far', async () => {
    const model = network();
    const remote = await open(model);
    const before = bits(model);
    const abort = new AbortController();
    const reason = new Error('enough');
    const callback = {
      onEpochEnd(epoch: number) {
        if (epoch === 1) abort.abort(reason);
      },
    };
    const run = remote.fit(x, y, {
      ...quiet,
      epochs: 100_000,
      signal: abort.signal,
      callbacks: [callback],
    });
    await expect(run).rejects.toBe(reason);
    expect(bits(model)).not.toEqual(before);
    await expect(remote.predict(x, { signal: abort.signal })).rejects.toBe(reason);
  });

  it('say that there is no compiled model, or one fit at a time', async () => {
    const model = new Sequential([new layers.Dense(1, { inputShape: [4] })]);
    const remote = await open(model);
    await expect(remote.fit(x, y, quiet)).rejects.toThrow(/needs a compiled model/);
    expect((await remote.predict(x, quiet)).shape).toEqual([50, 1]);
    model.compile({ loss: 'mse' });
    const first = remote.fit(x, y, { ...quiet, epochs: 3 });
    await new Promise((resolve) => setTimeout(resolve, 0));
    await expect(remote.fit(x, y, quiet)).rejects.toThrow(/still runs/);
    await first;
  });

  it('a second fit of the same moment leaves the first as it is', async () => {
    const here = network();
    const expected = await here.fit(x, y, { ...quiet, epochs: 3 });
    const there = network();
    const remote = await open(there);
    const first = remote.fit(x, y, { ...quiet, epochs: 3 });
    await expect(remote.fit(x, y, quiet)).rejects.toThrow(/still runs/);
    const history = await first;
    expect(history.history).toEqual(expected.history);
    expect(remote.history).toBe(history);
    expect(bits(there)).toEqual(bits(here));
  });

  it('that are their own cause travel too', async () => {
    const failure = new RangeError('a circle');
    failure.cause = failure;
    const remote = await open(network());
    const failing = { onEpochEnd: () => Promise.reject(failure) };
    await expect(remote.fit(x, y, { ...quiet, callbacks: [failing] })).rejects.toBe(failure);
  });

  it('say that a worker cannot be started', async () => {
    const cause = new Error('workers are forbidden');
    const worker = (): never => {
      throw cause;
    };
    const error: unknown = await inWorker(network(), { worker }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(LanegradError);
    expect((error as Error).message).toMatch(/^inWorker: .*workers are forbidden.*workerUrl/);
    expect((error as Error).cause).toBe(cause);
  });

  it('dispose ends what runs; the model stays', async () => {
    const model = network();
    const remote = await open(model);
    const running = remote.fit(x, y, { ...quiet, epochs: 100_000 });
    setTimeout(() => remote.dispose(), 30);
    await expect(running).rejects.toThrow(DisposedError);
    await expect(remote.predict(x)).rejects.toThrow(DisposedError);
    expect((await model.predict(x, quiet)).shape).toEqual([50, 3]);
  });

  it('a worker that is not there is an error that says what to do', async () => {
    const workerUrl = new URL('missing.js', import.meta.url);
    await expect(inWorker(network(), { workerUrl })).rejects.toThrow(LanegradError);
    await expect(inWorker(network(), { workerUrl })).rejects.toThrow(/workerUrl/);
    await expect(inWorker({} as Sequential)).rejects.toThrow(/expected a model/);
  });
});

describe('parts of your own in a worker', () => {
  const parts = new URL('parts.js', import.meta.url);
  /** The function of parts.js. */
  function doubledError(yTrue: Tensor, yPred: Tensor): Tensor {
    return yPred.sub(yTrue).square().mean(-1).mul(2);
  }
  const targets = random.normal([50, 2], { seed: 4 });
  const make = (): Sequential => {
    utils.setRandomSeed(3);
    const model = new Sequential([new layers.Dense(2, { inputShape: [4] })], { name: 'own' });
    model.compile({ optimizer: 'sgd', loss: doubledError, metrics: [doubledError] });
    return model;
  };

  it('functions come from a module, by their names', async () => {
    const [here, there] = [make(), make()];
    utils.setRandomSeed(3);
    const expected = await here.fit(x, targets, quiet);
    utils.setRandomSeed(3);
    const remote = await open(there, { modules: [fileURLToPath(parts)] });
    const history = await remote.fit(x, targets, quiet);
    expect(history.history).toEqual(expected.history);
    expect(Object.keys(history.history)).toEqual(['loss', 'doubledError']);
    expect(bits(there)).toEqual(bits(here));
  });

  it('without it are an error that names them', async () => {
    await expect(open(make())).rejects.toThrow(/'doubledError'.*modules/);
    const anonymous = make();
    anonymous.compile({
      loss: (
        () => (a: Tensor, b: Tensor) =>
          a.sub(b).abs()
      )(),
    });
    await expect(open(anonymous)).rejects.toThrow(/without a name/);
    const lambda = new Sequential([new layers.Lambda((t) => t.mul(2)), new layers.Dense(1)]);
    await expect(open(lambda)).rejects.toThrow(/[Ll]ambda/);
    class Twice extends layers.Layer {
      static override readonly className = 'Twice';
      override call(t: Tensor): Tensor {
        return ops.mul(t, 2);
      }
    }
    await expect(open(new Sequential([new Twice()]))).rejects.toThrow(/Twice.*modules/);
    const missing = new URL('no-such-module.js', import.meta.url);
    await expect(open(make(), { modules: [missing] })).rejects.toThrow(/no-such-module/);
  });
});

describe('a process with a model in a worker', () => {
  const run = (program: string): SpawnSyncReturns<string> => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const imports = `import { Sequential, layers, ones } from '${root}src/index.ts';
      import { inWorker } from '${root}src/remote.ts';
      const model = new Sequential([new layers.Dense(1, { inputShape: [3] })]);
      model.compile({ loss: 'mse' });`;
    return spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', imports + program],
      { cwd: root, encoding: 'utf8', timeout: 60_000 },
    );
  };

  it('stays alive until what it awaits is done, and then ends by itself', () => {
    const { stdout, stderr, status } = run(`
      const remote = await inWorker(model);
      await remote.fit(ones([64, 3]), ones([64, 1]), { epochs: 3, verbose: 0 });
      console.log('trained');`);
    expect(`${stdout}${stderr}`.trim()).toBe('trained');
    expect(status).toBe(0);
  });
});
