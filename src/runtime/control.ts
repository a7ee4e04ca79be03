// How threads agree on work. A small shared block holds one call of a kernel at a time:
//
//   int32:   claim │ done │ shares │ kernel │ argument count │ ready │ sleepers │ failed │ waiting │ parts
//   float64, from byte 128: arguments
//
// A call is cut into shares, and `claim` = generation · 256 + next share. Whoever is free takes the next
// share by compare-and-swap, the calling thread too, so that a worker which is late, asleep or dead costs
// nothing. A share whose kernel traps is counted as done like any other, and as failed: the caller throws when
// nobody works on the call any more. The arguments are read before the claim: if the swap succeeds, the call was still the same.

import { LanegradError } from '../errors.js';

/** Places in the int32 view. */
const CLAIM = 0;
const DONE = 1;
const SHARES = 2;
const KERNEL = 3;
const ARGUMENT_COUNT = 4;
const READY = 5;
const SLEEPERS = 6;
const FAILED = 7;
/** 1 while the caller sleeps until `done` changes. */
const WAITING = 8;
/** Pointer and length of the binary of each part that was added; pointers are 0 from the last on. */
const PARTS = 9;

const ARGUMENTS_BYTE = 128;
const MAX_ARGUMENTS = 16;

/** Bytes of the shared block. */
export const CONTROL_BYTES = ARGUMENTS_BYTE + 8 * MAX_ARGUMENTS;

/** Bits of `claim` that count shares: at most 255 of them. */
const SHARE_BITS = 8;
const SHARE_MASK = (1 << SHARE_BITS) - 1;

/** The most shares that one call can be cut into; the number after it means that none is left. */
export const MAX_SHARES = SHARE_MASK - 1;

/** The most parts that fit before the arguments. */
const MAX_PARTS = Math.floor((ARGUMENTS_BYTE / 4 - PARTS) / 2);

/** What the core exports and then each part, by number: both sides sort the same names. */
export type Entry = (share: number, shares: number, ...args: number[]) => void;

/**
 * How long an idle worker looks for work before it sleeps, at most and at least. Waking one takes some 50 µs, more than
 * most kernels; the gaps between the kernels of a training step are a few microseconds to some dozens.
 */
const SPIN_MILLISECONDS = 1;
const SHORTEST_SPIN_MILLISECONDS = 0.02;

/** How long the caller looks whether the shares of others are done, before it sleeps: waking takes some 50 µs. */
const JOIN_SPIN_MILLISECONDS = 0.2;

/** Whether this thread may sleep: the main thread of a page may not. */
function maySleep(words: Int32Array): boolean {
  try {
    // Not equal, so it returns at once.
    Atomics.wait(words, WAITING, 1);
    return true;
  } catch {
    return false;
  }
}

/** One side of the shared block. */
export class Control {
  readonly #words: Int32Array;
  readonly #arguments: Float64Array;
  readonly #maySleep: boolean;
  #spin = SPIN_MILLISECONDS;

  constructor(block: SharedArrayBuffer) {
    this.#words = new Int32Array(block, 0, ARGUMENTS_BYTE / 4);
    this.#arguments = new Float64Array(block, ARGUMENTS_BYTE, MAX_ARGUMENTS);
    this.#maySleep = maySleep(this.#words);
  }

  /**
   * Publishes a call and works on it until all its shares are done. Only the main thread calls this.
   *
   * @throws LanegradError if the kernel trapped in a share; then all shares have ended.
   */
  call(entry: Entry, kernel: number, shares: number, args: readonly number[]): void {
    const words = this.#words;
    const generation = (Atomics.load(words, CLAIM) >> SHARE_BITS) + 1;
    Atomics.store(words, CLAIM, (generation << SHARE_BITS) | SHARE_MASK);
    for (let i = 0; i < args.length; i++) this.#arguments[i] = args[i] ?? 0;
    words[DONE] = 0;
    words[FAILED] = 0;
    words[SHARES] = shares;
    words[KERNEL] = kernel;
    words[ARGUMENT_COUNT] = args.length;
    Atomics.store(words, CLAIM, generation << SHARE_BITS);
    if (Atomics.load(words, SLEEPERS) > 0) Atomics.notify(words, CLAIM);
    let cause: unknown;
    for (;;) {
      const claim = Atomics.load(words, CLAIM);
      const share = claim & SHARE_MASK;
      if (share >= shares) break;
      if (Atomics.compareExchange(words, CLAIM, claim, claim + 1) !== claim) continue;
      cause = this.#work(entry, share, shares, args) ?? cause;
    }
    this.#join(shares);
    const failed = Atomics.load(words, FAILED);
    if (failed > 0) {
      throw new LanegradError(
        `A kernel stopped in ${failed} of ${shares} shares, so its result is incomplete. This is a fault of ` +
          `lanegrad; please report it.`,
        { cause },
      );
    }
  }

  /**
   * Returns when all shares are done: looks for a while, then sleeps, since the worker that is waited for may need this
   * thread's processor.
   */
  #join(shares: number): void {
    const words = this.#words;
    let end = 0;
    for (;;) {
      for (let i = 0; i < 100; i++) if (Atomics.load(words, DONE) >= shares) return;
      const now = performance.now();
      if (end === 0) end = now + JOIN_SPIN_MILLISECONDS;
      if (now < end || !this.#maySleep) continue;
      Atomics.store(words, WAITING, 1);
      const done = Atomics.load(words, DONE);
      if (done < shares) Atomics.wait(words, DONE, done);
      Atomics.store(words, WAITING, 0);
    }
  }

  /** Works on one share and counts it, whatever happens. @returns what the kernel threw, if it did */
  #work(entry: Entry | undefined, share: number, shares: number, args: readonly number[]): unknown {
    try {
      entry?.(share, shares, ...args);
      return undefined;
    } catch (error) {
      Atomics.add(this.#words, FAILED, 1);
      return error;
    } finally {
      Atomics.add(this.#words, DONE, 1);
      if (Atomics.load(this.#words, WAITING) > 0) Atomics.notify(this.#words, DONE);
    }
  }

  /** Tells workers of a part: its binary, in linear memory. They look when a kernel is called that they lack. */
  addPart(pointer: number, bytes: number): void {
    const place = this.#partsFrom(0).length;
    if (place === MAX_PARTS) throw new LanegradError(`At most ${MAX_PARTS} parts can be added.`);
    this.#words.set([pointer, bytes], PARTS + 2 * place);
  }

  /** Pointer and length of the parts from that one on. */
  #partsFrom(first: number): (readonly [pointer: number, bytes: number])[] {
    const parts: [number, number][] = [];
    for (let part = first; part < MAX_PARTS; part++) {
      const [pointer = 0, bytes = 0] = this.#words.subarray(PARTS + 2 * part);
      if (pointer === 0) break;
      parts.push([pointer >>> 0, bytes]);
    }
    return parts;
  }

  /**
   * Works on calls for ever: the life of a worker.
   *
   * @param entries what the core exports
   * @param load gives what a part exports, whose binary is at that place of linear memory
   */
  serve(entries: Entry[], load: (pointer: number, bytes: number) => readonly Entry[]): never {
    const words = this.#words;
    let parts = 0;
    Atomics.add(words, READY, 1);
    for (;;) {
      const claim = Atomics.load(words, CLAIM);
      const share = claim & SHARE_MASK;
      const shares = words[SHARES] ?? 0;
      if (share >= shares) {
        this.#await(claim);
        continue;
      }
      const kernel = words[KERNEL] ?? 0;
      if (kernel >= entries.length) {
        const added = this.#partsFrom(parts);
        for (const [pointer, bytes] of added) entries.push(...load(pointer, bytes));
        parts += added.length;
      }
      const entry = entries[kernel];
      const args = Array.from(this.#arguments.subarray(0, words[ARGUMENT_COUNT]));
      if (Atomics.compareExchange(words, CLAIM, claim, claim + 1) !== claim) continue;
      this.#work(entry, share, shares, args);
    }
  }

  /**
   * Returns when `claim` has changed: looks for a while, since calls follow each other closely, then sleeps. Who looked
   * in vain looks for an eighth of that time next: if other programs want the processors too, the caller may be waiting
   * for this one. Who did not, for twice as long again.
   */
  #await(claim: number): void {
    const words = this.#words;
    const end = performance.now() + this.#spin;
    do {
      for (let i = 0; i < 100; i++) {
        if (Atomics.load(words, CLAIM) === claim) continue;
        this.#spin = Math.min(2 * this.#spin, SPIN_MILLISECONDS);
        return;
      }
    } while (performance.now() < end);
    this.#spin = Math.max(this.#spin / 8, SHORTEST_SPIN_MILLISECONDS);
    Atomics.add(words, SLEEPERS, 1);
    Atomics.wait(words, CLAIM, claim);
    Atomics.sub(words, SLEEPERS, 1);
  }

  /** Workers that have started. */
  get ready(): number {
    return Atomics.load(this.#words, READY);
  }
}
