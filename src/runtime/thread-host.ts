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

/** Who is told of the end of a worker. */
export interface WorkerListener {
  /** The worker could not start, or an error that nobody caught has stopped it. */
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
