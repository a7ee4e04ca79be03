import type { Core, Memory } from '../wasm/instantiate.js';

/** What a worker is given when it starts. */
export interface WorkerStart {
  readonly core: Core;
  readonly memory: Memory;
  readonly control: SharedArrayBuffer;
  /** Which of the workers it is, from 0. */
  readonly number: number;
}

/** A worker that has been asked to start. */
export interface WorkerHandle {
  terminate(): void;
}

/** What is told of the end of a worker. */
interface WorkerListener {
  /** The worker could not start, or an error that was not caught has stopped it. */
  onFailure(reason: string): void;
  /** The thread of the worker has ended and writes no more, for whatever reason. */
  onExit(): void;
}

/**
 * Threads as the host has them; its files are those of `places/file-host.ts`. One bundle serves Node, Deno, Bun and
 * browsers, so the choice is made at run time.
 */
export interface ThreadHost {
  /** Threads that the machine has. */
  availableThreads(): number;
  /** Undefined if memory can be shared between threads, else why not. */
  sharingObstacle(): string | undefined;
  /** Starts a worker from a module and hands it `start`. It does not keep the process alive. */
  startWorker(url: URL, start: WorkerStart, listener: WorkerListener): WorkerHandle;
}

// The one bundle also runs in browsers, where an import of `node:…` does not resolve: the modules are
// asked for at run time instead. Node has `getBuiltinModule` from 20.16 on, Deno and Bun have it too.

/** The adapter for Node, Deno and Bun; undefined elsewhere. */
function nodePlatform(): ThreadHost | undefined {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') return undefined;
  const os = process.getBuiltinModule('node:os');
  return {
    availableThreads: () => os.availableParallelism(),
    sharingObstacle: () =>
      typeof SharedArrayBuffer === 'undefined' ? 'there is no SharedArrayBuffer' : undefined,
    startWorker(url, start, listener) {
      const { Worker } = process.getBuiltinModule('node:worker_threads');
      // Flags of the main thread, such as a loader for TypeScript, are not for this plain module.
      const worker = new Worker(url, { workerData: start, execArgv: [] });
      worker.unref();
      worker.on('error', (error: Error) => {
        listener.onFailure(error.message);
      });
      worker.on('exit', () => {
        listener.onExit();
      });
      return { terminate: () => void worker.terminate() };
    },
  };
}

/** What a worker of a page is given when it starts. */
export interface PageStart {
  readonly start: WorkerStart;
  /** Name of the lock that it takes, says that it has, and holds until it ends. */
  readonly lock: string;
}

/** The adapter for browsers and their workers. */
function webPlatform(): ThreadHost {
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

/** Blobs that import a module of another origin, by the URL of the module. Each is made once and stays. */
const importers = new Map<string, string>();

/** Whether a module lies on another site than the page. */
export function isOfOtherOrigin({ protocol, origin }: URL): boolean {
  return /^https?:$/.test(protocol) && origin !== globalThis.location?.origin;
}

/**
 * What to start a worker from whose module is at `url`. A page may start workers from its own origin only, but import
 * modules from every origin that allows it (CORS), as CDNs do. So for a module of another origin the worker is a Blob
 * of this page that imports it; the `worker-src` of a Content-Security-Policy must name `blob:` and that origin then.
 */
export function startableUrl(url: URL): URL | string {
  if (!isOfOtherOrigin(url)) return url;
  let importer = importers.get(url.href);
  if (importer === undefined) {
    const text = `import ${JSON.stringify(url.href)};`;
    importer = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    importers.set(url.href, importer);
  }
  return importer;
}

let current: ThreadHost | undefined;

/** The platform this program runs on. */
export function platform(): ThreadHost {
  current ??= nodePlatform() ?? webPlatform();
  return current;
}
