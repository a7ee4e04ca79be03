// A text as numbers, for networks that read and write character by character.
import { tensor, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';

/** A text as whole numbers: each is the place of a character in `alphabet`. */
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
