import { Control, Ended, Life, SHARE_MASK, Word } from './control.js';
import type { Entry } from './control.js';

/**
 * How long an idle worker looks for work before it sleeps, at most and at least. Waking one takes some 50 µs, more than
 * most kernels; the gaps between the kernels of a training step are a few microseconds to some dozens.
 */
const SPIN_MILLISECONDS = 1;
const SHORTEST_SPIN_MILLISECONDS = 0.02;

/** A worker's side of the shared block. */
export class ControlWorker extends Control {
  #spin = SPIN_MILLISECONDS;
  /** The claim of the share that it works on. */
  #held: number | undefined;
  #isRetired = false;

  /** @param number which of the workers it is */
  constructor(
    block: SharedArrayBuffer,
    private readonly number: number,
  ) {
    super(block);
  }

  /**
   * Works on calls until `retire`: the life of a worker.
   *
   * @param entries what the core exports
   * @param load gives what a side module exports, whose binary is at that address of linear memory
   */
  serve(entries: Entry[], load: (pointer: number, bytes: number) => readonly Entry[]): void {
    const { words } = this;
    const args: number[] = [];
    let modules = 0;
    Atomics.store(words, Word.Lives + this.number, Life.Works);
    Atomics.add(words, Word.Ready, 1);
    while (!this.#isRetired) {
      const claim = Atomics.load(words, Word.Claim);
      const shares = words[Word.Shares] ?? 0;
      if ((claim & SHARE_MASK) >= shares) {
        this.#await(claim);
        continue;
      }
      const kernel = words[Word.Kernel] ?? 0;
      if (kernel >= entries.length) {
        const added = this.modulesFrom(modules);
        for (const [pointer, bytes] of added) entries.push(...load(pointer, bytes));
        modules += added.length;
      }
      const entry = entries[kernel];
      // One list for all calls, as the others wait meanwhile.
      args.length = words[Word.ArgumentCount] ?? 0;
      for (let i = 0; i < args.length; i++) args[i] = this.arguments[i] ?? 0;
      if (Atomics.compareExchange(words, Word.Claim, claim, claim + 1) !== claim) continue;
      // Nothing comes between the swap and this: engines look for interruptions at calls and at the ends of loops.
      this.#held = claim;
      this.work(entry, claim, shares, args);
      this.#held = undefined;
    }
  }

  /** Lets `serve` return after the share that is worked on. */
  retire(): void {
    this.#isRetired = true;
  }

  /** Says that this worker has ended and writes no more; a share that it holds is given up. */
  leave(): void {
    const claim = this.#held;
    if (claim !== undefined && !this.hasEnded(claim & SHARE_MASK, claim & ~SHARE_MASK)) {
      this.end(claim, Ended.GivenUp);
    }
    this.markGone(this.number);
  }

  /**
   * Returns when `claim` has changed: looks for a while, since calls follow each other closely, then sleeps. A worker that
   * looked in vain looks for an eighth of that time next: if other programs want the processors too, the caller may be
   * waiting for this one. After a look that was not in vain, it looks for twice as long again.
   */
  #await(claim: number): void {
    const { words } = this;
    const end = performance.now() + this.#spin;
    do {
      for (let i = 0; i < 100; i++) {
        if (Atomics.load(words, Word.Claim) === claim) continue;
        this.#spin = Math.min(2 * this.#spin, SPIN_MILLISECONDS);
        return;
      }
    } while (performance.now() < end);
    this.#spin = Math.max(this.#spin / 8, SHORTEST_SPIN_MILLISECONDS);
    // In this order: a worker that ends in between stays counted as asleep, which costs a needless notification.
    Atomics.add(words, Word.Sleepers, 1);
    Atomics.store(words, Word.Lives + this.number, Life.Sleeps);
    Atomics.wait(words, Word.Claim, claim);
    Atomics.store(words, Word.Lives + this.number, Life.Works);
    Atomics.sub(words, Word.Sleepers, 1);
  }
}
