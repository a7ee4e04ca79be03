import { startableUrl } from './startable-url.js';
import type { ThreadHost, WorkerStart } from './thread-host.js';

/** What a worker of a page is given when it starts. */
export interface PageStart {
  readonly start: WorkerStart;
  /** Name of the lock that it takes, says that it has, and holds until it ends. */
  readonly lock: string;
}

/** The adapter for browsers and their workers. */
export function webPlatform(): ThreadHost {
  return {
    availableThreads: () => navigator.hardwareConcurrency,
    sharingObstacle() {
      if (!globalThis.crossOriginIsolated) {
        return (
          'the page is not cross-origin isolated (it needs the headers Cross-Origin-Opener-Policy: same-origin and ' +
          'Cross-Origin-Embedder-Policy: require-corp)'
        );
      }
      return typeof SharedArrayBuffer === 'undefined' ? 'there is no SharedArrayBuffer' : undefined;
    },
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
}
