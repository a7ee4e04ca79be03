// A step that is repeated cannot be told apart from one that runs, whatever a program does to the model between two steps.
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as activations from '../../../src/activations.js';
import * as layers from '../../../src/layers.js';
import { Model, Sequential } from '../../../src/models.js';
import type { AnyModel } from '../../../src/models.js';
import { SGD } from '../../../src/optimizers.js';
import { SeedGenerator } from '../../../src/random.js';
import { L2 } from '../../../src/regularizers.js';
import { tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor, Variable } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { numbers } from './networks.js';
import { bitsOfAll, expectSameSteps, pairOf, warmUp, x23, y22 } from './repeated.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a change is heeded, now and when a step is recorded again:', () => {
  const dense = (model: AnyModel): layers.Dense => model.layers[0] as layers.Dense;
  const make = (): AnyModel =>
    new Sequential([
      layers.Input([3]),
      new layers.Dense(4, { activation: 'tanh', kernelRegularizer: new L2(0.1) }),
      new layers.Rescaling([1, 2, 1, 0.5]),
      new layers.Dropout(0.25, { seed: 3 }),
      new layers.Dense(2),
    ]) as AnyModel;

  /** Replaces a method of an object by one that calls the old one with other input. */
  const override = (object: object, name: string, f: (y: Tensor) => Tensor): void => {
    const methods = object as Record<string, (...args: unknown[]) => Tensor>;
    const old = methods[name]?.bind(object);
    methods[name] = (...args) => f(old?.(...args) as Tensor);
  };
  let factor = 1;
  /** Leaves numbers out, how many changes. */
  class Skipping extends SeedGenerator {
    override draw(...given: Parameters<SeedGenerator['draw']>): void {
      this.take(4 * Math.round(1 / factor));
      super.draw(...given);
    }
  }
  const scaled = (y: Tensor): Tensor => y.mul(factor);
  const changes: readonly (readonly [string, (model: AnyModel) => void])[] = [
    ['call of a layer', (model) => { override(dense(model), 'call', scaled); }],
    ['apply of a layer', (model) => { override(dense(model), 'apply', scaled); }],
    ['apply of a layer, as spies override it', (model) => { const layer = dense(model); const apply = layer.apply.bind(layer) as (x: Tensor) => Tensor; vi.spyOn(layer, 'apply').mockImplementation(((x: Tensor) => scaled(apply(x))) as never); }],
    ['call of a model', (model) => { override(model, 'call', scaled); }],
    ['call of a loss', (model) => { override(model.loss as object, 'call', scaled); }],
    ['apply of a loss', (model) => { override(model.loss as object, 'apply', scaled); }],
    ['losses of a model', (model) => { model.losses = () => [tensor(factor)]; }],
    ['call of a regularizer', (model) => { override(dense(model).kernelRegularizer as object, 'call', scaled); }],
    ['a regularizer that is a function', (model) => { (dense(model).weights[0] as Variable).regularizer = (w) => w.square().sum().mul(factor); }],
    ['an activation that is a function', (model) => { Object.assign(dense(model), { activation: scaled }); }],
    ['another activation', (model) => { Object.assign(dense(model), { activation: activations.relu }); }],
    ['another generator', (model) => { Object.assign(model.layers[2] as object, { seedGenerator: new SeedGenerator(5) }); }],
    ['a generator of a class of the program', (model) => { Object.assign(model.layers[2] as object, { seedGenerator: new Skipping(5) }); }],
    ['another list in an option, which changes', (model) => { Object.assign(model.layers[1] as object, { scale }); }],
  ]; // prettier-ignore
  const scale = [1, 1, 1, 1];

  it.each(changes)('%s', (_name, change) => {
    const models = pairOf(make);
    [factor, scale[0]] = [2, 1];
    expectSameSteps(models, 0, 10);
    for (const model of models) change(model);
    for (let round = 0; round < 3; round++) {
      expectSameSteps(models, 10 + 30 * round);
      factor *= 0.5;
      scale[0] = factor;
    }
  });

  it.each(changes)('%s, set before the first step', (_name, change) => {
    const models = pairOf(make);
    [factor, scale[0]] = [2, 1];
    for (const model of models) change(model);
    for (let round = 0; round < 3; round++) {
      expectSameSteps(models, 10 * round, 10);
      factor *= 0.5;
      scale[0] = factor;
    }
  });

  it('a method of a class that is replaced, before and after', () => {
    const { prototype } = layers.Rescaling;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called for the layer
    const { call } = prototype;
    factor = 1;
    const patch = (): void => {
      prototype.call = function (x: Tensor): Tensor {
        return scaled(call.call(this, x));
      };
    };
    try {
      patch();
      const models = pairOf(make);
      for (factor = 1; factor < 4; factor++) expectSameSteps(models, 10 * factor, 10);
      prototype.call = call;
      const others = pairOf(make);
      expectSameSteps(others, 0, 10);
      expect(others[0].predictions.count).toBe(0);
      Object.assign(layers.Dense.prototype, { computeMask: () => null });
      expectSameSteps(others, 10, 10);
    } finally {
      prototype.call = call;
      Reflect.deleteProperty(layers.Dense.prototype, 'computeMask');
    }
  });

  it('a layer inside of TimeDistributed', () => {
    const models = pairOf(() => {
      const inner = new layers.Dense(2);
      const td = new layers.TimeDistributed(inner);
      return new Sequential([
        layers.Input([3]),
        new layers.Reshape([3, 1]),
        td,
        new layers.Flatten(),
        new layers.Dense(2),
      ]) as AnyModel;
    });
    factor = 2;
    expectSameSteps(models, 0, 10);
    for (const model of models) {
      const { layer } = model.layers[1] as layers.TimeDistributed;
      override(layer, 'call', scaled);
    }
    for (; factor < 5; factor++) expectSameSteps(models, 10 * factor, 30);
  });

  it('whether a layer passes masks on, its masks, and what it asks of its input', () => {
    const models = pairOf(
      () =>
        new Sequential([layers.Input([3]), new layers.Dense(4), new layers.Dense(2)]) as AnyModel,
    );
    expectSameSteps(models, 0, 10);
    for (const model of models) {
      const layer = model.layers[0] as layers.Dense;
      layer.supportsMasking = true;
      layer.computeMask = (x: Tensor) => x.sum(-1).greater(0);
    }
    expectSameSteps(models, 10, 20);
    for (const model of models) (model.layers[0] as layers.Dense).inputSpec = { ndim: 3 };
    for (const model of models)
      expect((): unknown => model.predictOnBatch(x23())).toThrow(/takes input of 3 axes/);
  });

  it('a penalty that a pure layer gives its weight', () => {
    class Penalized extends layers.Layer {
      static override readonly className = 'Penalized';
      static override readonly isPure = true;
      override build(): void {
        this.addWeight('w', [3], {
          initializer: 'ones',
          regularizer: (w) => w.square().sum().mul(factor),
        });
      }
      override call(x: Tensor): Tensor {
        return x.mul(this.weights[0]?.value ?? 1);
      }
    }
    const models = pairOf(
      () => new Sequential([layers.Input([3]), new Penalized(), new layers.Dense(2)]) as AnyModel,
    );
    for (factor = 1; factor < 4; factor++) expectSameSteps(models, 10 * factor, 10);
  });

  it('a weight that is added to a built layer', () => {
    const models = pairOf(make);
    expectSameSteps(models, 0, 10);
    for (const model of models)
      dense(model).addWeight('more', [2], { initializer: 'ones', regularizer: 'l2' });
    for (let step = 0; step < 20; step++) {
      const [repeated, plain] = models.map((model) =>
        model.testOnBatch(x23(step) as never, y22(step) as never),
      );
      expect(repeated, `step ${step}`).toEqual(plain);
    }
  });

  it('the shapes that a layer was built for and what it asks of its input, which cannot be changed in place', () => {
    const model = make();
    expect(() => Object.assign(model.inputShape as object, { 1: 7 })).toThrow(TypeError);
    expect(() => Object.assign(dense(model).inputSpec as object, { ndim: 7 })).toThrow(TypeError);
    const models = pairOf(make);
    expectSameSteps(models, 0, 10);
    const spec = { ndim: 2 };
    for (const each of models) dense(each).inputSpec = spec;
    expectSameSteps(models, 10, 20);
    spec.ndim = 7;
    for (const each of models)
      expect((): unknown => each.predictOnBatch(x23())).toThrow(/takes input of 7 axes/);
  });
});

describe('a prediction that is repeated', () => {
  it('gives a constant that was written last into a block that was used before', () => {
    class Last extends layers.Layer {
      static override readonly className = 'Last';
      static override readonly isPure = true;
      override call(x: Tensor): Tensor {
        x.mul(2).dispose();
        return tensor([[1, 2]]);
      }
    }
    const model = new Sequential([layers.Input([2]), new Last()]);
    for (let call = 0; call < 12; call++) {
      expect(model.predictOnBatch(tensor([[6, 6]])).toArray()).toEqual([[1, 2]]);
    }
  });

  it('heeds that a weight is quantized of which a view lives', async () => {
    const make = (): Sequential => {
      setRandomSeed(1);
      return new Sequential([layers.Input([64]), new layers.Dense(64)]);
    };
    const [model, plain] = [make(), make()];
    const x = tensor(numbers(64), { shape: [1, 64] });
    warmUp(() => model.predictOnBatch(x));
    const view = model.weights[0]?.value.reshape([-1]);
    await model.quantize('int8');
    await plain.quantize('int8');
    for (let call = 0; call < 20; call++)
      expect(bitsOfAll(model.predictOnBatch(x))).toEqual(tidy(() => bitsOfAll(plain.apply(x))));
    view?.dispose();
  });

  it('fails like the layers once a weight is disposed of which a view lives', () => {
    const model = new Sequential([layers.Input([3]), new layers.Dense(2)]);
    warmUp(() => model.predictOnBatch(x23()));
    const view = model.weights[0]?.value.reshape([-1]);
    model.weights[0]?.dispose();
    expect(() => model.predictOnBatch(x23())).toThrow(/was disposed/);
    view?.dispose();
  });

  it('fails like the layers once a tensor of a layer is disposed of which a view lives', () => {
    class Constant extends layers.Layer {
      static override readonly className = 'Constant';
      static override readonly isPure = true;
      readonly value = tensor([1, 2, 3]);
      override call(x: Tensor): Tensor {
        return x.mul(this.value);
      }
    }
    const layer = new Constant();
    const model = new Sequential([layers.Input([3]), layer]);
    warmUp(() => model.predictOnBatch(x23()));
    const view = layer.value.reshape([3, 1]);
    layer.value.dispose();
    expect(() => model.predictOnBatch(x23())).toThrow(/was disposed/);
    view.dispose();
  });

  it('gives the steps of a class that is replaced', () => {
    const model = new Sequential([layers.Input([3]), new layers.Dense(2)]);
    warmUp(() => model.predictOnBatch(x23()));
    vi.spyOn(Model.prototype, 'predictStep').mockImplementation(() => tensor([[7]]));
    expect(model.predictOnBatch(x23()).toArray()).toEqual([[7]]);
  });
});

describe('a batch that is more than its elements runs the layers:', () => {
  it('the weight of the model itself, through which a gradient flows', () => {
    const models = pairOf(
      () => new Sequential([layers.Input([3]), new layers.Dense(3)]) as AnyModel,
    );
    for (let step = 0; step < 20; step++) {
      const [repeated, plain] = models.map((model) => {
        const { value } = model.weights[0] as Variable;
        const loss = model.trainOnBatch(value, value);
        return [loss, bitsOfAll(model.getWeights())];
      });
      expect(repeated, `step ${step}`).toEqual(plain);
    }
  });

  it('probabilities that are known with their logits', () => {
    const make = (): AnyModel => {
      const model = new Sequential([layers.Input([2]), new layers.Identity()]);
      model.compile({ loss: 'categorical_crossentropy' });
      return model as AnyModel;
    };
    const model = make();
    const plainBatch = tensor([[0.5, 0.5]]);
    for (let step = 0; step < 10; step++) model.testOnBatch(plainBatch, [[0, 1]] as never);
    model.resetMetrics();
    const x = activations.softmax(tensor([[100, 0]]));
    // −log softmax([100, 0])[1] = 100, where the probability itself is rounded to 0.
    expect(Number(model.testOnBatch(x as never, [[0, 1]] as never))).toBeCloseTo(100, 4);
  });

  it('and a layer that gives its weight itself', () => {
    class Given extends layers.Layer {
      static override readonly className = 'Given';
      static override readonly isPure = true;
      override build(): void {
        this.addWeight('w', [2, 2], { initializer: 'ones' });
      }
      override call(): Tensor {
        return (this.weights[0] as Variable).value;
      }
    }
    const models = pairOf(() => {
      const model = new Sequential([layers.Input([3]), new Given()]) as AnyModel;
      const seen = (y: unknown, p: unknown): Tensor => (p as Tensor).sub(y as Tensor).max();
      model.compile({ optimizer: new SGD(), loss: 'mse', metrics: [seen] });
      return model;
    });
    expectSameSteps(models, 0);
  });
});
