// A custom layer, loss and metric, saved and loaded.
import { layers, losses, metrics, models, tensor, utils } from 'lanegrad';
import type { Config, PartialShape, Tensor, TensorLike, Variable } from 'lanegrad';

class Scale extends layers.Layer {
  static override readonly className = 'Scale';
  readonly start: number;
  factor: Variable | undefined;

  constructor(options: layers.LayerOptions & { readonly start?: number } = {}) {
    super(options, ['start']);
    this.start = options.start ?? 1;
  }

  override build(inputShape: PartialShape): void {
    this.factor = this.addWeight('factor', [inputShape.at(-1) ?? null], {
      initializer: (shape) => tensor(this.start).broadcastTo(shape),
    });
  }

  override call(x: Tensor): Tensor {
    return this.factor === undefined ? x : x.mul(this.factor.value);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), start: this.start };
  }
}
layers.registerLayer(Scale);

class Power extends losses.Loss {
  static override readonly className = 'Power';
  static override readonly optionNames = ['exponent'];
  readonly exponent: number;

  constructor(options: losses.LossOptions & { readonly exponent?: number } = {}) {
    super(options, 'power');
    this.exponent = options.exponent ?? 2;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yPred.sub(yTrue).abs().pow(this.exponent).mean(-1);
  }
}
losses.register(Power);

class Largest extends metrics.Metric {
  static override readonly className = 'Largest';
  #error = 0;

  constructor(options: metrics.MetricOptions = {}) {
    super(options, 'largest');
  }

  override updateState(yTrue: TensorLike, yPred: Tensor): void {
    this.#error = Math.max(this.#error, yPred.sub(yTrue).abs().max().item());
  }

  override result(): number {
    return this.#error;
  }

  override resetState(): void {
    this.#error = 0;
  }
}
metrics.register(Largest);
declare module 'lanegrad/metrics' {
  interface MetricNames {
    largest: true;
  }
}

utils.setRandomSeed(1);
const x = tensor([[-1], [-0.5], [0], [0.5], [1]]);
const y = x.mul(3).add(1);
const model = new models.Sequential([
  new Scale({ start: 0.5, inputShape: [1] }),
  new layers.Dense(1),
]);
model.compile({
  optimizer: 'adam',
  loss: new Power({ exponent: 2 }),
  metrics: ['largest'],
});
await model.fit(x, y, { epochs: 5, verbose: 0 });
await model.save('own.keras');

const loaded = await models.loadModel('own.keras');
const before = await model.evaluate(x, y, { verbose: 0 });
const after = await loaded.evaluate(x, y, { verbose: 0 });
console.log('before', before, 'after', after);
const [layer] = loaded.layers;
console.log('layer', layer instanceof Scale && layer.start);
console.log('loss', loaded.loss instanceof Power && loaded.loss.exponent);
