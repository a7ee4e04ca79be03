/** A worker that runs `training-worker.js`, from the caller's side. */
export interface WorkerChannel {
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  /** Whether the process stays alive for what the worker does. A page does in any case. */
  keepAlive(isBusy: boolean): void;
  terminate(): void;
}

/** What a channel tells. */
export interface ChannelEvents {
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
