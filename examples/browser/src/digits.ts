// The images that the network learns from.
import { data, datasets, DatasetError } from 'lanegrad';
import type { Tensor } from 'lanegrad';

/** Images [n, size · size] of 0 (paper) to 1 (ink), labels [n]. */
export interface Digits {
  readonly name: 'digits' | 'mnist';
  readonly size: number;
  readonly trainX: Tensor;
  readonly trainY: Tensor;
  readonly testX: Tensor;
  readonly testY: Tensor;
}

type Parts = readonly [readonly [Tensor, Tensor], readonly [Tensor, Tensor]];

/** The built-in digits, or MNIST: from `directory`, else from the browser's cache, else downloaded. */
export async function loadDigits(name: Digits['name'], directory: string | null): Promise<Digits> {
  if (name === 'digits') return prepare(name, 8, 16, await datasets.digits.loadData());
  const options = directory === null ? {} : { directory };
  try {
    return prepare(name, 28, 255, await datasets.mnist.loadData(options));
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw new Error(
      'The MNIST images could not be downloaded. Check your connection. You can also drop the four MNIST files on this page, or continue with the built-in images.',
      { cause: error },
    );
  }
}

/** MNIST from the four files that the user has. */
export async function readMnist(files: readonly File[]): Promise<Digits> {
  const read = (part: string): Promise<Tensor> => {
    const file = files.find(({ name }) => name.replaceAll('.', '-').includes(part));
    if (file === undefined) throw new Error(`MNIST has four files; ${part} is missing.`);
    return data.readIdx(file);
  };
  return prepare('mnist', 28, 255, [
    [await read('train-images-idx3'), await read('train-labels-idx1')],
    [await read('t10k-images-idx3'), await read('t10k-labels-idx1')],
  ]);
}

function prepare(name: Digits['name'], size: number, ink: number, parts: Parts): Digits {
  const [[trainImages, trainY], [testImages, testY]] = parts;
  const flat = (images: Tensor): Tensor => {
    const values = images.reshape([-1, size * size]).astype('float32');
    const scaled = values.div(ink);
    values.dispose();
    images.dispose();
    return scaled;
  };
  return { name, size, trainX: flat(trainImages), trainY, testX: flat(testImages), testY };
}
