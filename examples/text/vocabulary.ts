import { tensor } from 'lanegrad';
import type { Tensor } from 'lanegrad';

/** Numbers of words. 0 is for the positions after the end of a text, 1 for all unknown words. */
export class Vocabulary {
  readonly #words: string[] = ['', '[unknown]'];
  readonly #numbers = new Map<string, number>();

  /** Takes the words that come at least so often in the texts, in the order in which they first come. */
  constructor(texts: readonly (readonly string[])[], leastCount = 1) {
    const counts = new Map<string, number>();
    for (const word of texts.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const [word, count] of counts) {
      if (count >= leastCount) this.#numbers.set(word, this.#words.push(word) - 1);
    }
  }

  /** How many numbers there are. */
  get size(): number {
    return this.#words.length;
  }

  /** The number of a word. */
  numberOf(word: string): number {
    return this.#numbers.get(word) ?? 1;
  }

  /** The word of a number. */
  wordOf(number: number): string {
    return this.#words[number] ?? '';
  }

  /** The numbers of the first words of each text, int32 [texts, length]. By default the longest text fits. */
  encode(
    texts: readonly (readonly string[])[],
    length = Math.max(...texts.map((words) => words.length)),
  ): Tensor {
    const rows = texts.map((words) =>
      Array.from({ length }, (_, i) => {
        const word = words[i];
        return word === undefined ? 0 : this.numberOf(word);
      }),
    );
    return tensor(rows, { dtype: 'int32' });
  }
}
