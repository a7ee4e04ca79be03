import { checkSignal, isBlob, isUrl } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { MAX_JSON_BYTES, parseJsonObject } from '../formats/json.js';
import { concatenate } from '../formats/bytes.js';
import { FOREIGN_HEAD, refuseForeign, refuseForeignFolder } from '../formats/foreign.js';
import { fileHost } from './platform.js';
import { readAtMost, readJsonFile, sourceChunks, sourceName } from './source.js';
import type { ReadOptions, Source } from './source.js';
import { getFiles } from './stores/open.js';
import { storeAddress } from './stores/store.js';
import { DatasetError, ValueError } from '../../errors.js';
import { checkModelLocation } from '../formats/names.js';

/** The file that a layers-model begins with. */
export const MODEL_FILE = 'model.json';

/** An object that returns the files of a model by name. */
export interface FileSource {
  /**
   * Reads a whole file: `model.json`, or a shard that it names.
   *
   * @param name the name of the file, as in `model.json`
   */
  read(name: string): Uint8Array | Promise<Uint8Array>;
}

/**
 * The source of a model: the path or URL of its folder or its `model.json`; `indexeddb://name` or
 * `localstorage://name`; the files that a user has picked (`input.files`); or an object that returns them by name.
 */
export type ModelSource = string | URL | Iterable<File> | FileSource;

/** How the files of a model are read. */
export interface ModelFiles {
  /** The name of the model in messages. */
  readonly label: string;
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The object in `model.json`.
 *
 * @throws FormatError for a file that is none
 */
export async function readModelJson(files: ModelFiles): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await files.read(MODEL_FILE);
  refuseForeign(bytes, files.label, true);
  return parseJsonObject(bytes, files.label);
}

/**
 * The files of a model, which together have at most `maxBytes`.
 *
 * @throws ValueError for a source that is none, or of another format.
 */
export function openModelSource(
  owner: string,
  source: ModelSource,
  { signal, maxBytes }: ReadOptions & { readonly maxBytes: number },
): ModelFiles {
  checkSignal(owner, signal);
  let left = maxBytes;
  const read: ReadFile = async (name, file, label) => {
    // What describes the model takes little, however much its weights may take.
    const isJson = name === MODEL_FILE && left > MAX_JSON_BYTES;
    const bytes = await (isJson
      ? readJsonFile(file, label, { signal })
      : readAtMost(left, file, label, { signal }));
    left -= bytes.length;
    return bytes;
  };
  if (typeof source === 'string' || isUrl(source)) {
    const location = String(source);
    checkModelLocation(owner, location);
    const address = storeAddress(location);
    if (address !== undefined) {
      return fromList(location, read, async () => new Map(await getFiles(address)));
    }
    const [, path = '', query = ''] = /^([^?#]*)(.*)$/s.exec(location) ?? [];
    const folder = /\.json$/i.test(path) ? path.replace(/[^/\\]*$/, '') : path.replace(/\/*$/, '/');
    const file = path.slice(folder.length) || MODEL_FILE;
    const label = sourceName(source, 'model');
    return {
      label,
      read: (name) => {
        const found = read(name, folder + (name === MODEL_FILE ? file : name) + query, 'model');
        if (name !== MODEL_FILE || file !== MODEL_FILE) return found;
        return found.catch(async (error: unknown) => {
          signal?.throwIfAborted();
          await refuseForeignLocation(location, label);
          throw error;
        });
      },
    };
  }
  if (typeof source === 'object' && source !== null && Symbol.iterator in source) {
    // Not of bytes, whose buffer may have been given away.
    const files = ArrayBuffer.isView(source) ? [] : [...source];
    if (files.length > 0 && files.every((file) => isBlob(file))) {
      return fromList('model', read, () => pickedFiles(owner, files));
    }
  } else if (typeof source === 'object' && typeof source?.read === 'function') {
    return {
      label: 'model',
      read: async (name) => {
        signal?.throwIfAborted();
        return read(name, await source.read(name), `model: ${name}`);
      },
    };
  }
  throw new ValueError(
    `${owner}: cannot read a model from ${describeValue(source)}. Give the path or URL of a folder or its ` +
      `model.json, indexeddb:// or localstorage:// and a name, a list of Files, or an object { read(name) }.`,
  );
}

/** Says what is at a location that is not a folder of a layers-model, if it is known. @throws FormatError */
async function refuseForeignLocation(location: string, label: string): Promise<void> {
  // A page has no folders, and of what cannot be read nothing is said.
  const entries = await fileHost()
    .readFolder(location)
    .catch(() => undefined);
  refuseForeignFolder(entries?.map(({ name }) => name) ?? [], label);
  if (entries !== undefined) return;
  const head: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of sourceChunks(location)) {
      head.push(piece);
      length += piece.length;
      if (length >= FOREIGN_HEAD) break;
    }
  } catch {
    return;
  }
  refuseForeign(concatenate(head), label, true);
}

/** Files that are looked at for what they are. */
const MAX_LOOKED_AT = 64;

/** Says which of the files is none that is read, if one is known. @throws FormatError */
async function refuseForeignFiles(
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer> | Blob>,
  label: string,
): Promise<void> {
  refuseForeignFolder([...files.keys()], label);
  for (const [name, file] of [...files].slice(0, MAX_LOOKED_AT)) {
    const head = isBlob(file)
      ? new Uint8Array(await file.slice(0, FOREIGN_HEAD).arrayBuffer())
      : file;
    refuseForeign(head, `${label}: ${name}`, true);
  }
}

/** @param label the name of the bytes in messages, which have no name of their own */
type ReadFile = (name: string, file: Source, label: string) => Promise<Uint8Array<ArrayBuffer>>;

/** Files that are there by name; all are asked for at once, by the first that is read. */
function fromList(
  label: string,
  read: ReadFile,
  list: () => Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer> | Blob>>,
): ModelFiles {
  let files: ReturnType<typeof list> | undefined;
  return {
    label,
    async read(name) {
      const found = await (files ??= list());
      const file = found.get(name);
      if (file !== undefined) return read(name, file, `${label}: ${name}`);
      if (name === MODEL_FILE) await refuseForeignFiles(found, label);
      throw new DatasetError(
        `${label}: there is no file '${name}'. There are: ${[...found.keys()].join(', ')}.`,
      );
    },
  };
}

/** The one `.json` among them, whatever it is called, is the model's. */
async function pickedFiles(
  owner: string,
  files: readonly File[],
): Promise<ReadonlyMap<string, Blob>> {
  const models = files.filter(({ name }) => /\.json$/i.test(name));
  const [model] = models;
  if (model !== undefined && models.length === 1) {
    return new Map([...files.map((file) => [file.name, file] as const), [MODEL_FILE, model]]);
  }
  await refuseForeignFiles(new Map(files.map((file) => [file.name, file])), 'model');
  throw new ValueError(
    `${owner}: one of the files must be the model's .json, or the only one a .keras file, got ${files.map(({ name }) => name).join(', ')}.`,
  );
}
