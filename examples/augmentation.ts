// Digits that are rotated, moved and slanted a little are still the same digits. So a network that sees each of a thousand digits
// differently in each epoch learns more from them (F. Chollet, "Deep Learning with Python", 5.2, does so with cats and dogs). The
// network is the small one of 5.1. It is trained twice for the same number of steps: on the digits as they are, and behind layers
// that change each digit at random. The layers belong to the model and do nothing when it predicts.
//   npx tsx examples/augmentation.ts        MNIST if a directory, the cache or the network has it, else the built-in digits
import { layers, models, optimizers, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { embeddedDigits, findDigits, imagesOf } from './handwritten-digits.js';
import type { HandwrittenDigits } from './handwritten-digits.js';
import { isMain } from './is-main.js';

/** How the networks are trained. */
export interface AugmentationOptions {
  /** Default: the built-in digits. */
  readonly digits?: HandwrittenDigits;
  /** How many training digits there are. Default 1,000. */
  readonly count?: number;
  readonly epochs?: number;
  /** Each pair of networks is trained from another one. Default [0, 1, 2]. */
  readonly seeds?: readonly number[];
  /** Called with the accuracies of each pair. */
  readonly report?: (pair: Accuracies) => void;
}

/** Shares of test digits that are read correctly. */
export interface Accuracies {
  /** Of the network that saw the digits as they are, after its best epoch. */
  readonly plain: number;
  /** Of the one that saw them changed, after the last epoch. */
  readonly augmented: number;
}

/** Whether pictures are those of the built-in digits: there a pixel is an eighth of the height. */
const isSmall = ({ shape }: Tensor): boolean => (shape[1] ?? 0) < 16;

/** The layers that change digits: each in another way, and little enough that a 6 does not become a 9. */
export function changes(x: Tensor): layers.Layer[] {
  const black = { fillMode: 'constant' } as const;
  const turned = new layers.RandomRotation(0.05, black);
  const slanted = new layers.RandomShear({ xFactor: 0.1, ...black });
  if (isSmall(x)) return [turned, slanted];
  return [
    turned,
    new layers.RandomTranslation(0.1, 0.1, black),
    new layers.RandomZoom(0.2, { widthFactor: 0.2, ...black }),
    slanted,
  ];
}

/** The convolutional network of 5.1; where pictures are smaller than 16 pixels, with one block less. */
function makeReader(x: Tensor, first: readonly layers.Layer[], steps: number): models.Sequential {
  const convolution = (filters: number): layers.Conv2D =>
    new layers.Conv2D(filters, 3, { activation: 'relu' });
  const model = new models.Sequential([
    layers.Input(x.shape.slice(1)),
    ...first,
    convolution(32),
    new layers.MaxPooling2D(2),
    convolution(64),
    ...(isSmall(x) ? [] : [new layers.MaxPooling2D(2), convolution(64)]),
    new layers.Flatten(),
    new layers.Dense(64, { activation: 'relu' }),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
  model.compile({
    // Smaller and smaller steps, so that the last epoch is no worse than others by chance.
    optimizer: new optimizers.RMSprop({
      learningRate: new optimizers.schedules.CosineDecay(0.001, steps),
    }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** Trains pairs of networks, and gives the means of their accuracies. */
export async function augmentation(options: AugmentationOptions = {}): Promise<Accuracies> {
  const { count = 1000, epochs = 120, seeds = [0, 1, 2], report } = options;
  const [[allX, allY], [xTest, yTest]] = imagesOf(options.digits ?? (await embeddedDigits()));
  const batchSize = 32;
  const [x, y] = [allX.slice([0, count]), allY.slice([0, count])];
  const pairs: Accuracies[] = [];
  for (const seed of seeds) {
    const accuracies = async (first: readonly layers.Layer[]): Promise<readonly number[]> => {
      utils.setRandomSeed(seed);
      const model = makeReader(x, first, epochs * Math.ceil(count / batchSize));
      const validationData = [xTest, yTest] as const;
      const history = await model.fit(x, y, {
        epochs,
        batchSize,
        validationData,
        validationBatchSize: 500,
        validationFreq: 4,
        verbose: 0,
      });
      model.dispose();
      return history.history['val_accuracy'] ?? [];
    };
    const plain = Math.max(...(await accuracies([])));
    const augmented = (await accuracies(changes(x))).at(-1) ?? NaN;
    pairs.push({ plain, augmented });
    report?.({ plain, augmented });
  }
  const mean = (of: keyof Accuracies): number =>
    pairs.reduce((sum, pair) => sum + pair[of], 0) / pairs.length;
  return { plain: mean('plain'), augmented: mean('augmented') };
}

if (isMain(import.meta.url)) {
  const digits = await findDigits();
  const line = ({ plain, augmented }: Accuracies): string =>
    `as they are ${plain.toFixed(4)}   changed ${augmented.toFixed(4)}`;
  const means = await augmentation({ digits, report: (pair) => { console.log(line(pair)); } }); // prettier-ignore
  console.log(`Means of ${digits.name}: ${line(means)}`);
  console.log(`Augmentation adds ${(100 * (means.augmented - means.plain)).toFixed(1)} points.`);
}
