import { LanegradError } from '../../../errors.js';
import { Control, Ended, MAX_MODULES, SHARE_BITS, SHARE_MASK, Word } from '../control.js';
import type { Entry } from '../control.js';

/** A call of a kernel. */
export interface Call {
  readonly entry: Entry;
  /** The number of the kernel. */
  readonly kernel: number;
  readonly args: readonly number[];
  /** Whether a share must not be done twice, since the kernel reads what it writes. */
  readonly isInPlace: boolean;
  /** Milliseconds in which no share ends, after which the call is given up. */
  readonly patience: number;
}

/** What kept a call from being done. */
export interface Trouble {
  /** Shares in which the kernel threw, and what it threw on this thread. */
  readonly failed: number;
  readonly cause: unknown;
  /** Shares in place whose workers have ended. */
  readonly torn: number;
  /** Shares of which nothing was heard. */
  readonly silent: readonly number[];
}

/** How long the caller looks whether the shares of others are done, before it sleeps: waking takes some 50 µs. */
const SPIN_MILLISECONDS = 0.2;

/** How long the caller sleeps at a time, and how often it looks whether shares end. */
const SLEEP_MILLISECONDS = 100;

/** Whether this thread may sleep: the main thread of a page may not. */
function maySleep(words: Int32Array): boolean {
  try {
    // Not equal, so it returns at once.
    Atomics.wait(words, Word.Waiting, 1);
    return true;
  } catch {
    return false;
  }
}

/** The calling thread's side of the shared block. */
export class ControlCaller extends Control {
  readonly #maySleep = maySleep(this.words);

  /** Publishes a call and works on it until all its shares, so many, have ended. */
  call(call: Call, shares: number): Trouble | undefined {
    const { entry, kernel, args } = call;
    const { words } = this;
    const generation = ((Atomics.load(words, Word.Claim) >> SHARE_BITS) + 1) << SHARE_BITS;
    Atomics.store(words, Word.Claim, generation | SHARE_MASK);
    for (let i = 0; i < args.length; i++) this.arguments[i] = args[i] ?? 0;
    if (words[Word.Failed] !== 0) words[Word.Failed] = 0;
    words[Word.Shares] = shares;
    words[Word.Kernel] = kernel;
    words[Word.ArgumentCount] = args.length;
    Atomics.store(words, Word.Claim, generation);
    if (Atomics.load(words, Word.Sleepers) > 0) Atomics.notify(words, Word.Claim);
    let cause: unknown;
    for (;;) {
      const claim = Atomics.load(words, Word.Claim);
      if ((claim & SHARE_MASK) >= shares) break;
      if (Atomics.compareExchange(words, Word.Claim, claim, claim + 1) !== claim) continue;
      cause = this.work(entry, claim, shares, args) ?? cause;
    }
    let torn = 0;
    const silent = this.#join(generation, shares, call.patience, (share) => {
      if (call.isInPlace) torn++;
      else cause = this.work(entry, generation | share, shares, args) ?? cause;
    });
    const failed = Atomics.load(words, Word.Failed);
    return failed + torn + silent.length > 0 ? { failed, cause, torn, silent } : undefined;
  }

  /**
   * Returns when all shares have ended: looks for a while, then sleeps, since the worker that is waited for may need
   * this thread's processor.
   *
   * @param redo is given each share that its worker has given up
   * @returns the shares that had not ended when patience was at its end
   */
  #join(
    generation: number,
    shares: number,
    patience: number,
    redo: (share: number) => void,
  ): number[] {
    const { words } = this;
    let spinEnd = 0;
    let looked = 0;
    let silence = 0;
    let running = shares;
    for (let share = 0; share < shares; share++) {
      const at = Word.States + share;
      for (;;) {
        let state = Atomics.load(words, at);
        for (let i = 0; i < 100 && (state & ~SHARE_MASK) !== generation; i++) {
          state = Atomics.load(words, at);
        }
        if ((state & ~SHARE_MASK) === generation) {
          if ((state & SHARE_MASK) === (Ended.GivenUp as number)) redo(share);
          break;
        }
        const now = performance.now();
        if (spinEnd === 0) {
          spinEnd = now + SPIN_MILLISECONDS;
          looked = now;
        }
        if (now - looked >= SLEEP_MILLISECONDS) {
          // A longer time between two looks is no silence: the process or the machine was stopped, workers and all.
          silence += Math.min(now - looked, 2 * SLEEP_MILLISECONDS);
          looked = now;
          const left = this.#running(generation, shares);
          if (left.length < running) silence = 0;
          running = left.length;
          if (silence > patience) return left;
        }
        if (now < spinEnd || !this.#maySleep) continue;
        Atomics.store(words, Word.Waiting, 1);
        Atomics.wait(words, at, state, SLEEP_MILLISECONDS);
        Atomics.store(words, Word.Waiting, 0);
      }
    }
    return [];
  }

  /** Shares of a call that have not ended. */
  #running(generation: number, shares: number): number[] {
    const running: number[] = [];
    for (let share = 0; share < shares; share++) {
      if (!this.hasEnded(share, generation)) running.push(share);
    }
    return running;
  }

  /** Whether one of these shares of the last call has still not ended. */
  isRunning(shares: readonly number[]): boolean {
    const generation = Atomics.load(this.words, Word.Claim) & ~SHARE_MASK;
    return shares.some((share) => !this.hasEnded(share, generation));
  }

  /** Tells workers of a side module: its binary, in linear memory. They look when a kernel is called that they lack. */
  addModule(pointer: number, bytes: number): void {
    const index = this.modulesFrom(0).length;
    if (index === MAX_MODULES)
      throw new LanegradError(`At most ${MAX_MODULES} side modules can be added.`);
    this.words.set([pointer, bytes], Word.Modules + 2 * index);
  }

  /** Workers that take part. */
  get ready(): number {
    return Atomics.load(this.words, Word.Ready);
  }

  /** Workers that have ended. */
  get gone(): number {
    return Atomics.load(this.words, Word.Gone);
  }
}
