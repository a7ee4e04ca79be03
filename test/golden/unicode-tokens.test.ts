// A thousand lines in many scripts: the tokens are TensorFlow's. test/oracles/fixtures/unicode-tokens.py made them.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { layers } from '../../src/index.js';

interface Fixture {
  readonly source: string;
  readonly texts: readonly string[];
  /** Tokens of each text, by the form of texts; `character` those of the first texts. */
  readonly whitespace: readonly (readonly string[])[];
  readonly lower: readonly (readonly string[])[];
  readonly strip: readonly (readonly string[])[];
  readonly plain: readonly (readonly string[])[];
  readonly character: readonly (readonly string[])[];
}

const file = new URL('../fixtures/text/unicode.json.gz', import.meta.url);
const fixture = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Fixture;

const forms = [
  ['whitespace', {}],
  ['lower', { standardize: 'lower' }],
  ['strip', { standardize: 'strip_punctuation' }],
  ['plain', { standardize: null }],
  ['character', { split: 'character' }],
] as const;

it.each(forms)(`tokens of the form '%s' are those of ${fixture.source}`, (form, options) => {
  const expected = fixture[form];
  const layer = new layers.TextVectorization({
    ...options,
    vocabulary: [...new Set(expected.flat())],
  });
  const words = layer.getVocabulary();
  expected.forEach((tokens, i) => {
    const found = layer.apply([fixture.texts[i] ?? '']).data();
    expect(Array.from(found, (index) => words[index])).toEqual(tokens);
  });
});

it('takes half a surrogate pair as U+FFFD, in vocabularies, texts and hashes', () => {
  const half = String.fromCharCode(0xd83d);
  const layer = new layers.StringLookup({ vocabulary: [`a${half}`] });
  expect([...layer.apply([`a${half}`, 'a\uFFFD', 'a']).data()]).toEqual([1, 1, 0]);
  const [first, second] = new layers.Hashing(1000).apply([half, '\uFFFD']).data();
  expect(first).toBe(second);
});
