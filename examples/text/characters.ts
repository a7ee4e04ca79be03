// A text as numbers, for networks that read and write character by character.
import { tensor, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';

/** A text as whole numbers: each is the position of a character in `alphabet`. */
export interface Characters {
  /** All characters of the text, each once, in the order of their code points. */
  readonly alphabet: readonly string[];
  /** [length], int32: the first 90 % of the text, to train with */
  readonly train: Tensor;
  /** [length], int32: the rest */
  readonly test: Tensor;
}

/** The numbers of all characters of a text. */
export function charactersOf(text: string): Characters {
  const characters = Array.from(text);
  const alphabet = [...new Set(characters)].sort();
  const codes = new Map(alphabet.map((character, code) => [character, code]));
  const all = tensor(
    characters.map((character) => codes.get(character) ?? 0),
    { dtype: 'int32' },
  );
  const end = Math.floor(0.9 * characters.length);
  return { alphabet, train: all.slice([0, end]), test: all.slice([end, characters.length]) };
}

/** The loss on `test` of a model that takes each character to be as frequent as in `train`, and knows nothing else. */
export function lossOfFrequencies({ alphabet, train, test }: Characters): number {
  return tidy(() => {
    const counts = alphabet.map((_, code) => train.equal(code).sum().item());
    // One more of each, so that none is impossible.
    const frequencies = tensor(counts)
      .add(1)
      .div(train.size + alphabet.length);
    return frequencies.log().neg().gather(test).mean().item();
  });
}

/** The loss on `test` of a model that knows how often each character follows each other one in `train`. */
export function lossOfPairs({ alphabet, train, test }: Characters): number {
  const size = alphabet.length;
  const pairs = (codes: Tensor, use: (before: number, after: number) => void): void => {
    const all = codes.data();
    for (let i = 1; i < all.length; i++) use(all[i - 1] ?? 0, all[i] ?? 0);
  };
  // One more of each, so that none is impossible.
  const counts = new Float64Array(size * size).fill(1);
  const totals = new Float64Array(size).fill(size);
  pairs(train, (before, after) => {
    counts[before * size + after] = (counts[before * size + after] ?? 0) + 1;
    totals[before] = (totals[before] ?? 0) + 1;
  });
  let sum = 0;
  pairs(test, (before, after) => {
    sum -= Math.log((counts[before * size + after] ?? 0) / (totals[before] ?? 0));
  });
  return sum / (test.size - 1);
}
