import { ValueError } from '../errors.js';
import type { ByteCache, Platform } from './platform.js';

// Cache Storage is keyed by http(s) URLs. The host `.invalid` can never exist (RFC 2606), so a key of
// ours is never taken for a page that was really fetched.
const keyPrefix = 'https://lanegrad.invalid/';

/** The adapter for browsers and their workers: files are URLs, downloads live in Cache Storage. */
export function webPlatform(): Platform {
  return {
    name: 'web',
    availableThreads: () => navigator.hardwareConcurrency,
    sharingObstacle: () =>
      globalThis.crossOriginIsolated && typeof SharedArrayBuffer !== 'undefined'
        ? undefined
        : 'the page is not cross-origin isolated (it needs the headers Cross-Origin-Opener-Policy: ' +
          'same-origin and Cross-Origin-Embedder-Policy: require-corp)',
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
    environment: () => undefined,
    join: (folder, name) => (folder.endsWith('/') ? folder + name : `${folder}/${name}`),
    folderExists: async () => true,
    readFile,
    async writeFileAtomic(path) {
      throw new ValueError(
        `cannot write '${path}': a browser has no files. Write to 'downloads://', 'indexeddb://' or ` +
          `'localstorage://', or take the bytes yourself.`,
      );
    },
    async openCache(location = 'lanegrad') {
      // Missing on insecure pages and in some private windows.
      if (typeof globalThis.caches === 'undefined') return undefined;
      return storageCache(location);
    },
  };
}

async function readFile(
  location: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await fetch(location, signal === undefined ? {} : { signal });
  if (response.status === 404 || response.status === 410) {
    await response.body?.cancel();
    return undefined;
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`HTTP ${response.status} ${response.statusText}`.trimEnd());
  }
  return new Uint8Array(await response.arrayBuffer());
}

function storageCache(name: string): ByteCache {
  const open = (): Promise<Cache> => caches.open(name);
  return {
    location: `Cache Storage '${name}'`,
    async get(key) {
      const response = await (await open()).match(keyPrefix + key);
      return response === undefined ? undefined : new Uint8Array(await response.arrayBuffer());
    },
    async put(key, bytes) {
      await (await open()).put(keyPrefix + key, new Response(bytes));
    },
    async remove(key) {
      await (await open()).delete(keyPrefix + key);
    },
  };
}
