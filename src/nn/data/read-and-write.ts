import { checkBoolean, checkOptions, naming } from '../../config/index.js';
import type { LimitedReadOptions, Source } from '../../files/locations/source.js';
import { targetLocation } from '../../files/locations/target.js';
import type { Target } from '../../files/locations/target.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { fileArray, fileArrays, fileTensor, fileTensors } from './file-tensors.js';

/** Options of `readNpz`. */
export type ReadNpzOptions = LimitedReadOptions;

/** Options of `writeIdx`. */
export interface WriteIdxOptions {
  /** Whether to gzip the file. Default: true if its name ends in `.gz`. */
  readonly compress?: boolean | undefined;
}

/** Options of `writeNpz`. */
export interface WriteNpzOptions {
  /** Whether to compress arrays, like `numpy.savez_compressed`. Default false. */
  readonly compress?: boolean;
}

/**
 * Reads an IDX file, the format of MNIST, into a tensor; gzip is recognised and inflated.
 *
 * `source` is the bytes, a Blob, a path (Node), or a URL. Element types: u8 gives `uint8`; i8, i16 and i32
 * give `int32`; f32 and f64 give `float32`. Any rank.
 *
 * @throws FormatError if the bytes are not IDX, are corrupted, truncated or followed by other data, or if they exceed
 * `maxBytes`, also when inflated.
 * @throws DatasetError if the source cannot be read.
 * @example const images = await data.readIdx('train-images-idx3-ubyte.gz'); // uint8, [60000, 28, 28]
 */
export async function readIdx(source: Source, options: LimitedReadOptions = {}): Promise<Tensor> {
  const { readFile, unpackIdx } = await import('./file-arrays.js');
  const { bytes, name, maxBytes } = await readFile('readIdx', 'IDX', source, options);
  return fileTensor(await unpackIdx(bytes, name, maxBytes));
}

/**
 * Writes a tensor as an IDX file, the format of MNIST: uint8 as u8, int32 as i32, float32 as f32, bool as u8 of 0 and
 * 1; any shape.
 *
 * @param target a path, or an object { write(name, bytes) }
 * @throws ValueError for a target that cannot be written to.
 * @example await data.writeIdx('train-images-idx3-ubyte.gz', images);
 */
export async function writeIdx(
  target: Target,
  x: TensorLike,
  options: WriteIdxOptions = {},
): Promise<void> {
  const array = naming('writeIdx', () => fileArray(x));
  checkOptions('writeIdx', options, ['compress']);
  const isNamedGz = targetLocation('writeIdx', target)?.endsWith('.gz') === true;
  const compress = checkBoolean('writeIdx', 'compress', options.compress ?? isNamedGz);
  const { deflate, encodeIdx, writeTarget } = await import('./file-arrays.js');
  const bytes = encodeIdx(array);
  const file = compress ? await deflate(bytes, 'gzip') : bytes;
  await writeTarget('writeIdx', target, file, compress ? 'array.idx.gz' : 'array.idx');
}

/**
 * Reads an array that NumPy saved (`numpy.save`), versions 1 to 3, in either byte and axis order.
 *
 * bool, uint8 and int32 keep their types; other integers become int32 if they are in its range; float16, float32 and
 * float64 become float32. Dispose of the tensor when you no longer need it.
 *
 * @throws FormatError if the file is not an NPY file, is damaged, is longer than `maxBytes`, or does not contain
 * numbers: pickled objects are never run.
 * @throws DatasetError if the file cannot be read.
 * @example const x = await data.readNpy('features.npy');
 */
export async function readNpy(source: Source, options: LimitedReadOptions = {}): Promise<Tensor> {
  const { parseNpy, readFile } = await import('./file-arrays.js');
  const { bytes, name } = await readFile('readNpy', 'NPY', source, options);
  return fileTensor(parseNpy(bytes, name));
}

/**
 * Writes an array in the format that `numpy.load` reads: float32, int32, uint8 or bool, row-major.
 *
 * @param target a path, or an object { write(name, bytes) }
 * @example await data.writeNpy('features.npy', x);
 */
export async function writeNpy(target: Target, x: TensorLike): Promise<void> {
  const array = naming('writeNpy', () => fileArray(x));
  const { encodeNpy, writeTarget } = await import('./file-arrays.js');
  await writeTarget('writeNpy', target, encodeNpy(array), 'array.npy');
}

/**
 * Reads the arrays of an archive that NumPy saved (`numpy.savez`, `numpy.savez_compressed`), by name.
 * The object has no prototype, so every name is only a key. Dispose of the tensors when you no longer need them.
 *
 * @throws FormatError like `readNpy`, and for an archive that is damaged or inflates to more than `maxBytes`.
 * @example const { x, y } = await data.readNpz('train.npz');
 */
export async function readNpz(
  source: Source,
  options: ReadNpzOptions = {},
): Promise<Record<string, Tensor>> {
  const { parseNpz, readFile } = await import('./file-arrays.js');
  const { bytes, ...file } = await readFile('readNpz', 'NPZ', source, options);
  return fileTensors(await parseNpz(bytes, file));
}

/**
 * Writes arrays by name into one archive, which `numpy.load` reads.
 *
 * @param target a path, or an object { write(name, bytes) }
 * @param arrays the arrays by name
 * @example await data.writeNpz('train.npz', { x, y }, { compress: true });
 */
export async function writeNpz(
  target: Target,
  arrays: Readonly<Record<string, TensorLike>>,
  options: WriteNpzOptions = {},
): Promise<void> {
  const entries = fileArrays('writeNpz', arrays);
  checkOptions('writeNpz', options, ['compress']);
  const compress = checkBoolean('writeNpz', 'compress', options.compress ?? false);
  const { encodeNpz, writeTarget } = await import('./file-arrays.js');
  await writeTarget('writeNpz', target, await encodeNpz(entries, { compress }), 'arrays.npz');
}
