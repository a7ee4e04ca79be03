import type { Worker as NodeWorker } from 'node:worker_threads';
import { isOfOtherOrigin, startableUrl } from '../runtime/index.js';
import type { Port } from './peer.js';

/** A worker that runs `training-worker.js`, from the caller's side. */
export interface WorkerChannel extends Port {
  /** Whether the process stays alive for what the worker does. A page does in any case. */
  keepAlive(isBusy: boolean): void;
  terminate(): void;
}

/** What a channel tells. */
interface ChannelEvents {
  onMessage(message: unknown): void;
  /** The worker could not be started, or has died. */
  onFailure(reason: string): void;
}

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
  /** Starts a worker; without a URL its module is the file beside this one. */
  start(url: URL | undefined): HostWorker;
  /** Listens to a worker. */
  connect(worker: HostWorker, events: ChannelEvents): WorkerChannel;
  /** The address of a module: in Node a path is one of this process, in a browser one of the page. */
  urlOf(location: string): URL;
}

/** Not spelt out in the URL: bundlers would take it for a file of the page, beside the worker that they pack. */
const FILE = './training-worker.js';

/** Where the module of the worker is, unless a bundler has moved it: beside this one. */
function workerFile(): URL {
  // Of a URL made of import.meta.url and a name webpack would bundle all files that could be meant.
  const here = import.meta.url;
  return new URL(FILE, here);
}

/** The adapter for Node, Deno and Bun. */
const nodeWorkers: WorkerHost = {
  start(url) {
    const { Worker: ThreadWorker } = process.getBuiltinModule('node:worker_threads');
    // Flags of the main thread, such as a loader for TypeScript, are not for this plain module.
    return new ThreadWorker(url ?? workerFile(), { execArgv: [] });
  },
  connect(host, events) {
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
  },
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
