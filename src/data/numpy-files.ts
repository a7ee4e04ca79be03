import { checkBoolean } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import type { TensorLike } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { fileArray, fileTensor, fileTensors } from './file-array.js';
import { maxBytesOf, readAtMost } from './max-bytes.js';
import type { LimitedReadOptions } from './max-bytes.js';
import { readSource, sourceName } from './source.js';
import type { ReadOptions, Source } from './source.js';
import { writeTarget } from './target.js';
import type { Target } from './target.js';

/** Options of `readNpz`. */
export type ReadNpzOptions = LimitedReadOptions;

/** Options of `writeNpz`. */
export interface WriteNpzOptions {
  /** Whether arrays are deflated, as by `numpy.savez_compressed`. Default false. */
  readonly compress?: boolean;
}

/**
 * Reads an array that NumPy saved (`numpy.save`), versions 1 to 3, of either byte and axis order.
 *
 * bool, uint8 and int32 stay; other integers become int32, if they fit; float16, float32 and float64 become
 * float32. The tensor belongs to the caller.
 *
 * @throws FormatError if it is no NPY file, damaged, or holds no numbers: pickled objects are never run.
 * @throws DatasetError if it cannot be read at all.
 * @example const x = await data.readNpy('features.npy');
 */
export async function readNpy(source: Source, options: ReadOptions = {}): Promise<Tensor> {
  checkOptions('readNpy', options, ['signal']);
  const { parseNpy } = await import('./npy.js');
  return fileTensor(parseNpy(await readSource(source, options), sourceName(source, 'NPY')));
}

/**
 * Writes an array as NumPy's `numpy.load` reads it: float32, int32, uint8 or bool, row-major.
 *
 * @param target a path, or an object { write(name, bytes) }
 * @example await data.writeNpy('features.npy', x);
 */
export async function writeNpy(target: Target, x: TensorLike): Promise<void> {
  const array = fileArray(x);
  const { encodeNpy } = await import('./npy.js');
  await writeTarget('writeNpy', target, encodeNpy(array), 'array.npy');
}

/**
 * Reads the arrays of an archive that NumPy saved (`numpy.savez`, `numpy.savez_compressed`), by name.
 * The object has no prototype, so that any name is only a name. The tensors belong to the caller.
 *
 * @throws FormatError as `readNpy` does, and for an archive that is damaged or inflates to more than `maxBytes`.
 * @example const { x, y } = await data.readNpz('train.npz');
 */
export async function readNpz(
  source: Source,
  options: ReadNpzOptions = {},
): Promise<Record<string, Tensor>> {
  checkOptions('readNpz', options, ['signal', 'maxBytes']);
  const maxBytes = maxBytesOf('readNpz', options);
  const { parseNpz } = await import('./npz.js');
  const bytes = await readAtMost(maxBytes, source, 'NPZ', { signal: options.signal });
  const arrays = await parseNpz(bytes, { name: sourceName(source, 'NPZ'), maxBytes });
  return fileTensors(arrays);
}

/**
 * Writes arrays by name into one archive, as `numpy.load` reads it.
 *
 * @param target a path, or an object { write(name, bytes) }
 * @example await data.writeNpz('train.npz', { x, y }, { compress: true });
 */
export async function writeNpz(
  target: Target,
  arrays: Readonly<Record<string, TensorLike>>,
  options: WriteNpzOptions = {},
): Promise<void> {
  checkOptions('writeNpz', options, ['compress']);
  const compress = checkBoolean('writeNpz', 'compress', options.compress ?? false);
  const entries = Object.entries(arrays).map(([name, x]) => [name, fileArray(x)] as const);
  const { encodeNpz } = await import('./npz.js');
  await writeTarget('writeNpz', target, await encodeNpz(entries, { compress }), 'arrays.npz');
}
