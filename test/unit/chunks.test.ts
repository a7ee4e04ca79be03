// What pages load on demand: without `at-once.ts`, as in a page, the chunks come while the program runs.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UnaryOp } from '../../assembly/generated/unary-op.js';
import { Chunk } from '../../src/config/chunk.js';

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('steps run their layers until the chunk is there, and are recorded then', async () => {
  const { loops } = await import('../../src/nn/training/loops/chunk.js');
  const { layers, Sequential, tensor } = await import('../../src/index.js');
  const model = new Sequential([layers.Input([3]), new layers.Dense(2)]);
  const x = tensor([[1, 2, 3]]);
  const predict = (): void => {
    for (let call = 0; call < 20; call++) model.predictOnBatch(x).dispose();
  };
  predict();
  expect(model.predictions.count).toBe(0);
  await vi.waitFor(() => {
    expect(loops.code).toBeDefined();
  });
  predict();
  expect(model.predictions.count).toBe(1);
});

describe('the loops', () => {
  const network = async () => {
    const { layers, Sequential, tensor } = await import('../../src/index.js');
    const model = new Sequential([layers.Input([1]), new layers.Dense(1, { useBias: false })]);
    model.setWeights([tensor([[2]])]);
    model.compile({ optimizer: 'sgd', loss: 'mean_squared_error' });
    return { model, x: tensor([[1], [3]]), y: tensor([[2], [6]]) };
  };

  it('are waited for by fit, evaluate and predict', async () => {
    const { model, x, y } = await network();
    const { history } = await model.fit(x, y, { verbose: 0 });
    expect(history.loss).toEqual([0]);
    vi.resetModules();
    const other = await network();
    expect(await other.model.evaluate(other.x, other.y, { verbose: 0 })).toEqual([0]);
    vi.resetModules();
    const third = await network();
    const predicted = await third.model.predict(third.x, { verbose: 0 });
    expect(Array.from(predicted.data())).toEqual([2, 6]);
  });

  it('refuse what comes second also while they are waited for', async () => {
    const { model, x, y } = await network();
    const evaluated = model.evaluate(x, y, { verbose: 0 });
    expect(() => model.trainOnBatch(x, y)).toThrow(/trainOnBatch was called while evaluate/);
    await evaluated;
    const fitted = model.fit(x, y, { verbose: 0 });
    await expect(model.fit(x, y)).rejects.toThrow(/fit was called while fit/);
    await fitted;
  });
});

it('kernels run on the calling thread until the pool is there, and on all threads then', async () => {
  const { pool } = await import('../../src/engine/runtime/pool/chunk.js');
  const { Runtime } = await import('../../src/engine/runtime/runtime.js');
  const workerUrl = (): URL => new URL('../../src/engine/runtime/worker.js', import.meta.url);
  const runtime = new Runtime({ maximumBytes: 2 ** 28, threads: 2, workerUrl, core: 'strict' });
  const size = 1e6;
  const x = runtime.allocate(4 * size);
  const negate = (): void => {
    runtime.run('unary', x, x, size, UnaryOp.Negate, 0, 0, 0);
  };
  const prepared = runtime.prepare('unary', [x, x, size, UnaryOp.Negate, 0, 0, 0]);
  runtime.float32.fill(1, x / 4, x / 4 + size);
  negate();
  prepared();
  negate();
  expect(runtime.float32.subarray(x / 4, x / 4 + size).every((value) => value === -1)).toBe(true);
  expect(runtime.readyThreads).toBe(1);
  await vi.waitFor(() => {
    expect(pool.code).toBeDefined();
  });
  // What was prepared before is shared as well.
  prepared();
  await vi.waitUntil(() => runtime.readyThreads === 2, { timeout: 20_000 });
  prepared();
  expect(runtime.float32.subarray(x / 4, x / 4 + size).every((value) => value === -1)).toBe(true);
  runtime.stop();
});

describe('a chunk', () => {
  const code = { one: 1 };

  it('is loaded when it is first asked for, once', async () => {
    const load = vi.fn(() => Promise.resolve(code));
    const chunk = new Chunk(load);
    expect(load).not.toHaveBeenCalled();
    expect([chunk.code, chunk.code]).toEqual([undefined, undefined]);
    await vi.waitFor(() => {
      expect(chunk.code).toBe(code);
    });
    expect(await chunk.use((it) => Promise.resolve(it))).toBe(code);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('is used at once if the program has it', () => {
    const load = (): Promise<typeof code> => Promise.reject(new Error('no network'));
    const chunk = new Chunk(load);
    chunk.provide(code);
    const use = vi.fn(() => Promise.resolve());
    void chunk.use(use);
    expect(use).toHaveBeenCalledWith(code);
  });

  it('that cannot be loaded fails the use of it alone, and is asked for again by the next one', async () => {
    const load = vi.fn((): Promise<typeof code> => Promise.reject(new Error('no network')));
    const chunk = new Chunk(load);
    chunk.prefetch();
    expect(chunk.code).toBeUndefined();
    expect(load).toHaveBeenCalledTimes(1);
    const use = (it: typeof code): Promise<typeof code> => Promise.resolve(it);
    await expect(chunk.use(use)).rejects.toThrow('no network');
    load.mockImplementation(() => Promise.resolve(code));
    expect(await chunk.use(use)).toBe(code);
  });
});
