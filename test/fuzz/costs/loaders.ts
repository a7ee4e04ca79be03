// Readers whose costs are measured, by the kind of file.
import { data, models } from '../../../src/index.js';
import { DatasetError } from '../../../src/errors.js';
import { parsePickle } from '../../../src/formats/pickle/read.js';
import { tarMembers } from '../../../src/formats/tar.js';
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
  pickle: (bytes: Uint8Array<ArrayBuffer>) => {
    const value = parsePickle(bytes, { name: 'x.pkl', maxBytes: 2 ** 28 });
    return Promise.resolve({ value, dispose: () => undefined });
  },
  tar: (bytes: Uint8Array<ArrayBuffer>) => {
    const members = [...tarMembers(bytes, 'x.tar')];
    return Promise.resolve({ members, dispose: () => undefined });
  },
  safetensors: async (bytes: Uint8Array<ArrayBuffer>) =>
    holding(Object.values((await readSafetensors(bytes)).tensors)),
} as const;
