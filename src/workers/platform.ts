// Workers of Node, Deno and Bun, in which models train and pictures are decoded.
import type { Worker as NodeWorker } from 'node:worker_threads';
import type { Port } from './peer.js';

/** A worker from the caller's side. */
export interface WorkerChannel extends Port {
  /** Whether the process stays alive for what the worker does. A page does in any case. */
  keepAlive(isBusy: boolean): void;
  terminate(): void;
}

/** What a channel tells. */
export interface ChannelEvents {
  onMessage(message: unknown): void;
  /** The worker could not be started, or has died. */
  onFailure(reason: string): void;
}

/** Starts a worker from a module. */
export function startNodeWorker(url: URL): NodeWorker {
  const { Worker: ThreadWorker } = process.getBuiltinModule('node:worker_threads');
  // Flags of the main thread, such as a loader for TypeScript, are not for this plain module.
  return new ThreadWorker(url, { execArgv: [] });
}

/** Listens to a worker. */
export function connectNodeWorker(worker: NodeWorker, events: ChannelEvents): WorkerChannel {
  worker.on('message', (message: unknown) => {
    events.onMessage(message);
  });
  worker.on('error', (error: Error) => {
    events.onFailure(error.message);
  });
  worker.on('exit', (code) => {
    events.onFailure(`it has ended with code ${code}`);
  });
  return {
    post: (message, transfer) => {
      worker.postMessage(message, transfer);
    },
    keepAlive(isBusy) {
      if (isBusy) worker.ref();
      else worker.unref();
    },
    terminate: () => void worker.terminate(),
  };
}

/** The way from a worker to the thread that started it. @throws Error outside of a worker */
export function portOfNodeWorker(file: string, onMessage: (message: unknown) => void): Port {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  if (parentPort === null) throw new Error(`${file} is a module for workers.`);
  parentPort.on('message', onMessage);
  return {
    post: (message, transfer) => {
      parentPort.postMessage(message, transfer);
    },
  };
}
