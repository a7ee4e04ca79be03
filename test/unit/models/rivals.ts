// A model of two layers, each trained by its own optimizers.
import { Input, layers, metrics, models, optimizers, random, utils, valueAndGrad } from 'lanegrad';
import type { Tensor, Variable } from 'lanegrad';

/** The optimizer of `compile` only trains the last layer, those in properties train the first one. */
export class Rivals extends models.Model {
  static override readonly className = 'Rivals';
  firstOptimizer: optimizers.Optimizer = new optimizers.Adam({ learningRate: 0.05, name: 'a' });
  others: optimizers.Optimizer[] = [
    new optimizers.SGD({ momentum: 0.9, name: 'b' }),
    new optimizers.SGD({ name: 'c' }),
  ];
  // Its mean is that of the epoch.
  readonly distance = new metrics.Mean({ name: 'distance' });

  override trainStep({ x, y }: models.StepBatch): models.StepLogs {
    const step = (optimizer: optimizers.Optimizer | undefined, of: readonly Variable[]): Tensor => {
      const error = (): Tensor =>
        this.apply(x, { training: true })
          .sub(y ?? 0)
          .square()
          .mean();
      const { value, gradients } = valueAndGrad(error, of);
      optimizer?.apply(gradients, of);
      return value;
    };
    const [first, last] = ['first', 'last'].map((name) => this.getLayer(name).trainableWeights);
    step(this.optimizer, last ?? []);
    step(this.firstOptimizer, first ?? []);
    const value = step(this.others[0], first ?? []);
    this.distance.updateState(value.item(), x.shape[0] ?? 1);
    return { distance: this.distance.result() };
  }
}

/** The model with weights of that seed, compiled. Seeds the random numbers of this thread. */
export function rivals(seed = 3): Rivals {
  utils.setRandomSeed(seed);
  const input = Input([4], { name: 'input' });
  const first = new layers.Dense(5, { activation: 'tanh', name: 'first' }).apply(input);
  const dropped = new layers.Dropout(0.2, { name: 'drop' }).apply(first);
  const outputs = new layers.Dense(2, { name: 'last' }).apply(dropped);
  const model = new Rivals({ inputs: input, outputs, name: 'rivals' });
  model.compile({ optimizer: new optimizers.RMSprop({ momentum: 0.5 }), loss: 'mse' });
  return model;
}

/** Samples and targets. A worker imports this file before its runtime is set, so it makes no tensor by itself. */
export function rivalData(): readonly [x: Tensor, y: Tensor] {
  return [random.normal([22, 4], { seed: 1 }), random.normal([22, 2], { seed: 2 })];
}

/** The bits of the weights, and of the states of all optimizers. */
export function rivalBits(model: Rivals): unknown[] {
  const optimizers = [model.optimizer, model.firstOptimizer, ...model.others];
  const variables = [...model.weights, ...optimizers.flatMap((each) => each?.variables ?? [])];
  return variables.map(({ value }) => [...new Uint8Array(value.data().slice().buffer)]);
}
