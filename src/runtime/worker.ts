// The module that each worker of the pool runs: an instance of the core of its own over the shared
// memory, working on shares of calls for ever. It imports nothing of lanegrad but what it needs, so that
// it starts fast.
import { instantiate } from '../wasm/instantiate.js';
import type { Core } from '../wasm/instantiate.js';
import { splitKernelNames } from '../wasm/kernel-names.js';
import { Control } from './control.js';
import type { Entry } from './control.js';
import type { WorkerStart } from './pool.js';

function serve({ core, memory, control }: WorkerStart): void {
  const entriesOf = (module: Core | Uint8Array<ArrayBuffer>): Entry[] => {
    const kernels = instantiate(module, memory);
    return splitKernelNames(kernels).map((name) => kernels[name]);
  };
  const load = (pointer: number, bytes: number): Entry[] =>
    entriesOf(new Uint8Array(new Uint8Array(memory.buffer, pointer, bytes)));
  const entries = entriesOf(core);
  // Memory may grow while this thread begins to know of it. Growing it by nothing makes the engine tell all threads
  // its size, lest what was added be out of bounds here.
  memory.grow(0);
  new Control(control).serve(entries, load);
}

const node = globalThis.process as NodeJS.Process | undefined;
if (typeof node?.getBuiltinModule === 'function') {
  serve(node.getBuiltinModule('node:worker_threads').workerData as WorkerStart);
} else {
  addEventListener('message', ({ data }: MessageEvent<WorkerStart>) => {
    serve(data);
  });
}
