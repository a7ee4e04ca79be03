import { describeValue } from '../../config/describe-value.js';
import { FormatError, ValueError } from '../../errors.js';
import type { TooLarge } from './bytes.js';
import type { ArrayFormat, FileArray } from './elements.js';
import { isInnerPath } from './inner-name.js';
import { encodeNpy, parseNpy } from './npy.js';
import { isZip, unzip, zip } from './zip.js';
import type { ZipEntry } from './zip.js';

// NPZ, NumPy's archive of arrays: a zip file of NPY files, NAME.npy each.

/** How an NPZ file is read. */
export interface NpzOptions {
  /** The name of the file in messages. */
  readonly name: string;
  /** The most bytes that its arrays may inflate to. */
  readonly maxBytes: number;
  /** Makes the error for more. Default: one that advises to give `maxBytes`. */
  readonly tooLarge?: TooLarge;
}

/** Arrays of an NPZ file by name, in their order. @throws FormatError */
export async function parseNpz(
  bytes: Uint8Array<ArrayBuffer>,
  options: NpzOptions,
): Promise<Map<string, FileArray>> {
  const arrays = new Map<string, FileArray>();
  await eachMember(bytes, options, (name, contents, { label, left, isDeflated }) => {
    const array = parseNpy(contents, label, isDeflated ? left : Infinity, options.tooLarge);
    arrays.set(name, array);
    return isDeflated ? array.data.byteLength : 0;
  });
  return arrays;
}

/** What is known of a member apart from its contents. */
interface MemberFacts {
  /** The name in messages. */
  readonly label: string;
  /** Bytes that its array may take. */
  readonly left: number;
  readonly isDeflated: boolean;
}

/**
 * Calls `read` with the name of each array and its file. It gives how many of the bytes that are left the array has taken.
 *
 * @throws FormatError for an archive that is none or damaged, and what `read` throws.
 */
export async function eachMember(
  bytes: Uint8Array<ArrayBuffer>,
  options: NpzOptions,
  read: (name: string, contents: Uint8Array<ArrayBuffer>, facts: MemberFacts) => number,
): Promise<void> {
  const isWanted = ({ name }: ZipEntry): boolean => {
    if (name.endsWith('.npy')) return true;
    throw new FormatError(
      `${options.name}: '${name}' is not an array. An NPZ file holds .npy files only.`,
    );
  };
  let left = options.maxBytes;
  for await (const { name, bytes: contents, isDeflated } of unzip(bytes, {
    ...options,
    isWanted,
  })) {
    const label = `${options.name}: '${name}'`;
    left -= read(name.slice(0, -4), contents, { label, left, isDeflated });
  }
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
