// The module that each worker of the pool runs: an instance of the core of its own over the shared
// memory, working on shares of calls for ever. It imports nothing of lanegrad but what it needs, so that
// it starts fast.
import { instantiate } from '../wasm/instantiate.js';
import type { Core } from '../wasm/instantiate.js';
import { splitKernelNames } from './control.js';
import type { Entry } from './control.js';
import { ControlWorker } from './control-worker.js';
import type { PageStart, WorkerStart } from './pool/platform.js';

/** Works until the worker ends. @param onStart is given what says how it ends */
function serve(
  { core, memory, control: block, number }: WorkerStart,
  onStart: (control: ControlWorker) => void,
): void {
  const entriesOf = (module: Core | Uint8Array<ArrayBuffer>): Entry[] => {
    const kernels = instantiate(module, memory);
    return splitKernelNames(kernels).map((name) => kernels[name]);
  };
  const load = (pointer: number, bytes: number): Entry[] =>
    entriesOf(new Uint8Array(new Uint8Array(memory.buffer, pointer, bytes)));
  const control = new ControlWorker(block, number);
  onStart(control);
  try {
    const entries = entriesOf(core);
    // Memory may grow while this thread begins to know of it. Growing it by nothing makes the engine tell all threads
    // its size, lest what was added be out of bounds here.
    memory.grow(0);
    control.serve(entries, load);
  } finally {
    control.leave();
  }
}

/** In Node, `process.exit` ends the thread at once, after it has called the listeners. */
function serveInNode(node: NodeJS.Process): void {
  const start = node.getBuiltinModule('node:worker_threads').workerData as WorkerStart;
  serve(start, (control) => {
    node.on('exit', () => {
      control.leave();
    });
  });
}

/** In a page, `close` lets the work in hand come to its end; then the worker must leave by itself. */
function serveInPage(start: WorkerStart): void {
  const close = globalThis.close.bind(globalThis);
  serve(start, (control) => {
    globalThis.close = () => {
      control.retire();
      close();
    };
  });
}

/** Holds the lock meanwhile. It is lost when this worker ends, which nothing else shows to the thread that started it. */
async function holding(lock: string, use: () => void): Promise<void> {
  const { locks } = navigator as { readonly locks?: LockManager };
  try {
    if (locks === undefined) use();
    await locks?.request(lock, () => {
      postMessage(lock);
      use();
    });
  } catch (error) {
    // Out of the promise: so the thread that started this worker is told.
    setTimeout(() => {
      throw error;
    });
  }
}

const node = globalThis.process as NodeJS.Process | undefined;
if (typeof node?.getBuiltinModule === 'function') {
  serveInNode(node);
} else {
  addEventListener('message', ({ data: { start, lock } }: MessageEvent<PageStart>) => {
    void holding(lock, () => {
      serveInPage(start);
    });
  });
}
