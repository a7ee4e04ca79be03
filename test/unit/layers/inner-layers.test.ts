// A custom class that holds layers and has no build: as in Keras, building it builds the layers inside.
import '../without-collector.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { Input, keep, layers, memory, models, ones, optimizers, tensor, tidy } from 'lanegrad';
import type { PartialShape, Tensor } from 'lanegrad';
import { resetNames } from '../../../src/config/index.js';

beforeEach(resetNames);

/** x + dense(x). It says its output shape, so that nothing has to run for it. */
class Residual extends layers.Layer {
  static override readonly className: string = 'Residual';
  static override readonly optionNames: readonly string[] = ['units'];
  readonly units: number;
  readonly dense;
  calls = 0;

  constructor({ units, ...options }: layers.LayerOptions & { readonly units: number }) {
    super(options, ['units']);
    this.units = units;
    this.dense = new layers.Dense(units, { name: 'inner' });
  }

  override call(x: Tensor): Tensor {
    this.calls++;
    return x.add(this.dense.apply(x));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/** The same, but zeros do not suit it. */
class Picky extends Residual {
  static override readonly className: string = 'Picky';

  override call(x: Tensor): Tensor {
    if (x.sum().item() === 0) throw new Error('only zeros');
    return super.call(x);
  }
}

// 3 · 3 + 3
const PARAMS = 12;

describe('layers inside a layer without build are built', () => {
  it('in a graph', () => {
    const before = memory().tensors;
    const x = Input([null, 3]);
    const layer = new Residual({ units: 3 });
    const model = new models.Model({ inputs: x, outputs: layer.apply(x) });
    expect(model.countParams()).toBe(PARAMS);
    // Kernel and bias, and nothing of the trial.
    expect(memory().tensors).toBe(before + 2);
    expect(layer.weights.map(({ path }) => path)).toEqual([
      'residual/inner/kernel',
      'residual/inner/bias',
    ]);
  });

  it('in a Sequential, also within other layers', () => {
    const model = new models.Sequential([
      layers.Input({ shape: [4, 3] }),
      new layers.TimeDistributed(new Residual({ units: 3 })),
      new Residual({ units: 3 }),
    ]);
    expect(model.countParams()).toBe(2 * PARAMS);
  });

  it('by build', () => {
    const layer = new Residual({ units: 3 });
    layer.build([null, 3]);
    expect(layer.countParams()).toBe(PARAMS);
  });

  it('by the first batch, which runs once', () => {
    const layer = new Residual({ units: 3 });
    layer.apply([[1, 2, 3]]);
    expect([layer.countParams(), layer.calls]).toEqual([PARAMS, 1]);
  });

  it('by the first batch where zeros do not suit the layer', () => {
    const x = Input([3]);
    const model = new models.Model({ inputs: x, outputs: new Picky({ units: 3 }).apply(x) });
    expect(model.countParams()).toBe(0);
    model.predictOnBatch([[1, 2, 3]]);
    expect(model.countParams()).toBe(PARAMS);
  });

  it('so that files with their weights are read', async () => {
    const x = Input([null, 3]);
    const model = new models.Model({ inputs: x, outputs: new Residual({ units: 3 }).apply(x) });
    let bytes = new Uint8Array();
    await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
    const again = await models.loadModel(bytes, { customObjects: { Residual } });
    const batch = tensor([[[1, 2, 3]]]);
    expect(again.predictOnBatch(batch).toArray()).toEqual(model.predictOnBatch(batch).toArray());
  });
});

/** x · factor, a tensor that build makes. Its steps may be repeated from a recording. */
class Factor extends layers.Layer {
  static override readonly className: string = 'Factor';
  static override readonly isPure = true;
  #hidden?: Tensor;
  factor?: Tensor;

  override build(inputShape: PartialShape): void {
    this.factor = tensor([3, -1]).mul(ones([inputShape.at(-1) ?? 1]));
    this.#hidden = tensor([1, 1]);
  }

  override call(x: Tensor): Tensor {
    return x.mul(this.factor ?? 1).mul(this.#hidden ?? 1);
  }
}

/** A layer with such a layer inside. */
class Around extends layers.Layer {
  static override readonly className: string = 'Around';
  static override readonly isPure = true;
  readonly inner = new Factor();

  override call(x: Tensor): Tensor {
    return this.inner.apply(x);
  }
}

describe('tensors that build makes live as long as the layer', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const expected = [
    [3, -2],
    [9, -4],
  ];

  it('called by itself and inside of another, in tidy and outside', () => {
    for (const make of [() => new Factor(), () => new Around()]) {
      const [first, second] = [make(), make()];
      tidy(() => first.apply(x));
      second.apply(x);
      for (const layer of [first, second]) expect(layer.apply(x).toArray()).toEqual(expected);
    }
  });

  it('until dispose, which gives all back', () => {
    const before = memory();
    const layer = new Around();
    tidy(() => {
      layer.apply(x);
    });
    expect(memory().tensors).toBeGreaterThan(before.tensors);
    layer.dispose();
    expect(memory()).toEqual(before);
  });

  it('and are gone if build fails', () => {
    class Failing extends Factor {
      override build(inputShape: PartialShape): void {
        super.build(inputShape);
        this.addWeight('w', [2]);
        throw new Error('no');
      }
    }
    const before = memory();
    const layer = new Failing();
    expect(() => tidy(() => layer.apply(x))).toThrow('no');
    expect(() => layer.apply(x)).toThrow('no');
    expect(memory()).toEqual(before);
    expect(layer.weights).toEqual([]);
  });

  it('and keep what keep() was given', () => {
    const shared = keep(tensor([2, 2]));
    class Sharing extends Factor {
      override build(): void {
        this.factor = shared;
      }
    }
    const layer = new Sharing();
    layer.apply(x);
    layer.dispose();
    expect(shared.toArray()).toEqual([2, 2]);
    shared.dispose();
  });

  it('through fit and predict, whose steps repeat', async () => {
    const model = new models.Sequential([
      new Around({ inputShape: [2] }),
      new layers.Dense(1, { kernelInitializer: 'ones', useBias: false }),
    ]);
    model.compile({ loss: 'mse', optimizer: new optimizers.SGD({ learningRate: 0 }) });
    // Predictions are 1 and 5.
    for (let i = 0; i < 12; i++) {
      expect(model.trainOnBatch(x, [[0], [0]])[0]).toBe(13);
      model.resetMetrics();
      expect(tidy(() => model.predictOnBatch(x).toArray())).toEqual([[1], [5]]);
    }
    const { history } = await model.fit(x, [[0], [0]], { epochs: 3, verbose: 0 });
    expect(history.loss).toEqual([13, 13, 13]);
    model.dispose();
  });
});

it('a dtype policy without a name is refused by every layer', () => {
  for (const config of [null, 'float32', {}, { name: null }]) {
    const dtype = { class_name: 'DTypePolicy', config } as never;
    expect(() => new Residual({ units: 3, dtype })).toThrow(
      /Residual: dtype must be a name, got \{/,
    );
    expect(() => new layers.Dense(3, { dtype })).toThrow(/Dense: dtype must be a name, got \{/);
  }
});
