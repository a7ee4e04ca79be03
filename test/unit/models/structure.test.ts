import { beforeEach, describe, expect, it } from 'vitest';
import { resetNames } from '../../../src/config/index.js';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Dense, Dropout, Flatten, Input, Layer } from '../../../src/layers.js';
import { Model, Sequential } from '../../../src/models.js';
import { dense } from '../../../src/engine/ops/index.js';
import { memory, tensor } from '../../../src/engine/tensor/index.js';
import { bitsOf, numbers, twoLayers } from './networks.js';

beforeEach(resetNames);

describe('putting layers on a model', () => {
  it('makes weights as soon as the input is known', () => {
    const model = new Sequential();
    model.add(new Dense(4, { inputShape: [3] }));
    expect(model.built).toBe(true);
    expect(model.weights.map(({ path, shape }) => [path, shape])).toEqual([
      ['sequential/dense/kernel', [3, 4]],
      ['sequential/dense/bias', [4]],
    ]);
    model.add(new Dense(2));
    expect(model.countParams()).toBe(3 * 4 + 4 + 4 * 2 + 2);
    expect(model.inputs.map(({ shape }) => shape)).toEqual([[null, 3]]);
    expect(model.outputs.map(({ shape }) => shape)).toEqual([[null, 2]]);
  });

  it('takes the input from a first layer that is a model and built, as Keras does', () => {
    const inner = new Sequential([new Dense(4, { inputShape: [3] }), new Dense(5)]);
    const model = new Sequential([inner, new Dense(2)]);
    expect(model.built).toBe(true);
    expect(model.inputs.map(({ shape }) => shape)).toEqual([[null, 3]]);
    expect(model.outputs.map(({ shape }) => shape)).toEqual([[null, 2]]);
    expect(model.weights.map(({ shape }) => shape)).toEqual([
      [3, 4],
      [4],
      [4, 5],
      [5],
      [5, 2],
      [2],
    ]);
    // And so does a copy of it.
    const copy = Sequential.fromConfig(model.getConfig());
    expect(copy.built).toBe(true);
    expect(copy.outputs.map(({ shape }) => shape)).toEqual([[null, 2]]);
    // A layer that is built takes what has additional axes as well, and so says nothing.
    const dense = new Dense(4, { name: 'shared' });
    dense.build([null, 3]);
    expect(new Sequential([dense, new Dense(2)]).built).toBe(false);
  });

  it('waits for the shape where a first model is not built', () => {
    const model = new Sequential([new Sequential([new Dense(4)]), new Dense(2)]);
    expect(model.built).toBe(false);
    model.build([null, 3]);
    expect(model.outputs.map(({ shape }) => shape)).toEqual([[null, 2]]);
  });

  it('takes the input from an Input, which is not among its layers', () => {
    const model = new Sequential([Input({ shape: [3] }), new Dense(4), new Dense(2)]);
    expect(model.built).toBe(true);
    expect(model.layers.map((layer) => layer.name)).toEqual(['dense', 'dense_1']);
    expect(model.inputShape).toEqual([null, 3]);
  });

  it('waits for its input if nothing says what it is', () => {
    const model = new Sequential([new Dense(4), new Dense(2)]);
    expect(model.built).toBe(false);
    expect(model.weights).toEqual([]);
    expect(model.inputs).toEqual([]);
    expect(model.outputs).toEqual([]);
    expect(() => model.countParams()).toThrow(/Sequential layer 'sequential' is not built/);
    expect(model.apply([[1, 2, 3]]).shape).toEqual([1, 2]);
    expect(model.weights.map((weight) => weight.shape)).toEqual([[3, 4], [4], [4, 2], [2]]);
  });

  it('builds when asked to', () => {
    const model = new Sequential([new Flatten(), new Dense(2)]);
    model.build([null, 2, 3]);
    expect(model.outputShape).toEqual([null, 2]);
    expect(model.weights[0]?.shape).toEqual([6, 2]);
    expect(() => {
      model.build([null, 2, 4]);
    }).toThrow(/Sequential layer 'sequential' was built for .*\(None, 2, 3\).*\(None, 2, 4\)/);
  });

  it('refuses to build or run without layers', () => {
    const model = new Sequential();
    expect(() => {
      model.build([null, 3]);
    }).toThrow(/has no layers. Add some first/);
    expect(() => model.apply([[1, 2, 3]])).toThrow(ValueError);
  });

  it('counts names as Keras does', () => {
    const models = [new Sequential(), new Sequential([new Dense(1), new Dense(1)])];
    expect(models.map((model) => model.name)).toEqual(['sequential', 'sequential_1']);
    expect(models[1]?.layers.map((layer) => layer.name)).toEqual(['dense', 'dense_1']);
    expect(new Sequential([], { name: 'mine' }).name).toBe('mine');
  });

  it('refuses a name that is taken, and the same layer twice', () => {
    const layer = new Dense(3, { name: 'a' });
    const model = new Sequential([layer]);
    const taken = /Sequential layer 'sequential' has a layer 'a' already/;
    expect(() => {
      model.add(new Dense(2, { name: 'a' }));
    }).toThrow(taken);
    expect(() => {
      model.add(layer);
    }).toThrow(taken);
    expect(model.layers).toHaveLength(1);
  });

  it('refuses an Input that is not first, and what is not a layer', () => {
    const model = new Sequential([new Dense(3)]);
    expect(() => {
      model.add(Input({ shape: [2] }));
    }).toThrow(/an Input must be the first layer/);
    expect(() => {
      model.add('dense' as never);
    }).toThrow(/add takes a layer, such as new layers.Dense\(10\), got 'dense'/);
    expect(() => new Sequential([], { nme: 'x' } as object)).toThrow(
      /unknown option 'nme'.*'name'/,
    );
  });

  it('names a layer that does not fit when it is added, and stays as it was', () => {
    class NeedsImages extends Layer {
      static override readonly className = 'NeedsImages';
      override inputSpec = { ndim: 4 };
    }
    const model = new Sequential([new Dense(3, { inputShape: [2] })]);
    expect(() => {
      model.add(new NeedsImages({ name: 'images' }));
    }).toThrow(/NeedsImages layer 'images' .*\(None, 3\)/);
    const used = new Dense(2, { name: 'used' });
    used.build([null, 5]);
    expect(() => {
      model.add(used);
    }).toThrow(/Dense layer 'used' got input of shape \(None, 3\).*built for \(None, 5\)/);
    expect(() => {
      model.add(used);
    }).toThrow(ShapeError);
    expect(model.layers).toHaveLength(1);
    model.add(new Dense(7));
    expect(model.outputShape).toEqual([null, 7]);
  });

  it('takes the top layer off', () => {
    const model = twoLayers();
    const [first, top] = model.layers;
    expect(model.pop()).toBe(top);
    expect(model.outputShape).toEqual([null, 4]);
    expect(model.weights).toHaveLength(2);
    model.add(new Dense(5));
    expect(model.apply([[1, 2, 3]]).shape).toEqual([1, 5]);
    model.pop();
    expect(model.pop()).toBe(first);
    expect(model.built).toBe(false);
    expect(model.pop()).toBeUndefined();
  });

  it('holds models as layers', () => {
    const inner = twoLayers();
    const model = new Sequential([Input({ shape: [3] }), inner, new Dense(1)]);
    expect(model.weights).toHaveLength(6);
    expect(model.getLayer(inner.name)).toBe(inner);
    const x = tensor(numbers(6), { shape: [2, 3] });
    const [kernel, bias] = model.getWeights().slice(4);
    if (!kernel || !bias) throw new Error('no weights');
    expect([...model.apply(x).data()]).toEqual([...dense(inner.apply(x), kernel, bias).data()]);
  });
});

describe('finding layers', () => {
  it('by name and by index, from the end too', () => {
    const model = new Sequential([
      Input({ shape: [3] }),
      new Dense(4, { name: 'a' }),
      new Dense(2),
    ]);
    expect(model.getLayer('a')).toBe(model.layers[0]);
    expect(model.getLayer(1)).toBe(model.layers[1]);
    expect(model.getLayer(-1)).toBe(model.layers[1]);
  });

  it('lists what there is', () => {
    const model = new Sequential([new Dense(4, { name: 'a' }), new Dense(2, { name: 'b' })]);
    expect(() => model.getLayer('c')).toThrow(/has no layer 'c'. Its layers: 0 'a', 1 'b'/);
    const named = new Sequential([new Dense(4, { name: 'hidden' })]);
    expect(() => named.getLayer('hiden')).toThrow(/has no layer 'hiden'. Did you mean 'hidden'\?/);
    expect(() => model.getLayer(2)).toThrow(ValueError);
    expect(() => new Sequential().getLayer(0)).toThrow(/Its layers: none/);
  });
});

describe('weights of a model', () => {
  it('are copies to read and to write', () => {
    const [model, other] = [twoLayers(1), twoLayers(2)];
    expect(bitsOf(model)).not.toEqual(bitsOf(other));
    const weights = model.getWeights();
    other.setWeights(weights);
    expect(bitsOf(other)).toEqual(bitsOf(model));
    for (const weight of weights) weight.dispose();
    expect(bitsOf(other)).toEqual(bitsOf(model));
  });

  it('stay as they are if one of the new ones does not fit', () => {
    const model = twoLayers();
    const before = bitsOf(model);
    const { tensors } = memory();
    const zeros = [...new Array<number[]>(3).fill([0, 0, 0, 0])];
    expect(() => {
      model.setWeights([zeros, [0, 0, 0, 0]]);
    }).toThrow(/setWeights got 2 values, but the layer has 4 weights/);
    expect(() => {
      model.setWeights([zeros, [0, 0, 0, 0], [[0, 0]], [0, 0]]);
    }).toThrow(
      /setWeights got shape \(1, 2\), float32, for weight 'kernel', which has shape \(4, 2\), float32/,
    );
    expect(bitsOf(model)).toEqual(before);
    expect(memory().tensors).toBe(tensors);
    expect(() => {
      new Sequential([new Dense(1)]).setWeights([[[1]]]);
    }).toThrow(/not built/);
  });

  it('are trained or not, layer by layer', () => {
    const model = new Sequential([
      new Dense(4, { inputShape: [3] }),
      new Dropout(0.5),
      new Dense(2),
    ]);
    const [first] = model.layers;
    if (first) first.trainable = false;
    expect(model.trainableWeights.map((weight) => weight.path)).toEqual([
      'sequential/dense_1/kernel',
      'sequential/dense_1/bias',
    ]);
    expect(model.nonTrainableWeights.map((weight) => weight.path)).toEqual([
      'sequential/dense/kernel',
      'sequential/dense/bias',
    ]);
    model.trainable = false;
    expect(model.trainableWeights).toEqual([]);
    expect(model.nonTrainableWeights).toHaveLength(4);
    model.trainable = true;
    expect(model.trainableWeights).toHaveLength(4);
    expect(new Sequential([], { trainable: false }).trainable).toBe(false);
  });

  it('give their memory back', () => {
    const { tensors } = memory();
    const model = twoLayers();
    expect(memory().tensors).toBe(tensors + 4);
    model.dispose();
    expect(memory().tensors).toBe(tensors);
  });
});

describe('calling a model', () => {
  it('is its layers one after the other', () => {
    const model = twoLayers();
    const x = tensor(numbers(12), { shape: [4, 3] });
    const [k1, b1, k2, b2] = model.weights.map((weight) => weight.value);
    if (!k1 || !b1 || !k2 || !b2) throw new Error('no weights');
    const expected = dense(dense(x, k1, b1, 'relu'), k2, b2);
    expect([...model.apply(x).data()]).toEqual([...expected.data()]);
    expect([...model.call(x, { training: false }).data()]).toEqual([...expected.data()]);
  });

  it('passes on whether it trains', () => {
    const model = new Sequential([new Dropout(1, { inputShape: [2] })]);
    expect(model.apply([[1, 2]]).toArray()).toEqual([[1, 2]]);
    expect(model.apply([[1, 2]], { training: true }).toArray()).toEqual([[0, 0]]);
  });
});

describe('summary', () => {
  const print = (model: Pick<Model, 'summary'>): string => {
    let text = '';
    model.summary({ printFn: (table) => (text += table) });
    return text;
  };

  it('shows layers, output shapes and numbers of weights', () => {
    const model = new Sequential([
      new Dense(512, { inputShape: [784], name: 'hidden' }),
      new Dense(10, { name: 'out', trainable: false }),
    ]);
    // 784 · 512 + 512 = 401,920 and 512 · 10 + 10 = 5,130 weights of 4 bytes.
    expect(print(model).split('\n')).toEqual([
      'Model: "sequential"',
      '┏━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓',
      '┃ Layer (type)   ┃ Output Shape ┃ Param # ┃',
      '┡━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩',
      '│ hidden (Dense) │ (None, 512)  │ 401,920 │',
      '├────────────────┼──────────────┼─────────┤',
      '│ out (Dense)    │ (None, 10)   │   5,130 │',
      '└────────────────┴──────────────┴─────────┘',
      ' Total params: 407,050 (1.55 MB)',
      ' Trainable params: 401,920 (1.53 MB)',
      ' Non-trainable params: 5,130 (20.04 KB)',
    ]);
  });

  it('says what layers are connected to where they are no chain', () => {
    const [left, right] = [Input([6], { name: 'left' }), Input([6], { name: 'right' })];
    const embed = new Dense(5, { name: 'embed' });
    const sum = embed.apply(left).add(embed.apply(right));
    const out = new Dense(1, { name: 'out' }).apply(sum);
    const model = new Model({ inputs: [left, right], outputs: out, name: 'siamese' });
    const lines = print(model).split('\n');
    expect(lines.filter((line) => /^[┃│]/.test(line))).toEqual([
      '┃ Layer (type)       ┃ Output Shape ┃ Param # ┃ Connected to ┃',
      '│ left (InputLayer)  │ (None, 6)    │       0 │ -            │',
      '│ right (InputLayer) │ (None, 6)    │       0 │ -            │',
      '│ embed (Dense)      │ (None, 5)    │      35 │ left[0][0],  │',
      '│                    │              │         │ right[0][0]  │',
      '│ add (add)          │ (None, 5)    │       0 │ embed[0][0], │',
      '│                    │              │         │ embed[1][0]  │',
      '│ out (Dense)        │ (None, 1)    │       6 │ add[0][0]    │',
    ]);
    const x = Input([4], { name: 'x' });
    const chain = new Model({ inputs: x, outputs: new Dense(2).apply(x) });
    expect(print(chain)).not.toContain('Connected to');
  });

  it('shows what is not built, and nothing', () => {
    const unbuilt = print(new Sequential([new Dense(2)]));
    expect(unbuilt).toContain('│ dense (Dense) │ ?            │ 0 (unbuilt) │');
    expect(unbuilt).toContain(' Total params: 0 (0.00 B)');
    expect(print(new Sequential()).split('\n')).toHaveLength(7);
  });

  it('counts the state of the optimizer once there is one', async () => {
    const model = twoLayers();
    model.compile({ optimizer: 'rmsprop', loss: 'mse' });
    await model.fit([[1, 2, 3]], [[1, 2]], { verbose: 0 });
    // 26 weights, as many mean squares, and the iteration and learning rate.
    expect(print(model)).toContain(' Total params: 54 (216.00 B)');
    expect(print(model)).toContain(' Optimizer params: 28 (112.00 B)');
  });
});
