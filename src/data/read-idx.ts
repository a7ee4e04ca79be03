import type { Tensor } from '../tensor/tensor.js';
import { tensor } from '../tensor/create.js';
import type { IdxArray } from '../formats/idx.js';
import type { LimitedReadOptions, Source } from '../places/source.js';

/**
 * Reads an IDX file, the format of MNIST, into a tensor; gzip is recognised and inflated.
 *
 * `source` is the bytes, a Blob, a path (Node), or a URL. Element types: u8 gives `uint8`; i8, i16 and i32
 * give `int32`; f32 and f64 give `float32`. Any rank.
 *
 * @throws FormatError if the bytes are not IDX, corrupted, truncated or followed by others, or are, or inflate to, more
 * than `maxBytes`.
 * @throws DatasetError if they cannot be read at all.
 * @example const images = await data.readIdx('train-images-idx3-ubyte.gz'); // uint8, [60000, 28, 28]
 */
export async function readIdx(source: Source, options: LimitedReadOptions = {}): Promise<Tensor> {
  const { readIdxArray } = await import('./files.js');
  return idxTensor(await readIdxArray(source, options));
}

/** The tensor that an IDX file holds. */
export function idxTensor({ data, shape, dtype }: IdxArray): Tensor {
  return tensor(data, { shape, dtype });
}
