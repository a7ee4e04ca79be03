// Folders of texts. How folders are listed, shuffled and split is held against Keras in image-dataset.test.ts.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StringArray, Tensor } from '../../../src/index.js';
import { FormatError, Input, layers, memory, models, utils } from '../../../src/index.js';
import { RandomState } from '../../../src/random.js';

let folder = '';

async function put(name: string, contents: string | Uint8Array): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, contents);
}

const TEXTS = {
  neg: ['a dull film', 'boring', 'a bad end', 'no'],
  pos: ['a good film', 'well played', 'funny', 'yes'],
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lanegrad-texts-'));
  for (const [name, texts] of Object.entries(TEXTS)) {
    for (const [i, text] of texts.entries()) await put(`reviews/${name}/${i}.txt`, text);
  }
  await put('reviews/readme.md', 'no text of a class');
  await put('reviews/pos/notes.md', 'another kind of file');
  await put('odd/a/long.txt', 'aé😀b');
  await put('odd/a/mark.txt', '\ufeffmarked');
  await put('broken/a/latin.txt', Uint8Array.of(0x61, 0xe9, 0x62));
  await mkdir(path.join(folder, 'empty/a'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);
const quiet = { verbose: false } as const;

/** The texts of all elements, with the labels. */
async function read(dataset: utils.TextDataset): Promise<{ texts: string[][]; labels: unknown[] }> {
  const [texts, labels]: [string[][], unknown[]] = [[], []];
  for await (const element of dataset) {
    const [x, y] = [element].flat() as [StringArray, Tensor?];
    texts.push([...x.strings]);
    if (y !== undefined) labels.push(y.toArray());
    y?.dispose();
  }
  return { texts, labels };
}

describe('textDatasetFromDirectory', () => {
  test('gives the texts of the classes in order, in batches, with labels', async () => {
    const before = memory();
    const dataset = await utils.textDatasetFromDirectory(at('reviews'), {
      ...quiet,
      shuffle: false,
      batchSize: 3,
    });
    expect(dataset.classNames).toEqual(['neg', 'pos']);
    expect(dataset.filePaths[4]).toBe(at('reviews/pos/0.txt'));
    const all = [...TEXTS.neg, ...TEXTS.pos];
    const { texts, labels } = await read(dataset);
    expect(texts).toEqual([all.slice(0, 3), all.slice(3, 6), all.slice(6)]);
    expect(labels).toEqual([[0, 0, 0], [0, 1, 1], [1, 1]]); // prettier-ignore
    dataset.dispose();
    expect(memory()).toEqual(before);
  });

  test('gives labels in each mode, or none', async () => {
    const options = { ...quiet, shuffle: false, batchSize: 8 } as const;
    const labelsOf = async (labelMode: utils.TextDatasetOptions['labelMode']): Promise<unknown> =>
      (await read(await utils.textDatasetFromDirectory(at('reviews'), { ...options, labelMode: labelMode ?? null }))).labels; // prettier-ignore
    expect(await labelsOf('binary')).toEqual([[0, 0, 0, 0, 1, 1, 1, 1].map((label) => [label])]);
    expect(await labelsOf('categorical')).toEqual([
      [0, 0, 0, 0, 1, 1, 1, 1].map((label) => [1 - label, label]),
    ]);
    expect(await labelsOf(null)).toEqual([]);
  });

  test('shuffles by the seed as Keras does, and splits into parts that share no file', async () => {
    const [train, test] = await utils.textDatasetFromDirectory(at('reviews'), {
      ...quiet,
      seed: 7,
      validationSplit: 0.25,
      subset: 'both',
    });
    const paths = Object.entries(TEXTS).flatMap(([name, texts]) =>
      texts.map((_, i) => at(`reviews/${name}/${i}.txt`)),
    );
    const expected = new RandomState(7).permutation(paths);
    expect([...train.filePaths, ...test.filePaths]).toEqual(expected);
    expect(test.filePaths).toHaveLength(2);
    const { texts } = await read(train);
    expect(texts.flat()).toHaveLength(6);
  });

  test('cuts texts at maxLength bytes, between characters, and keeps a mark at the beginning', async () => {
    const textsOf = async (maxLength: number | null): Promise<string[]> => {
      const options = { ...quiet, labels: null, shuffle: false, maxLength };
      return (await read(await utils.textDatasetFromDirectory(at('odd'), options))).texts.flat();
    };
    expect(await textsOf(null)).toEqual(['aé😀b', '\ufeffmarked']);
    expect(await textsOf(7)).toEqual(['aé😀', '\ufeffmark']);
    expect(await textsOf(6)).toEqual(['aé', '\ufeffmar']);
  });

  test('takes the files that a user picked, and single texts', async () => {
    const files = Object.entries(TEXTS).flatMap(([name, texts]) =>
      texts.map((text, i) =>
        Object.assign(new File([text], `${i}.txt`), {
          webkitRelativePath: `reviews/${name}/${i}.txt`,
        }),
      ),
    );
    const options = { ...quiet, shuffle: false, batchSize: null };
    const dataset = await utils.textDatasetFromDirectory(files, options);
    const { texts, labels } = await read(dataset);
    expect(texts).toEqual([...TEXTS.neg, ...TEXTS.pos].map((text) => [text]));
    expect(labels).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  test('feeds a model that begins with texts', async () => {
    const dataset = await utils.textDatasetFromDirectory(at('reviews'), { ...quiet, seed: 1 });
    const vectorize = new layers.TextVectorization({ outputMode: 'multi_hot' });
    await vectorize.adapt(dataset);
    expect(vectorize.getVocabulary().slice(0, 3)).toEqual(['[UNK]', 'a', 'film']);
    const model = new models.Sequential([
      Input([], { dtype: 'string' }),
      vectorize,
      new layers.Dense(1, { activation: 'sigmoid' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'binary_crossentropy' });
    const { history } = await model.fit(dataset, { epochs: 2, verbose: 0 });
    expect(history.loss?.[1]).toBeLessThan(history.loss?.[0] ?? 0);
  });

  test('refuses what is not a text, naming the file, and folders without texts', async () => {
    const dataset = await utils.textDatasetFromDirectory(at('broken'), quiet);
    await expect(read(dataset)).rejects.toThrow(FormatError);
    await expect(read(dataset)).rejects.toThrow(/latin\.txt: the text is not UTF-8/);
    const small = await utils.textDatasetFromDirectory(at('odd'), { ...quiet, maxBytes: 3 });
    await expect(read(small)).rejects.toThrow(FormatError);
    await expect(utils.textDatasetFromDirectory(at('empty'), quiet)).rejects.toThrow(
      /no texts in .*Looked for \.txt in the folders of its classes/,
    );
    await expect(utils.textDatasetFromDirectory(at('reviews'), { ...quiet, maxLength: 0 })).rejects.toThrow(/maxLength/); // prettier-ignore
  });
});
