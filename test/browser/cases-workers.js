// Workers of the pool that end while a page computes. Runtimes are made apart from the one of the page, so that a case
// can say which module their workers run and how long they may be silent.
import { Runtime } from '/dist/modules/src/engine/runtime/runtime.js';
import { check, checkEqual, skip } from './check.js';

/** Of assembly/codes.ts. */
const TANH = 13;

const SIZE = 200_000;
const ROUNDS = 20;
const WORKERS = 5;

/** A runtime whose workers come to grief: see dying-worker.js. */
function runtimeOf(threads, plan, patience) {
  const query = new URLSearchParams({ worker: '/dist/worker.js', ...plan });
  const workerUrl = () => new URL(`dying-worker.js?${query}`, import.meta.url);
  return new Runtime({ maximumBytes: 2 ** 26, threads, patience, workerUrl, core: 'strict' });
}

/** What gives the bits of tanh and of a sum, with fresh outputs. */
function prepare(runtime) {
  const [x, y, sums] = [4 * SIZE, 4 * SIZE, 400].map((bytes) => runtime.allocate(bytes));
  const float32 = (at, size) => runtime.float32.subarray(at / 4, at / 4 + size);
  for (let i = 0; i < SIZE; i++) runtime.float32[x / 4 + i] = Math.sin(i);
  return () => {
    float32(y, SIZE).fill(NaN);
    float32(sums, 100).fill(NaN);
    runtime.run('unary', y, x, SIZE, TANH, 0, 0, 0);
    const scratch = runtime.workspace(runtime.kernels.columnScratchBytes(runtime.threads));
    runtime.run('reduceF32', sums, y, 1, SIZE / 100, 100, 0, scratch);
    return [...runtime.int32.subarray(sums / 4, sums / 4 + 100)].join();
  };
}

const pause = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Lets the page run until that is so. Browsers take their time to end a worker, the more so on a busy machine. */
async function until(isSo, what) {
  for (const end = performance.now() + 60_000; !isSo(); await pause(1)) {
    check(performance.now() < end, `waited in vain until ${what}`);
  }
}

/**
 * Lets the page run until it has seen that workers are gone. It sees the end of a worker by a lock that the worker held.
 * Chromium does not always free it after the page has ended a worker, or after a hang; then memory stays in quarantine, which
 * is what matters, and the rest of the case cannot be tried.
 */
async function untilEndIsSeen(isSeen) {
  for (const end = performance.now() + 20_000; !isSeen(); await pause(1)) {
    if (performance.now() > end)
      skip('the browser has not freed the lock of a worker that it ended');
  }
}

/** Replaces console.warn, which tells of every pool that lost a worker. */
async function quietly(run) {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    await run();
  } finally {
    console.warn = warn;
  }
}

function needThreads() {
  if (!globalThis.crossOriginIsolated) skip('the page has one thread');
}

export const cases = [
  [
    'workers that close themselves in the midst of shares are done without, a hundred times',
    async () => {
      needThreads();
      const alone = prepare(runtimeOf(1, {}))();
      await quietly(async () => {
        for (let round = 0; round < ROUNDS; round++) {
          const at = String(1 + ((7 * round) % 13));
          const runtime = runtimeOf(1 + WORKERS, { how: 'close', at });
          const work = prepare(runtime);
          await until(() => {
            checkEqual(work(), alone, 'sums');
            return runtime.missingWorkers === WORKERS;
          }, 'all workers have closed themselves');
          checkEqual(runtime.readyThreads, 1, 'threads');
          checkEqual(work(), alone, 'sums');
        }
      });
      return `${ROUNDS * WORKERS} workers`;
    },
  ],

  [
    'workers that the page terminates cost at most one call, and no number is wrong',
    async () => {
      needThreads();
      const alone = prepare(runtimeOf(1, {}))();
      const started = [];
      const { Worker } = globalThis;
      globalThis.Worker = function (...given) {
        const worker = new Worker(...given);
        started.push(worker);
        return worker;
      };
      let failures = 0;
      try {
        await quietly(async () => {
          for (let round = 0; round < 5; round++) {
            const runtime = runtimeOf(3, {}, 0.5);
            let work = prepare(runtime);
            work();
            await until(() => runtime.readyThreads === 3, 'the workers have started');
            for (const worker of started.splice(0)) worker.terminate();
            let failed = 0;
            // The browser lets them go on for a while.
            await untilEndIsSeen(() => {
              try {
                for (let call = 0; call < 20; call++) checkEqual(work(), alone, 'sums');
              } catch (error) {
                check(/no sign of life/.test(error.message), error.message);
                failed++;
                // What the call was to write may still be written.
                work = prepare(runtime);
              }
              return runtime.missingWorkers === 2;
            });
            check(failed <= 1, `${failed} calls have failed`);
            failures += failed;
            checkEqual(work(), alone, 'sums');
          }
        });
      } finally {
        globalThis.Worker = Worker;
      }
      return `10 workers, ${failures} calls failed`;
    },
  ],

  [
    'a worker that hangs in a share makes the call fail, and its memory is kept until its end is seen',
    async () => {
      needThreads();
      const alone = prepare(runtimeOf(1, {}))();
      await quietly(async () => {
        const runtime = runtimeOf(3, { how: 'hang', at: '3' }, 0.5);
        const work = prepare(runtime);
        const block = runtime.allocate(2 ** 20);
        let message;
        await until(() => {
          try {
            checkEqual(work(), alone, 'sums');
          } catch (error) {
            ({ message } = error);
          }
          return message !== undefined;
        }, 'a call has failed');
        check(/no sign of life in the midst of/.test(message), message);
        checkEqual(runtime.readyThreads, 1, 'threads');
        runtime.release(block, 2 ** 20);
        check(runtime.allocate(2 ** 20) !== block, 'the block was handed out at once');
        checkEqual(prepare(runtime)(), alone, 'sums');
        // Which free block is handed out first is the allocator's choice.
        const size = 2 ** 20 - 64;
        const isFree = () => {
          const given = Array.from({ length: 8 }, () => runtime.allocate(size));
          for (const pointer of given) runtime.release(pointer, size);
          return given.some((pointer) => Math.abs(pointer - block) < size);
        };
        await untilEndIsSeen(isFree);
      });
    },
  ],
];
