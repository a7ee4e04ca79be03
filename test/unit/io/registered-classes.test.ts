// Custom classes that were registered are found by `loadModel` without `customObjects`, as layers are.
import { describe, expect, it } from 'vitest';
import { layers, losses, metrics, models, optimizers, Sequential, tensor } from 'lanegrad';
import type { Tensor, Variable } from 'lanegrad';

class Power extends losses.Loss {
  static override readonly className = 'RegisteredPower';
  static override readonly optionNames = ['power'];
  readonly power: number;
  constructor({ power = 4, ...options }: losses.LossOptions & { power?: number } = {}) {
    super(options);
    this.power = power;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yPred.sub(yTrue).pow(this.power).mean(-1);
  }
}

class Largest extends metrics.Metric {
  static override readonly className = 'RegisteredLargest';
  #value = 0;
  override updateState(yTrue: Tensor, yPred: Tensor): void {
    this.#value = Math.max(this.#value, tensor(yTrue).sub(yPred).abs().max().item());
  }
  override result(): number {
    return this.#value;
  }
  override resetState(): void {
    this.#value = 0;
  }
}

class Descent extends optimizers.Optimizer {
  static override readonly className = 'RegisteredDescent';
  protected override updateStep(gradient: Tensor, variable: Variable, rate: number): void {
    variable.assign(variable.value.sub(gradient.mul(rate)));
  }
}

class Twice extends layers.Layer {
  static override readonly className = 'RegisteredTwice';
  override call(x: Tensor): Tensor {
    return x.mul(2);
  }
}

const x = tensor([
  [1, 2],
  [3, 4],
]);
const y = [[1], [0]];

function trained(): Sequential {
  const model = new Sequential([layers.Input([2]), new layers.Dense(1), new Twice()]);
  model.compile({
    optimizer: new Descent({ learningRate: 0.125 }),
    loss: new Power({ power: 2 }),
    metrics: [new Largest({ name: 'worst' })],
  });
  model.trainOnBatch(x, y);
  return model;
}

describe('a file that holds custom classes', () => {
  it('says how to make each of them known', async () => {
    const bytes = await saved(trained());
    layers.register(Twice);
    await expect(models.loadModel(bytes)).rejects.toThrow(
      /optimizers\.register\(RegisteredDescent\)/,
    );
    optimizers.register(Descent);
    await expect(models.loadModel(bytes)).rejects.toThrow(/losses\.register\(RegisteredPower\)/);
    losses.register(Power);
    await expect(models.loadModel(bytes)).rejects.toThrow(/metrics\.register\(RegisteredLargest\)/);
  });

  it('is loaded without customObjects once they are registered, and trains on', async () => {
    layers.register(Twice);
    optimizers.register(Descent);
    losses.register(Power);
    metrics.register(Largest);
    const model = trained();
    const loaded = await models.loadModel(await saved(model));
    expect(loaded.optimizer).toBeInstanceOf(Descent);
    expect(loaded.optimizer?.learningRate).toBe(0.125);
    model.resetMetrics();
    const [logs, again] = [model, loaded].map((each) =>
      each.trainOnBatch(x, y, { returnDict: true }),
    );
    expect(again).toEqual(logs);
    expect(again).toHaveProperty('worst');
    // A loss may be a metric.
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [new Power({ name: 'power' })] });
    const third = await models.loadModel(await saved(model));
    expect(await third.evaluate(x, y, { returnDict: true, verbose: 0 })).toHaveProperty('power');
  });

  it('means no class by the name of a function', async () => {
    losses.register(Power);
    const registeredPower = (a: Tensor, b: Tensor): Tensor => b.sub(a).square();
    const model = trained();
    model.compile({ optimizer: 'sgd', loss: registeredPower });
    const bytes = await saved(model);
    await expect(models.loadModel(bytes)).rejects.toThrow(
      /loss 'registeredPower' is not known here; give it with the option customObjects: \{ registeredPower \}\./,
    );
    await models.loadModel(bytes, { customObjects: { registeredPower } });
  });
});

async function saved(model: models.Model): Promise<Uint8Array> {
  let file = new Uint8Array();
  await model.save({ write: (_, bytes) => void (file = bytes) }, { format: 'keras' });
  return file;
}
