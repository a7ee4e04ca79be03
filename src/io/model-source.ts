import { describeValue } from '../config/check-number.js';
import { readSource, sourceName } from '../data/source.js';
import type { ReadOptions } from '../data/source.js';
import { ValueError } from '../errors.js';
import { MODEL_FILE } from './layers-model.js';

/** Something that gives the files of a model by their names. */
export interface FileSource {
  /** All bytes of that file: `model.json`, or a shard that is named in it. */
  read(name: string): Uint8Array | Promise<Uint8Array>;
}

/** Where a model comes from: the path or URL of its folder or its `model.json`, or an object that gives its files. */
export type ModelSource = string | URL | FileSource;

/** How the files of a model are read. */
export interface ModelFiles {
  /** What messages call the model. */
  readonly label: string;
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** The files of a model. @throws ValueError for a source that is none, or of another format. */
export function openModelSource(
  owner: string,
  source: ModelSource,
  options: ReadOptions,
): ModelFiles {
  if (typeof source === 'string' || source instanceof URL) {
    const location = String(source);
    checkModelLocation(owner, location);
    const [, path = '', query = ''] = /^([^?#]*)(.*)$/s.exec(location) ?? [];
    const folder = /\.json$/i.test(path) ? path.replace(/[^/\\]*$/, '') : path.replace(/\/*$/, '/');
    const file = path.slice(folder.length) || MODEL_FILE;
    return {
      label: sourceName(source, 'model'),
      read: (name) =>
        readSource(folder + (name === MODEL_FILE ? file + query : name + query), options),
    };
  }
  if (typeof source === 'object' && source !== null && typeof source.read === 'function') {
    return {
      label: 'model',
      read: async (name) => {
        options.signal?.throwIfAborted();
        return readSource(await source.read(name), options);
      },
    };
  }
  throw new ValueError(
    `${owner}: cannot read a model from ${describeValue(source)}. Give the path or URL of a folder or its ` +
      `model.json, or an object { read(name) }.`,
  );
}

/** Throws for the name of a file in another format. */
export function checkModelLocation(owner: string, location: string): void {
  const [extension] = /\.(keras|h5|hdf5|safetensors|npz)$/i.exec(
    location.replace(/[?#].*$/s, ''),
  ) ?? [undefined];
  if (extension === undefined) return;
  const isWeights = /safetensors|npz/i.test(extension);
  throw new ValueError(
    `${owner}: '${location}' ends in ${extension}, which is not supported for models; supported is the layers-model ` +
      `of TensorFlow.js, a folder with model.json.` +
      (isWeights ? ' For weights alone use saveWeights and loadWeights.' : ''),
  );
}
