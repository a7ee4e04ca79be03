import { describeValue } from '../../config/describe-value.js';
import { checkNumber, COPY, isListOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { TypedArray } from '../../config/dtype.js';

/** Words of the state of MT19937. */
const WORDS = 624;
/** The word that is mixed into one so many places before it. */
const OFFSET = 397;

/**
 * NumPy's `RandomState`, MT19937 (M. Matsumoto, T. Nishimura 1998): the same seed gives the same order as NumPy, so that you
 * can split data as a Python program does. Everything else that draws random numbers uses a `SeedGenerator`.
 *
 * @example
 * const order = new random.RandomState(113).permutation(10);
 * const shuffled = ops.gather(x, order);
 */
export class RandomState {
  readonly #state = new Uint32Array(WORDS);
  /** The next word to read; at the end the state is made again. */
  #next = WORDS;

  /** @param seed a whole number from 0 to 2³² − 1 */
  constructor(seed: number) {
    let word = checkNumber('RandomState', 'seed', seed, {
      min: 0,
      max: 2 ** 32 - 1,
      integer: true,
    });
    for (let i = 0; i < WORDS; i++) {
      this.#state[i] = word;
      word = Math.imul(word ^ (word >>> 30), 1812433253) + i + 1;
    }
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /**
   * Shuffles the entries of a list or a typed array in place.
   *
   * @param list a list without gaps, or a typed array
   * @throws ValueError for anything else. To shuffle the rows of a tensor, use `ops.gather(x, state.permutation(rows))`.
   */
  shuffle(list: unknown[] | TypedArray): void {
    shuffled(requireList('shuffle', list), this.#below);
  }

  /**
   * The whole numbers below n in random order, as indices for `ops.gather`; or a shuffled copy of a list or typed
   * array.
   *
   * @param n the number of numbers, whole and at least 0
   * @throws ValueError for anything else.
   * @example Array.from(new random.RandomState(113).permutation(10)) // [9, 3, 6, 1, 0, 7, 4, 8, 2, 5]
   */
  permutation(n: number): Int32Array<ArrayBuffer>;
  /** @param list a list without gaps, or a typed array; it is not changed */
  permutation<T extends readonly unknown[] | TypedArray>(list: T): T;
  permutation(given: number | readonly unknown[] | TypedArray): unknown {
    const list =
      typeof given === 'number'
        ? Int32Array.from({ length: checkCount(given) }, (_, i) => i)
        : requireList('permutation', given as unknown[]).slice();
    shuffled(list, this.#below);
    return list;
  }

  /**
   * Fills `target` with the whole numbers below `high` that NumPy's `randint(0, high, dtype=np.int64)` gives.
   *
   * @param high from 1 to 2³²
   * @internal
   */
  fillBelow(target: Uint32Array, high: number): void {
    // NumPy draws nothing where there is one number alone.
    if (high === 1) target.fill(0);
    else for (let i = 0; i < target.length; i++) target[i] = this.#below(high - 1);
  }

  /** A random whole number from 0 to `max`: numbers of as many bits are drawn until one is not above it. */
  readonly #below = (max: number): number => {
    const mask = 2 ** (32 - Math.clz32(max)) - 1;
    for (;;) {
      // A mask of 32 bits is −1 as an int32.
      const value = (this.#draw() & mask) >>> 0;
      if (value <= max) return value;
    }
  };

  /** The next 32 bits. */
  #draw(): number {
    if (this.#next === WORDS) this.#renew();
    let word = this.#state[this.#next++] ?? 0;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return word ^ (word >>> 18);
  }

  #renew(): void {
    const state = this.#state;
    for (let i = 0; i < WORDS; i++) {
      const [own = 0, next = 0] = [state[i], state[(i + 1) % WORDS]];
      const joined = (own & 0x80000000) | (next & 0x7fffffff);
      const twist = (joined & 1) === 1 ? 0x9908b0df : 0;
      state[i] = (state[(i + OFFSET) % WORDS] ?? 0) ^ (joined >>> 1) ^ twist;
    }
    this.#next = 0;
  }
}

/** From the last entry to the second, each changes places with a random one that is not behind it. */
function shuffled(list: unknown[] | TypedArray, below: (max: number) => number): void {
  const entries = list as unknown[];
  for (let i = entries.length - 1; i > 0; i--) {
    const other = below(i);
    [entries[i], entries[other]] = [entries[other], entries[i]];
  }
}

/** Where memory ends, so that a count is refused before it asks for it. */
const MAX_COUNT = 2 ** 28;

function checkCount(n: number): number {
  return checkNumber('RandomState.permutation', 'n', n, { min: 0, max: MAX_COUNT, integer: true });
}

function requireList<T extends unknown[] | TypedArray>(method: string, list: T): T {
  const isWhole = isReadable(list) || isListOf(list, (entry) => entry !== undefined);
  if (isWhole) return list;
  throw new ValueError(
    `RandomState.${method}: takes a list or a typed array without gaps, got ${describeValue(list)}. The rows of a tensor ` +
      `are shuffled by ops.gather(x, state.permutation(rows)).`,
  );
}

/** Whether a value is a typed array whose buffer was not given away. */
function isReadable(list: unknown): boolean {
  if (!ArrayBuffer.isView(list) || !('length' in list)) return false;
  try {
    (list as Uint8Array).keys();
    return true;
  } catch {
    return false;
  }
}
