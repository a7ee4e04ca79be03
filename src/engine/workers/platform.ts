// Workers of Node, Deno and Bun, in which models train and pictures are decoded.
import { messageOf } from '../../config/index.js';
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

/** What is needed of a worker of Node. Its own type would ask programs for the types of Node. */
export interface NodeWorker {
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): unknown;
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  ref(): void;
  unref(): void;
  terminate(): unknown;
}

/** Starts a worker from a module. */
export function startNodeWorker(url: URL): NodeWorker {
  const { Worker: ThreadWorker } = process.getBuiltinModule('node:worker_threads');
  // Flags of the main thread, such as a loader for TypeScript, are not for this plain module.
  return new ThreadWorker(url, { execArgv: [] });
}

/** Listens to a worker. */
export function connectNodeWorker(worker: NodeWorker, events: ChannelEvents): WorkerChannel {
  worker.on('message', (message) => {
    events.onMessage(message);
  });
  worker.on('error', (error) => {
    events.onFailure(messageOf(error));
  });
  worker.on('exit', (code) => {
    events.onFailure(`it has ended with code ${String(code)}`);
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
