import type { YieldEvery } from '../types.js';

/** Most milliseconds between two pauses, so that a page's main thread keeps 60 frames a second. */
const AUTO_MILLISECONDS = 16;

/** Lets timers, input and rendering run, and comes back as soon as they have. */
async function pause(): Promise<void> {
  const { setImmediate: immediate } = globalThis as {
    setImmediate?: (done: () => void) => void;
  };
  if (immediate !== undefined) {
    await new Promise<void>((resolve) => {
      immediate(resolve);
    });
  } else {
    // Unlike setTimeout, a message is not held back for 4 ms; unlike scheduler.yield(), it does not come back
    // before the page's timers, which would starve (measured in Chromium: none ran).
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
  }
}

/** Pauses when it is time to. Only the work between two pauses counts, not what others do meanwhile. */
export class PauseClock {
  #resumed = performance.now();
  #looked = this.#resumed;

  constructor(private readonly every: YieldEvery) {}

  /** True if a pause is due after a batch. */
  afterBatch(): boolean {
    if (this.every === 'batch') return true;
    if (this.every === 'epoch' || this.every === 'never') return false;
    const limit = this.every === 'auto' ? AUTO_MILLISECONDS : this.every;
    const now = performance.now();
    const batch = now - this.#looked;
    this.#looked = now;
    // One more batch like this one must still fit.
    return now + batch - this.#resumed >= limit;
  }

  /** True if a pause is due after an epoch. */
  afterEpoch(): boolean {
    return this.every !== 'never';
  }

  /** Pauses; the time then counts again. */
  async pause(): Promise<void> {
    await pause();
    this.#resumed = this.#looked = performance.now();
  }
}
