// What configs in files say in words that are not known here, and what is read in their place.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  FormatError,
  layers,
  losses,
  memory,
  models,
  optimizers,
  tensor,
  zeros,
} from '../../../src/index.js';
import { encodeKerasFile } from '../../../src/files/formats/keras/file.js';
import { encodeKerasWeights } from '../../../src/files/formats/keras/weights.js';

const notices: string[] = [];
beforeEach(() => {
  notices.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void notices.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A `.keras` file of the config of a model that `change` has changed, with the model's weights. */
async function changed(
  model: models.Sequential,
  change: (json: string) => string,
  compile: object = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const json = JSON.parse(change(JSON.stringify(model.toJSON()))) as Record<string, unknown>;
  const objects = model.layers.map((layer, i) => ({
    path: i === 0 ? 'layers/dense' : `layers/dense_${i}`,
    name: layer.name,
    arrays: layer.weights.map(({ value }) => ({
      shape: value.shape,
      dtype: value.dtype,
      data: value.data(),
    })),
  }));
  return encodeKerasFile({ ...json, compile_config: compile }, encodeKerasWeights('test', objects));
}

const dense = (options: object = {}): models.Sequential =>
  new models.Sequential([
    new layers.Dense(2, { inputShape: [3], name: 'a', kernelInitializer: 'ones', ...options }),
    new layers.Dense(1, { name: 'b', kernelInitializer: 'ones' }),
  ]);
const POLICY =
  /\{"module":"keras","class_name":"DTypePolicy","config":\{"name":"float32"\},"registered_name":null\}/g;

describe('types other than float32', () => {
  it.each([
    ['"float64"', 'float64'],
    ['{"class_name":"Policy","config":{"name":"mixed_float16"}}', 'mixed_float16'],
    [
      '{"class_name":"DTypePolicyMap","config":{"default_policy":"bfloat16","policy_map":{"a":{"class_name":"DTypePolicy","config":{"name":"float16"}}}}}',
      'bfloat16, float16',
    ],
  ])('%s', async (dtype, said) => {
    const model = await models.loadModel(
      await changed(dense(), (json) => json.replace(POLICY, dtype)),
    );
    expect(model.predictOnBatch(tensor([[1, 2, 3]])).data()).toEqual(Float32Array.of(12));
    expect(notices).toEqual([expect.stringContaining(`model data: ${said} is read as float32`)]);
    const json = JSON.stringify(dense().toJSON()).replace(POLICY, dtype);
    models.modelFromJSON(json);
    expect(notices).toHaveLength(2);
    expect(notices[1]).toContain(`modelFromJSON: ${said} is read as float32`);
  });

  it('of a policy that is none are refused', async () => {
    const before = memory().bytes;
    const bytes = await changed(dense(), (json) => json.replace(POLICY, '"int4_from_float32"'));
    const loading = models.loadModel(bytes);
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(/is quantized as 'int4_from_float32'; readable is int8/);
    expect(memory().bytes).toBeLessThanOrEqual(before + 64);
  });
});

it('LoRA of Keras trains A and B, of which the kernels of the file have the product', async () => {
  const rank = (json: string): string =>
    json
      .replaceAll('"lora_rank":null,"lora_alpha":null', '"lora_rank":4,"lora_alpha":8')
      .replaceAll('"units":2', '"units":2,"lora_rank":4,"lora_alpha":8');
  const model = await models.loadModel(await changed(dense(), rank));
  expect(model.predictOnBatch(tensor([[1, 2, 3]])).data()).toEqual(Float32Array.of(12));
  const trained = ['bias', 'lora_kernel_a', 'lora_kernel_b'];
  expect(model.trainableWeights.map(({ name }) => name)).toEqual([...trained, 'kernel', 'bias']);
  expect(notices).toEqual([]);
});

it('what contains itself is refused', () => {
  const inside: object[] = [];
  const stack = { class_name: 'Sequential', config: { name: 's', layers: inside } };
  const wrapper = { class_name: 'TimeDistributed', config: { layer: {} } };
  wrapper.config.layer = wrapper;
  for (const inner of [stack, wrapper]) {
    inside.splice(0, 2, inner, inner);
    expect(() => models.modelFromJSON(stack)).toThrow(FormatError);
    expect(() => models.modelFromJSON(stack)).toThrow(/describes contains itself/);
  }
});

describe('layers as activations', () => {
  const leaky =
    '"activation":{"module":"keras.layers","class_name":"LeakyReLU","config":{"name":"leak","negative_slope":0.5},"registered_name":null}';
  const withLayer = (layer: string) => (json: string) =>
    json.replace(/"activation":"linear"/, layer);

  it('compute what they compute, and are written again', async () => {
    const model = await models.loadModel(await changed(dense(), withLayer(leaky)));
    expect(model.predictOnBatch(tensor([[-1, -2, -3]])).data()).toEqual(Float32Array.of(-6));
    const config = model.layers[0]?.getConfig()['activation'];
    expect(config).toMatchObject({ class_name: 'LeakyReLU', config: { negative_slope: 0.5 } });
    const copy = models.cloneModel(model);
    copy.setWeights(model.getWeights());
    expect(copy.predictOnBatch(tensor([[-1, -2, -3]])).data()).toEqual(Float32Array.of(-6));
    model.compile({ optimizer: 'sgd', loss: new losses.MeanSquaredError() });
    model.trainOnBatch(tensor([[1, 2, 3]]), tensor([[1]]));
    await expect(model.save({ write: () => undefined }, { format: 'tfjs' })).rejects.toThrow(
      /'a' \(Dense\): TensorFlow\.js has no layers as activation/,
    );
  });

  it('stand for an activation of recurrent layers', () => {
    const config = new layers.LSTM(2).getConfig();
    const layer = { module: 'keras.layers', class_name: 'ReLU', config: { max_value: 1 } };
    const lstm = layers.deserialize({
      class_name: 'LSTM',
      config: { ...config, activation: layer },
    });
    expect(lstm.getConfig()['activation']).toMatchObject({ class_name: 'ReLU' });
    expect(lstm.apply(tensor([[[1], [2]]])).shape).toEqual([1, 2]);
  });

  it('may not draw random numbers, as activations are not told whether a model trains', async () => {
    const noise = leaky.replace('LeakyReLU', 'GaussianDropout').replace('negative_slope', 'rate');
    await expect(models.loadModel(await changed(dense(), withLayer(noise)))).rejects.toThrow(
      /GaussianDropout layer 'leak' cannot be one, as it draws random numbers while training/,
    );
  });

  it('may have no weights, also where a call builds them', async () => {
    const convolution = leaky
      .replace('LeakyReLU', 'Conv1D')
      .replace('"negative_slope":0.5', '"filters":2,"kernel_size":1');
    const model = new models.Sequential([new layers.Dense(2, { inputShape: [4, 3] })]);
    const json = withLayer(convolution)(JSON.stringify(model.toJSON()));
    expect(() =>
      (models.modelFromJSON(json) as models.Sequential).predictOnBatch(zeros([1, 4, 3])),
    ).toThrow(/Conv1D layer 'leak' cannot be one, as it has weights of its own/);
    // Without weights it may take input of some number of axes alone.
    const pooling = convolution.replace('Conv1D', 'AveragePooling1D').replace('"filters":2,"kernel_size":1', '"pool_size":1'); // prettier-ignore
    const pooled = models.modelFromJSON(withLayer(pooling)(JSON.stringify(model.toJSON())));
    expect((pooled as models.Sequential).predictOnBatch(zeros([1, 4, 3])).shape).toEqual([1, 4, 2]);
  });

  it('may have no weights of their own, and must be known', async () => {
    const prelu = leaky.replace('LeakyReLU', 'PReLU').replace(',"negative_slope":0.5', '');
    const before = memory().bytes;
    await expect(models.loadModel(await changed(dense(), withLayer(prelu)))).rejects.toThrow(
      /PReLU layer 'leak' cannot be one, as it has weights of its own/,
    );
    const unknown = leaky.replace('LeakyReLU', 'Nothing');
    await expect(models.loadModel(await changed(dense(), withLayer(unknown)))).rejects.toThrow(
      /activation: Unknown layer 'Nothing'/,
    );
    expect(memory().bytes).toBeLessThanOrEqual(before + 256);
  });
});

describe('names with a slash', () => {
  it('have one of their own where the other is taken', async () => {
    const model = await models.loadModel(
      await changed(dense(), (json) =>
        json.replace('"name":"a"', '"name":"b/c"').replace('"name":"b"', '"name":"b_c"'),
      ),
    );
    expect(model.layers.map(({ name }) => name)).toEqual(['b_c_1', 'b_c']);
    expect(notices).toEqual([expect.stringContaining("layer 'b/c' is 'b_c_1'")]);
  });

  it('are found in layers-models of TensorFlow.js', async () => {
    const files = new Map<string, Uint8Array>();
    await dense().save(
      { write: (name, bytes) => void files.set(name, bytes.slice()) },
      { format: 'tfjs' },
    );
    const text = Buffer.from(files.get('model.json') ?? []).toString();
    files.set(
      'model.json',
      Buffer.from(
        text
          .replaceAll('"a"', '"a/x/a"')
          .replaceAll('"a/kernel"', '"a/x/a/kernel"')
          .replaceAll('"a/bias"', '"a/x/a/bias"'),
      ),
    );
    const model = await models.loadModel({ read: (name) => files.get(name) ?? new Uint8Array() });
    expect(model.layers[0]?.name).toBe('a_x_a');
    expect(model.predictOnBatch(tensor([[1, 2, 3]])).data()).toEqual(Float32Array.of(12));
  });
});

describe('optimizers of older files', () => {
  const optimizerOf = async (optimizer: object): Promise<models.Model['optimizer']> =>
    (await models.loadModel(await changed(dense(), (json) => json, { optimizer, loss: 'mse' })))
      .optimizer;

  it.each(['Custom>SGD', 'SGD'])('lr of %s is the learning rate', async (name) => {
    const sgd = await optimizerOf({
      class_name: name,
      config: { lr: 0.25, decay: 0, nesterov: true },
    });
    expect(sgd).toBeInstanceOf(optimizers.SGD);
    expect(sgd?.learningRate).toBe(0.25);
  });

  it('decay makes the rate lr / (1 + decay · step)', async () => {
    const config = { learning_rate: 0.5, decay: 0.25 };
    const model = await models.loadModel(
      await changed(dense(), (json) => json, {
        optimizer: { class_name: 'Adam', config },
        loss: 'mse',
      }),
    );
    for (let step = 0; step < 3; step++) {
      expect(model.optimizer?.learningRate).toBeCloseTo(0.5 / (1 + 0.25 * step), 6);
      model.trainOnBatch(tensor([[1, 2, 3]]), tensor([[1]]));
    }
  });

  it('a fixed scale of the loss is a factor', async () => {
    const inner = { class_name: 'Custom>Adam', config: { learning_rate: 0.125 } };
    const config = {
      inner_optimizer: inner,
      dynamic: false,
      initial_scale: 64,
      dynamic_growth_steps: null,
    };
    const adam = await optimizerOf({ class_name: 'Custom>LossScaleOptimizerV3', config });
    expect(adam).toBeInstanceOf(optimizers.Adam);
    expect(adam?.lossScaleFactor).toBe(64);
  });

  it.each([
    [{ decay: 'much' }, /decay = 'much'/],
    [
      {
        decay: 0.5,
        learning_rate: {
          class_name: 'ExponentialDecay',
          config: { initial_learning_rate: 1, decay_steps: 1, decay_rate: 0.5 },
        },
      },
      /decay = 0\.5/,
    ],
  ])('%o is refused', async (config, message) => {
    await expect(optimizerOf({ class_name: 'SGD', config })).rejects.toThrow(message);
  });

  it('a class of your own is asked for, or found behind its package', async () => {
    class Slow extends optimizers.SGD {
      static override readonly className = 'Slow';
    }
    const optimizer = { class_name: 'Custom>Slow', config: { learning_rate: 0.5 } };
    await expect(optimizerOf(optimizer)).rejects.toThrow(/'Slow' is not known here/);
    const bytes = await changed(dense(), (json) => json, { optimizer, loss: 'mse' });
    const model = await models.loadModel(bytes, { customObjects: { Slow } });
    expect(model.optimizer).toBeInstanceOf(Slow);
  });
});

it('convolutions of channels have groups of 1, and no others', () => {
  const config = { kernel_size: [2, 2], groups: 1 };
  expect(layers.deserialize({ class_name: 'DepthwiseConv2D', config })).toBeInstanceOf(
    layers.DepthwiseConv2D,
  );
  expect(() =>
    layers.deserialize({ class_name: 'DepthwiseConv2D', config: { ...config, groups: 2 } }),
  ).toThrow(/DepthwiseConv2D: config has groups = 2, which is not supported; supported: 1/);
  const separable = {
    filters: 2,
    kernel_size: [2, 2],
    groups: 1,
    kernel_initializer: 'zeros',
    kernel_regularizer: null,
  };
  expect(layers.deserialize({ class_name: 'SeparableConv2D', config: separable })).toBeInstanceOf(
    layers.SeparableConv2D,
  );
});
