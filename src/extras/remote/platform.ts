import { isOfOtherOrigin, startableUrl } from '../../engine/runtime/index.js';
import { connectNodeWorker, startNodeWorker } from '../../engine/workers/platform.js';
import type { ChannelEvents, NodeWorker, WorkerChannel } from '../../engine/workers/platform.js';

/**
 * A worker of the host: a browser's `Worker`, or one of `node:worker_threads`. Only what is needed of them, so that
 * neither's types have to be there.
 */
export interface HostWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): unknown;
}

/** Workers of the host in which models train. The choice is made at run time, like that of the `ThreadHost`. */
interface WorkerHost {
  /** Starts a worker; without a URL its module is the file next to this one. */
  start(url: URL | undefined): HostWorker;
  /** Listens to a worker. */
  connect(worker: HostWorker, events: ChannelEvents): WorkerChannel;
  /** The address of a module: in Node a path is one of this process, in a browser one of the page. */
  urlOf(location: string): URL;
}

/** Not spelt out in the URL: bundlers would take it for a file of the page, next to the worker that they pack. */
const FILE = './training-worker.js';

/** Where the module of the worker is, unless a bundler has moved it: next to this one. */
function workerFile(): URL {
  // Of a URL made of import.meta.url and a name webpack would bundle all files that could be meant.
  const here = import.meta.url;
  return new URL(FILE, here);
}

/** The adapter for Node, Deno and Bun. */
const nodeWorkers: WorkerHost = {
  start: (url) => startNodeWorker(url ?? workerFile()),
  connect: (worker, events) => connectNodeWorker(worker as NodeWorker, events),
  urlOf(location) {
    if (/^[a-z][a-z0-9+.-]+:/i.test(location)) return new URL(location);
    return process.getBuiltinModule('node:url').pathToFileURL(location);
  },
};

/** The adapter for browsers. */
const webWorkers: WorkerHost = {
  start(given) {
    // If this module was imported from another origin, no bundler has packed the worker.
    const url = given ?? (isOfOtherOrigin(workerFile()) ? workerFile() : undefined);
    // Bundlers know the expression, and pack the worker too.
    return url === undefined
      ? new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module' })
      : new Worker(startableUrl(url), { type: 'module' });
  },
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
};

/** Workers of the host this program runs on. */
export function workerHost(): WorkerHost {
  return typeof globalThis.process?.getBuiltinModule === 'function' ? nodeWorkers : webWorkers;
}
