import { checkNumber, COPY } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { currentRuntime, noteEffect } from '../runtime/index.js';
import type { WorkingRuntime } from '../runtime/index.js';

/** The position at which kernels read random numbers: a 64-bit key and a 64-bit counter, each in two int32 halves. */
export interface RandomStream {
  /** Lower half of the key. */
  readonly keyLow: number;
  /** Upper half of the key. */
  readonly keyHigh: number;
  /** Lower half of the counter. */
  readonly counterLow: number;
  /** Upper half of the counter. */
  readonly counterHigh: number;
}

/** Numbers that one step of the counter gives. */
const NUMBERS_PER_BLOCK = 4;

const HALF = 2 ** 32;

/**
 * A stream of random numbers that depends only on a seed and a counter (Philox4x32-10): the same seed gives the same
 * numbers in every engine. Drawing advances the counter.
 *
 * @example
 * const seed = new random.SeedGenerator(7);
 * random.normal([2], { seed });
 * random.normal([2], { seed }); // other numbers
 */
export class SeedGenerator {
  #seed: number;
  #blocks = 0;

  /** @param seed a whole number from 0 to 2⁵³ − 1; null or undefined draws one from the global generator */
  constructor(seed?: number | null) {
    this.#seed =
      seed === null || seed === undefined ? globalGenerator().nextSeed() : checkSeed(seed);
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /** The complete state: the seed and the position in the stream. */
  getState(): { readonly seed: number; readonly blocks: number } {
    return { seed: this.#seed, blocks: this.#blocks };
  }

  /**
   * Restores the state that `getState` returned.
   *
   * @param state the result of `getState`
   */
  setState(state: {
    /** The seed, a whole number from 0 to 2⁵³ − 1. */
    readonly seed: number;
    /** How often the counter has advanced. Each step gives four numbers. */
    readonly blocks: number;
  }): void {
    const { seed: given, blocks: read } = state ?? {};
    const [seed, blocks] = [checkSeed(given), checkSeed(read)];
    this.#seed = seed;
    this.#blocks = blocks;
  }

  /**
   * Reserves the next `count` numbers of the stream.
   *
   * @param count a non-negative whole number
   */
  reserve(count: number): RandomStream {
    checkNumber('SeedGenerator.reserve', 'count', count, { min: 0, integer: true });
    noteEffect();
    return this.take(count);
  }

  /** As `reserve`, for a caller that sees to it that the stream is read on. @internal */
  take(count: number): RandomStream {
    const first = this.#blocks;
    this.#blocks += Math.ceil(count / NUMBERS_PER_BLOCK);
    return {
      keyLow: this.#seed | 0,
      keyHigh: Math.floor(this.#seed / HALF) | 0,
      counterLow: first | 0,
      counterHigh: Math.floor(first / HALF) | 0,
    };
  }

  /**
   * Takes the next `count` numbers out of the stream for kernels, each time that a captured run is repeated.
   *
   * @param draw runs them, by pointers alone
   * @internal
   */
  draw(count: number, draw: (runtime: WorkingRuntime, stream: RandomStream) => void): void {
    currentRuntime().redraw((runtime) => {
      const [seed, blocks] = [this.#seed, this.#blocks];
      draw(runtime, this.take(count));
      return () => {
        this.#seed = seed;
        this.#blocks = blocks;
      };
    });
  }

  /** A seed for another generator, different in each call. */
  nextSeed(): number {
    // The seed itself is mixed in by multiplication, so that generators of neighbouring seeds do not
    // hand out seeds of each other's.
    noteEffect();
    const step = this.#blocks++;
    return Number(
      (BigInt(this.#seed) * 0x9e3779b97f4a7c15n + BigInt(step) + 1n) & 0x1fffffffffffffn,
    );
  }
}

function checkSeed(seed: unknown): number {
  if (typeof seed === 'number' && Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new ValueError(`A seed is a whole number from 0 to 2^53 - 1, got ${describeValue(seed)}.`);
}

let shared: SeedGenerator | undefined;

/**
 * The generator for everything without a seed. Before `setSeed` it starts at a random position.
 *
 * @example
 * const state = random.globalGenerator().getState();
 * const once = random.uniform([2]);
 * random.globalGenerator().setState(state);
 * const again = random.uniform([2]); // the same numbers
 */
export function globalGenerator(): SeedGenerator {
  shared ??= new SeedGenerator(Math.floor(Math.random() * 2 ** 32));
  return shared;
}

/**
 * Seeds everything that draws random numbers without its own seed: initializers, dropout, shuffling. With the same
 * seed, the same program produces the same weights, bit for bit.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1
 * @example random.setSeed(7);
 */
export function setSeed(seed: number): void {
  globalGenerator().setState({ seed: checkSeed(seed), blocks: 0 });
}
