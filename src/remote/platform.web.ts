import { isOfOtherOrigin, startableUrl } from '../runtime/index.js';
import type { ChannelEvents, HostWorker, WorkerChannel } from './worker-channel.js';
import { workerFile } from './worker-file.js';

/**
 * Starts the worker in a browser. Without a URL it is the file beside this one: bundlers know the expression, and pack
 * the worker too. If this module was imported from another origin, no bundler has packed it.
 */
export function startWebWorker(given: URL | undefined): HostWorker {
  const url = given ?? (isOfOtherOrigin(workerFile()) ? workerFile() : undefined);
  return url === undefined
    ? new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module' })
    : new Worker(startableUrl(url), { type: 'module' });
}

/** Listens to a worker of a browser. */
export function webChannel(host: HostWorker, events: ChannelEvents): WorkerChannel {
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
}

/** The address of a module, as seen from the page. */
export function webUrl(location: string): URL {
  return new URL(location, globalThis.location.href);
}
