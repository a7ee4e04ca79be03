import { unzip, zip } from '../zip.js';
import type { ZipEntry } from '../zip.js';
import { describeValue } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import { isInnerReference } from '../inner-name.js';
import { KERAS_VERSION } from '../../../config/index.js';
import { isHdf5 } from '../hdf5/file.js';
import { readHdf5 } from '../hdf5/read.js';
import type { Hdf5Group } from '../hdf5/read.js';
import { beyondLimit } from '../bytes.js';
import type { TooLarge } from '../bytes.js';
import { isJsonObject, jsonTooLong, MAX_JSON_BYTES, parseJsonObject } from '../json.js';
import { isLegacy, legacyConfigs, readKerasWeights, readLegacy } from './weights.js';
import type { KerasObject } from './weights.js';

// `.keras`: a zip file of
//
//     metadata.json       { keras_version, date_saved }
//     config.json         the model: layers, how they were built, how it is compiled
//     model.weights.h5    weights and the optimizer's state
//     assets/layers/text_vectorization/vocabulary.txt …    a vocabulary, a term in each line

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/** The date of the members of the zip file, so that a model gives the same bytes whenever it is saved. No reader looks at it. */
const DATE = '1980-01-01@00:00:00';

/** The folder of texts that layers keep. */
export const ASSETS = 'assets/';
const NO_ASSETS: ReadonlyMap<string, string> = new Map();

/** Bytes of a text, and texts, that are read: a vocabulary of a million words takes about ten million bytes. */
const MAX_ASSET_BYTES = 1 << 27;
const MAX_ASSETS = 1 << 10;

/** Whether a member is a text that layers keep. Others, such as pictures of model cards, are left as they are. */
const isVocabulary = (name: string): boolean =>
  name.startsWith(ASSETS) && name.endsWith('/vocabulary.txt');

function textOf(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormatError(`${label} is not a text in UTF-8.`);
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** What a file of Keras's holds, of whatever kind it is. */
export interface KerasFile {
  /** `.keras`, `.weights.h5`, or legacy `.h5`, of a model or of weights. */
  readonly format: 'keras' | 'weights' | 'legacy';
  /** The model as Keras describes it, `{ class_name, config, … }`; undefined in weights files. */
  readonly model: Fields | undefined;
  /** The arguments of `compile`, `{ optimizer, loss, metrics, … }`; undefined if they are not in the file. */
  readonly compileConfig: Fields | undefined;
  /** The version of Keras that has written it, `'3.15.1'`; undefined if the file does not say, as no file of weights. */
  readonly version: string | undefined;
  /** What has variables of its own, by path; in legacy files the layers that have weights, as `0`, `1`, … */
  readonly objects: ReadonlyMap<string, KerasObject>;
  readonly optimizer: KerasObject | undefined;
  /** Texts that layers keep, by the paths of the layers and the names of the texts. */
  readonly assets: ReadonlyMap<string, string>;
}

/** The path of the optimizer. */
export const OPTIMIZER = 'optimizer';

/**
 * Reads a file of Keras's; what is in it says of which kind it is.
 *
 * @param label the name of the file in messages
 * @param maxBytes the most bytes that it may inflate to
 * @throws FormatError for anything else.
 */
export async function readKerasFile(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  maxBytes: number,
): Promise<KerasFile> {
  if (!isHdf5(bytes)) return fileOfMembers(await unpack(bytes, label, maxBytes), label, maxBytes);
  const root = readHdf5(bytes, label, maxBytes);
  if (isLegacy(root)) {
    return { format: 'legacy', ...(await readLegacy(root, label)), assets: NO_ASSETS };
  }
  const weights = await weightsIn(root);
  return { format: 'weights', model: undefined, compileConfig: undefined, ...weights };
}

/** A file of Keras's whose arrays are not read. */
export interface OpenKerasFile extends Pick<
  KerasFile,
  'format' | 'model' | 'compileConfig' | 'version'
> {
  /** The HDF5 file with the arrays. */
  readonly root: Hdf5Group;
}

/** Opens a file of Keras's without reading its arrays. Parameters and errors: see `readKerasFile`. */
export async function openKerasFile(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  maxBytes: number,
): Promise<OpenKerasFile> {
  if (!isHdf5(bytes)) {
    const members = await unpack(bytes, label, maxBytes);
    return {
      format: 'keras',
      ...configsOf(members, label),
      root: weightsOf(members, label, maxBytes),
    };
  }
  const root = readHdf5(bytes, label, maxBytes);
  if (isLegacy(root)) return { format: 'legacy', ...legacyConfigs(root, label), root };
  return {
    format: 'weights',
    model: undefined,
    compileConfig: undefined,
    version: undefined,
    root,
  };
}

/**
 * Reads weights that lie in several files, as `save_weights` of Keras writes them with `max_shard_size`:
 *
 *     model.weights.json          { metadata, weight_map: { '/layers/dense/vars': 'model_00000.weights.h5' or a list } }
 *     model_00000.weights.h5 …    the parts of a `.weights.h5` file
 *
 * @param index the bytes of the `.json`
 * @param readShard gives the bytes of a file next to it
 * @throws FormatError for anything else.
 */
export async function readShardedWeights(
  index: Uint8Array,
  label: string,
  maxBytes: number,
  readShard: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<KerasFile> {
  const { weight_map: map } = parseJsonObject(index, label);
  if (!isJsonObject(map)) {
    throw new FormatError(
      `${label}: has no weight_map, in which the files with the weights stand.`,
    );
  }
  const roots: Hdf5Group[] = [];
  for (const name of new Set(Object.values(map).flat())) {
    if (typeof name !== 'string' || !isInnerReference(name)) {
      throw new FormatError(
        `${label}: its weight_map names ${describeValue(name)}; expected the name of a file next to it.`,
      );
    }
    const bytes = await readShard(name);
    if (!isHdf5(bytes)) throw new FormatError(`${label}: ${name} is no HDF5 file.`);
    roots.push(readHdf5(bytes, `${label}: ${name}`, maxBytes));
  }
  const weights = await weightsIn(...roots);
  return { format: 'weights', model: undefined, compileConfig: undefined, ...weights };
}

async function weightsIn(
  ...roots: readonly Hdf5Group[]
): Promise<Pick<KerasFile, 'objects' | 'optimizer' | 'version' | 'assets'>> {
  const objects = await readKerasWeights(...roots);
  const optimizer = objects.get(OPTIMIZER);
  objects.delete(OPTIMIZER);
  return { objects, optimizer, version: undefined, assets: NO_ASSETS };
}

/** The members of a `.keras` file that say something, by their names. */
type Members = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** The most bytes that a member may have; 0 for one that is not read, such as a picture of a model card. */
function limitOf(name: string): number {
  if (name === WEIGHTS) return Infinity;
  // A description takes little.
  if (name === CONFIG || name === METADATA) return MAX_JSON_BYTES;
  return isVocabulary(name) ? MAX_ASSET_BYTES : 0;
}

/** Refuses members before they are read. @throws FormatError for one that is too long, and for too many texts. */
function memberChecks(label: string): (name: string, size: number) => boolean {
  let texts = 0;
  return (name, size) => {
    const limit = limitOf(name);
    if (limit === 0) return false;
    if (isVocabulary(name)) texts++;
    else if (size > limit) throw jsonTooLong(`${label}: ${name}`, size);
    if (size <= limit && texts <= MAX_ASSETS) return true;
    throw new FormatError(
      `${label}: ${describeValue(name)} has ${size} bytes and is text ${texts}; at most ${MAX_ASSETS} texts of ` +
        `${MAX_ASSET_BYTES} bytes are read.`,
    );
  };
}

/** Whether a folder with files of such names holds an unzipped `.keras` file. */
export const isKerasFolder = (has: (name: string) => boolean): boolean =>
  has(CONFIG) && has(WEIGHTS);

/**
 * Reads the files of a folder that are the members of a `.keras` file: `save(path, zipped=False)` in Keras.
 *
 * @param names names of files in the folder, those of `assets/` with their paths
 * @param maxBytes the most bytes that the files together may have
 * @param read gives the bytes of a file, at most as many as are asked for; the error for more is given
 * @throws FormatError for files that are not as Keras writes them; what `read` throws.
 */
export async function readKerasFolder(
  names: readonly string[],
  label: string,
  maxBytes: number,
  read: (name: string, most: number, tooLarge: TooLarge) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<KerasFile> {
  const isWanted = memberChecks(label);
  const members = new Map<string, Uint8Array<ArrayBuffer>>();
  let left = maxBytes;
  for (const name of names) {
    if (!isWanted(name, 0)) continue;
    const limit = limitOf(name);
    const bytes = await (limit < left
      ? read(name, limit, (problem) => new FormatError(`${problem}. No more are read of it.`))
      : read(name, left, beyondLimit));
    left -= bytes.length;
    members.set(name, bytes);
  }
  return fileOfMembers(members, label, maxBytes);
}

async function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  maxBytes: number,
): Promise<Members> {
  const names: string[] = [];
  const check = memberChecks(label);
  const isWanted = ({ name, size }: ZipEntry): boolean => {
    names.push(name);
    return check(name, size);
  };
  const members = new Map<string, Uint8Array<ArrayBuffer>>();
  for await (const member of unzip(bytes, { name: label, maxBytes, isWanted })) {
    members.set(member.name, member.bytes);
  }
  if (members.has(CONFIG) && members.has(WEIGHTS)) return members;
  throw new FormatError(
    `${label}: not a .keras file: expected ${CONFIG} and ${WEIGHTS} in it, found ` +
      `${names.slice(0, 8).join(', ') || 'nothing'}.`,
  );
}

/** What the members of a `.keras` file hold. @throws FormatError if they are not as Keras writes them. */
async function fileOfMembers(
  members: Members,
  label: string,
  maxBytes: number,
): Promise<KerasFile> {
  const assets = [...members].flatMap(([name, text]) =>
    isVocabulary(name)
      ? [[name.slice(ASSETS.length), textOf(text, `${label}: ${describeValue(name)}`)] as const]
      : [],
  );
  const configs = configsOf(members, label);
  const weights = await weightsIn(weightsOf(members, label, maxBytes));
  return { format: 'keras', ...weights, ...configs, assets: new Map(assets) };
}

function configsOf(
  members: Members,
  label: string,
): Pick<KerasFile, 'model' | 'compileConfig' | 'version'> {
  const [config, metadata] = [CONFIG, METADATA].map((name) => members.get(name));
  if (config === undefined)
    throw new FormatError(`${label}: expected ${CONFIG} and ${WEIGHTS} in it.`);
  const { compile_config: compiled, ...model } = parseJsonObject(config, `${label}: ${CONFIG}`);
  // Keras writes {} for a model that was never compiled.
  const isCompiled = isJsonObject(compiled) && Object.keys(compiled).length > 0;
  const { keras_version: version } =
    metadata === undefined ? {} : parseJsonObject(metadata, `${label}: ${METADATA}`);
  return {
    model,
    compileConfig: isCompiled ? compiled : undefined,
    version: typeof version === 'string' ? version : undefined,
  };
}

function weightsOf(members: Members, label: string, maxBytes: number): Hdf5Group {
  const weights = members.get(WEIGHTS);
  if (weights === undefined)
    throw new FormatError(`${label}: expected ${CONFIG} and ${WEIGHTS} in it.`);
  return readHdf5(weights, `${label}: ${WEIGHTS}`, maxBytes);
}

/** The bytes of a `.keras` file. @param weights a `.weights.h5` file, in pieces */
export async function encodeKerasFile(
  config: Fields,
  weights: readonly Uint8Array<ArrayBuffer>[],
  assets: ReadonlyMap<string, string> = NO_ASSETS,
): Promise<Uint8Array<ArrayBuffer>> {
  const json = (value: unknown): Uint8Array<ArrayBuffer> =>
    new TextEncoder().encode(pythonJson(value));
  return zip([
    {
      name: METADATA,
      bytes: json({ keras_version: KERAS_VERSION, date_saved: DATE }),
    },
    { name: CONFIG, bytes: json(config) },
    { name: WEIGHTS, bytes: weights },
    ...[...assets].map(([name, text]) => ({
      name: ASSETS + name,
      bytes: new TextEncoder().encode(text),
    })),
  ]);
}

/** What Keras insists on being a float, and JavaScript would write as `0`. */
const FLOATS = ['beta', 'delta', 'learning_rate', 'momentum', 'threshold'];

/** JSON in which these are floats to Python: `0.0`. */
function pythonJson(value: unknown, key = ''): string {
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, key)).join(', ')}]`;
  if (isJsonObject(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    const texts = entries.map(
      ([name, item]) => `${JSON.stringify(name)}: ${pythonJson(item, name)}`,
    );
    return `{${texts.join(', ')}}`;
  }
  const isFloat = FLOATS.includes(key) && Number.isSafeInteger(value);
  return `${JSON.stringify(value) ?? 'null'}${isFloat ? '.0' : ''}`;
}
