import { nodePlatform } from './platform.node.js';
import { webPlatform } from './platform.web.js';
import type { WorkerStart } from './pool.js';

/** A worker that has been asked to start. */
export interface WorkerHandle {
  terminate(): void;
}

/** Who is told of the end of a worker. */
export interface WorkerListener {
  /** The worker could not start, or an error that nobody caught has stopped it. */
  onFailure(reason: string): void;
  /** The thread of the worker has ended and writes no more, for whatever reason. */
  onExit(): void;
}

/**
 * The threads that the host offers; its files are those of `places/file-host.ts`. One bundle serves Node, Deno, Bun and
 * browsers, so the choice is made at run time.
 */
export interface Platform {
  /** Threads that the machine has. */
  availableThreads(): number;
  /** Undefined if memory can be shared between threads, else why not. */
  sharingObstacle(): string | undefined;
  /** Starts a worker from a module and hands it `start`. It does not keep the process alive. */
  startWorker(url: URL, start: WorkerStart, listener: WorkerListener): WorkerHandle;
}

let current: Platform | undefined;

/** The platform this program runs on. */
export function platform(): Platform {
  current ??= nodePlatform() ?? webPlatform();
  return current;
}
