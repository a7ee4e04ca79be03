import type { KernelName, Kernels, Pointer } from '../wasm/kernels.js';
import { splitKernelNames } from '../wasm/kernel-names.js';
import type { Core, Memory } from '../wasm/instantiate.js';
import { Control, CONTROL_BYTES } from './control.js';
import type { Entry } from './control.js';
import { platform } from './platform.js';
import type { WorkerHandle } from './platform.js';

/** What a worker is given when it starts. */
export interface WorkerStart {
  readonly core: Core;
  readonly memory: Memory;
  readonly control: SharedArrayBuffer;
}

/** The core and its parts, as the calling thread has them. */
export interface LoadedCode {
  readonly core: Core;
  /** What `core` exports. */
  readonly kernels: Kernels;
  readonly parts: readonly LoadedPart[];
}

/** A part that the calling thread has instantiated. */
export interface LoadedPart {
  readonly kernels: Kernels;
  /** Where in linear memory its binary is, for workers. */
  readonly pointer: Pointer;
  readonly bytes: number;
}

/** Threads that share the work of kernels: the calling one and workers. */
export class Pool {
  readonly #control: Control;
  readonly #workers: WorkerHandle[] = [];
  readonly #numbers = new Map<KernelName, number>();
  readonly #entries: Entry[] = [];
  #failure: string | undefined;
  #missing = 0;

  /**
   * @param threads how many to be, the calling one included
   * @param code what the calling thread has instantiated
   * @param url where the module of `worker.ts` is
   */
  constructor(
    readonly threads: number,
    { core, kernels, parts }: LoadedCode,
    memory: Memory,
    url: () => URL,
  ) {
    const block = new SharedArrayBuffer(CONTROL_BYTES);
    this.#control = new Control(block);
    this.#number(kernels);
    for (const part of parts) this.addPart(part);
    const start: WorkerStart = {
      core,
      memory,
      control: block,
    };
    this.#startWorkers(start, url);
  }

  /** Kernels are numbered as workers number them: those of the core, then those of each part, each sorted. */
  #number(kernels: Kernels): void {
    for (const name of splitKernelNames(kernels)) {
      this.#numbers.set(name, this.#entries.push(kernels[name]) - 1);
    }
  }

  /** Makes the kernels of a part known, before the first call of one. */
  addPart({ kernels, pointer, bytes }: LoadedPart): void {
    this.#control.addPart(pointer, bytes);
    this.#number(kernels);
  }

  #startWorkers(start: WorkerStart, url: () => URL): void {
    const wanted = this.threads - 1;
    try {
      const module = url();
      while (this.#workers.length < wanted) {
        const worker = platform().startWorker(module, start, (reason) => {
          this.#reportFailure(1, reason);
        });
        this.#workers.push(worker);
      }
    } catch (error) {
      // The host allows no workers (Node's permission model), not from there, or no more of them.
      const reason = error instanceof Error ? error.message : String(error);
      this.#reportFailure(wanted - this.#workers.length, reason);
    }
  }

  /** A worker that fails costs speed and nothing else: its shares are taken by the others. */
  #reportFailure(workers: number, reason: string): void {
    this.#missing += workers;
    if (this.#failure === undefined) {
      // Said once, and by backendInfo(); it is no reason to stop.
      // eslint-disable-next-line no-console
      console.warn(`lanegrad: a worker thread is missing, work goes on without it: ${reason}`);
    }
    this.#failure = reason;
  }

  /** Workers that could not start or have died. */
  get missing(): number {
    return this.#missing;
  }

  /** Why a worker is missing. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Workers that have started. */
  get ready(): number {
    return this.#control.ready;
  }

  /** Ends the workers, between two calls. */
  stop(): void {
    for (const worker of this.#workers) worker.terminate();
  }

  /** Runs a kernel in as many shares as there are threads, and returns when all are done. */
  run(kernel: KernelName, args: readonly number[]): void {
    const number = this.#numbers.get(kernel) ?? -1;
    const entry = this.#entries[number];
    if (entry !== undefined) this.#control.call(entry, number, this.threads, args);
  }
}
