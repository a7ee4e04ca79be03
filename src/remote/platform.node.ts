import type { Worker as NodeWorker } from 'node:worker_threads';
import type { Port } from './peer.js';
import type { ChannelEvents, HostWorker, WorkerChannel } from './worker-channel.js';
import { workerFile } from './worker-file.js';

/** Whether this is Node, Deno or Bun. */
export function isNode(): boolean {
  return typeof globalThis.process?.getBuiltinModule === 'function';
}

/** Starts the worker in Node; without a URL it is the file beside this one. */
export function startNodeWorker(url: URL | undefined): HostWorker {
  const { Worker: ThreadWorker } = process.getBuiltinModule('node:worker_threads');
  // Flags of the main thread, such as a loader for TypeScript, are not for this plain module.
  return new ThreadWorker(url ?? workerFile(), { execArgv: [] });
}

/** Listens to a worker of Node. */
export function nodeChannel(host: HostWorker, events: ChannelEvents): WorkerChannel {
  const worker = host as NodeWorker;
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

/** The address of a module: a path is one of this process. */
export function nodeUrl(location: string): URL {
  if (/^[a-z][a-z0-9+.-]+:/i.test(location)) return new URL(location);
  return process.getBuiltinModule('node:url').pathToFileURL(location);
}

/** The way from a worker of Node to the thread that started it. */
export function nodePort(onMessage: (message: unknown) => void): Port {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  if (parentPort === null) throw new Error('training-worker.js is a module for workers.');
  parentPort.on('message', onMessage);
  return {
    post: (message, transfer) => {
      parentPort.postMessage(message, transfer);
    },
  };
}
