import { log } from '../../config/elementary.js';
import { describeValue } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkFunction,
  checkLength,
  checkNumber,
  checkOptions,
  checkText,
  COPY,
  isListOf,
  oneOf,
  showAs,
} from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { requireRoom, tensor } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { readTokenizer, tokenizerConfig } from './tokenizer-config.js';
import type { TokenizerConfig, TokenizerCounts, TokenizerOptions } from './tokenizer-config.js';

/** How `textsToMatrix` and `sequencesToMatrix` count. */
export type TokenizerMode = 'binary' | 'count' | 'tfidf' | 'freq';

const MODES = ['binary', 'count', 'tfidf', 'freq'] as const;

const FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';

const OPTIONS: readonly (keyof TokenizerOptions)[] = [
  'numWords',
  'filters',
  'lower',
  'split',
  'charLevel',
  'oovToken',
  'analyzer',
];

/** A text, or its words. */
export type TokenizerText = string | readonly string[];

/**
 * Numbers words by frequency, from 1 for the most frequent word, like Keras's legacy `Tokenizer`: for programs that use it
 * and for its files (`tokenizerFromJSON`).
 *
 * @example
 * const tokenizer = new utils.Tokenizer({ oovToken: '<unknown>' });
 * tokenizer.fitOnTexts(['The cat sat.', 'The dog sat on the cat.']);
 * tokenizer.textsToSequences(['the cow sat']); // [[2, 1, 4]]
 */
export class Tokenizer {
  /** The number below which indices are known; null: all are known. */
  readonly numWords: number | null;
  /** Characters that separate words. */
  readonly filters: string;
  /** Whether letters are converted to lower case. */
  readonly lower: boolean;
  /** The separator of words. */
  readonly split: string;
  /** Whether each character is a word. */
  readonly charLevel: boolean;
  /** The word that replaces unknown words; null: none. */
  readonly oovToken: string | null;
  /** The function that splits texts instead of the other options; null if there is none. */
  readonly analyzer: ((text: string) => readonly string[]) | null;
  readonly #counts: TokenizerCounts;

  constructor(options: TokenizerOptions = {}) {
    const owner = 'Tokenizer';
    checkOptions(owner, options, OPTIONS);
    const { numWords, oovToken, analyzer, filters = FILTERS } = options;
    const { lower = true, split = ' ', charLevel = false } = options;
    this.numWords = isNothing(numWords) ? null : checkLength(owner, 'numWords', numWords);
    if (typeof filters !== 'string') {
      throw new ValueError(`${owner}: filters must be a text, got ${describeValue(filters)}.`);
    }
    this.filters = filters;
    this.lower = checkBoolean(owner, 'lower', lower);
    this.split = checkText(owner, 'split', split);
    this.charLevel = checkBoolean(owner, 'charLevel', charLevel);
    this.oovToken = isNothing(oovToken) ? null : checkText(owner, 'oovToken', oovToken);
    this.analyzer = isNothing(analyzer) ? null : checkFunction(owner, 'analyzer', analyzer);
    this.#counts = noCounts();
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /** The number of texts that have been counted. */
  get documentCount(): number {
    return this.#counts.documentCount;
  }

  /** How often each word occurred, in the order in which words were first seen. */
  get wordCounts(): ReadonlyMap<string, number> {
    return this.#counts.wordCounts;
  }

  /** In how many texts each word occurred. */
  get wordDocs(): ReadonlyMap<string, number> {
    return this.#counts.wordDocs;
  }

  /** In how many texts each index occurred. */
  get indexDocs(): ReadonlyMap<number, number> {
    return this.#counts.indexDocs;
  }

  /** The index of each word, from 1. */
  get wordIndex(): ReadonlyMap<string, number> {
    return this.#counts.wordIndex;
  }

  /** The word of each index. */
  get indexWord(): ReadonlyMap<number, string> {
    return this.#counts.indexWord;
  }

  /**
   * Counts the words of texts, in addition to earlier counts, and numbers all words by frequency. A text may also be a list of words.
   *
   * @throws ValueError for anything but a list of texts.
   */
  fitOnTexts(texts: Iterable<TokenizerText>): void {
    const counts = this.#counts;
    for (const text of textsOf('fitOnTexts', texts)) {
      counts.documentCount++;
      const words = this.#wordsOf(text);
      for (const word of words) increase(counts.wordCounts, word);
      for (const word of new Set(words)) increase(counts.wordDocs, word);
    }
    const frequent = [...counts.wordCounts].sort(([, a], [, b]) => b - a).map(([word]) => word);
    const words = this.oovToken === null ? frequent : [this.oovToken, ...frequent];
    counts.wordIndex = new Map(words.map((word, i) => [word, i + 1]));
    counts.indexWord = new Map(Array.from(counts.wordIndex, ([word, index]) => [index, word]));
    for (const [word, count] of counts.wordDocs) {
      counts.indexDocs.set(counts.wordIndex.get(word) ?? 0, count);
    }
  }

  /**
   * Counts in how many sequences each index occurs, for the mode `'tfidf'` without texts.
   *
   * @throws ValueError for anything but a list of lists of indices.
   */
  fitOnSequences(sequences: Iterable<readonly number[]>): void {
    for (const sequence of sequencesOf('fitOnSequences', sequences)) {
      this.#counts.documentCount++;
      for (const index of new Set(sequence)) increase(this.#counts.indexDocs, index);
    }
  }

  /**
   * The indices of the words of each text. A word that is unknown, or whose index is not below `numWords`, is left out or gets
   * the index of `oovToken`.
   *
   * @throws ValueError for anything but a list of texts.
   */
  textsToSequences(texts: Iterable<TokenizerText>): number[][] {
    const { wordIndex } = this.#counts;
    return textsOf('textsToSequences', texts).map((text) =>
      this.#known(
        this.#wordsOf(text).map((word) => wordIndex.get(word)),
        (index) => index,
      ),
    );
  }

  /**
   * The words of each sequence of indices, separated by spaces. An unknown index is left out or becomes `oovToken`.
   *
   * @throws ValueError for anything but a list of lists of indices.
   */
  sequencesToTexts(sequences: Iterable<readonly number[]>): string[] {
    const { indexWord } = this.#counts;
    return sequencesOf('sequencesToTexts', sequences).map((sequence) =>
      this.#known(
        sequence.map((index) => (indexWord.has(index) ? index : undefined)),
        (index) => indexWord.get(index) ?? '',
      ).join(' '),
    );
  }

  /**
   * A row for each text, a column for each index below `numWords`, float32; column 0 stays empty. `'binary'`: 1 for a word that
   * occurs; `'count'`: how often; `'freq'`: that ÷ words of the text; `'tfidf'`: (1 + ln count) · ln(1 + texts ÷ (1 + texts
   * with the word)).
   *
   * @throws ValueError before `fitOnTexts`, and for an unknown mode.
   */
  textsToMatrix(texts: Iterable<TokenizerText>, mode: TokenizerMode = 'binary'): Tensor {
    return this.sequencesToMatrix(this.textsToSequences(texts), mode);
  }

  /**
   * Like `textsToMatrix`, for sequences of indices. Indices that are not below the number of columns are left out.
   *
   * @throws ValueError if the number of columns is unknown, and for an unknown mode.
   */
  sequencesToMatrix(
    sequences: Iterable<readonly number[]>,
    mode: TokenizerMode = 'binary',
  ): Tensor {
    const owner = 'Tokenizer.sequencesToMatrix';
    const way = oneOf(owner, 'mode', mode, MODES);
    const rows = sequencesOf('sequencesToMatrix', sequences);
    const { wordIndex, documentCount, indexDocs } = this.#counts;
    const columns = this.numWords ?? (wordIndex.size > 0 ? wordIndex.size + 1 : undefined);
    if (columns === undefined) {
      throw new ValueError(
        `${owner}: the number of columns is unknown. Give numWords, or call fitOnTexts before.`,
      );
    }
    if (way === 'tfidf' && documentCount === 0) {
      throw new ValueError(`${owner}: mode 'tfidf' needs counts. Call fitOnTexts before.`);
    }
    requireRoom([rows.length, columns], 'float32', owner);
    const matrix = new Float32Array(rows.length * columns);
    const ways: Record<TokenizerMode, (count: number, index: number, length: number) => number> = {
      binary: () => 1,
      count: (count) => count,
      freq: (count, _, length) => count / length,
      tfidf: (count, index) => {
        const documents = 1 + (indexDocs.get(index) ?? 0);
        return (1 + log(count)) * log(1 + documentCount / documents);
      },
    };
    rows.forEach((row, i) => {
      const counts = new Map<number, number>();
      for (const index of row) if (index < columns) increase(counts, index);
      for (const [index, count] of counts) {
        matrix[i * columns + index] = ways[way](count, index, row.length);
      }
    });
    return tensor(matrix, { shape: [rows.length, columns] });
  }

  /** The config that Keras's `get_config` returns: options, and counts as JSON text. */
  getConfig(): TokenizerConfig {
    return tokenizerConfig(this, this.#counts);
  }

  /**
   * The data for `JSON.stringify(tokenizer)`, which writes the same text as Keras's `to_json`.
   */
  toJSON(): { readonly class_name: string; readonly config: TokenizerConfig } {
    return { class_name: 'Tokenizer', config: this.getConfig() };
  }

  /** @internal */
  static fromCounts(options: TokenizerOptions, counts: TokenizerCounts): Tokenizer {
    const tokenizer = new Tokenizer(options);
    Object.assign(tokenizer.#counts, counts);
    return tokenizer;
  }

  #wordsOf(text: TokenizerText): readonly string[] {
    if (typeof text !== 'string') {
      return this.lower ? text.map((word) => word.toLowerCase()) : text;
    }
    if (this.charLevel) return Array.from(this.lower ? text.toLowerCase() : text);
    if (this.analyzer !== null) {
      const words: unknown = this.analyzer(text);
      if (isListOf(words, isText)) return words;
      throw new ValueError(
        `Tokenizer: analyzer must return a list of words, got ${describeValue(words)}.`,
      );
    }
    const separators = new Set(this.filters);
    let rest = '';
    for (const character of this.lower ? text.toLowerCase() : text) {
      rest += separators.has(character) ? this.split : character;
    }
    return rest.split(this.split).filter((word) => word !== '');
  }

  /** What is made of indices that are known; of others what is made of that of `oovToken`, or nothing. */
  #known<T>(indices: readonly (number | undefined)[], make: (index: number) => T): T[] {
    const { wordIndex } = this.#counts;
    const unknown = this.oovToken === null ? undefined : wordIndex.get(this.oovToken);
    return indices.flatMap((index) => {
      const isKnown = index !== undefined && index < (this.numWords ?? Infinity);
      const given = isKnown ? index : unknown;
      return given === undefined ? [] : [make(given)];
    });
  }
}

showAs(Tokenizer, ({ wordIndex }) => `<Tokenizer words=${wordIndex.size}>`);

const noCounts = (): TokenizerCounts => ({
  documentCount: 0,
  wordCounts: new Map(),
  wordDocs: new Map(),
  indexDocs: new Map(),
  wordIndex: new Map(),
  indexWord: new Map(),
});

/**
 * Creates a tokenizer from the text that Keras's `to_json` or `JSON.stringify` wrote. Keras: `tokenizer_from_json`.
 *
 * @param text the JSON
 * @throws ValueError for any other text.
 * @example const tokenizer = utils.tokenizerFromJSON(JSON.stringify(new utils.Tokenizer()));
 */
export function tokenizerFromJSON(text: string): Tokenizer {
  const { options, counts } = readTokenizer(text);
  return Tokenizer.fromCounts(options, counts);
}

const isNothing = (value: unknown): value is null | undefined =>
  value === null || value === undefined;

const isText = (value: unknown): value is string => typeof value === 'string';

function increase<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function textsOf(method: string, texts: unknown): readonly TokenizerText[] {
  const list = listOf(method, texts, 'texts');
  list.forEach((text, i) => {
    if (isText(text) || isListOf(text, isText)) return;
    throw new ValueError(
      `Tokenizer.${method}: text ${i} must be a text or a list of words, got ${describeValue(text)}.`,
    );
  });
  return list as readonly TokenizerText[];
}

function sequencesOf(method: string, sequences: unknown): readonly (readonly number[])[] {
  const owner = `Tokenizer.${method}`;
  return listOf(method, sequences, 'sequences of indices').map((sequence, i) => {
    if (!isListOf(sequence, (index) => index !== undefined)) {
      throw new ValueError(
        `${owner}: sequence ${i} must be a list of indices, got ${describeValue(sequence)}.`,
      );
    }
    const range = { min: 0, max: 2 ** 31 - 1, integer: true };
    return sequence.map((index) => checkNumber(owner, `an index of sequence ${i}`, index, range));
  });
}

/** The entries of a list, or of what else can be iterated; a text is one text, not its characters. */
function listOf(method: string, given: unknown, what: string): readonly unknown[] {
  const isIterable = typeof given === 'object' && given !== null && Symbol.iterator in given;
  if (isIterable && !ArrayBuffer.isView(given)) return Array.from(given as Iterable<unknown>);
  throw new ValueError(
    `Tokenizer.${method}: takes a list of ${what}, got ${describeValue(given)}.`,
  );
}
