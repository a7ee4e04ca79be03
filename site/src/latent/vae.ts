// A variational autoencoder (D. P. Kingma, M. Welling, "Auto-Encoding Variational Bayes", 2013) that writes each digit as two
// numbers, and reads two numbers as a digit.
import { keep, tidy, valueAndGrad } from 'lanegrad/core';
import type { Tensor } from 'lanegrad/core';
import { Dense } from 'lanegrad/layers';
import { binaryCrossentropy } from 'lanegrad/losses';
import { Sequential } from 'lanegrad/models';
import { Adam } from 'lanegrad/optimizers';
import { normal, permutation, setSeed } from 'lanegrad/random';
import { SIDE } from './protocol.js';

const PIXELS = SIDE * SIDE;
const BATCH = 64;

export class Vae {
  readonly #images: Tensor;
  /** Image → two means and two logarithms of variances. */
  readonly #encoder: Sequential;
  readonly #decoder: Sequential;
  readonly #optimizer = new Adam({ learningRate: 0.002 });
  #order: Tensor;
  #at = 0;
  steps = 0;

  /** `images` [images, 64], from 0 to 1. The same seed gives the same digits on every machine. */
  constructor(images: Tensor, seed: number) {
    setSeed(seed);
    this.#images = images;
    this.#order = permutation(images.shape[0] ?? 0);
    this.#encoder = new Sequential([
      new Dense(128, { activation: 'relu', inputShape: [PIXELS] }),
      new Dense(64, { activation: 'relu' }),
      new Dense(4),
    ]);
    this.#decoder = new Sequential([
      new Dense(64, { activation: 'relu', inputShape: [2] }),
      new Dense(128, { activation: 'relu' }),
      new Dense(PIXELS, { activation: 'sigmoid' }),
    ]);
  }

  /** One step with the next images; its loss. */
  step(): number {
    const variables = [...this.#encoder.trainableWeights, ...this.#decoder.trainableWeights];
    const loss = tidy(() => {
      const x = this.#images.gather(this.#next());
      const { value, gradients } = valueAndGrad(() => this.#loss(x), variables);
      this.#optimizer.apply(gradients, variables);
      return value.item();
    });
    this.steps += 1;
    return loss;
  }

  /** Images at places [places, 2]. */
  decode(places: Tensor): Tensor {
    return this.#decoder.apply(places) as Tensor;
  }

  /** The places of images: the means. */
  encode(images: Tensor): Tensor {
    return (this.#encoder.apply(images) as Tensor).slice(':', [0, 2]);
  }

  /** The cross-entropy of all pixels, and KL(N(mean, variance) ‖ N(0, 1)) = −½ Σ (1 + log variance − mean² − variance). */
  #loss(x: Tensor): Tensor {
    const code = this.#encoder.apply(x, { training: true }) as Tensor;
    const [mean, logVariance] = [code.slice(':', [0, 2]), code.slice(':', [2, 4])];
    const z = mean.add(logVariance.mul(0.5).exp().mul(normal(mean.shape)));
    const read = this.#decoder.apply(z, { training: true }) as Tensor;
    const pixels = binaryCrossentropy(x, read).mean().mul(PIXELS);
    const divergence = logVariance.add(1).sub(mean.square()).sub(logVariance.exp());
    return pixels.add(divergence.sum(-1).mean().mul(-0.5));
  }

  /** The indices of the next batch; a new order when all images have been seen. */
  #next(): Tensor {
    const [count = 0] = this.#images.shape;
    if (this.#at + BATCH > count) {
      this.#order.dispose();
      this.#order = keep(permutation(count));
      this.#at = 0;
    }
    this.#at += BATCH;
    return this.#order.slice([this.#at - BATCH, this.#at]);
  }
}
