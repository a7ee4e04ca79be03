// Workers that end, hang or fall silent in the midst of a share: no call waits for ever, and none gives wrong numbers.
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Epilogue, ReduceOp } from '../../assembly/codes.js';
import { UnaryOp } from '../../assembly/generated/unary-op.js';
import { LanegradError } from '../../src/errors.js';
import { ControlCaller } from '../../src/engine/runtime/pool/control-caller.js';
import { CONTROL_BYTES, Ended, SHARE_MASK, Word } from '../../src/engine/runtime/control.js';
import { platform } from '../../src/engine/runtime/pool/platform.js';
import { UnfinishedError } from '../../src/engine/runtime/index.js';
import { Runtime } from '../../src/engine/runtime/runtime.js';
import { windows } from '../../src/engine/wasm/generated/windows.js';
import { values } from '../kernels/values.js';

const real = new URL('../../src/engine/runtime/worker.js', import.meta.url);

/** The address of a worker that comes to grief: see dying-worker.js. */
function dying(plan: Readonly<Record<string, string>>): URL {
  const module = new URL('../browser/dying-worker.js', import.meta.url).href;
  const told = JSON.stringify({ worker: real.href, ...plan });
  const text = `globalThis.plan = ${told}; await import(${JSON.stringify(module)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

type Start = ReturnType<typeof platform>['startWorker'];

const runtimes: Runtime[] = [];

/** A runtime whose workers have these addresses in turn, started by `start`. */
function runtimeWith(
  threads: number,
  urls: readonly URL[],
  patience = 20,
  start: Start = platform().startWorker.bind(platform()),
): Runtime {
  let started = 0;
  vi.spyOn(platform(), 'startWorker').mockImplementation((_, ...rest) =>
    start(urls[started++] ?? urls.at(-1) ?? real, ...rest),
  );
  const runtime = new Runtime({
    maximumBytes: 2 ** 28,
    threads,
    patience,
    workerUrl: () => real,
    core: 'strict',
  });
  runtimes.push(runtime);
  return runtime;
}

/** The same workers, and a way to terminate them beside that of the pool, which does nothing. */
function startSeparately(stops: (() => void)[]): Start {
  const start = platform().startWorker.bind(platform());
  return (...args) => {
    const worker = start(...args);
    stops.push(worker.terminate.bind(worker));
    return { terminate: () => undefined };
  };
}

const [m, n, k] = [130, 90, 700];

/** Buffers for `work`, which gives the bytes of what kernels with outputs of their own compute. */
function prepare(runtime: Runtime): () => Buffer {
  const put = (array: Float32Array): number => {
    const pointer = runtime.allocate(array.byteLength);
    runtime.float32.set(array, pointer / 4);
    return pointer;
  };
  const a = put(values(m * k, 1, 1));
  const b = put(values(k * n, 1, 2));
  const panels = runtime.allocate(runtime.kernels.gemmPackedBytes(k, n));
  const sizes = [m * n, m * n, n, m * n] as const;
  const outputs = sizes.map((size) => runtime.allocate(4 * size));
  const [c = 0, t = 0, sums = 0, sorted = 0] = outputs;
  return () => {
    const { threads, kernels } = runtime;
    sizes.forEach((size, i) => {
      const start = (outputs[i] ?? 0) / 4;
      runtime.float32.fill(NaN, start, start + size);
    });
    runtime.run('gemmPackB', panels, b, k, n, n, 0);
    const scratch = runtime.workspace(kernels.gemmScratchBytes(threads));
    runtime.run('gemm', c, a, panels, 0, m, n, k, k, n, 0, Epilogue.None, scratch);
    runtime.run('unary', t, c, m * n, UnaryOp.Tanh, 0, 0, 0);
    const columns = runtime.workspace(kernels.columnScratchBytes(threads));
    runtime.run('reduceF32', sums, t, 1, m, n, ReduceOp.Sum, columns);
    runtime.withScratch(threads * (4096 + 4 * n), (room) => {
      runtime.run('sortRows', sorted, t, m, n, 1, 0, room);
    });
    return Buffer.concat(
      sizes.map((size, i) => {
        const start = outputs[i] ?? 0;
        return runtime.uint8.slice(start, start + 4 * size);
      }),
    );
  };
}

const alone = prepare(new Runtime({ maximumBytes: 2 ** 28, threads: 1, workerUrl: () => real, core: 'strict' }))(); // prettier-ignore

/** That a result is the one of a single thread, bit for bit. */
function check(result: Buffer): void {
  // Without a comparison element by element, which takes longer than the work.
  expect(result.equals(alone)).toBe(true);
}

/** Works until that many workers are missing, always with the right result. */
async function workUntilMissing(runtime: Runtime, workers: number): Promise<void> {
  const work = prepare(runtime);
  await vi.waitFor(
    () => {
      check(work());
      expect(runtime.missingWorkers).toBe(workers);
    },
    { timeout: 20_000, interval: 1 },
  );
}

/** Works until a call fails. */
async function workUntilError(work: () => unknown): Promise<UnfinishedError> {
  return vi.waitFor(
    () => {
      try {
        work();
      } catch (error) {
        if (error instanceof UnfinishedError) return error;
        throw error;
      }
      throw new Error('no call has failed');
    },
    { timeout: 20_000, interval: 1 },
  );
}

let warn = vi.spyOn(console, 'warn');

beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
});

afterEach(() => {
  // Workers that end from now on are not told of.
  for (const runtime of runtimes.splice(0)) runtime.stop();
  vi.restoreAllMocks();
});

describe('a worker that says that it ends', () => {
  it('is done without, wherever it ends, a hundred times', async () => {
    let seed = 14;
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (let round = 0; round < 20; round++) {
      const urls = Array.from({ length: 5 }, () =>
        dying({ how: random(2) ? 'exit before' : 'exit after', at: String(1 + random(20)) }),
      );
      const runtime = runtimeWith(6, urls);
      await workUntilMissing(runtime, 5);
      expect(runtime.readyThreads).toBe(1);
      expect(runtime.poolFailure).toBe('it has ended');
      check(prepare(runtime)());
      vi.restoreAllMocks();
      warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    }
  });

  it('is done without when it ends while it loads a part', async () => {
    const runtime = runtimeWith(3, [dying({ how: 'exit while loading' })]);
    prepare(runtime)();
    await vi.waitUntil(() => runtime.readyThreads === 3, { timeout: 20_000 });
    const size = 100 * 50 * 20;
    const [sums = 0, x = 0, window = 0] = [size, 4 * size, 16].map((n) => runtime.allocate(4 * n));
    // As `Window` of assembly/ops/window.ts: 100 images of 100 × 40 pixels, windows of 2 × 2.
    const numbers = [1, 4 * size, 100, 100, 40, 1, 50, 20, 2, 2, 2, 2, 0, 0, 1, 1];
    runtime.int32.set(numbers, window / 4);
    await vi.waitFor(
      () => {
        runtime.with(windows).run('windowSum', sums, x, window);
        expect(runtime.missingWorkers).toBe(2);
      },
      { timeout: 20_000, interval: 1 },
    );
    check(prepare(runtime)());
  });

  it('leaves what it changed in place torn, which the error says', async () => {
    const url = dying({ how: 'exit after', at: '1', kernel: 'rmsprop' });
    const runtime = runtimeWith(3, [url, real]);
    const work = prepare(runtime);
    const size = 300_000;
    const [w = 0, g = 0, s = 0] = [1, 2, 3].map(() => runtime.allocate(4 * size));
    const error = await workUntilError(() => {
      work();
      runtime.run('rmsprop', w, g, s, 0, 0, size, 0.01, 0.9, 0, 1e-7);
    });
    expect(error).toBeInstanceOf(LanegradError);
    expect(error.message).toMatch(/ended in the midst of rmsprop, .*not whole/);
    expect(error.torn).toBe(w);
    // Nothing else is the worse for it.
    check(work());
    runtime.run('rmsprop', w, g, s, 0, 0, size, 0.01, 0.9, 0, 1e-7);
  });

  it('is told of once', async () => {
    const runtime = runtimeWith(3, [dying({ how: 'exit before', at: '3' })]);
    await workUntilMissing(runtime, 2);
    await vi.waitUntil(() => warn.mock.calls.length > 0, { timeout: 20_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/worker thread is missing.*has ended/));
  });
});

describe('a worker that falls silent', () => {
  it.each(['vanish', 'hang'])('makes the call fail, and no later one: %s', async (how) => {
    const runtime = runtimeWith(3, [dying({ how, at: '4' }), real], 0.3);
    const block = runtime.allocate(2 ** 20);
    const given = runtime.allocate(2 ** 20);
    const work = prepare(runtime);
    const { layoutBlock } = runtime;
    const error = await workUntilError(work);
    // What the worker reads to know where to write stays as it was.
    expect(runtime.layoutBlock).not.toBe(layoutBlock);
    expect(error.message).toMatch(
      /no sign of life in the midst of \w+, so all workers were stopped/,
    );
    expect(runtime.missingWorkers).toBe(2);
    expect(runtime.readyThreads).toBe(1);
    expect(runtime.poolFailure).toMatch(/no sign of life/);
    // The block is not used again before the end of the worker is seen, which this thread cannot see before it is idle.
    runtime.release(given, 2 ** 20);
    const others = [1, 2].map(() => runtime.allocate(2 ** 20));
    expect(others).not.toContain(given);
    // A block that was handed out since is known to no other thread.
    runtime.release(others[1] ?? 0, 2 ** 20);
    expect(runtime.allocate(2 ** 20)).toBe(others[1]);
    check(prepare(runtime)());
    await vi.waitFor(
      () => {
        expect(runtime.allocate(2 ** 20 - 64)).toBe(given);
      },
      { timeout: 20_000 },
    );
    expect(block).not.toBe(given);
    check(prepare(runtime)());
  });

  it('may report late, having written to nothing but what it was given', async () => {
    const plan = { how: 'late', at: '1', kernel: 'unary', milliseconds: '1500' };
    // So the worker is neither ended nor seen to end.
    const stops: (() => void)[] = [];
    const runtime = runtimeWith(2, [dying(plan)], 0.3, startSeparately(stops));
    const size = 2 ** 18;
    const [x, y] = [runtime.allocate(4 * size), runtime.allocate(4 * size)];
    runtime.float32.fill(2, x / 4, x / 4 + size);
    await workUntilError(() => {
      runtime.run('unary', y, x, size, UnaryOp.Negate, 0, 0, 0);
    });
    runtime.release(x, 4 * size);
    runtime.release(y, 4 * size);
    const fresh = Array.from({ length: 8 }, () => runtime.allocate(4 * size));
    for (const block of fresh) runtime.float32.fill(7, block / 4, block / 4 + size);
    // The report of the worker gives the block back.
    await vi.waitFor(
      () => {
        const block = runtime.allocate(2 * size);
        expect(block >= Math.min(x, y) && block < Math.max(x, y) + 4 * size).toBe(true);
      },
      { timeout: 20_000 },
    );
    for (const block of fresh) {
      expect(runtime.float32.subarray(block / 4, block / 4 + size).every((v) => v === 7)).toBe(
        true,
      );
    }
    for (const stop of stops) stop();
  });

  it('keeps the runtime from working while it may write to weights', async () => {
    const runtime = runtimeWith(2, [dying({ how: 'vanish', at: '1', kernel: 'rmsprop' })], 0.3);
    const size = 300_000;
    const [w = 0, g = 0, s = 0] = [1, 2, 3].map(() => runtime.allocate(4 * size));
    const error = await workUntilError(() => {
      runtime.run('rmsprop', w, g, s, 0, 0, size, 0.01, 0.9, 0, 1e-7);
    });
    expect(error.torn).toBe(w);
    expect(() => runtime.float32).toThrow(/no sign of life in the midst of rmsprop/);
    expect(() => runtime.allocate(4)).toThrow(/no sign of life in the midst of rmsprop/);
    expect(() => {
      runtime.run('unary', w, w, 8, UnaryOp.Negate, 0, 0, 0);
    }).toThrow(/no sign of life in the midst of rmsprop/);
    runtime.release(s, 4 * size);
    await vi.waitFor(() => runtime.float32, { timeout: 20_000 });
    runtime.float32.fill(1, w / 4, w / 4 + size);
    check(prepare(runtime)());
  });

  it('is not one that is slow', async () => {
    const late = dying({ how: 'late', at: '2', milliseconds: '800' });
    const runtime = runtimeWith(3, [late, late, real], 10);
    const work = prepare(runtime);
    await vi.waitUntil(
      () => {
        check(work());
        return runtime.readyThreads === 3;
      },
      { timeout: 20_000 },
    );
    for (let round = 0; round < 20; round++) check(work());
    expect(runtime.missingWorkers).toBe(0);
  });

  it('was one that ran out of memory', async () => {
    const start: Start = (url, workerData, listener) => {
      const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 };
      const worker = new Worker(url, { workerData, execArgv: [], resourceLimits });
      worker.on('error', (error: Error) => {
        listener.onFailure(error.message);
      });
      worker.on('exit', () => {
        listener.onExit();
      });
      return { terminate: () => void worker.terminate() };
    };
    const runtime = runtimeWith(2, [dying({ how: 'out of memory', at: '2' })], 1.5, start);
    const work = prepare(runtime);
    const error = await workUntilError(work);
    expect(error.message).toMatch(/no sign of life/);
    check(prepare(runtime)());
  });
});

describe('a worker that is terminated from outside', () => {
  it('costs at most one call, and no number is wrong', async () => {
    for (let round = 0; round < 5; round++) {
      const stops: (() => void)[] = [];
      const runtime = runtimeWith(3, [real], 0.3, startSeparately(stops));
      const work = prepare(runtime);
      work();
      await vi.waitUntil(() => runtime.readyThreads === 3, { timeout: 20_000 });
      for (const stop of stops) stop();
      let failures = 0;
      for (let call = 0; call < 10; call++) {
        try {
          check(prepare(runtime)());
        } catch (error) {
          if (!(error instanceof UnfinishedError)) throw error;
          failures++;
        }
      }
      expect(failures).toBeLessThanOrEqual(1);
      await vi.waitUntil(() => runtime.missingWorkers === 2, { timeout: 20_000 });
      check(prepare(runtime)());
      vi.restoreAllMocks();
      warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    }
  });
});

describe('the shared block', () => {
  it('counts its calls beyond the end of the numbers, and does again what was given up there', () => {
    const block = new SharedArrayBuffer(CONTROL_BYTES);
    const words = new Int32Array(block);
    for (const first of [0x7ffffe00, -0x300, -0x200]) {
      words[Word.Claim] = first | SHARE_MASK;
      const caller = new ControlCaller(block);
      for (let call = 0; call < 4; call++) {
        const done: number[] = [];
        const entry = (share: number): void => {
          done.push(share);
          if (done.length > 1) return;
          // Another thread takes the next share and gives it up.
          const claim = Atomics.add(words, Word.Claim, 1);
          Atomics.store(
            words,
            Word.States + (claim & SHARE_MASK),
            (claim & ~SHARE_MASK) | Ended.GivenUp,
          );
        };
        const given = { entry, kernel: 0, args: [], patience: 1000 };
        expect(caller.call({ ...given, isInPlace: false }, 3)).toBeUndefined();
        expect(done).toEqual([0, 2, 1]);
        done.length = 0;
        expect(caller.call({ ...given, isInPlace: true }, 3)).toMatchObject({ torn: 1, failed: 0 });
        expect(done).toEqual([0, 2]);
      }
    }
  });
});
