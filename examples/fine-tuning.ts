// What a network has learned from many examples helps with a task that has few (F. Chollet, "Deep Learning with Python", 5.3). Here a
// network can read the digits 0 to 8, and the task is to read all ten from 20 examples of each. The program compares four ways:
//   from scratch       a new network learns only from the examples
//   kept features      the trained network looks at each example once; a layer learns from its outputs
//   frozen             the same as one model: the base is frozen, a new last layer learns on top
//   fine-tuned         then the last convolution of the base learns too, in small steps
//   npx tsx examples/fine-tuning.ts                          MNIST if a directory, the cache or the network has it, else built-in digits
//   npx tsx examples/fine-tuning.ts --network digits.keras   the base is a network from a file: all of its layers but the last
//   npx tsx examples/fine-tuning.ts --seed 1                 another seed (default 0)
import { parseArgs } from 'node:util';
import { Input, layers, models, ops, optimizers, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { embeddedDigits, findDigits, imagesOf } from './handwritten-digits.js';
import type { HandwrittenDigits } from './handwritten-digits.js';
import { isMain } from './is-main.js';

/** How the networks are trained. */
export interface FineTuningOptions {
  /** Default: the built-in digits. */
  readonly digits?: HandwrittenDigits;
  /** A trained network whose layers but the last are the base. Default: one that learns the digits 0 to 8 first. */
  readonly network?: models.Model<layers.SymbolicTensor>;
  /** How many examples of each digit there are. Default 20. */
  readonly examples?: number;
  /** Of the first training; the others have 50. Default 5. */
  readonly epochs?: number;
  readonly seed?: number;
  /** Called with the lines that tell what is done. */
  readonly report?: (line: string) => void;
}

/** Shares of test digits that are read correctly. */
export interface FineTuningResults {
  readonly scratch: number;
  readonly features: number;
  readonly frozen: number;
  readonly fineTuned: number;
}

const NEW_DIGIT = 9;

/** A small convolutional network for so many classes. */
function makeReader(inputShape: readonly number[], classes: number): models.Sequential {
  const isSmall = (inputShape[0] ?? 0) < 16;
  return new models.Sequential([
    Input(inputShape),
    new layers.Conv2D(32, 3, { activation: 'relu' }),
    ...(isSmall ? [] : [new layers.MaxPooling2D(2)]),
    new layers.Conv2D(64, 3, { activation: 'relu', name: 'last_convolution' }),
    new layers.MaxPooling2D(2),
    new layers.Flatten(),
    new layers.Dense(64, { activation: 'relu', name: 'features' }),
    new layers.Dense(classes, { activation: 'softmax' }),
  ]);
}

/** The rows of images and labels whose label passes, at most so many of each. */
function chosen(
  [x, y]: readonly [Tensor, Tensor],
  passes: (label: number) => boolean,
  most = Infinity,
): [Tensor, Tensor] {
  const counts = new Map<number, number>();
  const rows = [...y.data()].map(Number).flatMap((label, row) => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return passes(label) && count <= most ? [row] : [];
  });
  return [ops.gather(x, rows), ops.gather(y, rows)];
}

/** Trains a model that is compiled here, and measures it. */
async function learn(
  model: models.Model,
  [x, y]: readonly [Tensor, Tensor],
  test: readonly [Tensor, Tensor],
  { epochs = 50, learningRate = 0.001 } = {},
): Promise<number> {
  model.compile({
    optimizer: new optimizers.Adam({ learningRate }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  await model.fit(x, y, { epochs, batchSize: 32, verbose: 0 });
  const [, accuracy = NaN] = await model.evaluate(...test, { batchSize: 500, verbose: 0 });
  return accuracy;
}

/** Trains in the four ways. */
export async function fineTuning(options: FineTuningOptions = {}): Promise<FineTuningResults> {
  const { examples = 20, epochs = 5, seed = 0, report = () => undefined } = options;
  utils.setRandomSeed(seed);
  const [train, test] = imagesOf(options.digits ?? (await embeddedDigits()));
  const inputShape = train[0].shape.slice(1);
  const few = chosen(train, () => true, examples);

  let network = options.network;
  if (network === undefined) {
    const known = (label: number): boolean => label !== NEW_DIGIT;
    network = makeReader(inputShape, NEW_DIGIT);
    const accuracy = await learn(network, chosen(train, known), chosen(test, known), { epochs });
    report(`The network reads the digits 0 to 8: ${accuracy.toFixed(4)}`);
  }
  const last: layers.Layer | undefined = network.layers.at(-2);
  if (last === undefined) throw new Error('A network of one layer has no features.');
  const base = new models.Model({ inputs: network.input, outputs: last.output, name: 'base' });

  const fresh = makeReader(inputShape, 10);
  const scratch = await learn(fresh, few, test);

  // The base is asked once for each image; what learns is small, so it learns at once.
  const featuresOf = (x: Tensor): Promise<Tensor> => base.predict(x, { verbose: 0 });
  const head = new models.Sequential([
    Input(base.outputShape?.slice(1) ?? []),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
  const kept: [Tensor, Tensor] = [await featuresOf(few[0]), few[1]];
  const features = await learn(head, kept, [await featuresOf(test[0]), test[1]]);

  // `trainable` comes before `compile`. `training: false` keeps batch normalization inside a base as it is later, too.
  base.trainable = false;
  const input = Input(inputShape);
  const seen = base.apply(input, { training: false });
  const outputs = new layers.Dense(10, { activation: 'softmax' }).apply(seen);
  const model = new models.Model({ inputs: input, outputs });
  report(`Frozen: ${countOf(model.trainableWeights)} of ${model.countParams()} weights learn.`);
  const frozen = await learn(model, few, test);

  base.trainable = true;
  const convolutions = base.layers.filter((layer) => layer instanceof layers.Conv2D);
  for (const layer of base.layers) layer.trainable = layer === convolutions.at(-1);
  report(`Fine-tuning: ${countOf(model.trainableWeights)} of ${model.countParams()} learn.`);
  const fineTuned = await learn(model, few, test, { learningRate: 0.0003 });
  return { scratch, features, frozen, fineTuned };
}

const countOf = (weights: models.Model['trainableWeights']): number =>
  weights.reduce((sum, { value }) => sum + value.size, 0);

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: { network: { type: 'string' }, seed: { type: 'string', default: '0' } },
  });
  const network = values.network === undefined ? undefined : await models.loadModel(values.network); // prettier-ignore
  const results = await fineTuning({
    digits: await findDigits(),
    seed: Number(values.seed),
    ...(network === undefined ? {} : { network }),
    report: (line) => { console.log(line); }, // prettier-ignore
  });
  const names = {
    scratch: 'from scratch',
    features: 'kept features',
    frozen: 'frozen',
    fineTuned: 'fine-tuned',
  };
  for (const [way, name] of Object.entries(names)) {
    console.log(`${name.padEnd(14)} ${results[way as keyof FineTuningResults].toFixed(4)}`);
  }
}
