// Two networks that learn against each other (I. Goodfellow et al., "Generative Adversarial Networks", 2014): the generator
// turns noise into digits, the discriminator tells them from real ones. A class that extends Model has its own training step,
// with two optimizers.
//   npx tsx examples/gan.ts
import {
  arange,
  layers,
  losses,
  metrics,
  models,
  ones,
  optimizers,
  ops,
  random,
  tidy,
  utils,
  valueAndGrad,
  zeros,
} from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { embeddedDigits, rowsOf } from './handwritten-digits.js';
import { isMain } from './is-main.js';
import { beside } from './terminal/page.js';
import { drawPictures } from './terminal/pictures.js';

/** How the networks are trained. */
export interface GanOptions {
  readonly epochs?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it. */
export interface GanResults {
  readonly gan: Gan;
  /** The mean loss of each network in each epoch. */
  readonly generatorLoss: readonly number[];
  readonly discriminatorLoss: readonly number[];
  /** How far made digits are from the nearest real test digit: the mean over 500 of them. */
  readonly distance: number;
  /** The same of images whose pixels are drawn one by one, each from the same pixel of a random training digit. */
  readonly distanceOfPixels: number;
  /** How much made digits differ from each other: the mean deviation of their pixels over that of real digits. */
  readonly spread: number;
}

/** What `compile` of a `Gan` takes: `optimizer` is the discriminator's. */
export interface GanCompileOptions extends models.CompileOptions {
  readonly generatorOptimizer?: optimizers.Optimizer;
}

/** What a `Gan` is made of. */
export interface GanNetworks {
  /** Noise [n, noise] → image [n, …] with pixels from 0 to 1. */
  readonly generator: models.Sequential;
  /** Image → the logit that it is real, [n, 1]. */
  readonly discriminator: models.Sequential;
  /** How many numbers an image is made of. */
  readonly noise: number;
}

/** Dense networks for images [n, pixels]. */
function denseNetworks(pixels: number, noise: number): GanNetworks {
  return {
    noise,
    generator: new models.Sequential([
      layers.Input({ shape: [noise] }),
      new layers.Dense(64, { activation: 'relu' }),
      new layers.Dense(128, { activation: 'relu' }),
      new layers.Dense(pixels, { activation: 'sigmoid' }),
    ]),
    discriminator: new models.Sequential([
      layers.Input({ shape: [pixels] }),
      new layers.Dense(128, { activation: 'leaky_relu' }),
      new layers.Dropout(0.3),
      new layers.Dense(64, { activation: 'leaky_relu' }),
      new layers.Dropout(0.3),
      new layers.Dense(1),
    ]),
  };
}

/** A generator and a discriminator that learn against each other. */
export class Gan extends models.Model {
  readonly generator: models.Sequential;
  readonly discriminator: models.Sequential;
  readonly noise: number;
  readonly crossentropy = new losses.BinaryCrossentropy({ fromLogits: true });
  // Their results are those of the epoch: fit begins each with metrics at zero.
  readonly generatorLoss = new metrics.Mean({ name: 'generatorLoss' });
  readonly discriminatorLoss = new metrics.Mean({ name: 'discriminatorLoss' });
  /** Undefined before `compile`, as `optimizer` is. */
  generatorOptimizer: optimizers.Optimizer | undefined;

  constructor({ generator, discriminator, noise }: GanNetworks) {
    super({ name: 'gan' });
    this.generator = generator;
    this.discriminator = discriminator;
    this.noise = noise;
  }

  override compile({ generatorOptimizer, ...options }: GanCompileOptions = {}): void {
    super.compile(options);
    this.generatorOptimizer = generatorOptimizer ?? new optimizers.Adam();
  }

  /** What `predict` gives: images made of noise [n, noise]. */
  override call(noise: Tensor): Tensor {
    return this.generator.apply(noise);
  }

  override trainStep({ x: real }: models.StepBatch): models.StepLogs {
    const [samples = 0] = real.shape;
    const draw = (): Tensor => random.normal([samples, this.noise]);

    // The discriminator learns to say 1 of real images and 0 of made ones; the generator stands still.
    const made = this.generator.apply(draw(), { training: true });
    const both = ops.concat([real, made], 0);
    const truth = ops.concat([ones([samples, 1]), zeros([samples, 1])], 0);
    const judging = valueAndGrad(
      () => this.crossentropy.apply(truth, this.discriminator.apply(both, { training: true })),
      this.discriminator.trainableWeights,
    );
    this.optimizer?.apply(judging.gradients, this.discriminator.trainableWeights);

    // The generator learns to make images of which the discriminator says 1; the discriminator stands still.
    const wish = ones([samples, 1]);
    const making = valueAndGrad(() => {
      const made = this.generator.apply(draw(), { training: true });
      return this.crossentropy.apply(wish, this.discriminator.apply(made, { training: true }));
    }, this.generator.trainableWeights);
    this.generatorOptimizer?.apply(making.gradients, this.generator.trainableWeights);

    this.discriminatorLoss.updateState(judging.value.item(), samples);
    this.generatorLoss.updateState(making.value.item(), samples);
    return {
      discriminatorLoss: this.discriminatorLoss.result(),
      generatorLoss: this.generatorLoss.result(),
    };
  }

  /** New images [count, …]. */
  generate(count: number): Tensor {
    return tidy(() => this.generator.apply(random.normal([count, this.noise])));
  }
}

/** The distance of each image to the nearest of `others`, its mean. */
function distanceToNearest(images: Tensor, others: Tensor): number {
  return tidy(() => {
    // |a − b|² = |a|² − 2 a · b + |b|²
    const lengths = images.square().sum(1, true);
    const squares = lengths.sub(images.dot(others.T).mul(2)).add(others.square().sum(1));
    return squares.min(1).maximum(0).sqrt().mean().item();
  });
}

/** Images [count, pixels] that have each pixel from another image of `x` [n, pixels]. */
function shufflePixels(x: Tensor, count: number): Tensor {
  const [samples = 0, pixels = 0] = x.shape;
  const rows = random.randint([count, pixels], 0, samples);
  return x.flatten().gather(rows.mul(pixels).add(arange(pixels)));
}

/** Trains both networks on the built-in digits, and measures the digits that the generator makes. */
export async function gan(options: GanOptions = {}): Promise<GanResults> {
  const { epochs = 40, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const [[x], [xTest]] = rowsOf(await embeddedDigits());
  const model = new Gan(denseNetworks(x.shape[1] ?? 0, 16));
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.0005, beta1: 0.5 }),
    generatorOptimizer: new optimizers.Adam({ learningRate: 0.001, beta1: 0.5 }),
  });
  const { history } = await model.fit(x, undefined, { epochs, batchSize: 32, verbose });
  const made = model.generate(500);
  return {
    gan: model,
    generatorLoss: history['generatorLoss'] ?? [],
    discriminatorLoss: history['discriminatorLoss'] ?? [],
    distance: distanceToNearest(made, xTest),
    distanceOfPixels: distanceToNearest(shufflePixels(x, 500), xTest),
    spread: tidy(() => made.std(0).mean().div(xTest.std(0).mean()).item()),
  };
}

if (isMain(import.meta.url)) {
  const { gan: model, distance, distanceOfPixels, spread } = await gan({ epochs: 150, verbose: 2 });
  console.log(`Distance of made digits to the nearest real one: ${distance.toFixed(3)}`);
  console.log(`The same of pixels of random digits: ${distanceOfPixels.toFixed(3)}`);
  console.log(`Deviation of made digits, as a share of that of real ones: ${spread.toFixed(3)}\n`);
  const pictures = model.generate(8).reshape([-1, 8, 8]);
  console.log(beside(drawPictures(pictures, 1), 2).join('\n'));
}
