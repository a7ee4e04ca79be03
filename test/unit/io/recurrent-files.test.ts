// Recurrent layers in files: names of weights, and what TensorFlow.js's dialect has no words for.
import { describe, expect, it } from 'vitest';
import '../../../src/known.js';
import * as layers from '../../../src/layers.js';
import { Input } from '../../../src/layers.js';
import { cloneModel, loadModel, Model, modelFromJSON, Sequential } from '../../../src/models.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const x = tensor(
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(i + 1)),
  { shape: [2, 4, 3] },
);

type Files = Record<string, Uint8Array<ArrayBuffer>>;

async function layersModel(model: Pick<Model, 'save'>): Promise<Files> {
  const files: Files = {};
  await model.save({ write: (name, bytes) => void (files[name] = bytes) }, { format: 'tfjs' });
  return files;
}

const chain = (...stack: readonly layers.AnyLayer[]): Sequential =>
  new Sequential([Input([4, 3]), ...stack], { name: 'chain' });

interface Written {
  readonly modelTopology: {
    readonly config: { readonly layers: readonly { readonly config: Record<string, never> }[] };
  };
  readonly weightsManifest: [{ readonly weights: readonly { name: string }[] }];
}

const json = (files: Files): Written =>
  JSON.parse(new TextDecoder().decode(files['model.json'])) as Written;

const weightNames = (files: Files): string[] =>
  json(files).weightsManifest[0].weights.map(({ name }) => name);

const list = (t: Tensor): number[] => Array.from(t.data());

describe('a layers-model of TensorFlow.js', () => {
  it('names weights as TensorFlow.js does', async () => {
    const names = async (layer: layers.AnyLayer): Promise<string[]> =>
      weightNames(await layersModel(chain(layer)));
    expect(await names(new layers.LSTM(2, { name: 'lstm' }))).toEqual([
      'lstm/kernel',
      'lstm/recurrent_kernel',
      'lstm/bias',
    ]);
    const both = new layers.Bidirectional(new layers.SimpleRNN(2, { name: 'words' }), {
      name: 'both',
    });
    expect((await names(both)).slice(2, 5)).toEqual([
      'both/forward_words/bias',
      'both/backward_words/kernel',
      'both/backward_words/recurrent_kernel',
    ]);
    const stack = new layers.RNN([new layers.LSTMCell(2), new layers.SimpleRNNCell(2)], {
      name: 'stack',
    });
    expect((await names(stack)).slice(2, 4)).toEqual([
      'stack/RNNCell_0/bias',
      'stack/RNNCell_1/kernel',
    ]);
    const each = new layers.TimeDistributed(new layers.Dense(2), { name: 'each' });
    expect(await names(each)).toEqual(['each/kernel', 'each/bias']);
  });

  it('comes back, also with the names that Python gives', async () => {
    const model = chain(
      new layers.Bidirectional(new layers.LSTM(3, { returnSequences: true, name: 'words' })),
      new layers.TimeDistributed(new layers.Dense(3)),
      new layers.RNN([new layers.LSTMCell(2), new layers.GRUCell(2, { resetAfter: false })]),
    );
    const files = await layersModel(model);
    const expected = list(model.apply(x));
    const read = (all: Files): Promise<Model<layers.SymbolicTensor>> =>
      loadModel({ read: (name) => all[name] ?? new Uint8Array() });
    expect(list((await read(files)).apply(x))).toEqual(expected);
    const paths = [...model.trainableWeights].map(({ path }) => path);
    const { weightsManifest, ...rest } = json(files);
    const [{ weights, ...group }] = weightsManifest;
    const renamed = weights.map((weight, i) => ({ ...weight, name: paths[i] }));
    const text = JSON.stringify({ ...rest, weightsManifest: [{ ...group, weights: renamed }] });
    const python = { ...files, 'model.json': new TextEncoder().encode(text) };
    expect(paths[0]).toMatch(/^chain\/.*\/forward_words\/lstm_cell\/kernel$/);
    expect(list((await read(python)).apply(x))).toEqual(expected);
  });

  it('holds the layer of a Bidirectional once', async () => {
    const files = await layersModel(
      chain(new layers.Bidirectional(new layers.LSTM(2, { returnSequences: true, name: 'words' }))),
    );
    const { config } = json(files).modelTopology.config.layers.at(-1) ?? {};
    expect(config).not.toHaveProperty('backward_layer');
    expect(config).toMatchObject({ layer: { config: { name: 'words', go_backwards: false } } });
    expect(config).not.toHaveProperty('layer.config.zero_output_for_mask');
  });

  it.each([
    ['reset_after', () => new layers.GRU(2)],
    ['hard_sigmoid', () => new layers.LSTM(2, { recurrentActivation: 'hard_sigmoid' })],
    ['zero_output_for_mask', () => new layers.LSTM(2, { zeroOutputForMask: true })],
    [
      'backwardLayer',
      () =>
        new layers.Bidirectional(new layers.LSTM(2), {
          backwardLayer: new layers.SimpleRNN(2, { goBackwards: true }),
        }),
    ],
  ])('has no word for %s', async (word, make) => {
    await expect(layersModel(chain(make()))).rejects.toThrow(word);
  });

  it.each([
    ['LSTM', () => new layers.LSTM(2, { recurrentActivation: 'hard_sigmoid_keras2' })],
    [
      'GRU backwards',
      () =>
        new layers.Bidirectional(
          new layers.GRU(2, { recurrentActivation: 'hardSigmoidKeras2', resetAfter: false }),
        ),
    ],
    ['RNN', () => new layers.RNN(new layers.LSTMCell(2, { activation: 'hard_sigmoid_keras2' }))],
  ])('has hard_sigmoid for that of Keras 2: %s', async (_, make) => {
    const model = chain(make());
    const files = await layersModel(model);
    const text = new TextDecoder().decode(files['model.json']);
    expect(text).toMatch(/activation":"hard_sigmoid"/);
    expect(text).not.toContain('keras2');
    const read = await loadModel({ read: (name) => files[name] as Uint8Array });
    expect(list(read.apply(x))).toEqual(list(model.apply(x)));
    // As TensorFlow.js itself writes it.
    const theirs = new TextEncoder().encode(text.replaceAll('"hard_sigmoid"', '"hardSigmoid"'));
    const again = await loadModel({ read: (name) => (name === 'model.json' ? theirs : (files[name] as Uint8Array)) }); // prettier-ignore
    expect(list(again.apply(x))).toEqual(list(model.apply(x)));
    let bytes = new Uint8Array();
    await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
    const keras = await loadModel(bytes);
    expect(list(keras.apply(x))).toEqual(list(model.apply(x)));
  });

  it('has no word for the initial state of a call', async () => {
    const [inputs, state] = [Input([4, 3]), Input([2])];
    const y = new layers.SimpleRNN(2).apply(inputs, { initialState: state });
    const model = new Model({ inputs: [inputs, state], outputs: y });
    await expect(layersModel(model)).rejects.toThrow(/initialState in a call/);
  });
});

it('a .keras file holds initial states and shared layers', async () => {
  const [inputs, others, scale] = [Input([4, 3]), Input([4, 3]), Input([2])];
  const encoder = new layers.LSTM(2, { returnState: true });
  const [, h, c] = encoder.apply(inputs);
  const decoder = new layers.LSTM(2, { returnSequences: true });
  const outputs = [
    decoder.apply(others, { initialState: [h, c] }),
    new layers.GRU(2).apply(inputs, { initialState: scale }),
  ];
  const model = new Model({ inputs: [inputs, others, scale], outputs });
  let bytes = new Uint8Array();
  await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
  const again = await loadModel(bytes);
  const given = [x, x.mul(2), tensor([1, 2, 3, 4], { shape: [2, 2] })];
  const [a, b] = [model as unknown as Model<layers.SymbolicTensor>, again].map(
    (each) => each.apply(given as never) as unknown as Tensor[],
  );
  expect(a?.map(list)).toEqual(b?.map(list));
});

it('a custom cell is found among customObjects, wherever it is', async () => {
  class Halving extends layers.Layer<Tensor, layers.CellOutput, layers.CellArguments> {
    static override readonly className = 'Halving';
    readonly stateSize = 3;
    override call(
      input: Tensor,
      { states: [h] }: layers.CallOptions & layers.CellArguments,
    ): layers.CellOutput {
      const after = input.add((h as Tensor).mul(0.5));
      return [after, [after]];
    }
  }
  const own = (returnSequences = false): layers.AnyLayer =>
    new layers.RNN(new Halving(), { returnSequences }) as layers.AnyLayer;
  for (const layer of [
    own(),
    new layers.RNN([new layers.LSTMCell(3), new Halving()]) as layers.AnyLayer,
    new layers.Bidirectional(new layers.RNN(new Halving()), {
      mergeMode: 'sum',
    }) as layers.AnyLayer,
  ]) {
    const model = chain(layer);
    let bytes = new Uint8Array();
    await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
    await expect(loadModel(bytes)).rejects.toThrow(/cell.*Unknown layer 'Halving'.*customObjects/s);
    const again = await loadModel(bytes, { customObjects: { Halving } });
    expect(list(again.apply(x))).toEqual(list(model.apply(x)));
    expect(() => layers.deserialize(layers.serialize(layer))).toThrow(/Unknown layer/);
  }
});

it('a configuration of Keras 2 is read', () => {
  const layer = layers.deserialize({
    class_name: 'LSTM',
    config: { units: 2, implementation: 2, time_major: false, return_sequences: true },
  });
  expect(layer).toBeInstanceOf(layers.LSTM);
  expect(layer.getConfig()).toMatchObject({ units: 2, return_sequences: true });
});

describe('models inside of layers', () => {
  const inner = (): Model<layers.SymbolicTensor> => {
    const given = Input([3]);
    const h = new layers.Dense(4, { activation: 'tanh' }).apply(given);
    const normal = new layers.BatchNormalization().apply(h);
    return new Model({ inputs: given, outputs: new layers.Add().apply([h, normal]) });
  };
  class Residual extends layers.Wrapper {
    static override readonly className = 'ResidualOfFiles';
    override call(given: Tensor, { training }: layers.CallOptions): Tensor {
      return (this.layer.apply(given, { training }) as Tensor).add(given);
    }
  }
  layers.registerLayer(Residual);

  it.each([
    ['a Functional', () => new layers.TimeDistributed(inner())],
    ['a Sequential', () => new layers.TimeDistributed(new Sequential([new layers.Dense(4), new layers.ReLU()]))], // prettier-ignore
    ['a Sequential with its input', () => new layers.TimeDistributed(new Sequential([Input([3]), new layers.Dense(4)]))], // prettier-ignore
    ['a model in a model', () => new layers.TimeDistributed(new Sequential([Input([3]), inner()]))], // prettier-ignore
    ['a wrapper in a wrapper', () => new layers.TimeDistributed(new Residual(new Sequential([Input([3]), new layers.Dense(3)])))], // prettier-ignore
  ] as const)('%s comes back from a file, from JSON and as a clone', async (_, make) => {
    const graph = (): Model<layers.SymbolicTensor> => {
      const given = Input([4, 3]);
      return new Model({ inputs: given, outputs: make().apply(given) });
    };
    for (const model of [chain(make()), graph()]) {
      const expected = list(model.apply(x));
      let bytes = new Uint8Array();
      await model.save({ write: (_name, all) => (bytes = all) }, { format: 'keras' });
      const again = await loadModel(bytes);
      expect(list(again.apply(x))).toEqual(expected);
      expect(JSON.stringify(again)).toBe(JSON.stringify(model));
      for (const copy of [modelFromJSON(JSON.stringify(model)), cloneModel(model)]) {
        copy.setWeights(model.getWeights());
        expect(list(copy.apply(x))).toEqual(expected);
      }
    }
  });

  it('are layers to layers.serialize and layers.deserialize', () => {
    const model = inner();
    const copy = layers.deserialize(layers.serialize(model));
    expect(copy).toBeInstanceOf(Model);
    copy.setWeights(model.getWeights());
    const row = tensor([[1, 2, 3]]);
    expect(list(copy.apply(row))).toEqual(list(model.apply(row)));
  });
});
