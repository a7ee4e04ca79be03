// Threads: they change nothing but speed, and one that is missing costs nothing but speed.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Epilogue, ReduceOp } from '../../assembly/codes.js';
import { UnaryOp } from '../../assembly/generated/unary-op.js';
import { platform } from '../../src/engine/runtime/pool/platform.js';
import { Runtime } from '../../src/engine/runtime/runtime.js';
import { windows } from '../../src/engine/wasm/generated/windows.js';
import { values } from '../kernels/values.js';

const workerUrl = new URL('../../src/engine/runtime/worker.js', import.meta.url);

function runtimeOf(threads: number, url = () => workerUrl): Runtime {
  return new Runtime({ maximumBytes: 2 ** 28, threads, workerUrl: url, core: 'strict' });
}

/** Copies an array into the runtime's memory. */
function put(runtime: Runtime, array: Float32Array): number {
  const pointer = runtime.allocate(array.byteLength);
  runtime.float32.set(array, pointer / 4);
  return pointer;
}

const [m, n, k] = [130, 90, 700];

/** A chain of kernels that are large enough to be shared; the bits of all results. */
function work(runtime: Runtime, rounds: number): Int32Array {
  const a = put(runtime, values(m * k, 1, 1));
  const b = put(runtime, values(k * n, 1, 2));
  const weights = put(runtime, values(m * n, 1, 3));
  const c = runtime.allocate(m * n * 4);
  const sums = runtime.allocate(n * 4);
  const panels = runtime.allocate(runtime.kernels.gemmPackedBytes(k, n));
  const slot = put(runtime, new Float32Array(m * n));
  for (let round = 0; round < rounds; round++) {
    runtime.run('gemmPackB', panels, b, k, n, n, 0);
    const scratch = runtime.workspace(runtime.kernels.gemmScratchBytes(runtime.threads));
    runtime.run('gemm', c, a, panels, 0, m, n, k, k, n, 0, Epilogue.None, scratch);
    runtime.run('unary', c, c, m * n, UnaryOp.Tanh, 0, 0, 0);
    runtime.run('rmsprop', weights, c, slot, 0, 0, m * n, 0.01, 0.9, 0, 1e-7);
    const columns = runtime.workspace(runtime.kernels.columnScratchBytes(runtime.threads));
    runtime.run('reduceF32', sums, weights, 1, m, n, ReduceOp.Sum, columns);
  }
  const read = (pointer: number, size: number): Int32Array =>
    runtime.int32.slice(pointer / 4, pointer / 4 + size);
  return Int32Array.from([...read(c, m * n), ...read(weights, m * n), ...read(sums, n)]);
}

/** Waits until all workers take part. */
async function untilReady(runtime: Runtime): Promise<void> {
  await vi.waitUntil(() => runtime.readyThreads === runtime.threads, { timeout: 20_000 });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the pool', () => {
  const alone = work(runtimeOf(1), 3);

  it('has the kernels of parts, whether they are asked for before or after the workers start', async () => {
    const pool = (runtime: Runtime): Int32Array => {
      const size = 100 * 50 * 20;
      const x = put(runtime, values(4 * size, 1, 1));
      const sums = put(runtime, new Float32Array(size));
      // As `Window` of assembly/ops/window.ts: 100 images of 100 × 40 pixels, windows of 2 × 2.
      const numbers = [1, 4 * size, 100, 100, 40, 1, 50, 20, 2, 2, 2, 2, 0, 0, 1, 1];
      const window = runtime.allocate(4 * numbers.length);
      runtime.int32.set(numbers, window / 4);
      for (let round = 0; round < 20; round++) {
        runtime.with(windows).run('windowSum', sums, x, window);
      }
      return runtime.int32.slice(sums / 4, sums / 4 + size);
    };
    const expected = pool(runtimeOf(1));
    for (const startsFirst of [true, false]) {
      const runtime = runtimeOf(3);
      if (startsFirst) {
        work(runtime, 1);
        await untilReady(runtime);
      }
      const { allocatedBytes } = runtime.with(windows);
      expect(pool(runtime)).toEqual(expected);
      await untilReady(runtime);
      expect(pool(runtime)).toEqual(expected);
      // What a part takes for workers is not the program's.
      expect(runtime.allocatedBytes).toBe(allocatedBytes + 2 * (5 * 400_000 + 64));
      expect(runtime.missingWorkers).toBe(0);
      runtime.stop();
    }
  });

  it.each([2, 3, 7])('computes with %d threads what one thread does', async (threads) => {
    const runtime = runtimeOf(threads);
    expect(work(runtime, 3)).toEqual(alone);
    await untilReady(runtime);
    for (let round = 0; round < 20; round++) expect(work(runtime, 3)).toEqual(alone);
    runtime.stop();
  });

  it('grows memory while workers use it', async () => {
    const runtime = runtimeOf(2);
    work(runtime, 1);
    await untilReady(runtime);
    const before = runtime.reservedBytes;
    runtime.allocate(2 ** 25);
    expect(runtime.reservedBytes).toBeGreaterThan(before);
    expect(work(runtime, 3)).toEqual(alone);
    runtime.stop();
  });

  it('goes on without workers that cannot start, and says so once', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const runtime = runtimeOf(3, () => new URL('missing-worker.js', workerUrl));
    expect(work(runtime, 3)).toEqual(alone);
    await vi.waitUntil(() => runtime.poolFailure !== undefined, { timeout: 20_000 });
    expect(work(runtime, 3)).toEqual(alone);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('missing-worker.js'));
  });

  it.each<[string, () => URL, RegExp]>([
    ['from their address', () => new URL('https://localhost/worker.js'), /URL must be/],
    ['without an address', () => new URL('./worker.js', undefined), /Invalid URL/],
  ])('goes on where no worker may be started %s', (_, url, reason) => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const runtime = runtimeOf(3, url);
    expect(work(runtime, 3)).toEqual(alone);
    expect(runtime.poolFailure).toMatch(reason);
    expect(runtime.missingWorkers).toBe(2);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('goes on with the workers that there are when the host allows no more', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const startWorker = platform().startWorker.bind(platform());
    const start = vi.spyOn(platform(), 'startWorker').mockImplementation((...args) => {
      if (start.mock.calls.length > 1) throw new Error('too many workers');
      return startWorker(...args);
    });
    const runtime = runtimeOf(4);
    expect(work(runtime, 3)).toEqual(alone);
    await vi.waitUntil(() => runtime.readyThreads === 2, { timeout: 20_000 });
    expect(work(runtime, 3)).toEqual(alone);
    expect(runtime.missingWorkers).toBe(2);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('too many workers'));
    runtime.stop();
  });

  it('goes on when its workers have ended', async () => {
    const runtime = runtimeOf(3);
    work(runtime, 1);
    await untilReady(runtime);
    runtime.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(work(runtime, 3)).toEqual(alone);
  });

  it('takes work too small to share onto the calling thread', () => {
    const runtime = runtimeOf(2);
    const x = put(runtime, values(8, 1, 1));
    runtime.run('unary', x, x, 8, UnaryOp.Negate, 0, 0, 0);
    expect(runtime.readyThreads).toBe(1);
    expect(runtime.poolFailure).toBeUndefined();
  });

  it('does not keep a process alive', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const program = `
      import '${root}src/at-once.ts';
      import { configure, backendInfo, ones } from '${root}src/index.ts';
      configure({ threads: 3 });
      const x = ones([400, 400]);
      for (let i = 0; i < 50; i++) x.matmul(x);
      console.log(backendInfo().threads);`;
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { cwd: root, encoding: 'utf8', timeout: 60_000 },
    );
    expect(stdout.trim()).toBe('3');
    expect(status).toBe(0);
  });
});
