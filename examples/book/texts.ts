// Texts as lists of word numbers, for the notebooks of "Deep Learning with Python" (first edition): film reviews and newswires.
// If there is a file, each is the real set; otherwise it is made up.
import { datasets, random, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { findReviews } from '../film-reviews.js';

/** Texts with a class each. */
export interface LabelledTexts {
  readonly texts: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

/** Texts to train and to test with. */
export interface TextSplits {
  readonly train: LabelledTexts;
  readonly test: LabelledTexts;
  /** Numbers of words are below it. */
  readonly words: number;
  readonly classes: number;
  /** Where the texts come from. */
  readonly source: string;
}

/** Where texts are looked for. */
export interface TextOptions {
  /** Numbers of words are below it. Default 10,000. */
  readonly words?: number;
  /** Whether the set may be downloaded. Default: only files are looked for. */
  readonly download?: boolean;
  /** Whether all of it is made up, whatever files there are. */
  readonly made?: boolean;
}

/** The reviews of IMDB; else the sentences of `film-reviews.ts`; else made ones. */
export async function filmReviews(options: TextOptions = {}): Promise<TextSplits> {
  const { words = 10_000, download = false, made = false } = options;
  if (made) return madeTexts(2);
  try {
    const loaded = await datasets.imdb.loadData({ numWords: words, offline: !download });
    return { ...splitsOf(loaded), words, classes: 2, source: 'reviews of IMDB' };
  } catch {
    console.warn('There is no imdb.npz.');
  }
  try {
    const { positive, negative } = findReviews();
    const sentences = [...positive, ...negative];
    const labels = sentences.map((_, i) => (i < positive.length ? 1 : 0));
    const order = Array.from(new random.RandomState(113).permutation(sentences.length));
    const cut = Math.floor(order.length * 0.8);
    const part = <T>(of: readonly T[], from: number, to: number): T[] =>
      order.slice(from, to).flatMap((i) => of[i] ?? []);
    // The words of the training part alone are known.
    const tokenizer = new utils.Tokenizer({ numWords: words, oovToken: '<unknown>' });
    tokenizer.fitOnTexts(part(sentences, 0, cut));
    const split = (from: number, to: number): LabelledTexts => ({
      texts: tokenizer.textsToSequences(part(sentences, from, to)),
      labels: part(labels, from, to),
    });
    const splits = { train: split(0, cut), test: split(cut, order.length) };
    return { ...splits, words, classes: 2, source: 'sentences of film reviews' };
  } catch (error) {
    console.warn((error as Error).message);
  }
  return madeTexts(2);
}

/** The newswires of Reuters; else made ones. */
export async function newswires(options: TextOptions = {}): Promise<TextSplits> {
  const { words = 10_000, download = false, made = false } = options;
  if (made) return madeTexts(46);
  try {
    const loaded = await datasets.reuters.loadData({ numWords: words, offline: !download });
    return { ...splitsOf(loaded), words, classes: 46, source: 'newswires of Reuters' };
  } catch {
    console.warn('There is no reuters.npz.');
    return madeTexts(46);
  }
}

type Loaded = Awaited<ReturnType<typeof datasets.imdb.loadData>>;

function splitsOf([train, test]: Loaded): Pick<TextSplits, 'train' | 'test'> {
  const part = ([texts, labels]: Loaded[number]): LabelledTexts => ({
    texts,
    labels: Array.from(labels.data()),
  });
  return { train: part(train), test: part(test) };
}

/** Texts of common words, among which a few of the words of their class stand. */
function madeTexts(classes: number): TextSplits {
  const words = 40 + 8 * classes;
  const count = 1000 + 40 * classes;
  const numbers = random.randint([count, 20], 0, 2 ** 30, { seed: 5 }).data();
  const text = (i: number): number[] => {
    const drawn = Array.from(numbers.subarray(i * 20, (i + 1) * 20));
    return drawn.map((number, at) =>
      at % 5 === 0 ? 40 + 8 * (i % classes) + (number % 8) : 3 + (number % 37),
    );
  };
  const part = (from: number, to: number): LabelledTexts => {
    const ids = Array.from({ length: to - from }, (_, i) => from + i);
    return { texts: ids.map(text), labels: ids.map((i) => i % classes) };
  };
  const cut = Math.floor(count * 0.8);
  return { train: part(0, cut), test: part(cut, count), words, classes, source: 'made texts' };
}

/** A row for each text with 1 in the columns of its words, uint8. */
export function multiHot(texts: readonly (readonly number[])[], words: number): Tensor {
  const rows = new Uint8Array(texts.length * words);
  texts.forEach((text, i) => {
    for (const word of text) rows[i * words + word] = 1;
  });
  return tensor(rows, { shape: [texts.length, words] });
}
