// How threads agree on work. A small shared block holds one call of a kernel at a time:
//
//   int32:              claim │ shares │ kernel │ argument count │ ready │ sleepers │ failed │ waiting │ gone │ parts
//   float64, byte 128:  arguments
//   int32, byte 256:    state of share 0, of share 1, …
//   int32, byte 1272:   life of worker 0, of worker 1, …
//
// A call is cut into shares, and `claim` = generation · 256 + next share. Whoever is free takes the next share by
// compare-and-swap, the calling thread too, so that a worker which is late, asleep or dead between two shares costs
// nothing. The arguments are read before the claim: if the swap succeeds, the call was still the same.
//
// Whoever has worked on a share sets its state to generation · 256 + DONE; the caller returns when all shares of the
// call have ended. A share whose kernel traps is done like any other, and counted as failed. A worker that ends and can
// still say so sets the state of the share that it holds to generation · 256 + GIVEN_UP: it will write no more, so the
// caller does that share again. A worker that ends without a word leaves its share as a slow worker does, and only time
// tells the two apart.

/** Places in the int32 view. */
export const CLAIM = 0;
export const SHARES = 1;
export const KERNEL = 2;
export const ARGUMENT_COUNT = 3;
export const READY = 4;
export const SLEEPERS = 5;
export const FAILED = 6;
/** 1 while the caller sleeps until the state of a share changes. */
export const WAITING = 7;
/** Workers that have ended. */
export const GONE = 8;
/** Pointer and length of the binary of each part that was added; pointers are 0 from the last on. */
export const PARTS = 9;

const ARGUMENTS_BYTE = 128;
const MAX_ARGUMENTS = 16;

/** Bits of `claim` that count shares: at most 255 of them. */
export const SHARE_BITS = 8;
export const SHARE_MASK = (1 << SHARE_BITS) - 1;

/** The most shares that one call can be cut into; the number after it means that none is left. */
export const MAX_SHARES = SHARE_MASK - 1;

/** The states of shares, then the lives of workers, of which there are fewer: the calling thread is none. */
export const STATES = (ARGUMENTS_BYTE + 8 * MAX_ARGUMENTS) / 4;
export const LIVES = STATES + MAX_SHARES;

/** Bytes of the shared block. */
export const CONTROL_BYTES = 4 * (LIVES + MAX_SHARES);

/** How a share of a generation has ended. Any state of another generation: it has not. */
export const DONE = 1;
export const GIVEN_UP = 2;

/** What a worker does; 0 until it has started. */
export const WORKS = 1;
export const SLEEPS = 2;
const HAS_ENDED = 3;

/** The most parts that fit before the arguments. */
export const MAX_PARTS = Math.floor((ARGUMENTS_BYTE / 4 - PARTS) / 2);

/** What the core exports and then each part, by number: both sides sort the same names. */
export type Entry = (share: number, shares: number, ...args: number[]) => void;

/** The shared block, and what both sides do with it. */
export class Control {
  protected readonly words: Int32Array;
  protected readonly arguments: Float64Array;

  constructor(block: SharedArrayBuffer) {
    this.words = new Int32Array(block);
    this.arguments = new Float64Array(block, ARGUMENTS_BYTE, MAX_ARGUMENTS);
  }

  /** Works on the share that was claimed and says that it is done, whatever happens. @returns what the kernel threw */
  protected work(
    entry: Entry | undefined,
    claim: number,
    shares: number,
    args: readonly number[],
  ): unknown {
    let thrown: unknown;
    try {
      entry?.(claim & SHARE_MASK, shares, ...args);
    } catch (error) {
      Atomics.add(this.words, FAILED, 1);
      thrown = error;
    }
    this.end(claim, DONE);
    return thrown;
  }

  /** Says how the share that was claimed has ended. */
  protected end(claim: number, how: number): void {
    const at = STATES + (claim & SHARE_MASK);
    Atomics.store(this.words, at, (claim & ~SHARE_MASK) | how);
    if (Atomics.load(this.words, WAITING) > 0) Atomics.notify(this.words, at);
  }

  /** Whether a share of the generation has ended, however that was. */
  protected hasEnded(share: number, generation: number): boolean {
    return (Atomics.load(this.words, STATES + share) & ~SHARE_MASK) === generation;
  }

  /** Pointer and length of the parts from that one on. */
  protected partsFrom(first: number): (readonly [pointer: number, bytes: number])[] {
    const parts: [number, number][] = [];
    for (let part = first; part < MAX_PARTS; part++) {
      const [pointer = 0, bytes = 0] = this.words.subarray(PARTS + 2 * part);
      if (pointer === 0) break;
      parts.push([pointer >>> 0, bytes]);
    }
    return parts;
  }

  /** Counts a worker as ended, however often it is told. */
  markGone(worker: number): void {
    const { words } = this;
    const life = Atomics.exchange(words, LIVES + worker, HAS_ENDED);
    if (life === HAS_ENDED) return;
    if (life === SLEEPS) Atomics.sub(words, SLEEPERS, 1);
    if (life !== 0) Atomics.sub(words, READY, 1);
    Atomics.add(words, GONE, 1);
  }
}
