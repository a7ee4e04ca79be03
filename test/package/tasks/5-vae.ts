// A VAE with a training step of its own.
import { datasets, layers, metrics, models, ops, random, utils, valueAndGrad } from 'lanegrad';
import type { SymbolicTensor, Tensor } from 'lanegrad';

interface Code {
  readonly mean: SymbolicTensor;
  readonly logVariance: SymbolicTensor;
}

const LATENT = 2;

class VariationalAutoencoder extends models.Model {
  readonly total = new metrics.Mean({ name: 'loss' });
  readonly divergence = new metrics.Mean({ name: 'divergence' });

  constructor(
    readonly encoder: models.Model<SymbolicTensor, Code>,
    readonly decoder: models.Model,
  ) {
    super();
  }

  override call(x: Tensor): Tensor {
    return this.decoder.apply(this.encoder.apply(x).mean);
  }

  override trainStep({ x }: models.StepBatch): models.StepLogs {
    const variables = this.trainableWeights;
    const { value, gradients, aux } = valueAndGrad(() => {
      const { mean, logVariance } = this.encoder.apply(x, { training: true });
      const z = mean.add(random.normal(mean.shape).mul(logVariance.mul(0.5).exp()));
      const error = ops
        .square(this.decoder.apply(z, { training: true }).sub(x))
        .sum(-1)
        .mean();
      const divergence = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).mul(0.5);
      const penalty = divergence.sum(-1).mean();
      return [error.add(penalty.mul(0.1)), penalty];
    }, variables);
    this.optimizer?.apply(gradients, variables);
    this.total.updateState(value);
    this.divergence.updateState(aux);
    return { loss: this.total.result(), divergence: this.divergence.result() };
  }
}

utils.setRandomSeed(1);
const [[images]] = await datasets.digits.loadData();
const x = images.reshape([-1, 64]).astype('float32').div(16);

const image = layers.Input([64]);
const seen = new layers.Dense(32, { activation: 'relu' }).apply(image);
const encoder = new models.Model({
  inputs: image,
  outputs: {
    mean: new layers.Dense(LATENT).apply(seen),
    logVariance: new layers.Dense(LATENT).apply(seen),
  },
});
const decoder = new models.Sequential([
  new layers.Dense(32, { activation: 'relu', inputShape: [LATENT] }),
  new layers.Dense(64, { activation: 'sigmoid' }),
]);

const vae = new VariationalAutoencoder(encoder, decoder);
vae.compile({ optimizer: 'adam' });
const { history } = await vae.fit(x, { epochs: 5, batchSize: 64, verbose: 0 });
console.log('loss', history.loss?.[0], '->', history.loss?.at(-1));

const made = await decoder.predict(random.normal([4, LATENT]), { verbose: 0 });
console.log('made', made.shape);
