import { startableUrl } from '../../engine/runtime/index.js';
import {
  connectNodeWorker,
  portOfNodeWorker,
  startNodeWorker,
} from '../../engine/workers/platform.js';
import type { ChannelEvents, NodeWorker, WorkerChannel } from '../../engine/workers/platform.js';
import type { Port } from '../../engine/workers/peer.js';

/**
 * A worker of the host: a browser's `Worker`, or one of `node:worker_threads`. Only what is needed of them, so that
 * neither's types have to be there.
 */
export interface HostWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): unknown;
}

/** Workers of the host whose modules are known by their addresses. The choice is made at run time, like that of the `ThreadHost`. */
export interface WorkerHost {
  /** Starts a worker from a module. */
  start(url: URL): HostWorker;
  /** Listens to a worker. */
  connect(worker: HostWorker, events: ChannelEvents): WorkerChannel;
  /** The address of a module: in Node a path is one of this process, in a browser one of the page. */
  urlOf(location: string): URL;
  /** The way from a worker to what started it; `file` is the name of its module in messages. @throws Error outside of a worker */
  portOfWorker(file: string, onMessage: (message: unknown) => void): Port;
}

/** The adapter for Node, Deno and Bun. */
const nodeHost: WorkerHost = {
  start: startNodeWorker,
  connect: (worker, events) => connectNodeWorker(worker as NodeWorker, events),
  urlOf(location) {
    if (/^[a-z][a-z0-9+.-]+:/i.test(location)) return new URL(location);
    return process.getBuiltinModule('node:url').pathToFileURL(location);
  },
  portOfWorker: portOfNodeWorker,
};

/** What is needed of a worker's global scope. */
interface WorkerScope {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
}

/** The adapter for browsers. */
const webHost: WorkerHost = {
  start: (url) => new Worker(startableUrl(url), { type: 'module' }),
  connect(host, events) {
    const worker = host as Worker;
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      events.onMessage(data);
    };
    worker.onerror = (event) => {
      events.onFailure(event.message || 'its module could not be loaded');
    };
    worker.onmessageerror = () => {
      events.onFailure('a message could not be read');
    };
    return {
      post: (message, transfer) => {
        worker.postMessage(message, [...transfer]);
      },
      keepAlive: () => undefined,
      terminate: () => {
        worker.terminate();
      },
    };
  },
  urlOf: (location) => new URL(location, globalThis.location.href),
  portOfWorker(file, onMessage) {
    if (globalThis.document !== undefined) throw new Error(`${file} is a module for workers.`);
    const scope = globalThis as unknown as WorkerScope;
    scope.onmessage = ({ data }) => {
      onMessage(data);
    };
    return {
      post: (message, transfer) => {
        scope.postMessage(message, transfer);
      },
    };
  },
};

/** Whether this program runs on Node, Deno or Bun. */
export const isNodeHost = (): boolean => typeof globalThis.process?.getBuiltinModule === 'function';

/** Workers of the host this program runs on. */
export const workerHost = (): WorkerHost => (isNodeHost() ? nodeHost : webHost);
