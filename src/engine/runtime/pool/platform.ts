import type { Core, Memory } from '../../wasm/instantiate.js';
import { startableUrl } from '../startable-url.js';

/** What a worker is given when it starts. */
export interface WorkerStart {
  readonly core: Core;
  readonly memory: Memory;
  readonly control: SharedArrayBuffer;
  /** Which of the workers it is, from 0. */
  readonly number: number;
}

/** A worker that has been asked to start. */
export interface WorkerHandle {
  terminate(): void;
}

/** What is told of the end of a worker. */
interface WorkerListener {
  /** The worker could not start, or an error that was not caught has stopped it. */
  onFailure(reason: string): void;
  /** The thread of the worker has ended and writes no more, for whatever reason. */
  onExit(): void;
}

/** Workers as the host has them. The choice is made at run time, as in `engine/runtime/platform.ts`. */
export interface WorkerHost {
  /** Starts a worker from a module and hands it `start`. It does not keep the process alive. */
  startWorker(url: URL, start: WorkerStart, listener: WorkerListener): WorkerHandle;
}

/** Workers of Node, Deno and Bun. */
const nodePlatform: WorkerHost = {
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

/** What a worker of a page is given when it starts. */
export interface PageStart {
  readonly start: WorkerStart;
  /** Name of the lock that it takes, says that it has, and holds until it ends. */
  readonly lock: string;
}

/** Workers of browsers. */
const webPlatform: WorkerHost = {
  startWorker(url, start, listener) {
    const worker = new Worker(startableUrl(url), { type: 'module', name: 'lanegrad' });
    worker.onerror = (event) => {
      listener.onFailure(event.message || `the worker at ${url.href} could not be loaded`);
    };
    // A page is not told that a worker has ended; but a lock that the worker holds is free then.
    const lock = `lanegrad ${Math.random()}`;
    worker.onmessage = () => {
      void navigator.locks.request(lock, () => {
        listener.onExit();
      });
    };
    worker.postMessage({ start, lock } satisfies PageStart);
    return {
      terminate: () => {
        worker.terminate();
      },
    };
  },
};

/** What starts workers where this program runs. */
export function platform(): WorkerHost {
  return typeof globalThis.process?.getBuiltinModule === 'function' ? nodePlatform : webPlatform;
}
