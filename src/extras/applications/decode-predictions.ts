import { describeValue } from '../../config/describe-value.js';
import { checkLength, checkOptions, isListOf, isPlainObject, naming } from '../../config/index.js';
import { FormatError, ShapeError, ValueError } from '../../errors.js';
import type { Source } from '../../files/locations/source.js';
import { formatShape, tidy, toTensor } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';

/** Keras's `imagenet_class_index.json`, parsed: the WordNet identifier and the name of each class, by its position. */
export type ClassIndex = Readonly<Record<string, readonly [id: string, name: string]>>;

/** Options of `decodePredictions`. */
export interface DecodePredictionsOptions {
  /** The number of classes to return for each picture. Default 5. */
  readonly top?: number;
  /**
   * The names of the classes, `{ "0": ["n01440764", "tench"], … }`: the object, or the path, URL or bytes of a file with it.
   * Keras downloads `imagenet_class_index.json`; here nothing is downloaded automatically.
   */
  readonly classIndex: ClassIndex | Source;
}

/** A predicted class: its identifier, its name and its probability. */
export type DecodedPrediction = readonly [id: string, name: string, score: number];

const isEntry = (value: unknown): value is readonly [string, string] =>
  isListOf(value, (item) => typeof item === 'string') && value.length === 2;

/** The entries of a class index in order. @throws ValueError or FormatError for anything else */
function entriesOf(owner: string, index: Readonly<Record<string, unknown>>): ClassIndex[string][] {
  const count = Object.keys(index).length;
  return Array.from({ length: count }, (_, i) => {
    const entry = Object.hasOwn(index, i) ? index[i] : undefined;
    if (isEntry(entry)) return entry;
    throw new FormatError(
      `${owner}: must hold [identifier, name] for each class from "0" to "${count - 1}", got ${describeValue(entry)} for "${i}".`,
    );
  });
}

async function readIndex(given: unknown): Promise<ClassIndex[string][]> {
  const owner = 'decodePredictions: classIndex';
  if (given === undefined || given === null) {
    throw new ValueError(
      `${owner} is missing. Give the path or URL of Keras's imagenet_class_index.json, or what it holds; nothing is ` +
        `downloaded on its own.`,
    );
  }
  if (isPlainObject(given)) return entriesOf(owner, given);
  const { parseJsonObject, readJsonFile, sourceName } =
    await import('../../nn/data/file-arrays.js');
  const bytes = await readJsonFile(given as Source, 'class index', {});
  const name = sourceName(given as Source, 'class index');
  return entriesOf(`${owner}: ${name}`, parseJsonObject(bytes, name));
}

/** The positions of the largest numbers, the largest first; of equal ones the last first, as NumPy's sort leaves them. */
function largest(scores: ArrayLike<number>, count: number): number[] {
  const rank = (i: number): number => scores[i] ?? NaN;
  const indices = Array.from({ length: scores.length }, (_, i) => i);
  return indices.sort((a, b) => rank(b) - rank(a) || b - a).slice(0, count);
}

/**
 * The most likely ImageNet classes of each picture, the likeliest first. Keras: `applications.….decode_predictions`.
 *
 * @param predictions [pictures, classes], as `predict` returns them
 * @throws ShapeError for a wrong shape, and if the number of classes differs from the class index; FormatError for a file
 * without a class index; DatasetError for a file that cannot be read.
 * @example
 * const predictions = await model.predict(images);
 * const classIndex = 'imagenet_class_index.json';
 * const [found] = await applications.mobilenetV2.decodePredictions(predictions, { top: 3, classIndex });
 */
export async function decodePredictions(
  predictions: TensorLike,
  options: DecodePredictionsOptions,
): Promise<DecodedPrediction[][]> {
  const owner = 'decodePredictions';
  checkOptions(owner, options, ['top', 'classIndex']);
  const top = checkLength(owner, 'top', options.top ?? 5);
  // What is given may be gone when the file has been read.
  const { shape, scores } = tidy(() => {
    const x = naming(owner, () => toTensor(predictions));
    return { shape: x.shape, scores: x.ndim === 2 ? x.data().slice() : [] };
  });
  const [rows = 0, classes = 0] = shape;
  if (shape.length !== 2) {
    throw new ShapeError(
      `${owner}: takes predictions of a batch of pictures, [pictures, classes], got shape ${formatShape(shape)}.`,
    );
  }
  const entries = await readIndex(options.classIndex);
  if (entries.length !== classes) {
    throw new ShapeError(
      `${owner}: the predictions have ${classes} classes, of shape ${formatShape(shape)}, but the class index has ${entries.length}.`,
    );
  }
  return Array.from({ length: rows }, (_, row) => {
    const own = scores.slice(row * classes, (row + 1) * classes);
    return largest(own, top).map((index): DecodedPrediction => {
      const [id = '', name = ''] = entries[index] ?? [];
      return [id, name, own[index] ?? NaN];
    });
  });
}
