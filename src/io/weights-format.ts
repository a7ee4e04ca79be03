import type { FileArray } from '../data/elements.js';
import { isZip } from '../data/is-zip.js';
import { ValueError } from '../errors.js';

/** A way to keep arrays by name in one file. */
export interface WeightsFormat {
  readonly name: WeightsFormatName;
  /** With its dot. */
  readonly extension: string;
  encode(
    arrays: readonly (readonly [name: string, array: FileArray])[],
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** By name, in the order of the file. @throws FormatError */
  decode(bytes: Uint8Array<ArrayBuffer>, label: string): Promise<ReadonlyMap<string, FileArray>>;
}

/** The formats of `saveWeights` and `loadWeights`. */
export type WeightsFormatName = 'safetensors' | 'npz';

// The code of a format is loaded when a file of it is read or written.
const FORMATS: Readonly<Record<WeightsFormatName, WeightsFormat>> = {
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
    async decode(bytes, name) {
      const { MAX_INFLATED, parseNpz } = await import('../data/npz.js');
      return parseNpz(bytes, { name, maxBytes: MAX_INFLATED });
    },
  },
};

const SUPPORTED = "'safetensors' (.safetensors) and 'npz' (.npz)";

/**
 * The format named by `format`, or by the extension of `location`; undefined if neither says.
 *
 * @param owner the method, for messages
 * @throws ValueError for a format that is not supported, listing those that are.
 */
export function weightsFormat(
  owner: string,
  location: string | undefined,
  format: string | undefined,
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
  throw new ValueError(
    `${owner}: the name '${location}' does not end in a supported extension; supported are ${SUPPORTED}. Change ` +
      `the name, or say which with the option format.`,
  );
}

/** The format that the bytes are in, judged by their beginning. */
export function sniffWeightsFormat(bytes: Uint8Array): WeightsFormat {
  return isZip(bytes) ? FORMATS.npz : FORMATS.safetensors;
}

/** The format where nobody says which. */
export const DEFAULT_FORMAT: WeightsFormat = FORMATS.safetensors;
