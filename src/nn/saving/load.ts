import { describeValue } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkOptions,
  isArrayBuffer,
  isBlob,
  isUint8Array,
  isUrl,
  oneOf,
} from '../../config/index.js';
import type { CustomTable } from '../../config/index.js';
import { scopeWith, withinScope } from '../../config/custom-tables.js';
import { DatasetError, FormatError, ValueError } from '../../errors.js';
import { ASSETS, isKerasFolder, readKerasFolder } from '../../files/formats/keras/file.js';
import { isGraphModel } from '../../files/formats/foreign.js';
import { readUnpacked } from '../../files/formats/tfjs/manifest.js';
import { isKerasName } from '../../files/formats/names.js';
import { fileHost } from '../../files/locations/platform.js';
import { openModelSource, readModelJson } from '../../files/locations/model-source.js';
import type { ModelSource } from '../../files/locations/model-source.js';
import { maxBytesOf, readAtMost, readWithin, sourceName } from '../../files/locations/source.js';
import type { Source } from '../../files/locations/source.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { graphModels, provideGraphModels } from './graph-models.js';
import { knowGraphs } from './graphs.js';
import { decodeKerasModel, makeOfFile } from './keras-model.js';
import { loadLayersModel } from './layers-model.js';
import type { LoadModelOptions, ModelFormatName } from '../training/file-options.js';
import { openStore } from '../../files/locations/stores/open.js';
import { STORE_SCHEMES, storeAddress } from '../../files/locations/stores/store.js';
import type { StoredInfo } from '../../files/locations/stores/store.js';

const LOAD_OPTIONS = [
  'format',
  'compile',
  'customObjects',
  'quantized',
  'maxBytes',
  'signal',
] as const;

/** What `models.loadModel` does, with the classes and functions that were given where it was called. */
export async function readModel(
  source: ModelSource | Source,
  options: LoadModelOptions,
  outer: CustomTable | undefined,
): Promise<AnyLayer> {
  const owner = 'loadModel';
  knowGraphs();
  checkOptions(owner, options, LOAD_OPTIONS);
  const compile = checkBoolean(owner, 'compile', options.compile ?? true);
  const scope = scopeWith(owner, options.customObjects, outer);
  const maxBytes = maxBytesOf(owner, options);
  const { signal, format } = options;
  const quantized =
    options.quantized === undefined
      ? undefined
      : oneOf(owner, 'quantized', options.quantized, ['keep', 'unpack']);
  const loading = { compile, scope, maxBytes, quantized };
  const folder = format === undefined || format === 'keras' ? await kerasFolder(source) : undefined;
  if (folder !== undefined) {
    const { label, files } = folder;
    const file = await readKerasFolder([...files.keys()], label, maxBytes, (name, most, tooLarge) =>
      readWithin(most, files.get(name) ?? name, `${label}: ${name}`, { signal }, tooLarge),
    );
    await provideGraphModels(file.model);
    return withinScope(scope, () => makeOfFile(file, label, loading));
  }
  const keras = kerasFile(source, format);
  if (keras !== undefined) {
    const bytes = await readAtMost(maxBytes, keras, 'model', { signal });
    return decodeKerasModel(bytes, sourceName(keras, 'model'), loading);
  }
  const files = openModelSource(owner, source as ModelSource, { signal, maxBytes });
  const json = await readModelJson(files);
  if (!isGraphModel(json)) return loadLayersModel(files, json, loading);
  if (quantized === 'keep') {
    throw new ValueError(
      `loadModel: ${files.label} is a graph model, whose weights are unpacked: quantized 'keep' is for layers.`,
    );
  }
  const { label } = files;
  const read = (name: string): Promise<Uint8Array<ArrayBuffer>> => files.read(name);
  const arrays = await readUnpacked(json['weightsManifest'], read, label, maxBytes);
  const { readGraphModel } = await graphModels();
  return readGraphModel(owner, label, json, arrays);
}

/** The files of a folder, by their paths in it. */
type Files = ReadonlyMap<string, Source>;

/** The folder that Keras has saved a model in, unzipped: a path, or files that the user picked. Undefined for all else. */
async function kerasFolder(
  source: ModelSource | Source,
): Promise<{ readonly label: string; readonly files: Files } | undefined> {
  if (typeof source === 'string' || isUrl(source)) {
    const location = String(source);
    if (/^(?!file:)[a-z][\w+.-]+:/i.test(location)) return undefined;
    // Of what is not a folder, and in a browser, the reader of files says what is wrong.
    const entries = await fileHost()
      .readFolder(location)
      .catch(() => undefined);
    const names = new Set(entries?.map(({ name }) => name));
    if (!isKerasFolder((name) => names.has(name))) return undefined;
    return { label: sourceName(source, 'model'), files: await filesIn(location) };
  }
  const isList = typeof source === 'object' && source !== null && Symbol.iterator in source;
  if (!isList || ArrayBuffer.isView(source)) return undefined;
  const picked = [...source].filter((file) => isBlob(file)) as readonly File[];
  // Files of a picked folder have paths, which begin with the folder's name.
  const files = new Map(
    picked.map((file) => {
      const { webkitRelativePath: path = '', name } = file as Partial<File>;
      return [path.replace(/^[^/]*\//, '') || (name ?? ''), file];
    }),
  );
  return isKerasFolder((name) => files.has(name)) ? { label: 'model', files } : undefined;
}

/** Folders in a folder that are looked through, and things in them. */
const [MAX_DEPTH, MAX_ENTRIES] = [16, 2 ** 14];

/** The files of a folder that Keras saved, those of assets by their paths. Links to folders are not followed. */
async function filesIn(folder: string): Promise<Files> {
  const host = fileHost();
  const files = new Map<string, Source>();
  const visit = async (prefix: string, depth: number): Promise<void> => {
    const entries = (await host.readFolder(host.join(folder, prefix))) ?? [];
    for (const { name, isFolder, isLink } of entries) {
      const path = `${prefix}${name}`;
      if (!isFolder) files.set(path, host.join(folder, path));
      else if (!isLink && depth < MAX_DEPTH && (depth > 0 || `${name}/` === ASSETS)) {
        await visit(`${path}/`, depth + 1);
      }
      if (files.size <= MAX_ENTRIES) continue;
      throw new FormatError(`${folder}: holds more than ${MAX_ENTRIES} files.`);
    }
  };
  await visit('', 0);
  return files;
}

/** The one file of Keras's that `source` is; undefined for the files of a layers-model. */
function kerasFile(
  source: ModelSource | Source,
  format: ModelFormatName | undefined,
): Source | undefined {
  if (format !== undefined && format !== 'keras' && format !== 'tfjs') {
    throw new ValueError(
      `loadModel: format ${describeValue(format)} is not supported; supported are 'keras' (.keras, legacy .h5) and 'tfjs'.`,
    );
  }
  if (format === 'tfjs') return undefined;
  if (typeof source === 'string' || isUrl(source)) {
    const isFile = isKerasName(String(source)) || /^(blob|data):/i.test(String(source));
    return isFile || format === 'keras' ? source : undefined;
  }
  const isBytes = isUint8Array(source) || isArrayBuffer(source);
  if (isBytes || isBlob(source)) return source;
  const isList = typeof source === 'object' && source !== null && Symbol.iterator in source;
  if (!isList || ArrayBuffer.isView(source)) return undefined;
  // What the user picked.
  const [file, ...others] = source;
  const isFile = isBlob(file) && isKerasName(file.name);
  return isFile && others.length === 0 ? file : undefined;
}

/** What `models.listModels` does. */
export async function listStored(): Promise<Record<string, StoredInfo>> {
  const found: [string, StoredInfo][] = [];
  for (const scheme of STORE_SCHEMES) {
    const store = await openStore(scheme, 'listModels').catch((error: unknown) => {
      if (error instanceof ValueError) return undefined;
      throw error;
    });
    for (const [name, info] of (await store?.list()) ?? []) {
      found.push([`${scheme}://${name}`, info]);
    }
  }
  return Object.fromEntries(found);
}

/** What `models.removeModel` does. */
export async function removeStored(location: string): Promise<void> {
  const address = typeof location === 'string' ? storeAddress(location) : undefined;
  if (address === undefined || address.scheme === 'downloads') {
    throw new ValueError(
      `removeModel: cannot delete ${describeValue(location)}. Give indexeddb:// or localstorage:// and a name.`,
    );
  }
  const store = await openStore(address.scheme, 'removeModel');
  if (await store.remove(address.name)) return;
  throw new DatasetError(`removeModel: there is nothing at '${location}'.`);
}
