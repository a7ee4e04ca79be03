// Data sets in Keras's files against what Keras makes of them: small files of the same forms (test/oracles/fixtures/dataset-fixtures.py).
import { readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { camelCase } from '../../../src/config/index.js';
import * as datasets from '../../../src/datasets.js';
import { contentsOf, md5, verifiedContents } from '../../../src/extras/datasets/dataset-files.js';
import { loadFiles } from '../../../src/extras/datasets/load-files.js';
import { IMDB, IMDB_WORDS } from '../../../src/extras/datasets/keras-files.js';
import { DatasetError, FormatError, LanegradError, ValueError } from '../../../src/errors.js';
import { tarMembers } from '../../../src/files/formats/tar.js';
import { encodeNpz } from '../../../src/files/formats/npz.js';
import { zip } from '../../../src/files/formats/zip.js';
import { memory, Tensor } from '../../../src/engine/tensor/index.js';
import { padSequences } from '../../../src/utils.js';
import { expectClose } from '../../golden/cases.js';
import type { GoldenArray } from '../../golden/cases.js';
import { startServer } from '../locations/http-server.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

const directory = fileURLToPath(new URL('../../fixtures/datasets/', import.meta.url));

interface KerasCall {
  readonly dataset: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** x and y to train with, x and y to test with. Of images the first numbers, and the sum of all by position. */
  readonly parts: readonly (GoldenArray & { readonly sum?: number })[];
}

const calls = JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8')) as KerasCall[];

type Load = (options: object) => Promise<[[unknown, Tensor], [unknown, Tensor]]>;

const loaderOf = (name: string): Load => {
  const { loadData } = (datasets as unknown as Record<string, { readonly loadData: Load }>)[
    camelCase(name)
  ] ?? { loadData: () => Promise.reject(new Error(name)) };
  return loadData;
};

beforeEach(async () => {
  vi.stubEnv('LANEGRAD_DATA_DIR', '');
  vi.stubEnv('LANEGRAD_CACHE_DIR', join(await temporaryFolder(), 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("data sets in Keras's files are those of Keras", () => {
  it.each(calls.map((call) => [`${call.dataset} ${JSON.stringify(call.kwargs)}`, call] as const))(
    '%s',
    async (_, { dataset, kwargs, parts }) => {
      const options = Object.entries(kwargs).map(([key, value]) => [camelCase(key), value]);
      const load = loaderOf(dataset);
      const [train, test] = await load({ directory, ...(Object.fromEntries(options) as object) });
      [...train, ...test].forEach((got, i) => {
        const expected = parts[i];
        if (expected === undefined) expect.fail('no such part');
        if (!(got instanceof Tensor)) {
          expect(got).toEqual(expected.data);
          return;
        }
        const { sum, shape, data } = expected;
        if (sum === undefined) {
          expectClose(got, expected);
          return;
        }
        const numbers = got.data();
        expect(got.dtype).toBe('uint8');
        expect(got.shape).toEqual(shape);
        expect([...numbers.subarray(0, data.length)]).toEqual(data);
        let total = 0;
        numbers.forEach((x, place) => (total += x * (1 + (place % 1009))));
        expect(total).toBe(sum);
      });
    },
  );
});

describe('imdb and reuters', () => {
  it('give lists that become tensors', async () => {
    const [[x, y]] = await datasets.imdb.loadData({ directory, numWords: 50 });
    expect(y.dtype).toBe('int32');
    expect(padSequences(x, { maxlen: 5 }).shape).toEqual([x.length, 5]);
  });

  it('give the numbers of words, in their order, whatever words there are', async () => {
    for (const { getWordIndex } of [datasets.imdb, datasets.reuters]) {
      expect([...(await getWordIndex({ directory }))]).toEqual([
        ['the', 1],
        ['film', 2],
        ['constructor', 3],
        ['__proto__', 4],
        ['1984', 5],
        ['café', 6],
      ]);
    }
  });

  it('name 46 topics', () => {
    const names = datasets.reuters.getLabelNames();
    expect(names.length).toBe(46);
    expect([names[0], names[3], names[45]]).toEqual(['cocoa', 'earn', 'lead']);
  });

  it.each<[object, RegExp]>([
    [{ numWords: 1 }, /no word is left: numWords is 1, skipTop 0, and the largest number/],
    [{ skipTop: 5000 }, /no word is left: .*skipTop 5000/],
    [{ numWords: 4, skipTop: 4, oovChar: null }, /no word is left/],
    [{ maxlen: 2 }, /no text is shorter than maxlen 2\. Make maxlen larger/],
    [{ numWords: 0 }, /numWords must be a whole number/],
    [{ seed: -1 }, /seed must be/],
    [{ startChar: 1.5 }, /startChar must be/],
    [{ num_words: 5 }, /unknown option 'num_words'.*numWords/],
  ])('refuse %j', async (options, message) => {
    for (const { loadData } of [datasets.imdb, datasets.reuters]) {
      await expect(loadData({ directory, ...options })).rejects.toThrow(ValueError);
      await expect(loadData({ directory, ...options })).rejects.toThrow(message);
    }
  });
});

describe('bostonHousing', () => {
  const real = join(process.env['LANEGRAD_DATA_DIR'] ?? '', 'boston_housing', 'housing.data');
  const isThere = (() => {
    try {
      return readFileSync(real).length > 0;
    } catch {
      return false;
    }
  })();

  it.skipIf(!isThere)(
    "has the rows of StatLib in Keras's order (needs boston_housing in LANEGRAD_DATA_DIR)",
    async () => {
      vi.stubEnv('LANEGRAD_DATA_DIR', join(real, '../..'));
      const [[xTrain, yTrain], [xTest, yTest]] = await datasets.bostonHousing.loadData();
      expect(xTrain.shape).toEqual([404, 13]);
      expect(yTrain.shape).toEqual([404]);
      expect(xTest.shape).toEqual([102, 13]);
      expect(yTest.shape).toEqual([102]);
      // As the book prints them.
      const [crime = NaN, zone, industry = NaN] = xTrain.data();
      expect([crime.toFixed(5), zone, industry.toFixed(2)]).toEqual(['1.23247', 0, '8.14']);
      expect([...yTrain.data().slice(0, 3)].map((price) => price.toFixed(1))).toEqual(['15.2', '42.3', '50.0']); // prettier-ignore
    },
  );

  it('reads a table in place of the archive', async () => {
    const folder = await temporaryFolder();
    const row = (i: number): string => Array.from({ length: 14 }, (_, j) => i + j / 10).join('  ');
    await writeFile(join(folder, 'housing.data'), [0, 1, 2, 3, 4].map((i) => ` ${row(i)}\r\n`).join('')); // prettier-ignore
    const options = { directory: folder, testSplit: 0.4 };
    const [[x, y], [xTest]] = await datasets.bostonHousing.loadData(options);
    expect(x.shape).toEqual([3, 13]);
    expect(xTest.shape).toEqual([2, 13]);
    const [first = NaN] = x.data();
    expect(y.data()[0]).toBeCloseTo(first + 1.3);
    await writeFile(join(folder, 'housing.data'), `${row(0)}\n1 2 x\n`);
    await expect(datasets.bostonHousing.loadData(options)).rejects.toThrow(
      /housing\.data: line 2 must have 14 numbers with spaces between them, got '1 2 x'/,
    );
  });

  it('says what a folder lacks, and where to get it', async () => {
    const folder = await temporaryFolder();
    await expect(datasets.bostonHousing.loadData({ directory: folder })).rejects.toThrow(
      `bostonHousing: the directory '${folder}' (option directory) lacks boston_housing.npz (or housing.data[.gz]); also ` +
        `not in its folder boston_housing/ or boston-housing/. Give the option directory, or LANEGRAD_DATA_DIR, the folder ` +
        `that holds boston_housing.npz, or a folder that holds it in boston_housing/ or boston-housing/. It can be ` +
        `downloaded from https://storage.googleapis.com/tensorflow/tf-keras-datasets/boston_housing.npz.`,
    );
  });
});

describe('cifar10 and cifar100', () => {
  it('read what is unpacked already', async () => {
    const folder = await temporaryFolder();
    for (const name of ['cifar-10', 'cifar-100']) {
      const archive = gunzipSync(readFileSync(join(directory, `${name}-python.tar.gz`)));
      for (const member of tarMembers(new Uint8Array(archive), name)) {
        await mkdir(join(folder, member.name, '..'), { recursive: true });
        await writeFile(join(folder, member.name), member.bytes);
      }
    }
    for (const { loadData } of [datasets.cifar10, datasets.cifar100]) {
      const [unpacked, packed] = [
        await loadData({ directory: folder }),
        await loadData({ directory }),
      ];
      for (const [i, part] of unpacked.entries()) {
        for (const [j, x] of part.entries()) expect(x.data()).toEqual(packed[i]?.[j]?.data());
      }
    }
  });

  it('refuse another mode of labels', async () => {
    const options = { directory, labelMode: 'rough' as 'fine' };
    await expect(datasets.cifar100.loadData(options)).rejects.toThrow(
      /labelMode must be 'fine' or 'coarse', got 'rough'/,
    );
  });

  it.each<[string, string, new (message: string) => LanegradError, RegExp]>([
    ['a batch that is no dict', 'K\x05.', FormatError, /data_batch_1: expected a dict, got 5/],
    ['a batch without images', '}.', FormatError, /expected 'data' to be an array of uint8/],
    ['a batch that names a callable', 'cos\nsystem\n.', FormatError, /the callable 'os\.system'/],
  ])('refuse %s', async (_, batch, type, message) => {
    const folder = join(await temporaryFolder(), 'cifar-10-batches-py');
    await mkdir(folder);
    for (const name of ['test_batch', ...[1, 2, 3, 4, 5].map((i) => `data_batch_${i}`)]) {
      await writeFile(join(folder, name), batch, 'latin1');
    }
    const loading = datasets.cifar10.loadData({ directory: join(folder, '..') });
    await expect(loading).rejects.toThrow(type);
    await expect(loading).rejects.toThrow(message);
  });

  it('refuse an archive without a batch, and one that is none', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'cifar-10-python.tar.gz');
    await cp(join(directory, 'cifar-100-python.tar.gz'), file);
    const loading = datasets.cifar10.loadData({ directory: folder });
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow(/has no cifar-10-batches-py\/data_batch_1, but \[/);
    await writeFile(file, gzipSync('hello'));
    await expect(datasets.cifar10.loadData({ directory: folder })).rejects.toThrow(/truncated/);
  });
});

describe('files of other contents', () => {
  it('are refused by the name of what is wrong', async () => {
    const folder = await temporaryFolder();
    const write = async (name: string, members: Record<string, string>): Promise<void> => {
      const entries = Object.entries(members).map(([member, text]) => {
        return { name: member, bytes: new Uint8Array(Buffer.from(text, 'latin1')) };
      });
      await writeFile(join(folder, name), await zip(entries));
    };
    const dict = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n";
    const header = `\x93NUMPY\x01\x00${String.fromCharCode(dict.length)}\x00${dict}`;
    await write('reuters.npz', { 'x.npy': `${header}cposix\nsystem\n(S'true'\ntR.` });
    await expect(datasets.reuters.loadData({ directory: folder })).rejects.toThrow(
      /reuters\.npz: 'x\.npy': byte \d+: the pickle names the callable 'posix\.system'/,
    );
    await write('imdb.npz', {});
    await expect(datasets.imdb.loadData({ directory: folder })).rejects.toThrow(
      /imdb\.npz: expected the arrays x_train and y_train/,
    );
    await cp(join(directory, 'reuters.npz'), join(folder, 'boston_housing.npz'));
    await expect(datasets.bostonHousing.loadData({ directory: folder })).rejects.toThrow(
      /Python objects/,
    );
    const x = {
      shape: [2 ** 20, 5],
      dtype: 'float32',
      data: new Float32Array(5 * 2 ** 20),
    } as const;
    const large = await encodeNpz([['x', x]], { compress: true });
    await writeFile(join(folder, 'california_housing.npz'), large);
    await expect(datasets.californiaHousing.loadData({ directory: folder })).rejects.toThrow(
      /inflates to \d+ bytes; allowed are 16777216: far more than the data set has\. Give a smaller file\.$/,
    );
    await writeFile(join(folder, 'imdb_word_index.json'), '{"the": "first"}');
    await expect(datasets.imdb.getWordIndex({ directory: folder })).rejects.toThrow(
      /imdb_word_index\.json: word 'the' has the number 'first'/,
    );
  });

  it('are not taken from mirrors, whose check sums are known', async () => {
    const bytes = readFileSync(join(directory, 'imdb.npz'));
    const server = await startServer({ files: (_, response) => response.end(bytes) });
    try {
      const loading = datasets.imdb.loadData({ mirrors: [server.url('files')], cacheDirectory: await temporaryFolder() }); // prettier-ignore
      await expect(loading).rejects.toThrow(DatasetError);
      await expect(loading).rejects.toThrow(/expected SHA-256 69664113be75683a/);
    } finally {
      await server.close();
    }
  });

  it('that are those of the check sum come from mirrors and stay in the cache', async () => {
    const bytes = new Uint8Array(readFileSync(join(directory, 'imdb_word_index.json')));
    const [file] = IMDB_WORDS.files;
    if (file === undefined) expect.fail('no file');
    const files = { ...IMDB_WORDS, files: [{ ...file, md5: md5(bytes) }] };
    const server = await startServer({
      files: (_, response) => response.end(bytes),
    });
    try {
      const options = { mirrors: [server.url('files')], cacheDirectory: await temporaryFolder() };
      for (const offline of [false, true]) {
        const { contents } = await loadFiles('f', files, { ...options, offline });
        expect(contents).toEqual([bytes]);
      }
      expect(server.requests).toEqual(['/files/imdb_word_index.json']);
    } finally {
      await server.close();
    }
  });

  it('are kept as they are where the check sum is of what is stored', async () => {
    const [file] = IMDB.files;
    if (file === undefined) expect.fail('no file');
    const stored = new Uint8Array(gzipSync('abc'));
    expect(await contentsOf(stored, file, 'x')).toBe(stored);
    const sha256 = createHash('sha256').update(stored).digest('hex');
    expect(await verifiedContents(stored, { ...file, sha256 }, 'x')).toBe(stored);
    await expect(verifiedContents(stored, file, 'x')).rejects.toThrow(DatasetError);
  });

  it('leave no tensors', async () => {
    const { tensors } = memory();
    await expect(datasets.imdb.loadData({ directory, maxlen: 1 })).rejects.toThrow(LanegradError);
    expect(memory().tensors).toBe(tensors);
  });
});

describe('md5', () => {
  // RFC 1321, appendix A.5.
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
  ])("of '%s'", (text, expected) => {
    expect(md5(Buffer.from(text))).toBe(expected);
  });

  it('is that of Node for all lengths', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = Buffer.alloc(length, 7 * length);
      expect(md5(bytes)).toBe(createHash('md5').update(bytes).digest('hex'));
    }
  });
});
