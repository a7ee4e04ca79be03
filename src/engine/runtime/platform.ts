/**
 * What the host says of threads. One bundle serves Node, Deno, Bun and browsers, so the choice is made at run time. Workers
 * are started by `pool/platform.ts`; the files of the host are those of `files/locations/file-host.ts`.
 */
export interface ThreadHost {
  /** Threads that the machine has. */
  availableThreads(): number;
  /** Undefined if memory can be shared between threads, else why not. */
  sharingObstacle(): string | undefined;
}

// The one bundle also runs in browsers, where an import of `node:…` does not resolve: the modules are
// asked for at run time instead. Node has `getBuiltinModule` from 20.16 on, Deno and Bun have it too.

const isShareable = (): string | undefined =>
  typeof SharedArrayBuffer === 'undefined' ? 'there is no SharedArrayBuffer' : undefined;

/** The adapter for Node, Deno and Bun; undefined elsewhere. */
function nodePlatform(): ThreadHost | undefined {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') return undefined;
  const os = process.getBuiltinModule('node:os');
  return { availableThreads: () => os.availableParallelism(), sharingObstacle: isShareable };
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
      return isShareable();
    },
  };
}

let current: ThreadHost | undefined;

/** The platform this program runs on. */
export function platform(): ThreadHost {
  current ??= nodePlatform() ?? webPlatform();
  return current;
}
