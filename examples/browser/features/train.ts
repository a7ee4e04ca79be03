// Trains the small network whose features the page "Teach" looks at. It learns to tell the emoji of a font apart wherever they
// stand, however they are turned, lit and blurred, and whatever is behind them (A. Dosovitskiy et al., "Discriminative Unsupervised
// Feature Learning with Exemplar Convolutional Neural Networks", 2014). So it has never seen what it is shown later, but knows
// edges, colours and parts.
//   python examples/browser/features/glyphs.py NotoColorEmoji.ttf glyphs.npy
//   npx tsx examples/browser/features/train.ts glyphs.npy features.keras [--steps 6000]
import { parseArgs } from 'node:util';
import {
  Input,
  arange,
  callbacks,
  configure,
  data,
  layers,
  models,
  ops,
  optimizers,
  random,
  utils,
} from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { MobileNetV2 } from 'lanegrad/applications';
import { changedMobileNetV2 } from '../../mobilenet/model.js';

/** The page looks at pictures of 96 pixels. Most of the training continues at 64, which takes less than half the time. */
const SIDES = { first: 64, last: 96 } as const;
const BATCH = 64;
const STEPS_AN_EPOCH = 200;
const WARM_UP = 200;

/** A picture of few random colours, smooth or in squares, for each of n pictures. */
function backgrounds(n: number, side: number, generator: random.SeedGenerator): Tensor {
  const draw = (cells: number): Tensor =>
    random.uniform([n, cells, cells, 3], { maxval: 255, seed: generator });
  const share = (): Tensor => random.uniform([n, 1, 1, 1], { seed: generator });
  const size = [side, side] as const;
  const flat = draw(1);
  const smooth = ops.image.resize(draw(4), size, { interpolation: 'bilinear' });
  const squares = ops.image.resize(draw(16), size, { interpolation: 'nearest' });
  const mixed = ops.add(smooth, ops.mul(ops.square(share()), ops.sub(squares, smooth)));
  return ops.add(flat, ops.mul(share(), ops.sub(mixed, flat)));
}

/** Glyphs [n, side, side, 4] as they may be seen: [n, side, side, 3], from 0 to 255. */
class Seen {
  readonly #moves = new layers.Pipeline([
    new layers.RandomRotation(0.08, { fillMode: 'constant' }),
    new layers.RandomShear({ xFactor: 0.2, yFactor: 0.2, fillMode: 'constant' }),
    new layers.RandomZoom([-0.15, 1], { fillMode: 'constant' }),
    new layers.RandomTranslation(0.2, 0.2, { fillMode: 'constant' }),
    new layers.RandomFlip('horizontal'),
  ]);
  readonly #lights = new layers.Pipeline([
    new layers.RandomContrast(0.4),
    new layers.RandomGaussianBlur({ factor: 0.5, kernelSize: 5 }),
  ]);

  of(glyphs: Tensor, generator: random.SeedGenerator): Tensor {
    const moved = this.#moves.apply(glyphs, { training: true }) as Tensor;
    const [colors, alpha] = [moved.slice('...', ':3'), moved.slice('...', '3:')];
    const [n = 0, side = 0] = glyphs.shape;
    const behind = backgrounds(n, side, generator);
    const seen = ops.add(behind, ops.mul(ops.div(alpha, 255), ops.sub(colors, behind)));
    const light = random.uniform([n, 1, 1, 3], { minval: 0.6, maxval: 1.3, seed: generator });
    const lit = this.#lights.apply(ops.mul(seen, light), { training: true }) as Tensor;
    const noise = random.normal(lit.shape, { stddev: 6, seed: generator });
    return ops.clip(ops.add(lit, noise), 0, 255);
  }
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '6000' },
    threads: { type: 'string', default: '1' },
  },
});
const [glyphFile = 'glyphs.npy', featureFile = 'features.keras'] = positionals;
const steps = Number(values.steps);

configure({ threads: Number(values.threads) });
utils.setRandomSeed(1);
// Every second one: neighbours are often the same thing in another form.
const glyphs = (await data.readNpy(glyphFile)).slice('::2');
const count = glyphs.shape[0] ?? 0;
const seen = new Seen();
const generator = new random.SeedGenerator(1);

/** Pictures without end of glyphs that are so large, with the numbers of the glyphs. */
const picturesOf = (side: number): data.Dataset<[Tensor, Tensor]> =>
  data.Dataset.fromTensors(
    ops.image.resize(glyphs, [side, side], { antialias: true }),
    arange(count),
  )
    .shuffle(count)
    .repeat()
    .batch(BATCH)
    .map(([x, y]) => [seen.of(x, generator), y]);

/** The network that is trained, and the one that the page brings along: without what tells emoji apart. */
function networks(side: number): { whole: models.Model; features: models.Model } {
  const inputShape = [side, side, 3] as const;
  const usual = MobileNetV2({ inputShape, alpha: 0.35, classes: count });
  const small = changedMobileNetV2(usual, { momentum: 0.99 });
  const picture = Input(inputShape);
  const scaled = new layers.Rescaling(1 / 127.5, { offset: -1 }).apply(picture);
  const pooled = small.layers.at(-2)?.output ?? small.output;
  const inner = new models.Model({ inputs: small.input, outputs: pooled });
  return {
    whole: new models.Model({ inputs: picture, outputs: small.apply(scaled) }),
    features: new models.Model({ inputs: picture, outputs: inner.apply(scaled) }),
  };
}

/** Trains for so many steps with a rate that rises to `peak` and falls to 0. */
async function train(
  side: number,
  steps: number,
  peak: number,
  given?: readonly Tensor[],
): Promise<models.Model> {
  const { whole, features } = networks(side);
  if (given !== undefined) whole.setWeights(given);
  whole.compile({
    optimizer: new optimizers.AdamW({
      learningRate: new optimizers.schedules.CosineDecay(0, steps - WARM_UP, {
        warmupTarget: peak,
        warmupSteps: WARM_UP,
      }),
      weightDecay: 0.01,
    }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  await whole.fit(picturesOf(side), {
    epochs: Math.ceil(steps / STEPS_AN_EPOCH),
    stepsPerEpoch: STEPS_AN_EPOCH,
    verbose: 2,
    callbacks: [new callbacks.LambdaCallback({ onEpochEnd: () => features.save(featureFile) })],
  });
  return whole;
}

const first = await train(SIDES.first, steps, 0.003);
await train(SIDES.last, Math.ceil(steps / 10), 0.0005, first.getWeights());
