// What layers of text refuse, and how they learn from data sets. Their numbers are in test/golden/text.test.ts.
import { describe, expect, it } from 'vitest';
import {
  data,
  DTypeError,
  FormatError,
  Input,
  layers,
  models,
  tensor,
  ValueError,
} from '../../../src/index.js';
import { hashedUnit, hashOf } from '../../../src/nn/layers/preprocessing/token-table.js';

const unitsOf = (text: string): Uint16Array => Uint16Array.from(text, (unit) => unit.charCodeAt(0));

/**
 * 2 ** `count` terms of one length and one hash. Of two pairs of units with states that agree in the upper half, a third unit
 * makes the states equal; so each block of three has two forms.
 */
function termsOfOneHash(count: number): string[] {
  // Hanzi: neither blanks nor halves of surrogate pairs.
  const isPlain = (unit: number): boolean => unit >= 0x4e00 && unit < 0x9f00;
  let terms = [''];
  let state = 0;
  for (let block = 0; block < count; block++) {
    const seen = new Map<number, { readonly pair: number[]; readonly after: number }>();
    const forms: string[] = [];
    for (let i = 0; forms.length === 0; i++) {
      const pair = [0x4e00 + (i % 0x5000), 0x4e00 + block];
      const after = pair.reduce(hashedUnit, state);
      const other = seen.get(after >>> 16);
      const third = 0x5a5a;
      const last = other === undefined ? 0 : third ^ ((after ^ other.after) & 0xffff);
      if (other === undefined) seen.set(after >>> 16, { pair, after });
      else if (isPlain(last)) {
        forms.push(String.fromCharCode(...other.pair, third), String.fromCharCode(...pair, last));
        state = hashedUnit(after, last);
      }
    }
    terms = terms.flatMap((term) => forms.map((form) => term + form));
  }
  return terms;
}

const texts = ['a good film', 'a bad film', 'good, good', 'dull'];

describe('TextVectorization', () => {
  it('learns the same from a list, a generator of batches and a data set of samples with labels', async () => {
    const learned = async (
      from: Parameters<layers.TextVectorization['adapt']>[0],
    ): Promise<string[]> => {
      const layer = new layers.TextVectorization();
      await layer.adapt(from);
      return layer.getVocabulary();
    };
    const expected = ['', '[UNK]', 'good', 'film', 'a', 'dull', 'bad'];
    expect(await learned(texts)).toEqual(expected);
    expect(await learned([texts.slice(0, 2), texts.slice(2)].values())).toEqual(expected);
    expect(await learned(data.Dataset.fromTensors(texts, tensor([1, 0, 1, 0])).batch(3))).toEqual(
      expected,
    );
  });

  it('refuses calls before adapt, strings in place of numbers and numbers in place of strings', () => {
    const layer = new layers.TextVectorization();
    expect(() => layer.apply(texts)).toThrow(/has no vocabulary yet\. Call adapt/);
    expect(() => layer.apply([1, 2] as never)).toThrow(DTypeError);
    const x = Input([], { dtype: 'string' });
    expect(() => new layers.Dense(1).apply(x)).toThrow(
      /Layers that read strings are TextVectorization/,
    );
    expect(() => layer.apply(Input([1]))).toThrow(
      /reads strings, got a symbolic tensor of float32/,
    );
    expect(() => new layers.TextVectorization({ ragged: true as never })).toThrow(
      /no ragged tensors here/,
    );
  });

  it('calls functions for the form and for the tokens of a text', async () => {
    const layer = new layers.TextVectorization({
      standardize: (text) => text.toUpperCase(),
      split: (text) => text.split(','),
    });
    await layer.adapt(['a b,c', 'c']);
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'C', 'A B']);
  });
});

describe('vocabularies', () => {
  it('refuse terms that stand there twice, special terms in wrong places, and unknown terms without an index', () => {
    const make = (vocabulary: string[], options = {}) =>
      new layers.StringLookup({ vocabulary, ...options });
    expect(() => make(['a', 'b', 'a'])).toThrow(
      /'a' occurs twice in the vocabulary, the second time at index 2/,
    );
    expect(() => make(['a', ''], { maskToken: '' })).toThrow(
      /stands for what is masked, but is at index 1/,
    );
    expect(() => make([])).toThrow(/the vocabulary is empty/);
    expect(() => make(['a'], { numOovIndices: 0 }).apply(['b'])).toThrow(
      /'b' is not in the vocabulary/,
    );
  });

  it.each([
    [{ padToMaxTokens: true }, /padToMaxTokens needs maxTokens/],
    [{ invert: true, outputMode: 'multi_hot' }, /with invert, outputMode must be 'int'/],
    [{ idfWeights: [1] }, /idfWeights go with .* got outputMode 'int'/],
    [{ vocabulary: null, idfWeights: [1], outputMode: 'tf_idf' }, /got no vocabulary/],
  ] as const)('refuse options that do not go together: %j', (options, message) => {
    const make = (): unknown => new layers.StringLookup({ vocabulary: ['a'], ...options });
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });

  it('come from files of lines', async () => {
    const layer = new layers.StringLookup();
    await layer.loadVocabulary(new TextEncoder().encode('a\r\nb\nc\n'));
    expect(layer.getVocabulary()).toEqual(['[UNK]', 'a', 'b', 'c']);
    await expect(layer.loadVocabulary(Uint8Array.of(0xff, 0xfe))).rejects.toThrow(FormatError);
    const numbers = new layers.IntegerLookup();
    await expect(numbers.loadVocabulary(new TextEncoder().encode('1\nx'))).rejects.toThrow(
      /line 2/,
    );
  });

  it('learn no numbers that are not finite', async () => {
    const layer = new layers.IntegerLookup();
    await expect(layer.adapt([3, NaN])).rejects.toThrow(/adapt takes whole numbers, got NaN/);
    await expect(layer.adapt(tensor([Infinity]))).rejects.toThrow(ValueError);
  });

  it('find terms that were made to have one hash', async () => {
    const vocabulary = termsOfOneHash(9);
    const hashes = vocabulary.map((term) => hashOf(unitsOf(term), 0, term.length));
    expect(new Set(vocabulary).size).toBe(512);
    expect(new Set(hashes).size).toBe(1);
    const expected = vocabulary.map((_, i) => i + 1);
    const given = new layers.StringLookup({ vocabulary });
    expect([...given.apply(vocabulary).data()]).toEqual(expected);
    const learned = new layers.TextVectorization({ standardize: null });
    await learned.adapt(vocabulary);
    const found = learned.apply(learned.getVocabulary().slice(2)).data();
    expect([...found]).toEqual(expected.map((index) => index + 1));
  });

  it('survive a file when a term holds a line break', async () => {
    const lookup = new layers.StringLookup();
    await lookup.adapt(['a\u2028b', 'c']);
    const model = new models.Sequential([
      Input([], { dtype: 'string' }),
      lookup,
      new layers.Embedding(4, 2),
    ]);
    let bytes = new Uint8Array();
    await model.save({ write: (_: string, given: Uint8Array<ArrayBuffer>) => { bytes = given; } }, { format: 'keras' }); // prettier-ignore
    const loaded = await models.loadModel(bytes);
    expect((loaded.layers.at(-2) as layers.StringLookup).getVocabulary()).toEqual(
      lookup.getVocabulary(),
    );
  });
});

it('targets are not strings', async () => {
  const model = new models.Sequential([new layers.Dense(1, { inputShape: [1] })]);
  model.compile({ loss: 'mse' });
  await expect(model.fit([[1]], ['a'] as never, { verbose: 0 })).rejects.toThrow(ValueError);
});
