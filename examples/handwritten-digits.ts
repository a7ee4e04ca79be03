import { DatasetError, datasets } from 'lanegrad';
import type { Tensor } from 'lanegrad';

/** Images of digits with their labels, for training and for testing. */
export interface HandwrittenDigits {
  readonly name: string;
  readonly data: readonly [readonly [Tensor, Tensor], readonly [Tensor, Tensor]];
  /** The largest pixel. */
  readonly white: number;
}

/** The 1,797 small digits that the library has built in. */
export async function embeddedDigits(): Promise<HandwrittenDigits> {
  return { name: 'the embedded digits', data: await datasets.digits.loadData(), white: 16 };
}

/** MNIST if a directory, the cache or the network has it, else the embedded digits. */
export async function findDigits(): Promise<HandwrittenDigits> {
  try {
    const data = await datasets.mnist.loadData({ timeout: 10_000 });
    return { name: 'MNIST', data, white: 255 };
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    console.log(`${error.message}\n\nGoing on with the embedded digits.`);
    return embeddedDigits();
  }
}

/** The digits as rows of pixels from 0 to 1, float32 [n, height · width], with their labels. */
export function rowsOf({ data, white }: HandwrittenDigits): HandwrittenDigits['data'] {
  const [[trainImages, trainLabels], [testImages, testLabels]] = data;
  const [, height = 0, width = 0] = trainImages.shape;
  const toRows = (images: Tensor): Tensor =>
    images
      .reshape([-1, height * width])
      .astype('float32')
      .div(white);
  return [
    [toRows(trainImages), trainLabels],
    [toRows(testImages), testLabels],
  ];
}
