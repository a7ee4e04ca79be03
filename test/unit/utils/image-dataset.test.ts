// Folders of pictures. What Keras finds in them, and what the elements are, is in test/fixtures/keras-pictures.json.gz.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tensor } from '../../../src/index.js';
import { layers, memory, models, utils } from '../../../src/index.js';
import { RandomState } from '../../../src/random.js';

interface FolderCase {
  readonly options: {
    readonly labels: 'inferred' | readonly number[] | null;
    readonly shuffle: boolean;
    readonly seed?: number;
    readonly class_names?: readonly string[];
  };
  readonly paths: readonly string[];
  readonly labels: readonly number[] | null;
  readonly class_names: readonly string[] | null;
  readonly 'training-0.3': readonly string[];
  readonly 'validation-0.3': readonly string[];
}

interface ElementCase {
  readonly file: string;
  readonly channels: 1 | 3 | 4;
  readonly interpolation: 'bilinear';
  readonly crop_to_aspect_ratio?: boolean;
  readonly pad_to_aspect_ratio?: boolean;
  readonly expected: string;
}

const fixture = JSON.parse(
  gunzipSync(
    readFileSync(fileURLToPath(new URL('../../fixtures/keras-pictures.json.gz', import.meta.url))),
  ).toString(),
) as {
  readonly files: Readonly<Record<string, string>>;
  readonly folders: {
    readonly files: readonly string[];
    readonly empty: readonly string[];
    readonly cases: readonly FolderCase[];
  };
  readonly elements: readonly ElementCase[];
};

const bytesOf = (file: string): Buffer<ArrayBuffer> =>
  Buffer.from(fixture.files[file] ?? '', 'base64');

let folder = '';
const at = (...names: string[]): string => path.join(folder, ...names);

async function put(name: string, bytes: Uint8Array = bytesOf('2-8.png')): Promise<void> {
  await mkdir(path.dirname(at(name)), { recursive: true });
  await writeFile(at(name), bytes);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lanegrad-pictures-'));
  for (const name of fixture.folders.files) await put(`tree/${name}`);
  for (const name of fixture.folders.empty) await mkdir(at('tree', name));
});
afterAll(() => rm(folder, { recursive: true }));

const quiet = { verbose: false, imageSize: 4 } as const;

describe('the order of NumPy', () => {
  test.each([
    [113, [9, 3, 6, 1, 0, 7, 4, 8, 2, 5]],
    [0, [0]],
    [1, [0, 1]],
    [
      514287737,
      [6, 3, 16, 20, 23, 34, 22, 0, 29, 12, 2, 4, 9, 27, 8, 26, 21, 10, 28, 13, 15, 17, 11, 14, 18, 19, 30, 7, 25, 35, 1, 24, 36, 32, 31, 33, 5], // prettier-ignore
    ],
  ])('seed %d', (seed, expected) => {
    expect(new RandomState(seed).permutation([...expected.keys()])).toEqual(expected);
  });

  test('beyond the numbers that are drawn at a time', () => {
    const expected = [928, 640, 66, 394, 477, 492, 878, 941, 151, 772];
    expect(new RandomState(163768474).permutation([...Array(1000).keys()]).slice(0, 10)).toEqual(
      expected,
    );
  });
});

describe('files come in the order of Keras', () => {
  test.each(fixture.folders.cases)('$options', async (one) => {
    const { labels, shuffle, seed = null, class_names: classNames = null } = one.options;
    const options = { ...quiet, labels, shuffle, seed, classNames };
    const all = await utils.imageDatasetFromDirectory(at('tree'), options);
    const below = (paths: readonly string[]): string[] =>
      paths.map((file) => path.relative(at('tree'), file));
    expect(below(all.filePaths)).toEqual(one.paths);
    expect(all.classNames).toEqual(one.class_names);
    const split = { ...options, validationSplit: 0.3, seed: seed ?? 1 };
    if (shuffle && seed === null) return;
    const [train, test_] = await utils.imageDatasetFromDirectory(at('tree'), {
      ...split,
      subset: 'both',
    });
    expect(below(train.filePaths)).toEqual(one['training-0.3']);
    expect(below(test_.filePaths)).toEqual(one['validation-0.3']);
    const alone = await utils.imageDatasetFromDirectory(at('tree'), {
      ...split,
      subset: 'validation',
    });
    expect(alone.filePaths).toEqual(test_.filePaths);
  });

  test('labels go with their files', async () => {
    for (const one of fixture.folders.cases) {
      if (one.labels === null || !one.options.shuffle) continue;
      const { labels, seed = null } = one.options;
      const options = { ...quiet, labels, seed, batchSize: null };
      // In a pass of its own order: the files are told apart by their labels alone.
      const found: number[] = [];
      for await (const element of await utils.imageDatasetFromDirectory(at('tree'), options)) {
        const [x, y] = element as [Tensor, Tensor];
        found.push(y.item());
        x.dispose();
        y.dispose();
      }
      expect(found.sort()).toEqual([...one.labels].sort());
    }
  });
});

describe('elements', () => {
  test.each(fixture.elements)(
    '$file, $interpolation, cut: $crop_to_aspect_ratio, bordered: $pad_to_aspect_ratio',
    async (one) => {
      await put(`alone/${one.file}`, bytesOf(one.file));
      const files = [new File([bytesOf(one.file)], one.file)];
      const options = {
        ...quiet,
        labels: null,
        imageSize: [12, 20],
        colorMode: ({ 1: 'grayscale', 3: 'rgb', 4: 'rgba' } as const)[one.channels],
        interpolation: one.interpolation,
        cropToAspectRatio: one.crop_to_aspect_ratio ?? false,
        padToAspectRatio: one.pad_to_aspect_ratio ?? false,
      } as const;
      const raw = Uint8Array.from(inflateSync(Buffer.from(one.expected, 'base64')));
      const expected = new Float32Array(raw.buffer);
      for await (const element of await utils.imageDatasetFromDirectory(files, options)) {
        const x = element;
        expect(x.shape).toEqual([1, 12, 20, one.channels]);
        x.data().forEach((value, i) => {
          expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(2e-3);
        });
        x.dispose();
      }
    },
  );

  test('workers give the same numbers as this thread, and nothing is left', async () => {
    const before = memory();
    const sums: number[][] = [];
    for (const workers of [0, 2]) {
      const options = { ...quiet, labels: null, shuffle: false, batchSize: 2, workers } as const;
      const dataset = await utils.imageDatasetFromDirectory(at('tree'), options);
      const seen: number[] = [];
      for await (const element of dataset) {
        const x = element;
        seen.push(...x.data());
        x.dispose();
      }
      dataset.dispose();
      sums.push(seen);
    }
    expect(sums[0]?.length).toBe(9 * 4 * 4 * 3);
    expect(sums[1]).toEqual(sums[0]);
    expect(memory().tensors).toBe(before.tensors);
  });

  test('a pass that ends early leaves nothing', async () => {
    const before = memory();
    const options = { ...quiet, labels: null, batchSize: 2, workers: 2 } as const;
    const dataset = await utils.imageDatasetFromDirectory(at('tree'), options);
    for await (const element of dataset) {
      element.dispose();
      break;
    }
    dataset.dispose();
    expect(memory().tensors).toBe(before.tensors);
  });

  test('labels have the form of their mode', async () => {
    const options = { ...quiet, classNames: ['a', 'b'], batchSize: 6, shuffle: false } as const;
    const labels = [0, 0, 0, 1, 1, 1];
    const expected = {
      int: ['int32', labels],
      binary: ['float32', labels.map((label) => [label])],
      categorical: ['float32', labels.map((label) => [1 - label, label])],
    } as const;
    for (const labelMode of ['int', 'binary', 'categorical'] as const) {
      const dataset = await utils.imageDatasetFromDirectory(at('tree'), { ...options, labelMode });
      for await (const element of dataset) {
        const [x, y] = element;
        expect(x.shape).toEqual([6, 4, 4, 3]);
        expect([y.dtype, y.toArray()]).toEqual(expected[labelMode]);
        x.dispose();
        y.dispose();
      }
    }
  });

  test('a model trains on them, with the channels first too', async () => {
    const first = { ...quiet, dataFormat: 'channels_first', seed: 1 } as const;
    const [train, valid] = await utils.imageDatasetFromDirectory(at('tree'), {
      ...first,
      validationSplit: 0.3,
      subset: 'both',
    });
    const model = new models.Sequential([
      new layers.Rescaling(1 / 255, { inputShape: [3, 4, 4] }),
      new layers.Flatten(),
      new layers.Dense(4, { activation: 'softmax' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy' });
    const history = await model.fit(train, { epochs: 2, verbose: 0, validationData: valid });
    expect(history.history['val_loss']).toHaveLength(2);
  });
});

describe('folders of pages', () => {
  const picked = (name: string): File =>
    Object.defineProperty(
      new File([bytesOf('2-8.png')], path.basename(name)),
      'webkitRelativePath',
      {
        value: `tree/${name}`,
      },
    );
  const [inferred] = fixture.folders.cases;

  test('files that the user picked', async () => {
    const files = fixture.folders.files.map(picked).reverse();
    const dataset = await utils.imageDatasetFromDirectory(files, { ...quiet, shuffle: false });
    expect(dataset.filePaths).toEqual(inferred?.paths);
    expect(dataset.classNames).toEqual(['a', 'b', 'c']);
  });

  test('a handle', async () => {
    const handle = (names: readonly string[], name: string): utils.DirectoryHandle => ({
      kind: 'directory',
      name,
      async *entries() {
        const heads = new Set(names.map((one) => one.split('/')[0] ?? ''));
        for (const head of heads) {
          const inner = names.filter((one) => one.startsWith(`${head}/`));
          const rest = inner.map((one) => one.slice(head.length + 1));
          if (inner.length > 0) yield [head, handle(rest, head)];
          else yield [head, { kind: 'file', name: head, getFile: async () => picked(head) }];
        }
      },
    });
    const options = { ...quiet, shuffle: false, batchSize: 7 } as const;
    const dataset = await utils.imageDatasetFromDirectory(
      handle([...fixture.folders.files].reverse(), 'tree'),
      options,
    );
    expect(dataset.filePaths).toEqual(inferred?.paths);
    for await (const element of dataset) {
      const [x, y] = element;
      expect(y.toArray()).toEqual(inferred?.labels);
      x.dispose();
      y.dispose();
    }
  });
});

describe('what is wrong is named', () => {
  const make = (options: object, where = at('tree')) =>
    utils.imageDatasetFromDirectory(where, { ...quiet, ...options });

  test.each([
    [{ labels: [1, 2] }, '2 numbers, but there are 9 pictures'],
    [{ labels: 'none' }, "'inferred', null or a list"],
    [{ labelMode: 'binary' }, 'needs 2 classes, got 4: a, b, c, empty'],
    [{ labelMode: 'float' }, "'int', 'binary', 'categorical' or null"],
    [{ classNames: ['a', 'q'] }, "'q' of classNames is not a folder"],
    [{ classNames: ['a'], labels: null }, "classNames needs labels: 'inferred'"],
    [{ validationSplit: 0.2 }, 'go together'],
    [{ subset: 'training' }, 'go together'],
    [{ validationSplit: 0.2, subset: 'both' }, 'Give seed, or shuffle: false'],
    [{ validationSplit: 2, subset: 'both', seed: 1 }, 'validationSplit must be'],
    [{ imageSize: [3] }, 'imageSize must be'],
    [{ interpolation: 'area' }, 'interpolation must be'],
    [{ cropToAspectRatio: true, padToAspectRatio: true }, 'only one of'],
    [{ seed: -1 }, 'seed must be'],
    [{ workers: 0.5 }, 'workers must be'],
    [{ picture: 1 }, "unknown option 'picture'"],
  ])('%o', async (options, message) => {
    await expect(make(options)).rejects.toThrow(message);
  });

  test('folders without pictures, or that are none', async () => {
    await expect(make({}, at('tree/empty'))).rejects.toThrow('no pictures in');
    await expect(make({ labels: null }, at('tree/empty'))).rejects.toThrow('no pictures in');
    await expect(make({}, at('nowhere'))).rejects.toThrow('there is no folder');
    await expect(make({}, at('tree/top.png'))).rejects.toThrow('there is no folder');
    await expect(utils.imageDatasetFromDirectory(7 as never)).rejects.toThrow('must be a path');
  });

  test.each([0, 1])('a damaged file, with %d workers', async (workers) => {
    await put('damaged/a/good.png');
    await put('damaged/a/no-picture.jpg', new TextEncoder().encode('<html>not found</html>'));
    const dataset = await make({ workers, shuffle: false, batchSize: 1 }, at('damaged'));
    const read = async (): Promise<void> => {
      for await (const element of dataset) for (const part of element as Tensor[]) part.dispose();
    };
    const before = memory();
    await expect(read()).rejects.toThrow(/no-picture\.jpg: expected a JPEG.*got XML or HTML/);
    await expect(read()).rejects.toBeInstanceOf(Error);
    expect(memory().tensors).toBe(before.tensors);
  });

  test('links to folders are followed on demand, in circles too', async () => {
    await put('links/a/1.png');
    await put('elsewhere/2.png');
    await symlink(at('elsewhere'), at('links/a/more'));
    await symlink(at('links'), at('links/a/circle'));
    await symlink(at('elsewhere/2.png'), at('links/a/file.png'));
    const names = async (followLinks: boolean): Promise<string[]> => {
      const dataset = await make({ followLinks, shuffle: false }, at('links'));
      return dataset.filePaths.map((file) => path.relative(at('links'), file));
    };
    expect(await names(false)).toEqual(['a/1.png', 'a/file.png']);
    const followed = await names(true);
    expect(followed).toContain('a/more/2.png');
    expect(followed.length).toBeLessThan(12);
  });

  test('links that lead to each other in millions of ways are refused', async () => {
    const folders = Array.from({ length: 12 }, (_, i) => `fan/f${i}`);
    for (const folder of folders) await put(`${folder}/x.png`);
    for (const from of folders) {
      for (const [i, to] of folders.entries()) await symlink(at(to), at(`${from}/l${i}`));
    }
    await expect(make({ followLinks: true, labels: null }, at('fan'))).rejects.toThrow(
      /lead to the same folders again and again: more than 65536 files and folders are found twice/,
    );
    expect((await make({ labels: null }, at('fan'))).filePaths.length).toBe(12);
  });
});

test('contents count, not names', async () => {
  await put('wrong/a/really-a.jpg', bytesOf('plain.gif'));
  const dataset = await utils.imageDatasetFromDirectory(at('wrong'), quiet);
  for await (const element of dataset) {
    const [x] = element;
    expect(x.shape).toEqual([1, 4, 4, 3]);
  }
});
