// How threads agree on work. A small shared block holds one call of a kernel at a time:
//
//   int32:              claim
//   int32, byte 64:     shares │ kernel │ argument count
//   float64, byte 80:   arguments
//   int32, byte 320:    ready │ sleepers │ failed │ waiting │ gone │ modules
//   int32, byte 448:    state of share 0, of share 1, …
//   int32, byte 1472:   life of worker 0, of worker 1, …
//
// Idle workers read `claim` all the time. Nothing else is written to its line of the cache, or each write of the caller would
// have to take the line back from them.
//
// A call is cut into shares, and `claim` = generation · 256 + next share. A thread that is free takes the next share
// by compare-and-swap, the calling thread too, so that a worker which is late, asleep or dead between two shares costs
// nothing. The arguments are read before the claim: if the swap succeeds, the call was still the same.
//
// The thread that has worked on a share sets its state to generation · 256 + Done; the caller returns when all shares of the
// call have ended. A share whose kernel traps is done like any other, and counted as failed. A worker that ends and can
// still say so sets the state of the share that it holds to generation · 256 + GivenUp: it will write no more, so the
// caller does that share again. A worker that ends without a word leaves its share as a slow worker does, and only time
// tells the two apart.

import type { KernelName, Kernels } from '../wasm/kernels.js';

/** Positions in the int32 view. */
export const enum Word {
  Claim,
  Shares = 16,
  Kernel,
  ArgumentCount,
  /** Workers that take part. */
  Ready = 80,
  Sleepers,
  Failed,
  /** 1 while the caller sleeps until the state of a share changes. */
  Waiting,
  /** Workers that have ended. */
  Gone,
  /** Pointer and length of the binary of each side module that was added; pointers are 0 from the last on. */
  Modules,
  /** State of share 0. */
  States = 112,
  /** Life of worker 0. There are fewer workers than shares: the calling thread is none. */
  Lives = 368,
  End = 622,
}

/** How a share has ended. It has not, if its state is one of another generation. */
export const enum Ended {
  Done = 1,
  GivenUp = 2,
}

/** What a worker does. */
export const enum Life {
  /** The worker has not started. */
  None,
  Works,
  Sleeps,
  Over,
}

const ARGUMENTS_BYTE = 80;

/** The most arguments of a kernel that threads share. Tests compare it with the kernels. */
export const MAX_ARGUMENTS = 24;

/** Bytes of the shared block. */
export const CONTROL_BYTES = 4 * Word.End;

/** The most side modules that fit before the states. */
export const MAX_MODULES = (Word.States - Word.Modules - 1) / 2;

/** `claim` and states hold a generation above so many bits, in which shares are counted: at most `MAX_SHARES` of them. */
export const SHARE_BITS = 8;
export const SHARE_MASK = (1 << SHARE_BITS) - 1;

/** What the core exports and then each side module, by number: both sides sort the same names. */
export type Entry = (share: number, shares: number, ...args: number[]) => void;

/** Names of the exported functions, sorted: threads name a kernel by its position in this list. */
export function splitKernelNames(kernels: Kernels): KernelName[] {
  return Object.entries(kernels)
    .filter(([, value]) => typeof value === 'function')
    .map(([name]) => name as KernelName)
    .sort();
}

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
      Atomics.add(this.words, Word.Failed, 1);
      thrown = error;
    }
    this.end(claim, Ended.Done);
    return thrown;
  }

  /** Says how the share that was claimed has ended. */
  protected end(claim: number, how: number): void {
    const at = Word.States + (claim & SHARE_MASK);
    Atomics.store(this.words, at, (claim & ~SHARE_MASK) | how);
    if (Atomics.load(this.words, Word.Waiting) > 0) Atomics.notify(this.words, at);
  }

  /** Whether a share of the generation has ended, however that was. */
  protected hasEnded(share: number, generation: number): boolean {
    return (Atomics.load(this.words, Word.States + share) & ~SHARE_MASK) === generation;
  }

  /** Pointer and length of the modules from that one on. */
  protected modulesFrom(first: number): (readonly [pointer: number, bytes: number])[] {
    const modules: [number, number][] = [];
    for (let module = first; module < MAX_MODULES; module++) {
      const [pointer = 0, bytes = 0] = this.words.subarray(Word.Modules + 2 * module);
      if (pointer === 0) break;
      modules.push([pointer >>> 0, bytes]);
    }
    return modules;
  }

  /** Counts a worker as ended, however often it is told. */
  markGone(worker: number): void {
    const { words } = this;
    const life: Life = Atomics.exchange(words, Word.Lives + worker, Life.Over);
    if (life === Life.Over) return;
    if (life === Life.Sleeps) Atomics.sub(words, Word.Sleepers, 1);
    if (life !== Life.None) Atomics.sub(words, Word.Ready, 1);
    Atomics.add(words, Word.Gone, 1);
  }
}
