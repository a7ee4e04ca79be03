import { checkBoolean, checkOptions } from '../config/index.js';
import type { FileArray } from '../formats/elements.js';
import { encodeIdx, unpackIdx } from '../formats/idx/files.js';
import type { IdxArray } from '../formats/idx/parse.js';
import { deflate } from '../formats/inflate.js';
import { encodeNpy, parseNpy } from '../formats/npy.js';
import { encodeNpz, parseNpz } from '../formats/npz.js';
import { readFile, type LimitedReadOptions, type Source } from '../places/source.js';
import { targetLocation, type Target } from '../places/target.js';
import { writeTarget } from '../places/write.js';

// Places and formats put together: files as arrays, loaded with the first file. `read-and-write.ts` makes tensors of them.

export { rowBlocks } from '../formats/csv/rows.js';
export { readWritten, sourceChunks, sourceName } from '../places/source.js';
export { writeTarget };

/** Options of `writeIdx`. */
export interface WriteIdxOptions {
  /** Whether the file is gzipped. Default: if its name ends in `.gz`. */
  readonly compress?: boolean | undefined;
}

/** Options of `writeNpz`. */
export interface WriteNpzOptions {
  /** Whether arrays are deflated, as by `numpy.savez_compressed`. Default false. */
  readonly compress?: boolean;
}

/** What `readIdx` reads. */
export async function readIdxArray(
  source: Source,
  options: LimitedReadOptions = {},
): Promise<IdxArray> {
  const { bytes, name, maxBytes } = await readFile('readIdx', 'IDX', source, options);
  return unpackIdx(bytes, name, maxBytes);
}

/** What `writeIdx` writes. */
export async function writeIdxArray(
  target: Target,
  array: FileArray,
  options: WriteIdxOptions,
): Promise<void> {
  checkOptions('writeIdx', options, ['compress']);
  const isNamedGz = targetLocation('writeIdx', target)?.endsWith('.gz') === true;
  const compress = checkBoolean('writeIdx', 'compress', options.compress ?? isNamedGz);
  const bytes = encodeIdx(array);
  const file = compress ? await deflate(bytes, 'gzip') : bytes;
  await writeTarget('writeIdx', target, file, compress ? 'array.idx.gz' : 'array.idx');
}

/** What `readNpy` reads. */
export async function readNpyArray(
  source: Source,
  options: LimitedReadOptions,
): Promise<FileArray> {
  const { bytes, name } = await readFile('readNpy', 'NPY', source, options);
  return parseNpy(bytes, name);
}

/** What `writeNpy` writes. */
export async function writeNpyArray(target: Target, array: FileArray): Promise<void> {
  await writeTarget('writeNpy', target, encodeNpy(array), 'array.npy');
}

/** What `readNpz` reads. */
export async function readNpzArrays(
  source: Source,
  options: LimitedReadOptions,
): Promise<ReadonlyMap<string, FileArray>> {
  const { bytes, ...file } = await readFile('readNpz', 'NPZ', source, options);
  return parseNpz(bytes, file);
}

/** What `writeNpz` writes. */
export async function writeNpzArrays(
  target: Target,
  arrays: readonly (readonly [name: string, array: FileArray])[],
  options: WriteNpzOptions,
): Promise<void> {
  checkOptions('writeNpz', options, ['compress']);
  const compress = checkBoolean('writeNpz', 'compress', options.compress ?? false);
  await writeTarget('writeNpz', target, await encodeNpz(arrays, { compress }), 'arrays.npz');
}
