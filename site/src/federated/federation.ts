// The nodes of this page, and the channel by which they reach those of other tabs. The page passes messages on: between its own
// nodes also where there is no channel.
import type { Failure } from '../answering.js';
import { TOO_OLD } from '../session.js';
import type { Answer, Request, Share } from './protocol.js';

const CHANNEL = 'lanegrad-gallery-federation';

export type NodeState = Extract<Answer, { type: 'state' }>;

export class Federation {
  readonly #nodes = new Map<string, Worker>();
  readonly #channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(CHANNEL) : undefined;
  readonly #hear: (state: NodeState) => void;
  readonly #fail: (message: string) => void;

  constructor(hear: (state: NodeState) => void, fail: (message: string) => void) {
    [this.#hear, this.#fail] = [hear, fail];
    if (this.#channel !== undefined)
      this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#pass(data, undefined);
    addEventListener('pagehide', this.#leave);
  }

  /** Whether other tabs can take part. */
  get hasTabs(): boolean {
    return this.#channel !== undefined;
  }

  /** A new node in this page; its name. */
  add(share: Share): string {
    const id = Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) =>
      part.toString(16).padStart(8, '0'),
    ).join('');
    try {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
      worker.onerror = () => this.#fail(TOO_OLD);
      worker.onmessage = ({ data }: MessageEvent<Answer | Failure>) => {
        if (data.type === 'failure') this.#fail(data.message);
        else if (data.type === 'state') this.#hear(data);
        else {
          this.#channel?.postMessage(data.told);
          this.#pass(data.told, id);
        }
      };
      this.#nodes.set(id, worker);
      this.#post(worker, { type: 'join', id, share });
    } catch {
      this.#fail(TOO_OLD);
    }
    return id;
  }

  /** Starts, pauses or begins again, in all tabs. */
  order(isRunning: boolean, isNew: boolean): void {
    const [worker] = this.#nodes.values();
    if (worker !== undefined) this.#post(worker, { type: 'order', isRunning, isNew });
  }

  dispose(): void {
    this.#leave();
    removeEventListener('pagehide', this.#leave);
    this.#channel?.close();
  }

  readonly #leave = (): void => {
    for (const [id, worker] of this.#nodes) {
      worker.terminate();
      this.#channel?.postMessage({ type: 'bye', from: id });
    }
    this.#nodes.clear();
  };

  #pass(told: unknown, from: string | undefined): void {
    for (const [id, worker] of this.#nodes)
      if (id !== from) this.#post(worker, { type: 'told', told });
  }

  #post(worker: Worker, request: Request): void {
    worker.postMessage(request);
  }
}
