import { unzip } from '../zip/read.js';
import type { ZipEntry } from '../zip/read.js';
import { zip } from '../zip/write.js';
import { FormatError } from '../../errors.js';
import { isJsonObject, jsonTooLong, MAX_JSON_BYTES, parseJsonObject } from '../json.js';

// `.keras`: a zip file of
//
//     metadata.json       { keras_version, date_saved }
//     config.json         the model: layers, how they were built, how it is compiled
//     model.weights.h5    weights and the optimizer's state

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/** The version of Keras whose layout is written. */
const KERAS_VERSION = '3.16.0';

/** What is in a `.keras` file. */
export interface KerasArchive {
  readonly config: Readonly<Record<string, unknown>>;
  /** A `.weights.h5` file. */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** @param maxBytes the most bytes that it may inflate to @throws FormatError for anything but a `.keras` file. */
export async function readKerasArchive(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  maxBytes: number,
): Promise<KerasArchive> {
  const names: string[] = [];
  const isWanted = ({ name, size }: ZipEntry): boolean => {
    names.push(name);
    // Before it is inflated: a description takes little.
    if (name === CONFIG && size > MAX_JSON_BYTES) throw jsonTooLong(`${label}: ${CONFIG}`, size);
    return name === CONFIG || name === WEIGHTS;
  };
  const members = new Map<string, Uint8Array<ArrayBuffer>>();
  for await (const member of unzip(bytes, { name: label, maxBytes, isWanted })) {
    members.set(member.name, member.bytes);
  }
  const [config, weights] = [members.get(CONFIG), members.get(WEIGHTS)];
  if (config === undefined || weights === undefined) {
    throw new FormatError(
      `${label}: not a .keras file: expected ${CONFIG} and ${WEIGHTS} in it, found ` +
        `${names.slice(0, 8).join(', ') || 'nothing'}.`,
    );
  }
  return { config: parseJsonObject(config, `${label}: ${CONFIG}`), weights };
}

/** The bytes of a `.keras` file. @param weights a `.weights.h5` file, in pieces */
export async function writeKerasArchive(
  config: KerasArchive['config'],
  weights: readonly Uint8Array<ArrayBuffer>[],
): Promise<Uint8Array<ArrayBuffer>> {
  const json = (value: unknown): Uint8Array<ArrayBuffer> =>
    new TextEncoder().encode(pythonJson(value));
  return zip([
    {
      name: METADATA,
      bytes: json({ keras_version: KERAS_VERSION, date_saved: timestamp(new Date()) }),
    },
    { name: CONFIG, bytes: json(config) },
    { name: WEIGHTS, bytes: weights },
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

/** Python's `%Y-%m-%d@%H:%M:%S`, local time. */
function timestamp(now: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `${date}@${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':')}`;
}
