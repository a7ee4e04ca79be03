import type { FileArray } from './elements.js';
import { isZip, readZipDirectory } from './zip/read.js';
import { isHdf5 } from './hdf5/signature.js';
import { weightsFormatName, type WeightsFormatName } from './weights-location.js';

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
      const { encodeNpz } = await import('./npz.js');
      return encodeNpz(arrays);
    },
    async decode(bytes, name, maxBytes) {
      const { parseNpz } = await import('./npz.js');
      return parseNpz(bytes, { name, maxBytes });
    },
  },
  h5: { name: 'h5', extension: '.weights.h5' },
};

/** The format named by `format`, or by the extension of `location`. Parameters and errors: see `weightsFormatName`. */
export function weightsFormat(
  ...args: Parameters<typeof weightsFormatName>
): WeightsFormat | undefined {
  const name = weightsFormatName(...args);
  return name === undefined ? undefined : FORMATS[name];
}

/** The format that the bytes are in, judged by their beginning; of a zip file, by what is in it. @throws FormatError */
export function sniffWeightsFormat(bytes: Uint8Array<ArrayBuffer>, label: string): WeightsFormat {
  if (isHdf5(bytes)) return FORMATS.h5;
  if (!isZip(bytes)) return FORMATS.safetensors;
  const isKeras = readZipDirectory(bytes, label).some(({ name }) => name === 'config.json');
  return isKeras ? FORMATS.h5 : FORMATS.npz;
}

/** The format where nobody says which. */
export const DEFAULT_FORMAT: NamedArraysFormat = FORMATS.safetensors;
