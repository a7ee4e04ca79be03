// `lanegrad/io/safetensors`
import { describeValue, printable } from '../config/describe-value.js';
import { checkOptions, requireObject } from '../config/index.js';
import { fileArrays, fileTensors } from '../nn/data/file-tensors.js';
import { readFile } from '../files/locations/source.js';
import type { LimitedReadOptions, Source } from '../files/locations/source.js';
import { writeTarget } from '../files/locations/write.js';
import type { Target } from '../files/locations/target.js';
import { ValueError } from '../errors.js';
import type { Tensor, TensorLike } from '../engine/tensor/index.js';
import { encodeSafetensors, parseSafetensors } from '../files/formats/safetensors.js';

/** What a safetensors file holds. */
export interface Safetensors {
  /** The tensors by name, in the order of the file. The object has no prototype. Dispose of the tensors when you no longer need them. */
  readonly tensors: Record<string, Tensor>;
  /** Texts of the header, by name. */
  readonly metadata: Record<string, string>;
}

/** Options of `writeSafetensors`. */
export interface WriteSafetensorsOptions {
  /** Texts for the header, by name. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file. F16, BF16 and F64 become float32; integers become int32 if they are in its range (U8 stays
 * uint8).
 *
 * @throws FormatError if the file has a different format or is damaged; DatasetError if it cannot be read.
 * @example const { tensors } = await readSafetensors('model.safetensors');
 */
export async function readSafetensors(
  source: Source,
  options: LimitedReadOptions = {},
): Promise<Safetensors> {
  const { bytes, name } = await readFile('readSafetensors', 'safetensors', source, options);
  const { arrays, metadata } = parseSafetensors(bytes, name);
  const texts = Object.assign(Object.create(null), Object.fromEntries(metadata)) as Record<
    string,
    string
  >;
  return { tensors: fileTensors(arrays), metadata: texts };
}

/**
 * Writes arrays into a safetensors file, by name and in order.
 *
 * @param arrays tensors, or values that stand for tensors, by name
 * @throws ValueError for invalid metadata, or a target that is not writable.
 * @example await writeSafetensors('model.safetensors', { kernel, bias }, { metadata: { format: 'np' } });
 */
export async function writeSafetensors(
  target: Target,
  arrays: Readonly<Record<string, TensorLike>>,
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  const owner = 'writeSafetensors';
  checkOptions(owner, options, ['metadata']);
  const { metadata = {} } = options;
  const entries = fileArrays(owner, arrays);
  if (Object.hasOwn(arrays, '__metadata__')) {
    throw new ValueError(
      `${owner}: an array cannot be called '__metadata__'; give the option metadata.`,
    );
  }
  for (const [name, text] of Object.entries(requireObject(owner, 'metadata', metadata))) {
    if (typeof text !== 'string') {
      throw new ValueError(
        `${owner}: metadata '${printable(name)}' must be a text, got ${describeValue(text)}.`,
      );
    }
  }
  await writeTarget(owner, target, encodeSafetensors(entries, metadata), 'arrays.safetensors');
}
