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
export function rowsOf(digits: HandwrittenDigits): HandwrittenDigits['data'] {
  return scaled(digits, ([, height = 0, width = 0]) => [height * width]);
}

/** The digits as pictures of one channel with pixels from 0 to 1, float32 [n, height, width, 1], with their labels. */
export function imagesOf(digits: HandwrittenDigits): HandwrittenDigits['data'] {
  return scaled(digits, ([, height = 0, width = 0]) => [height, width, 1]);
}

/** The digits with pixels from 0 to 1, each of the shape that `shapeOf` makes of that of all. */
function scaled(
  { data, white }: HandwrittenDigits,
  shapeOf: (all: readonly number[]) => readonly number[],
): HandwrittenDigits['data'] {
  const [[trainImages, trainLabels], [testImages, testLabels]] = data;
  const toPixels = (images: Tensor): Tensor =>
    images
      .reshape([-1, ...shapeOf(images.shape)])
      .astype('float32')
      .div(white);
  return [
    [toPixels(trainImages), trainLabels],
    [toPixels(testImages), testLabels],
  ];
}
