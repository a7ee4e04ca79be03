// What files keep of a vocabulary: `.keras` all of it, `.weights.h5` the weights of its terms alone, and TensorFlow.js's format
// refuses it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FormatError, Input, layers, models, Sequential, ValueError } from '../../../src/index.js';
import { zip } from '../../../src/files/formats/zip.js';
import { unzipAll } from '../formats/unzip-all.js';

const folder = mkdtempSync(join(tmpdir(), 'lanegrad-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Bytes = Uint8Array<ArrayBuffer>;

const texts = ['a good film', 'a bad film', 'good, good', 'dull'];

function withWords(vectorize: layers.TextVectorization | layers.StringLookup): Sequential {
  return new Sequential([
    Input([], { dtype: 'string' }),
    vectorize,
    new layers.Dense(1, { name: 'dense' }),
  ]);
}

async function learned(
  options: ConstructorParameters<typeof layers.TextVectorization>[0],
  from = texts,
): Promise<layers.TextVectorization> {
  const layer = new layers.TextVectorization({ name: 'words', ...options });
  await layer.adapt(from);
  return layer;
}

describe('TensorFlow.js’s format', () => {
  it('refuses a vocabulary that was learned, in a layer, in a graph and in a lookup of numbers', async () => {
    const stack = withWords(await learned({ outputMode: 'multi_hot' }));
    await expect(stack.save(join(folder, 'stack'))).rejects.toThrow(
      /^save: layer 'words' keeps vocabulary\.txt, for which TensorFlow\.js's format has no place\. Save the model as \.keras\./,
    );
    const x = Input([1]);
    const lookup = new layers.IntegerLookup({ name: 'numbers', outputMode: 'one_hot' });
    await lookup.adapt([3, 3, 5]);
    const graph = new models.Model({ inputs: x, outputs: lookup.apply(x) });
    const saving = graph.save(join(folder, 'graph'));
    await expect(saving).rejects.toThrow(ValueError);
    await expect(saving).rejects.toThrow(/'numbers' keeps vocabulary\.txt/);
  });

  it('keeps a vocabulary that was given, since it stands in the config', async () => {
    const vocabulary = ['good', 'bad'];
    const model = withWords(new layers.TextVectorization({ vocabulary, outputMode: 'count' }));
    await model.save(join(folder, 'given'));
    const loaded = await models.loadModel(join(folder, 'given'));
    const [here, there] = [model, loaded].map((one) => one.predict(texts, { verbose: 0 }));
    expect((await there)?.data()).toEqual((await here)?.data());
  });
});

describe('a file of weights', () => {
  it.each(['weights.h5', 'safetensors', 'npz'])(
    'leaves the vocabulary of a layer as it is: .%s',
    async (ending) => {
      const path = join(folder, `w.${ending}`);
      const model = withWords(await learned({ outputMode: 'multi_hot' }));
      await model.saveWeights(path);
      const other = await learned({ outputMode: 'multi_hot' }, ['one two three', 'four five']);
      const words = other.getVocabulary();
      const next = withWords(other);
      await next.loadWeights(path);
      expect(other.getVocabulary()).toEqual(words);
      expect(next.getWeights().map(String)).toEqual(model.getWeights().map(String));
    },
  );
});

// Keras: IndexLookup.load_own_variables takes idf_weights; load_assets, which takes the vocabulary, is not called.
describe('the weights of terms', () => {
  const weighed = (idfWeights: number[], vocabulary = ['good', 'bad']): layers.TextVectorization =>
    new layers.TextVectorization({ name: 'words', vocabulary, idfWeights, outputMode: 'tf_idf' });
  /** A model whose weights do not depend on the vocabulary: it has none. */
  const alone = (words: layers.TextVectorization): Sequential =>
    new Sequential([Input([], { dtype: 'string' }), words, new layers.Rescaling(1)]);
  const counts = async (model: Sequential): Promise<unknown> =>
    (await model.predict(['good bad good odd'], { verbose: 0 })).toArray();

  it.each(['w.weights.h5', 'w.keras'])('are those of %s after loadWeights', async (name) => {
    const path = join(folder, name);
    // What is unknown gets the mean of the weights.
    const source = alone(weighed([2, 4]));
    if (name.endsWith('.keras')) await source.save(path);
    else await source.saveWeights(path);
    const model = alone(weighed([1, 1]));
    expect(await counts(model)).toEqual([[1, 2, 1]]);
    await model.loadWeights(path);
    expect(await counts(model)).toEqual([[3, 4, 4]]);
    // A file of the model keeps what was loaded, though the config has what was given.
    await model.save(join(folder, 'again.keras'));
    const again = await models.loadModel(join(folder, 'again.keras'));
    expect(await counts(again as Sequential)).toEqual([[3, 4, 4]]);
  });

  it.each([
    [{}, [[3, 4, 4]]],
    [{ byName: true }, [[3, 4, 4]]],
  ])('are found with %j', async (options, expected) => {
    const path = join(folder, 'named.weights.h5');
    await withWords(weighed([2, 4])).saveWeights(path);
    const words = weighed([1, 1]);
    await withWords(words).loadWeights(path, options);
    expect(await counts(alone(words))).toEqual(expected);
  });

  it('are refused or left alone if the vocabulary has another length', async () => {
    const path = join(folder, 'long.weights.h5');
    await alone(weighed([2, 4, 6], ['good', 'bad', 'odd'])).saveWeights(path);
    const model = alone(weighed([1, 1]));
    await expect(model.loadWeights(path)).rejects.toThrow(
      /long\.weights\.h5: .*'words'.*: the file has 4 idf_weights, but there are 3 of the vocabulary\./,
    );
    await model.loadWeights(path, { skipMismatch: true });
    expect(await counts(model)).toEqual([[1, 2, 1]]);
  });

  it('survive a file if they came with a vocabulary in place of the one that was given', async () => {
    const words = weighed([2, 4]);
    words.setVocabulary(['odd', 'good'], { idfWeights: [1, 3] });
    const path = join(folder, 'replaced.keras');
    await alone(words).save(path);
    const loaded = await models.loadModel<Sequential>(path);
    expect(await counts(loaded)).toEqual([[2, 1, 6]]);
  });
});

describe('a .keras file from an unknown author', () => {
  /** A file whose vocabularies are what `change` makes of them; undefined: they are left out. */
  async function changed(
    layer: layers.TextVectorization | layers.StringLookup,
    change: (bytes: Bytes) => Bytes | undefined,
  ): Promise<Bytes> {
    let file = new Uint8Array();
    const target = {
      write: (_name: string, bytes: Bytes): void => {
        file = bytes;
      },
    };
    await withWords(layer).save(target, { format: 'keras' });
    const members = (await unzipAll(file)).flatMap(({ name, bytes }) => {
      const content = name.endsWith('vocabulary.txt') ? change(bytes) : bytes;
      return content === undefined ? [] : [{ name, bytes: content }];
    });
    return zip(members);
  }

  const lines = (...terms: string[]): Bytes => new TextEncoder().encode(terms.join('\n'));
  const words = (): Promise<layers.TextVectorization> => learned({ outputMode: 'tf_idf' });
  const lookup = async (): Promise<layers.StringLookup> => {
    const layer = new layers.StringLookup({ name: 'terms', outputMode: 'one_hot' });
    await layer.adapt(['a', 'b']);
    return layer;
  };

  it.each([
    [
      'no vocabulary',
      words,
      (): undefined => undefined,
      /'words'.*lacks its vocabulary, vocabulary\.txt/,
    ],
    [
      'no vocabulary',
      lookup,
      (): undefined => undefined,
      /'terms'.*lacks its vocabulary, vocabulary\.txt/,
    ],
    ['a term twice', lookup, (): Bytes => lines('[UNK]', 'a', 'a'), /'terms'.*'a' occurs twice/],
    [
      'a shorter one',
      lookup,
      (): Bytes => lines('[UNK]', 'a'),
      /'terms'.*has 2 terms, but the config says 3/,
    ],
    [
      'a longer one',
      words,
      (): Bytes => lines('[UNK]', 'a', 'b', 'c', 'd', 'e', 'f', 'g'),
      /'words'.*has 8 terms, but the config says 6/,
    ],
    ['an empty one', lookup, (): Bytes => lines(''), /'terms'.*has 0 terms, but the config says 3/],
    [
      'bytes that are no UTF-8',
      lookup,
      (): Bytes => Uint8Array.of(0x61, 0xff),
      /layers\/string_lookup\/vocabulary\.txt' is not a text in UTF-8/,
    ],
  ] as const)('%s', async (_, make, change, message) => {
    const loading = models.loadModel(await changed(await make(), change));
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(message);
  });

  it('a vocabulary that says to be larger than is read', async () => {
    const bytes = await changed(await lookup(), (text) => text);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    // Of an entry of the directory the method stands at 10 (8: deflated), the size at 24, the name at 46.
    for (let at = 0; at + 46 < bytes.length; at++) {
      if (view.getUint32(at, true) !== 0x02014b50) continue;
      const name = bytes.subarray(at + 46, at + 46 + view.getUint16(at + 28, true));
      if (!new TextDecoder().decode(name).endsWith('.txt')) continue;
      view.setUint16(at + 10, 8, true);
      view.setUint32(at + 24, 2 ** 27 + 1, true);
    }
    const loading = models.loadModel(bytes);
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(
      /layers\/string_lookup\/vocabulary\.txt' of the zip file claims to inflate from 9 to 134217729 bytes/,
    );
  });
});
