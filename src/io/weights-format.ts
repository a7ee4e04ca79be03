import type { FileArray } from '../data/elements.js';
import { isZip } from '../data/is-zip.js';
import { ValueError } from '../errors.js';
import { isHdf5 } from './hdf5/signature.js';

/** A format for weights in one file. */
export type WeightsFormat = NamedArraysFormat | KerasFormat;

/** A way to keep arrays by name. */
export interface NamedArraysFormat {
  readonly name: 'safetensors' | 'npz';
  /** With its dot. */
  readonly extension: string;
  encode(
    arrays: readonly (readonly [name: string, array: FileArray])[],
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** By name, in the order of the file. @param maxBytes the most that it may inflate to @throws FormatError */
  decode(
    bytes: Uint8Array<ArrayBuffer>,
    label: string,
    maxBytes: number,
  ): Promise<ReadonlyMap<string, FileArray>>;
}

/** Keras's own format, in which weights belong to layers (`models/keras-weights.ts`). */
export interface KerasFormat {
  readonly name: 'h5';
  readonly extension: string;
}

/** The formats of `saveWeights` and `loadWeights`. */
export type WeightsFormatName = WeightsFormat['name'];

// The code of a format is loaded when a file of it is read or written.
const FORMATS: { readonly [Name in WeightsFormatName]: WeightsFormat & { readonly name: Name } } = {
  safetensors: {
    name: 'safetensors',
    extension: '.safetensors',
    // The metadata by which Hugging Face's tools know files of a library.
    async encode(arrays) {
      const { encodeSafetensors } = await import('./safetensors.js');
      return encodeSafetensors(arrays, { format: 'lanegrad' });
    },
    async decode(bytes, label) {
      const { parseSafetensors } = await import('./safetensors.js');
      return parseSafetensors(bytes, label).arrays;
    },
  },
  npz: {
    name: 'npz',
    extension: '.npz',
    async encode(arrays) {
      const { encodeNpz } = await import('../data/npz.js');
      return encodeNpz(arrays);
    },
    async decode(bytes, name, maxBytes) {
      const { parseNpz } = await import('../data/npz.js');
      return parseNpz(bytes, { name, maxBytes });
    },
  },
  h5: { name: 'h5', extension: '.weights.h5' },
};

const SUPPORTED = "'safetensors' (.safetensors), 'npz' (.npz) and 'h5' (.weights.h5)";

/** Files of Keras's that hold weights besides. */
const KERAS_FILES = /\.(keras|h5|hdf5)$/;

/**
 * The format named by `format`, or by the extension of `location`; undefined if neither says.
 *
 * @param owner the method, for messages
 * @param isRead whether the file is read: then it may also be one of Keras's that holds a whole model
 * @throws ValueError for a format that is not supported, listing those that are.
 */
export function weightsFormat(
  owner: string,
  location: string | undefined,
  format: string | undefined,
  isRead = false,
): WeightsFormat | undefined {
  if (format !== undefined) {
    if (Object.hasOwn(FORMATS, format)) return FORMATS[format as WeightsFormatName];
    throw new ValueError(
      `${owner}: format '${format}' is not supported; supported are ${SUPPORTED}.`,
    );
  }
  if (location === undefined) return undefined;
  // Of a URL the path counts, not the query.
  const path = location.replace(/[?#].*$/s, '').toLowerCase();
  const found = Object.values(FORMATS).find(({ extension }) => path.endsWith(extension));
  if (found !== undefined) return found;
  if (isRead && KERAS_FILES.test(path)) return FORMATS.h5;
  throw new ValueError(
    `${owner}: the name '${location}' does not end in a supported extension; supported are ${SUPPORTED}. Change ` +
      `the name, or say which with the option format.`,
  );
}

/** The format that the bytes are in, judged by their beginning; of a zip file, by what is in it. @throws FormatError */
export async function sniffWeightsFormat(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
): Promise<WeightsFormat> {
  if (isHdf5(bytes)) return FORMATS.h5;
  if (!isZip(bytes)) return FORMATS.safetensors;
  const { readZipDirectory } = await import('../data/zip-directory.js');
  const isKeras = readZipDirectory(bytes, label).some(({ name }) => name === 'config.json');
  return isKeras ? FORMATS.h5 : FORMATS.npz;
}

/** The format where nobody says which. */
export const DEFAULT_FORMAT: NamedArraysFormat = FORMATS.safetensors;
