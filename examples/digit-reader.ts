import { layers, models } from 'lanegrad';
import { imagesOf } from './handwritten-digits.js';
import type { HandwrittenDigits } from './handwritten-digits.js';

/** How a reader is trained. */
export interface DigitReaderOptions {
  readonly epochs: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** A trained network, and the share of test digits that it reads correctly. */
export interface DigitReader {
  /** Images [n, height, width, 1] with pixels from 0 to 1 → probabilities [n, 10]. Its layer `scores` gives their logits. */
  readonly reader: models.Sequential;
  readonly accuracy: number;
}

/** Trains a convolutional network to read digits, for examples that need one. */
export async function trainDigitReader(
  digits: HandwrittenDigits,
  { epochs, verbose = 0 }: DigitReaderOptions,
): Promise<DigitReader> {
  const [[x, y], [xTest, yTest]] = imagesOf(digits);
  const convolution = (filters: number): layers.Conv2D =>
    new layers.Conv2D(filters, 3, { padding: 'same', activation: 'relu' });
  const reader = new models.Sequential([
    layers.Input(x.shape.slice(1)),
    convolution(16),
    new layers.MaxPooling2D(2),
    convolution(32),
    new layers.MaxPooling2D(2),
    new layers.Flatten(),
    new layers.Dense(64, { activation: 'relu' }),
    new layers.Dropout(0.3),
    new layers.Dense(10, { name: 'scores' }),
    new layers.Softmax(),
  ]);
  reader.compile({
    optimizer: 'adam',
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  await reader.fit(x, y, { epochs, batchSize: 64, verbose });
  const [, accuracy = NaN] = await reader.evaluate(xTest, yTest, { verbose: 0 });
  return { reader, accuracy };
}
