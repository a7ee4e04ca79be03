// Expected values are those of Keras's Tokenizer; test/golden/text-functions.test.ts has more.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { Tokenizer, tokenizerFromJSON } from '../../../src/utils.js';
import type { TokenizerOptions } from '../../../src/utils.js';

const fitted = (texts: readonly (string | readonly string[])[], options?: TokenizerOptions) => {
  const tokenizer = new Tokenizer(options);
  tokenizer.fitOnTexts(texts);
  return tokenizer;
};

/** What Keras's `to_json` gives for the texts of the first test (test/oracles/fixtures/dataset-fixtures.py). */
const KERAS = readFileSync(new URL('../../fixtures/tokenizer.json', import.meta.url), 'utf8');

const first = () => fitted(['The cat sat.', 'The dog sat on the cat.'], { oovToken: '<unknown>' });

describe('Tokenizer', () => {
  it('numbers words by how often they occur, and has a word for unknown ones', () => {
    const tokenizer = first();
    expect(tokenizer.textsToSequences(['the cow sat'])).toEqual([[2, 1, 4]]);
    expect(tokenizer.sequencesToTexts([[2, 3, 99]])).toEqual(['the cat <unknown>']);
  });

  it('leaves out words beyond numWords, takes lists of words, keeps the order of words that are numbers', () => {
    const texts = ['in 1984 the cat', ['In', 'THE', 'End'], '1984 1984'];
    const tokenizer = fitted(texts, { numWords: 4 });
    const words = ['1984', 'in', 'the', 'cat', 'end'];
    expect([...tokenizer.wordIndex.keys()]).toEqual(words);
    expect(tokenizer.textsToSequences(['1984 the end in cat', ['THE']])).toEqual([[1, 3, 2], [3]]);
    expect(tokenizer.sequencesToTexts([[1, 2, 3, 4, 5]])).toEqual(['1984 in the']);
    expect(Object.fromEntries(tokenizer.indexDocs)).toEqual({ 1: 2, 2: 2, 3: 2, 4: 1, 5: 1 });
    const again = tokenizerFromJSON(JSON.stringify(tokenizer));
    expect([...again.wordCounts.keys()]).toEqual([...tokenizer.wordCounts.keys()]);
    tokenizer.fitOnSequences([
      [1, 2],
      [2, 2],
    ]);
    expect(tokenizer.documentCount).toBe(5);
    expect(Object.fromEntries(tokenizer.indexDocs)).toEqual({ 1: 3, 2: 4, 3: 2, 4: 1, 5: 1 });
  });

  it('parts texts by other characters, or by a function', () => {
    const split = fitted(['a b--c!d'], { split: '--', filters: '!' });
    expect([...split.wordIndex.keys()]).toEqual(['a b', 'c', 'd']);
    const analyzed = fitted(['A b|c|A b'], { analyzer: (text) => text.split('|') });
    expect([...analyzed.wordIndex.keys()]).toEqual(['A b', 'c']);
  });

  it('counts sequences without texts where numWords is known', () => {
    const matrix = new Tokenizer({ numWords: 3 }).sequencesToMatrix([[1, 2, 2, 7], []], 'freq');
    expect(matrix.toArray()).toEqual([
      [0, 0.25, 0.5],
      [0, 0, 0],
    ]);
  });

  it('reads and writes the file of Keras', () => {
    const read = tokenizerFromJSON(KERAS);
    expect(read.textsToSequences(['the cow sat'])).toEqual([[2, 1, 4]]);
    expect(read.documentCount).toBe(2);
    const sorted = (text: string): unknown =>
      JSON.parse(text, (_, value: unknown) =>
        typeof value === 'string' && value.startsWith('{') ? (JSON.parse(value) as unknown) : value,
      );
    expect(sorted(JSON.stringify(first()))).toEqual(sorted(KERAS));
    expect(sorted(JSON.stringify(read))).toEqual(sorted(KERAS));
  });

  it('keeps any word in its file', () => {
    const words = ['__proto__', 'constructor', '"', '\\', '{', '}', '\ud800', ',', '日本語'];
    const tokenizer = fitted([words], { lower: false });
    const read = tokenizerFromJSON(JSON.stringify(tokenizer));
    expect([...read.wordIndex]).toEqual([...tokenizer.wordIndex]);
    expect([...read.indexWord]).toEqual([...tokenizer.indexWord]);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a text alone', () => new Tokenizer().fitOnTexts('abc'), /takes a list of texts, got 'abc'/],
    ['numbers', () => new Tokenizer().fitOnTexts([1] as never), /text 0 must be a text or a list/],
    [
      'an empty split',
      () => new Tokenizer({ split: '' }),
      /split must be a text that is not empty/,
    ],
    ['no column', () => new Tokenizer().textsToMatrix(['a']), /Give numWords, or call fitOnTexts/],
    [
      'no counts',
      () => new Tokenizer({ numWords: 2 }).textsToMatrix(['a'], 'tfidf'),
      /'tfidf' needs counts\. Call fitOnTexts/,
    ],
    ['another mode', () => first().textsToMatrix(['a'], 'tf' as 'freq'), /mode must be 'binary'/],
    ['an index below 0', () => first().sequencesToTexts([[-1]]), /an index of sequence 0 must be/],
    [
      'an analyzer that gives a text',
      () => fitted(['a'], { analyzer: (text) => text as never }),
      /analyzer must return a list of words, got 'a'/,
    ],
    ['a text that is no JSON', () => tokenizerFromJSON('{'), /'\{' is no JSON/],
    ['a file without config', () => tokenizerFromJSON('[]'), /it has no config/],
    [
      'a config that lacks something',
      () => tokenizerFromJSON('{"config": {}}'),
      /has no num_words/,
    ],
    [
      'counts that are none',
      () => tokenizerFromJSON(KERAS.replace('{\\"the\\": 3', '{\\"the\\": [3]')),
      /word_counts is .*, no flat object of JSON/,
    ],
    ['an option of a wrong type', () => tokenizerFromJSON(KERAS.replace('"lower": true', '"lower": 1')), /lower must be true/], // prettier-ignore
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(ValueError);
    expect(call).toThrow(message);
  });
});
