import { describeValue } from '../../config/describe-value.js';
import { isPlainObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';

/** Options of `Tokenizer`. */
export interface TokenizerOptions {
  /** Only words whose index is below this number are known. Default: all words are known. */
  readonly numWords?: number | null;
  /** Characters that separate words, like `split`. Default: ASCII punctuation without the apostrophe, tabs and line feeds. */
  readonly filters?: string;
  /** Whether to convert letters to lower case. Default true. */
  readonly lower?: boolean;
  /** The separator of words. Default: a space. */
  readonly split?: string;
  /** Whether each character is a word. Default false. */
  readonly charLevel?: boolean;
  /** The word that stands for unknown words, with index 1. Default: unknown words are left out. */
  readonly oovToken?: string | null;
  /** A function that splits a text into words, instead of `filters`, `lower` and `split`. It is not saved in the config. */
  readonly analyzer?: ((text: string) => readonly string[]) | null;
}

/** What a tokenizer has counted. */
export interface TokenizerCounts {
  documentCount: number;
  wordCounts: Map<string, number>;
  wordDocs: Map<string, number>;
  indexDocs: Map<number, number>;
  wordIndex: Map<string, number>;
  indexWord: Map<number, string>;
}

/** Keras's config of a tokenizer: options, and counts as JSON text. */
export interface TokenizerConfig {
  /** The number below which indices are known; null: all are known. */
  readonly num_words: number | null;
  /** Characters that separate words. */
  readonly filters: string;
  /** Whether letters are converted to lower case. */
  readonly lower: boolean;
  /** The separator of words. */
  readonly split: string;
  /** Whether each character is a word. */
  readonly char_level: boolean;
  /** The word that replaces unknown words; null: none. */
  readonly oov_token: string | null;
  /** Number of texts that were counted. */
  readonly document_count: number;
  /** JSON: how often each word occurred. */
  readonly word_counts: string;
  /** JSON: in how many texts each word occurred. */
  readonly word_docs: string;
  /** JSON: in how many texts each index occurred. */
  readonly index_docs: string;
  /** JSON: the word of each index. */
  readonly index_word: string;
  /** JSON: the index of each word. */
  readonly word_index: string;
}

/** The config of a tokenizer with these options and counts. */
export function tokenizerConfig(
  options: Required<Omit<TokenizerOptions, 'analyzer'>>,
  counts: TokenizerCounts,
): TokenizerConfig {
  const { numWords, filters, lower, split, charLevel, oovToken } = options;
  return {
    num_words: numWords,
    filters,
    lower,
    split,
    char_level: charLevel,
    oov_token: oovToken,
    document_count: counts.documentCount,
    word_counts: textOf(counts.wordCounts),
    word_docs: textOf(counts.wordDocs),
    index_docs: textOf(counts.indexDocs),
    index_word: textOf(counts.indexWord),
    word_index: textOf(counts.wordIndex),
  };
}

/** A map as an object of JSON, in its order: an object of JavaScript would bring words such as '1984' to the front. */
function textOf(map: ReadonlyMap<string | number, string | number>): string {
  const entries = Array.from(map, ([key, value]) => {
    return `${JSON.stringify(String(key))}: ${JSON.stringify(value)}`;
  });
  return `{${entries.join(', ')}}`;
}

const KEYS = [
  'num_words',
  'filters',
  'lower',
  'split',
  'char_level',
  'oov_token',
  'document_count',
  'word_counts',
  'word_docs',
  'index_docs',
  'index_word',
  'word_index',
] as const satisfies readonly (keyof TokenizerConfig)[];

/**
 * The contents of a tokenizer's JSON text.
 *
 * @throws ValueError for any other text.
 */
export function readTokenizer(text: string): {
  readonly options: TokenizerOptions;
  readonly counts: TokenizerCounts;
} {
  if (typeof text !== 'string') throw noTokenizer(`got ${describeValue(text)}`);
  const config = configOf(text);
  const missing = KEYS.find((key) => !Object.hasOwn(config, key));
  if (missing !== undefined) throw noTokenizer(`its config has no ${missing}`);
  const surplus = Object.keys(config).find((key) => !(KEYS as readonly string[]).includes(key));
  if (surplus !== undefined) throw noTokenizer(`its config has ${describeValue(surplus)}`);
  return {
    // The constructor checks them.
    options: {
      numWords: config['num_words'],
      filters: config['filters'],
      lower: config['lower'],
      split: config['split'],
      charLevel: config['char_level'],
      oovToken: config['oov_token'],
    } as TokenizerOptions,
    counts: {
      documentCount: whole('document_count', config['document_count']),
      wordCounts: countsOf(config, 'word_counts'),
      wordDocs: countsOf(config, 'word_docs'),
      indexDocs: byIndex('index_docs', countsOf(config, 'index_docs')),
      wordIndex: countsOf(config, 'word_index'),
      indexWord: byIndex('index_word', wordsOf(config, 'index_word')),
    },
  };
}

function noTokenizer(reason: string): ValueError {
  return new ValueError(
    `tokenizerFromJSON: expected the text that to_json of Keras's Tokenizer or JSON.stringify wrote, but ${reason}.`,
  );
}

function configOf(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw noTokenizer(`${describeValue(text)} is no JSON`);
  }
  const config = isPlainObject(parsed) ? parsed['config'] : undefined;
  if (isPlainObject(config)) return config;
  throw noTokenizer(`it has no config: ${describeValue(parsed)}`);
}

// A member of a flat object: "text": number or "number": "text".
const MEMBER = /\s*("[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*(\d+|"[^"\\]*(?:\\.[^"\\]*)*")\s*(,|\}\s*$)/y;

/** The members of a flat object of JSON in the order of the text. */
function membersOf(config: Readonly<Record<string, unknown>>, key: string): [string, unknown][] {
  const text = config[key];
  if (typeof text !== 'string') throw noTokenizer(`${key} is ${describeValue(text)}, not a text`);
  if (/^\s*\{\s*\}\s*$/.test(text)) return [];
  const members: [string, unknown][] = [];
  const wrong = noTokenizer(`${key} is ${describeValue(text)}, no flat object of JSON`);
  MEMBER.lastIndex = text.indexOf('{') + 1;
  for (let end: string | undefined = ','; end === ',';) {
    const found = MEMBER.exec(text);
    if (found === null) throw wrong;
    const [, name = '', value = ''] = found;
    try {
      members.push([JSON.parse(name) as string, JSON.parse(value) as unknown]);
    } catch {
      throw wrong;
    }
    end = found[3];
  }
  return members;
}

function countsOf(config: Readonly<Record<string, unknown>>, key: string): Map<string, number> {
  return new Map(membersOf(config, key).map(([word, count]) => [word, whole(key, count)]));
}

function wordsOf(config: Readonly<Record<string, unknown>>, key: string): Map<string, string> {
  return new Map(
    membersOf(config, key).map(([index, word]) => {
      if (typeof word === 'string') return [index, word];
      throw noTokenizer(`${key} has ${describeValue(word)} in place of a word`);
    }),
  );
}

function byIndex<T>(key: string, members: ReadonlyMap<string, T>): Map<number, T> {
  return new Map(Array.from(members, ([index, value]) => [whole(key, Number(index)), value]));
}

function whole(key: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw noTokenizer(`${key} has ${describeValue(value)} in place of a whole number`);
}
