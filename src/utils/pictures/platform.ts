import type { Worker } from 'node:worker_threads';

/** A worker that decodes pictures, from the side of its caller. */
export interface PictureWorker {
  post(message: unknown): void;
  /** Whether the process stays alive for what the worker does. */
  keepAlive(isBusy: boolean): void;
  terminate(): void;
}

/** What a worker tells. */
export interface PictureWorkerEvents {
  onMessage(message: unknown): void;
  /** The worker could not be started, or has died. */
  onFailure(reason: string): void;
}

/** Not spelt out in the URL: bundlers of pages would pack a worker that pages do not start. */
const FILE = './picture-worker.js';

/** Threads that may decode; 0 where the host starts no workers from files, as in pages. */
export function decodingThreads(): number {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') return 0;
  return Math.max(1, process.getBuiltinModule('node:os').availableParallelism() - 1);
}

/** Starts a worker. It is only asked for where `decodingThreads` is not 0. */
export function startPictureWorker(events: PictureWorkerEvents): PictureWorker {
  const { Worker: ThreadWorker } = process.getBuiltinModule('node:worker_threads');
  const here = import.meta.url;
  // Flags of the main thread, such as a loader for TypeScript, are not for this plain module.
  const worker: Worker = new ThreadWorker(new URL(FILE, here), { execArgv: [] });
  worker.on('message', (message: unknown) => {
    events.onMessage(message);
  });
  worker.on('error', (error: Error) => {
    events.onFailure(error.message);
  });
  worker.on('exit', (code) => {
    events.onFailure(`it has ended with code ${code}`);
  });
  worker.unref();
  return {
    post: (message) => {
      worker.postMessage(message);
    },
    keepAlive(isBusy) {
      if (isBusy) worker.ref();
      else worker.unref();
    },
    terminate: () => void worker.terminate(),
  };
}

/** What connects a worker with its caller. */
export interface WorkerPort {
  onRequest(take: (request: unknown) => void): void;
  post(message: unknown, transfer: ArrayBuffer[]): void;
}

/** The port of the worker that runs this module. */
export function workerPort(): WorkerPort {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  if (parentPort === null) throw new Error('picture-worker.js is a module for workers.');
  return {
    onRequest(take) {
      parentPort.on('message', take);
    },
    post(message, transfer) {
      parentPort.postMessage(message, transfer);
    },
  };
}
