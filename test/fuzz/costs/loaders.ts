// Readers whose costs are measured, by the kind of file.
import { data, models, utils } from '../../../src/index.js';
import { DatasetError } from '../../../src/errors.js';
import { inflateGzip } from '../../../src/files/formats/gzip.js';
import { parseObjectNpz, parsePickle } from '../../../src/files/formats/pickle/read.js';
import { tarMembers } from '../../../src/files/formats/tar.js';
import { readSafetensors } from '../../../src/io/safetensors.js';
import type { Tensor } from '../../../src/index.js';

/** A file, and what reads it. */
export interface CostlyFile {
  /** What it is, for the table. */
  readonly name: string;
  readonly kind: keyof typeof loaders;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A file that is made when its turn comes. */
export interface Attack extends Pick<CostlyFile, 'name' | 'kind'> {
  readonly make: () => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
}

interface Held {
  dispose(): void;
}

function holding(tensors: Iterable<Tensor>): Held {
  return {
    dispose: () => {
      for (const tensor of tensors) tensor.dispose();
    },
  };
}

/** What has no tensors. */
const plain = (value: unknown): Held & { readonly value: unknown } => ({
  value,
  dispose: () => undefined,
});

/** Bytes that the data sets of pickles allow. */
const limit = 2 ** 28;

const picture =
  (options: Parameters<typeof utils.loadImg>[1]) =>
  async (bytes: Uint8Array<ArrayBuffer>): Promise<Held> =>
    plain(await utils.loadImg(bytes, options));

async function model(source: Parameters<typeof models.loadModel>[0]): Promise<Held> {
  const loaded = await models.loadModel(source);
  return {
    dispose: () => {
      loaded.optimizer?.dispose();
      loaded.dispose();
    },
  };
}

/** Reads a file, and gives what holds its arrays. */
export const loaders = {
  /** `.keras`, or a legacy `.h5` */
  keras: (bytes: Uint8Array<ArrayBuffer>) => model(bytes),
  /** `model.json`, whose shards are empty */
  tfjs: (bytes: Uint8Array<ArrayBuffer>) =>
    model({
      read: (name) => {
        if (name === 'model.json') return bytes;
        if (name === 'weights.bin') return new Uint8Array(4);
        throw new DatasetError(`there is no file '${name}'`);
      },
    }),
  npy: (bytes: Uint8Array<ArrayBuffer>) => data.readNpy(bytes),
  npz: async (bytes: Uint8Array<ArrayBuffer>) => holding(Object.values(await data.readNpz(bytes))),
  pickle: (bytes: Uint8Array<ArrayBuffer>) =>
    Promise.resolve(plain(parsePickle(bytes, { name: 'x.pkl', maxBytes: limit }))),
  /** `.npz` with arrays of objects, as IMDB */
  objects: async (bytes: Uint8Array<ArrayBuffer>) =>
    plain(await parseObjectNpz(bytes, { name: 'x.npz', maxBytes: limit })),
  tar: (bytes: Uint8Array<ArrayBuffer>) => Promise.resolve(plain([...tarMembers(bytes, 'x.tar')])),
  /** `.tar.gz`, as CIFAR */
  archive: async (bytes: Uint8Array<ArrayBuffer>) =>
    plain([...tarMembers(await inflateGzip(bytes, { name: 'x.tar.gz', limit }), 'x.tar.gz')]),
  picture: picture({}),
  'picture as RGBA': picture({ colorMode: 'rgba' }),
  'picture as grays': picture({ colorMode: 'grayscale' }),
  'picture made small': picture({ targetSize: [224, 224], interpolation: 'lanczos' }),
  'picture of a data set': async (bytes: Uint8Array<ArrayBuffer>) => {
    const folder = await utils.imageDatasetFromDirectory([new File([bytes], 'x.png')], {
      labels: null,
      verbose: false,
      workers: 0,
    });
    for await (const batch of Array.isArray(folder) ? folder[0] : folder)
      return holding([batch].flat() as Tensor[]);
    throw new Error('there is no picture');
  },
  idx: (bytes: Uint8Array<ArrayBuffer>) => data.readIdx(bytes),
  csv: async (bytes: Uint8Array<ArrayBuffer>) => (await data.readCsv(bytes)).x,
  'csv of categories': async (bytes: Uint8Array<ArrayBuffer>) =>
    (await data.readCsv(bytes, { header: false, dtypes: { 0: 'category' } })).x,
  'csv as columns': async (bytes: Uint8Array<ArrayBuffer>) =>
    plain(await data.readCsvColumns(bytes)),
  tokenizer: (bytes: Uint8Array<ArrayBuffer>) =>
    Promise.resolve(plain(utils.tokenizerFromJSON(new TextDecoder().decode(bytes)))),
  safetensors: async (bytes: Uint8Array<ArrayBuffer>) =>
    holding(Object.values((await readSafetensors(bytes)).tensors)),
} as const;
