// After a trap memory may be damaged: everything is refused then, but lack of memory harms nothing.
import { describe, expect, it, vi } from 'vitest';
import { UnaryOp } from '../../assembly/generated/unary-op.js';
import { LanegradError, OutOfMemoryError } from '../../src/errors.js';
import { Runtime } from '../../src/engine/runtime/runtime.js';
import type { SplitKernels } from '../../src/engine/wasm/generated/kernels.js';

const workerUrl = (): URL => new URL('../../src/engine/runtime/worker.js', import.meta.url);

function runtimeOf(threads: number, maximumBytes = 2 ** 26): Runtime {
  return new Runtime({ maximumBytes, threads, workerUrl, core: 'strict' });
}

/** That whatever needs memory fails with that message, and giving back does not. */
function checkRefusal(runtime: Runtime, given: number, message: RegExp): void {
  for (const use of [
    () => runtime.allocate(16),
    () => runtime.allocateCache(16, () => undefined),
    () => runtime.workspace(16),
    () => {
      runtime.run('unary', given, given, 4, UnaryOp.Negate, 0, 0, 0);
    },
    () => runtime.float32,
    () => runtime.int32,
    () => runtime.uint8,
  ]) {
    expect(use).toThrow(LanegradError);
    expect(use).toThrow(message);
  }
  expect(runtime.refusal).toMatch(message);
  runtime.release(given, 16);
}

type Unary = Parameters<SplitKernels['unary']>;

/** Two ways to call a kernel. */
const CALLS: Readonly<Record<string, (runtime: Runtime, args: Unary) => void>> = {
  'called at once': (runtime, args) => {
    runtime.run('unary', ...args);
  },
  prepared: (runtime, args) => {
    const call = runtime.prepare('unary', args);
    try {
      call();
    } catch (cause) {
      runtime.fail('unary', cause);
    }
  },
};

describe('a kernel that traps', () => {
  it.each(
    Object.entries(CALLS).flatMap(([how, call]) =>
      [1, 3].map((threads) => ({ how, call, threads })),
    ),
  )('ends all use of memory, $how, on $threads threads', async ({ call, threads }) => {
    const runtime = runtimeOf(threads);
    const given = runtime.allocate(16);
    const size = 2 ** 20;
    const x = runtime.allocate(4 * size);
    const negate = (from: number): void => {
      call(runtime, [x, from, size, UnaryOp.Negate, 0, 0, 0]);
    };
    negate(x);
    await vi.waitUntil(() => runtime.readyThreads === threads, { timeout: 20_000 });
    const message =
      /The kernel unary stopped \(.*\): a fault of lanegrad.*reload the page or restart the program/;
    // The last shares read beyond the end of memory.
    const beyond = runtime.reservedBytes - 2 * size;
    expect(() => {
      negate(beyond);
    }).toThrow(message);
    expect(() => {
      runtime.run('unary', x, x, size, UnaryOp.Negate, 0, 0, 0);
    }).toThrow(message);
    checkRefusal(runtime, given, message);
    runtime.stop();
  });

  it('names a wild size of any kernel', () => {
    const runtime = runtimeOf(1);
    const x = runtime.allocate(16);
    expect(() => {
      runtime.run('fill', x, 2 ** 26, 0, 4);
    }).toThrow(/The kernel fill stopped/);
    checkRefusal(runtime, x, /The kernel fill stopped/);
  });
});

describe('the allocator', () => {
  it('harms nothing when there is no room', () => {
    const runtime = runtimeOf(1, 2 ** 22);
    const before = runtime.allocatedBytes;
    for (let round = 0; round < 3; round++) {
      const blocks: number[] = [];
      expect(() => {
        for (;;) blocks.push(runtime.allocate(10_000));
      }).toThrow(OutOfMemoryError);
      expect(() => runtime.allocate(2 ** 30 - 16)).toThrow(OutOfMemoryError);
      expect(blocks.length).toBeGreaterThan(300);
      blocks.forEach((block, i) => runtime.float32.fill(i, block / 4, block / 4 + 2500));
      blocks.forEach((block, i) => {
        expect(runtime.float32[block / 4 + 2499]).toBe(i);
        runtime.release(block, 10_000);
      });
      expect(runtime.allocatedBytes).toBe(before);
    }
    expect(runtime.refusal).toBeUndefined();
  });

  it('tells a damaged heap from one without room', () => {
    const runtime = runtimeOf(1);
    const given = runtime.allocate(16);
    const blocks = Array.from({ length: 8 }, () => runtime.allocate(64));
    for (const block of blocks) runtime.release(block, 64);
    // Headers and links of free blocks lead to where there is no memory.
    runtime.int32.fill(-16, given / 4 + 4);
    expect(() => {
      for (let i = 0; i < 100; i++) runtime.allocate(64);
    }).toThrow(/The allocator stopped \(.*\): a fault of lanegrad/);
    checkRefusal(runtime, given, /The allocator stopped/);
  });
});
