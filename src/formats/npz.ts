import { describeValue } from '../config/describe-value.js';
import { FormatError, ValueError } from '../errors.js';
import type { ArrayFormat, FileArray } from './elements.js';
import { isInnerPath } from './inner-name.js';
import { encodeNpy, parseNpy } from './npy.js';
import { isZip, unzip } from './zip/read.js';
import type { ZipEntry } from './zip/read.js';
import { zip } from './zip/write.js';

// NPZ, NumPy's archive of arrays: a zip file of NPY files, NAME.npy each.

/** Arrays of an NPZ file by name, in their order. @throws FormatError */
export async function parseNpz(
  bytes: Uint8Array<ArrayBuffer>,
  options: { readonly name: string; readonly maxBytes: number },
): Promise<Map<string, FileArray>> {
  const arrays = new Map<string, FileArray>();
  const isWanted = ({ name }: ZipEntry): boolean => {
    if (name.endsWith('.npy')) return true;
    throw new FormatError(
      `${options.name}: '${name}' is no array. An NPZ file holds .npy files only.`,
    );
  };
  let left = options.maxBytes;
  for await (const { name, bytes: contents, isDeflated } of unzip(bytes, {
    ...options,
    isWanted,
  })) {
    const limit = isDeflated ? left : Infinity;
    const array = parseNpy(contents, `${options.name}: '${name}'`, limit);
    if (isDeflated) left -= array.data.byteLength;
    arrays.set(name.slice(0, -4), array);
  }
  return arrays;
}

/** The bytes of an NPZ file. @throws ValueError for a name that a zip file cannot hold. */
export async function encodeNpz(
  arrays: readonly (readonly [name: string, array: FileArray])[],
  options: { readonly compress?: boolean } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const members = arrays.map(([name, array]) => {
    if (!isInnerPath(`${name}.npy`)) {
      throw new ValueError(
        `NPZ: an array cannot be called ${describeValue(name)}: unpacked, it would leave its folder.`,
      );
    }
    return { name: `${name}.npy`, bytes: encodeNpy(array) };
  });
  return zip(members, options);
}

/** Weights as NPZ. */
export const npzWeights: ArrayFormat = {
  encode: (arrays) => encodeNpz(arrays),
  decode: (bytes, name, maxBytes) => parseNpz(bytes, { name, maxBytes }),
  isOf: isZip,
};
