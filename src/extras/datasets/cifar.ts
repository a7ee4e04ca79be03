import { describeValue } from '../../config/describe-value.js';
import { isListOf, oneOf } from '../../config/index.js';
import { DatasetError, FormatError } from '../../errors.js';
import { inflateGzip } from '../../files/formats/gzip.js';
import { parsePickle } from '../../files/formats/pickle/read.js';
import { PickledArray, PickledDict } from '../../files/formats/pickle/values.js';
import { tarMembers } from '../../files/formats/tar.js';
import { tensor } from '../../engine/tensor/index.js';
import type { DatasetFiles } from './dataset-files.js';
import { loadFiles } from './load-files.js';
import type { LoadDataOptions } from './load-files.js';
import type { TrainTestTensors } from './tensors.js';

// CIFAR-10 and CIFAR-100: an archive of pickles, each a dict with the images of a batch and their labels.

export { CIFAR10, CIFAR100 } from './keras-files.js';

/** Pixels of a channel of an image. */
const PIXELS = 32 * 32;
/** Bytes of an image: the red pixels, then the green, then the blue ones. */
const IMAGE = 3 * PIXELS;

/** The most bytes that an archive may unpack to: those of both sets take 186 million. */
const MAX_BYTES = 2 ** 28;

/** Which labels of a set are wanted. */
export interface CifarLabels {
  /** The key of the labels in a batch. */
  readonly key: string;
  /** The number of classes. */
  readonly classes: number;
}

/** The labels of CIFAR-100 that `labelMode` names. @throws ValueError for any other. */
export function labelsOf(owner: string, labelMode: unknown = 'fine'): CifarLabels {
  const mode = oneOf(owner, 'labelMode', labelMode, ['fine', 'coarse']);
  return { key: `${mode}_labels`, classes: mode === 'fine' ? 100 : 20 };
}

/**
 * The images and labels of a set; the last file has those to test with.
 *
 * @param own options that the function knows in addition to those of all downloads
 */
export async function loadCifar(
  owner: string,
  dataset: DatasetFiles,
  options: LoadDataOptions,
  labels: CifarLabels,
  own: readonly string[] = [],
): Promise<TrainTestTensors> {
  const { files, contents } = await loadFiles(owner, dataset, options, own);
  const batches =
    files === dataset.otherFiles
      ? contents
      : await membersOf(contents[0] ?? new Uint8Array(), dataset);
  const names = (dataset.otherFiles ?? []).map(({ name }) => name);
  const read = batches.map((bytes, i) => readBatch(bytes, names[i] ?? '', labels));
  return [tensorsOf(read.slice(0, -1)), tensorsOf(read.slice(-1))];
}

/** The batches in an archive. */
async function membersOf(
  archive: Uint8Array<ArrayBuffer>,
  { name, files, otherFiles = [] }: DatasetFiles,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const label = files[0]?.name ?? name;
  const tar = await inflateGzip(archive, { name: label, limit: MAX_BYTES });
  const members = new Map(Array.from(tarMembers(tar, label), (one) => [one.name, one.bytes]));
  return otherFiles.map((file) => {
    const found = members.get(file.name);
    if (found !== undefined) return found;
    throw new DatasetError(
      `${name}: ${label} has no ${file.name}, but ${describeValue([...members.keys()])}. Get the file again.`,
    );
  });
}

interface Batch {
  /** Images one behind the other, channels first. */
  readonly images: Uint8Array;
  readonly labels: readonly number[];
}

function readBatch(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  { key, classes }: CifarLabels,
): Batch {
  const dict = parsePickle(bytes, { name, maxBytes: MAX_BYTES });
  if (!(dict instanceof PickledDict)) {
    throw new FormatError(`${name}: expected a dict, got ${describeValue(dict)}.`);
  }
  const [data, labels] = [dict.get('data'), dict.get(key)];
  const isData = data instanceof PickledArray && data.shape.length === 2 && data.shape[1] === IMAGE;
  if (!isData || !('dtype' in data.elements) || data.elements.dtype !== 'uint8') {
    throw new FormatError(
      `${name}: expected 'data' to be an array of uint8 of shape (images, ${IMAGE}), got ` +
        `${data instanceof PickledArray ? `one of shape (${data.shape.join(', ')})` : describeValue(data)}.`,
    );
  }
  const isClass = (label: unknown): boolean =>
    typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < classes;
  if (!isListOf(labels, isClass) || labels.length !== data.shape[0]) {
    throw new FormatError(
      `${name}: expected '${key}' to be ${String(data.shape[0])} numbers from 0 to ${classes - 1}, got ` +
        `${describeValue(labels)}.`,
    );
  }
  return { images: data.elements.data as Uint8Array, labels: labels as readonly number[] };
}

/** Images with the channels last, and labels as a column, both uint8. */
function tensorsOf(batches: readonly Batch[]): TrainTestTensors[number] {
  const labels = Uint8Array.from(batches.flatMap((batch) => [...batch.labels]));
  const images = new Uint8Array(labels.length * IMAGE);
  let to = 0;
  for (const batch of batches) {
    for (let image = 0; image < batch.images.length; image += IMAGE) {
      for (let pixel = image; pixel < image + PIXELS; pixel++) {
        images[to++] = batch.images[pixel] ?? 0;
        images[to++] = batch.images[pixel + PIXELS] ?? 0;
        images[to++] = batch.images[pixel + 2 * PIXELS] ?? 0;
      }
    }
  }
  return [
    tensor(images, { shape: [labels.length, 32, 32, 3] }),
    tensor(labels, { shape: [labels.length, 1] }),
  ];
}
