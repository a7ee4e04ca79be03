// A variational autoencoder (D. P. Kingma, M. Welling, "Auto-Encoding Variational Bayes", 2013): one network writes a digit
// as a few numbers with an uncertainty, another reads them. Numbers at random are read as new digits. A class that extends
// Model has its own step of training; all else is fit, evaluate and predict as ever.
//   npx tsx examples/vae.ts                 the built-in digits
//   npx tsx examples/vae.ts --data mnist    MNIST, if a directory, the cache or the network has it
import { parseArgs } from 'node:util';
import {
  Input,
  layers,
  losses,
  metrics,
  models,
  random,
  tidy,
  utils,
  valueAndGrad,
} from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { embeddedDigits, findDigits, rowsOf } from './handwritten-digits.js';
import type { HandwrittenDigits } from './handwritten-digits.js';
import { isMain } from './is-main.js';
import { beside } from './terminal/page.js';
import { drawPictures } from './terminal/pictures.js';

/** Sizes of the networks. */
export interface VaeSizes {
  readonly pixels: number;
  /** How many numbers stand for an image. */
  readonly latent: number;
  readonly hidden: number;
}

/** How the model is trained. */
export interface VaeOptions {
  /** Default: the built-in digits. */
  readonly digits?: HandwrittenDigits;
  readonly latent?: number;
  readonly hidden?: number;
  readonly epochs?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it. */
export interface VaeResults {
  readonly vae: Vae;
  /** On test images: `loss`, and its parts `reconstruction` and `kl`. */
  readonly results: Readonly<Record<string, number>>;
  /** The loss of the mean training image in place of each: of a model that has learnt nothing else. */
  readonly lossOfMean: number;
}

/** Images [n, pixels] with pixels from 0 to 1, written as `latent` numbers and read again. */
export class Vae extends models.Model {
  /** Image → mean and logarithm of the variance of its numbers, [n, latent] each. */
  readonly encoder;
  /** Numbers [n, latent] → image. */
  readonly decoder;
  // Their results are those of the epoch: fit and evaluate begin each with metrics at zero.
  readonly lossMean = new metrics.Mean({ name: 'loss' });
  readonly reconstructionMean = new metrics.Mean({ name: 'reconstruction' });
  readonly klMean = new metrics.Mean({ name: 'kl' });

  constructor({ pixels, latent, hidden }: VaeSizes) {
    super({ name: 'vae' });
    const image = Input([pixels]);
    const features = new layers.Dense(hidden, { activation: 'relu' }).apply(image);
    const mean = new layers.Dense(latent).apply(features);
    const logVariance = new layers.Dense(latent).apply(features);
    this.encoder = new models.Model({ inputs: image, outputs: { mean, logVariance } });
    this.decoder = new models.Sequential([
      layers.Input({ shape: [latent] }),
      new layers.Dense(hidden, { activation: 'relu' }),
      new layers.Dense(pixels, { activation: 'sigmoid' }),
    ]);
  }

  /** What `predict` gives: the image that the decoder makes of the means. */
  override call(x: Tensor): Tensor {
    return this.decoder.apply(this.encoder.apply(x).mean);
  }

  /**
   * The parts of the loss, means over the batch: the cross-entropy of all pixels, and the divergence
   * KL(N(mean, variance) ‖ N(0, 1)) = −½ Σ (1 + log variance − mean² − variance).
   */
  lossParts(
    x: Tensor,
    training: boolean,
  ): { readonly reconstruction: Tensor; readonly kl: Tensor } {
    const { mean, logVariance } = this.encoder.apply(x, { training });
    // A draw from N(mean, variance) that has a gradient: mean + deviation · noise.
    const noise = random.normal(mean.shape);
    const z = mean.add(logVariance.div(2).exp().mul(noise));
    const pixels = x.shape[1] ?? 0;
    const reconstruction = losses
      .binaryCrossentropy(x, this.decoder.apply(z, { training }))
      .mean()
      .mul(pixels);
    const kl = logVariance.add(1).sub(mean.square()).sub(logVariance.exp());
    return { reconstruction, kl: kl.sum(-1).mean().mul(-0.5) };
  }

  override trainStep({ x }: models.StepBatch): models.StepLogs {
    const variables = this.trainableWeights;
    const { gradients, aux } = valueAndGrad(() => {
      const parts = this.lossParts(x, true);
      return [parts.reconstruction.add(parts.kl), parts];
    }, variables);
    this.optimizer?.apply(gradients, variables);
    return this.measure(x, aux);
  }

  override testStep({ x }: models.StepBatch): models.StepLogs {
    return this.measure(x, this.lossParts(x, false));
  }

  /** Takes the loss of a batch into the means of the epoch. */
  private measure(x: Tensor, parts: ReturnType<Vae['lossParts']>): models.StepLogs {
    const [reconstruction, kl] = [parts.reconstruction.item(), parts.kl.item()];
    const [samples] = x.shape;
    this.reconstructionMean.updateState(reconstruction, samples);
    this.klMean.updateState(kl, samples);
    this.lossMean.updateState(reconstruction + kl, samples);
    const means = [this.lossMean, this.reconstructionMean, this.klMean];
    return Object.fromEntries(means.map((mean) => [mean.name, mean.result()]));
  }

  /** New images [count, pixels]. */
  generate(count: number): Tensor {
    const latent = this.encoder.output.mean.shape[1] ?? 0;
    return tidy(() => this.decoder.apply(random.normal([count, latent])));
  }
}

/** Trains the model, and measures it on test images. */
export async function vae(options: VaeOptions = {}): Promise<VaeResults> {
  const { latent = 8, hidden = 128, epochs = 20, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const [[x], [xTest]] = rowsOf(options.digits ?? (await embeddedDigits()));
  const [, pixels = 0] = x.shape;
  const model = new Vae({ pixels, latent, hidden });
  model.compile({ optimizer: 'adam' });
  await model.fit(x, undefined, { epochs, batchSize: 32, verbose });
  const results = await model.evaluate(xTest, undefined, { returnDict: true, verbose: 0 });
  const lossOfMean = tidy(() => {
    const mean = x.mean(0, true).broadcastTo(xTest.shape);
    return losses.binaryCrossentropy(xTest, mean).mean().mul(pixels).item();
  });
  return { vae: model, results, lossOfMean };
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { data: { type: 'string', default: 'digits' } } });
  if (values.data !== 'mnist' && values.data !== 'digits') {
    throw new Error(`--data takes mnist or digits, got '${values.data}'`);
  }
  const digits = values.data === 'digits' ? await embeddedDigits() : await findDigits();
  const isSmall = digits.data[0][0].shape[1] === 8;
  const {
    vae: model,
    results,
    lossOfMean,
  } = await vae({
    digits,
    epochs: isSmall ? 40 : 5,
    ...(isSmall ? {} : { latent: 16, hidden: 256 }),
    verbose: 2,
  });
  for (const [name, value] of Object.entries(results)) {
    console.log(`${`Test ${name}`.padEnd(20)} ${value.toFixed(3)}`);
  }
  console.log(`With the mean image  ${lossOfMean.toFixed(3)}`);

  const [, [images]] = rowsOf(digits);
  const some = images.slice([0, 6]);
  const [, , height = 0, width = 0] = [0, ...digits.data[0][0].shape];
  const show = (caption: string, rows: Tensor): void => {
    const pictures = rows.reshape([-1, height, width]);
    console.log(`\n${caption}\n${beside(drawPictures(pictures, 1), 2).join('\n')}`);
  };
  show('Test digits', some);
  show('Written and read again', await model.predict(some, { verbose: 0 }));
  show('Read from numbers at random', model.generate(6));
}
