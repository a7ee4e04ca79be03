// A variational autoencoder (D. P. Kingma, M. Welling, "Auto-Encoding Variational Bayes", 2013): one network writes a digit
// as a few numbers with an uncertainty, another reads them. Random numbers are read as new digits. A class that extends Model
// has its own training step; fit, evaluate and predict work as usual.
//   npx tsx examples/vae.ts                    the built-in digits
//   npx tsx examples/vae.ts --data mnist       MNIST, if a directory, the cache or the network has it
//   npx tsx examples/vae.ts --convolutional    networks of convolutions; with MNIST an epoch takes minutes
import { parseArgs } from 'node:util';
import { losses, metrics, models, random, tidy, utils, valueAndGrad } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { embeddedDigits, findDigits, imagesOf, rowsOf } from './handwritten-digits.js';
import type { HandwrittenDigits } from './handwritten-digits.js';
import { isMain } from './is-main.js';
import { beside } from './terminal/page.js';
import { drawPictures } from './terminal/pictures.js';
import { convolutionalNetworks, denseNetworks } from './vae/networks.js';
import type { Encoder, VaeNetworks } from './vae/networks.js';

/** What the parts of the loss count. */
export interface LossWeights {
  /** Of the mean cross-entropy of a pixel. */
  readonly reconstruction: number;
  /** Of the divergence from N(0, 1), which is a sum over the numbers of an image. */
  readonly kl: number;
}

/** How the model is trained. */
export interface VaeOptions {
  /** Default: the built-in digits. */
  readonly digits?: HandwrittenDigits;
  /** Networks of convolutions in place of dense layers, as in "Deep Learning with Python". Default false. */
  readonly convolutional?: boolean;
  /** Default: 2 with convolutions, else 8. */
  readonly latent?: number;
  /** Units of the hidden dense layers. Default 128; convolutions have none. */
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

/** Images [n, …] with pixels from 0 to 1, written as `latent` numbers and read again. */
export class Vae extends models.Model {
  readonly encoder: Encoder;
  readonly decoder: models.Sequential;
  // Their results are those of the epoch: fit and evaluate begin each with metrics at zero.
  readonly lossMean = new metrics.Mean({ name: 'loss' });
  readonly reconstructionMean = new metrics.Mean({ name: 'reconstruction' });
  readonly klMean = new metrics.Mean({ name: 'kl' });

  constructor(
    networks: VaeNetworks,
    readonly lossWeights: LossWeights,
  ) {
    super({ name: 'vae' });
    this.encoder = networks.encoder;
    this.decoder = networks.decoder;
  }

  /** What `predict` gives: the image that the decoder makes of the means. */
  override call(x: Tensor): Tensor {
    return this.decoder.apply(this.encoder.apply(x).mean);
  }

  /**
   * The parts of the loss, means over the batch, with their weights: the cross-entropy of a pixel, and the divergence
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
    const crossentropy = losses.binaryCrossentropy(x, this.decoder.apply(z, { training })).mean();
    const kl = logVariance.add(1).sub(mean.square()).sub(logVariance.exp());
    return {
      reconstruction: crossentropy.mul(this.lossWeights.reconstruction),
      kl: kl
        .sum(-1)
        .mean()
        .mul(-0.5 * this.lossWeights.kl),
    };
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

  /** New images [count, …]. */
  generate(count: number): Tensor {
    const latent = this.encoder.output.mean.shape[1] ?? 0;
    return tidy(() => this.decoder.apply(random.normal([count, latent])));
  }
}

/** Trains the model, and measures it on test images. */
export async function vae(options: VaeOptions = {}): Promise<VaeResults> {
  const { convolutional = false, latent = convolutional ? 2 : 8, hidden = 128 } = options;
  const { epochs = 20, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const digits = options.digits ?? (await embeddedDigits());
  const [[train], [test]] = convolutional ? imagesOf(digits) : rowsOf(digits);
  const [, height = 0, width = 0] = train.shape;
  const pixels = train.size / (train.shape[0] ?? 1);
  const lossWeights = convolutional
    ? // 5 · 10⁻⁴ of the mean of −(1 + log variance − mean² − variance).
      { reconstruction: 1, kl: 1e-3 / latent }
    : { reconstruction: pixels, kl: 1 };
  const model = new Vae(
    convolutional
      ? convolutionalNetworks({ height, width, latent })
      : denseNetworks({ pixels, latent, hidden }),
    lossWeights,
  );
  model.compile({ optimizer: convolutional ? 'rmsprop' : 'adam' });
  const batchSize = convolutional ? 16 : 32;
  await model.fit(train, undefined, { epochs, batchSize, verbose });
  const results = await model.evaluate(test, undefined, { returnDict: true, verbose: 0 });
  const lossOfMean = tidy(() => {
    const mean = train.mean(0, true).broadcastTo(test.shape);
    return losses.binaryCrossentropy(test, mean).mean().mul(lossWeights.reconstruction).item();
  });
  return { vae: model, results, lossOfMean };
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: 'digits' },
      convolutional: { type: 'boolean', default: false },
      epochs: { type: 'string' },
    },
  });
  const { data, convolutional } = values;
  if (data !== 'mnist' && data !== 'digits') {
    throw new Error(`--data takes mnist or digits, got '${data}'`);
  }
  const digits = data === 'digits' ? await embeddedDigits() : await findDigits();
  const isSmall = digits.data[0][0].shape[1] === 8;
  const usualEpochs = isSmall ? 40 : convolutional ? 10 : 5;
  const {
    vae: model,
    results,
    lossOfMean,
  } = await vae({
    digits,
    convolutional,
    epochs: Number(values.epochs ?? usualEpochs),
    ...(isSmall || convolutional ? {} : { latent: 16, hidden: 256 }),
    verbose: 2,
  });
  console.log(`${'Weights'.padEnd(20)} ${model.countParams()}`);
  for (const [name, value] of Object.entries(results)) {
    console.log(`${`Test ${name}`.padEnd(20)} ${value.toFixed(4)}`);
  }
  console.log(`With the mean image  ${lossOfMean.toFixed(4)}`);

  const [, [images]] = convolutional ? imagesOf(digits) : rowsOf(digits);
  const some = images.slice([0, 6]);
  const [, , height = 0, width = 0] = [0, ...digits.data[0][0].shape];
  const show = (caption: string, given: Tensor): void => {
    const pictures = given.reshape([-1, height, width]);
    console.log(`\n${caption}\n${beside(drawPictures(pictures, 1), 2).join('\n')}`);
  };
  show('Test digits', some);
  show('Written and read again', await model.predict(some, { verbose: 0 }));
  show('Read from numbers at random', model.generate(6));
}
