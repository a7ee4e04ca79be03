import type { ThreadHost } from './thread-host.js';

// The one bundle also runs in browsers, where an import of `node:…` does not resolve: the modules are
// asked for at run time instead. Node has `getBuiltinModule` from 20.16 on, Deno and Bun have it too.

/** The adapter for Node, Deno and Bun; undefined elsewhere. */
export function nodePlatform(): ThreadHost | undefined {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') return undefined;
  const os = process.getBuiltinModule('node:os');
  return {
    availableThreads: () => os.availableParallelism(),
    sharingObstacle: () =>
      typeof SharedArrayBuffer === 'undefined' ? 'there is no SharedArrayBuffer' : undefined,
    startWorker(url, start, listener) {
      const { Worker } = process.getBuiltinModule('node:worker_threads');
      // Flags of the main thread, such as a loader for TypeScript, are not for this plain module.
      const worker = new Worker(url, { workerData: start, execArgv: [] });
      worker.unref();
      worker.on('error', (error: Error) => {
        listener.onFailure(error.message);
      });
      worker.on('exit', () => {
        listener.onExit();
      });
      return { terminate: () => void worker.terminate() };
    },
  };
}
