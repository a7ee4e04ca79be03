import { checkBoolean } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import type { FileArray } from '../formats/elements.js';
import { maxBytesOf, readAtMost, sourceName } from '../places/source.js';
import type { LimitedReadOptions, Source } from '../places/source.js';
import type { ReadNpzOptions, WriteNpzOptions } from './numpy-files.js';
import type { Target } from '../places/target.js';
import { writeTarget } from '../places/write.js';

// NumPy's files as arrays; `numpy-files.ts` makes tensors of them. The code of a format is loaded with the first file.

/** What `readNpy` reads. */
export async function readNpyArray(
  source: Source,
  options: LimitedReadOptions,
): Promise<FileArray> {
  checkOptions('readNpy', options, ['signal', 'maxBytes']);
  const maxBytes = maxBytesOf('readNpy', options);
  const { parseNpy } = await import('../formats/npy.js');
  const bytes = await readAtMost(maxBytes, source, 'NPY', { signal: options.signal });
  return parseNpy(bytes, sourceName(source, 'NPY'));
}

/** What `writeNpy` writes. */
export async function writeNpyArray(target: Target, array: FileArray): Promise<void> {
  const { encodeNpy } = await import('../formats/npy.js');
  await writeTarget('writeNpy', target, encodeNpy(array), 'array.npy');
}

/** What `readNpz` reads. */
export async function readNpzArrays(
  source: Source,
  options: ReadNpzOptions,
): Promise<ReadonlyMap<string, FileArray>> {
  checkOptions('readNpz', options, ['signal', 'maxBytes']);
  const maxBytes = maxBytesOf('readNpz', options);
  const { parseNpz } = await import('../formats/npz.js');
  const bytes = await readAtMost(maxBytes, source, 'NPZ', { signal: options.signal });
  return parseNpz(bytes, { name: sourceName(source, 'NPZ'), maxBytes });
}

/** What `writeNpz` writes. */
export async function writeNpzArrays(
  target: Target,
  arrays: readonly (readonly [name: string, array: FileArray])[],
  options: WriteNpzOptions,
): Promise<void> {
  checkOptions('writeNpz', options, ['compress']);
  const compress = checkBoolean('writeNpz', 'compress', options.compress ?? false);
  const { encodeNpz } = await import('../formats/npz.js');
  await writeTarget('writeNpz', target, await encodeNpz(arrays, { compress }), 'arrays.npz');
}
