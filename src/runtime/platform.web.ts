import type { Platform } from './platform.js';

/** The adapter for browsers and their workers. */
export function webPlatform(): Platform {
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
    startWorker(url, start, onFailure) {
      const worker = new Worker(url, { type: 'module', name: 'lanegrad' });
      worker.onerror = (event) => {
        onFailure(event.message || `the worker at ${url.href} could not be loaded`);
      };
      worker.postMessage(start);
      return {
        terminate: () => {
          worker.terminate();
        },
      };
    },
  };
}
