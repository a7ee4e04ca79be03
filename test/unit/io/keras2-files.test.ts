// Files of Keras 2 and of released Keras 3, by scripts/keras2-fixtures.py: what they hold in words that are not known here.
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  FormatError,
  layers,
  losses,
  memory,
  models,
  optimizers,
  tensor,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { encodeKerasFile } from '../../../src/formats/keras/file.js';
import { encodeKerasWeights } from '../../../src/formats/keras/weights.js';
import { temporaryFolder } from '../places/temporary-folder.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Case {
  readonly file: string;
  readonly files: Readonly<Record<string, string>>;
  readonly x: Numbers;
  readonly y: Numbers;
  readonly predict: Numbers;
  readonly after: readonly Numbers[];
  readonly iterations: number;
  readonly texts: readonly string[];
}

const cases = JSON.parse(
  gunzipSync(
    await readFile(new URL('../../fixtures/keras2-files.json.gz', import.meta.url)),
  ).toString(),
) as Readonly<Record<string, Case>>;
const caseOf = (name: string): Case => cases[name] as Case;
const decoded = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(text, 'base64'));
const array = ({ shape, data }: Numbers): Tensor => tensor(Float32Array.from(data), { shape });

function expectClose(x: Tensor, { shape, data }: Numbers, tolerance: number): void {
  expect(x.shape).toEqual(shape);
  x.data().forEach((value, i) => {
    expect(Math.abs(value - (data[i] ?? NaN))).toBeLessThanOrEqual(tolerance);
  });
}

const notices: string[] = [];
beforeEach(() => {
  notices.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void notices.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('weights of recurrent layers for graphics cards', () => {
  it.each(['cudnn_lstm', 'cudnn_gru', 'cudnn_bidirectional'])(
    '%s predicts the same',
    async (name) => {
      const { file, x, predict } = caseOf(name);
      const model = await models.loadModel(decoded(file));
      expectClose(model.predictOnBatch(array(x)), predict, 1e-6);
      const fresh = models.cloneModel(model);
      await fresh.loadWeights(decoded(file));
      expectClose(fresh.predictOnBatch(array(x)), predict, 1e-6);
      expect(notices).toEqual([]);
    },
  );

  it('are no weights of a layer of another length', async () => {
    const model = new models.Sequential([
      layers.Input([5, 3]),
      new layers.LSTM(4, { returnSequences: true }),
      new layers.LSTM(3),
    ]);
    await expect(model.loadWeights(decoded(caseOf('cudnn_lstm').file))).rejects.toThrow(
      /the weight 'sequential.*\/kernel' has shape \(4, 12\) .* \(4, 8\)/,
    );
  });
});

describe('a compiled model of Keras 2', () => {
  const restored = [
    'legacy_sgd_decay',
    'legacy_adam',
    'legacy_adam_amsgrad_decay',
    'legacy_rmsprop',
    'legacy_adadelta',
    'legacy_adagrad',
    'legacy_adamax',
    'legacy_ftrl',
    'sgd',
    'adam_amsgrad',
    'adam_schedule',
    'rmsprop_keras',
    'adamw_ema_keras',
  ];
  it.each(restored)('%s trains on as it would there', async (name) => {
    const { file, x, y, after, iterations } = caseOf(name);
    const model = await models.loadModel(decoded(file));
    expect(model.optimizer?.iterations).toBe(iterations);
    expect(model.layers[0]?.name).toBe('one_first');
    for (let step = 0; step < 2; step++) model.trainOnBatch(array(x), array(y));
    model.weights.forEach(({ value }, i) => {
      expectClose(value, after[i] as Numbers, 2e-6);
    });
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(
      /'\/' in names of layers is read as '_': layer 'one\/first' is 'one_first'\.$/,
    );
  });

  it.each(['nadam', 'legacy_nadam'])('%s says what begins anew', async (name) => {
    const model = await models.loadModel(decoded(caseOf(name).file));
    expect(model.optimizer?.iterations).toBe(name === 'nadam' ? 0 : 3);
    model.trainOnBatch(array(caseOf(name).x), array(caseOf(name).y));
    expect(notices.join('\n')).toMatch(
      name === 'legacy_nadam' ? /the decay of Nadam, 0.004, is left out/ : /begins anew/,
    );
  });

  it('gives a built optimizer its state by loadWeights', async () => {
    const { file, x, y } = caseOf('legacy_adam_amsgrad_decay');
    const [model, other] = [
      await models.loadModel(decoded(file)),
      await models.loadModel(decoded(file)),
    ];
    other.trainOnBatch(array(x), array(y));
    await other.loadWeights(decoded(caseOf('rmsprop_keras').file));
    const states = [model, other].map(({ optimizer }) =>
      optimizer?.variables.map(({ value }) => [...value.data()]),
    );
    expect(states[0]).not.toEqual(states[1]);
  });

  it.each(['mixed_keras2', 'mixed_keras3'])('%s is float32 with one notice', async (name) => {
    const { file, x, predict } = caseOf(name);
    const model = await models.loadModel(decoded(file));
    expectClose(model.predictOnBatch(array(x)), predict, 5e-3);
    expect(notices.filter((text) => text.includes('float32'))).toHaveLength(1);
    expect(notices.join('\n')).toMatch(/mixed_float16 is read as float32/);
    model.trainOnBatch(array(x), tensor([[1], [2], [3]]));
  });
});

describe('an unzipped model of Keras 3', () => {
  async function unpacked(name: string): Promise<string> {
    const folder = join(await temporaryFolder(), name);
    for (const [path, text] of Object.entries(caseOf(name).files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), decoded(text));
    }
    return folder;
  }

  it('is read from its folder, with the state of its optimizer', async () => {
    const folder = await unpacked('folder');
    const { x, predict } = caseOf('folder');
    for (const source of [folder, `${folder}/`, new URL(`file://${folder}`)]) {
      const model = await models.loadModel(source);
      expectClose(model.predictOnBatch(array(x)), predict, 1e-6);
      expect(model.optimizer?.iterations).toBe(3);
    }
  });

  it('is read from a folder that a user picks', async () => {
    const files = Object.entries(caseOf('folder').files).map(([path, text]) => {
      const file = new File([decoded(text)], path);
      return Object.defineProperty(file, 'webkitRelativePath', { value: `model/${path}` });
    });
    const model = await models.loadModel(files);
    const { x, predict } = caseOf('folder');
    expectClose(model.predictOnBatch(array(x)), predict, 1e-6);
  });

  it('keeps its vocabulary', async () => {
    const folder = await unpacked('texts_folder');
    // A link that leads around.
    await symlink(folder, join(folder, 'assets', 'around'));
    const model = await models.loadModel(folder);
    const { texts, predict } = caseOf('texts_folder');
    const given = texts.map((text) => [text]);
    expectClose(model.predictOnBatch(given as never), predict, 1e-6);
  });

  it('is bounded by maxBytes, and clear where something is missing', async () => {
    const folder = await unpacked('folder');
    await expect(models.loadModel(folder, { maxBytes: 3000 })).rejects.toThrow(/longer than/);
    await writeFile(join(folder, 'model.weights.h5'), 'nothing');
    await expect(models.loadModel(folder)).rejects.toThrow(/model\.weights\.h5: not an HDF5 file/);
    const other = join(await temporaryFolder(), 'empty');
    await mkdir(other);
    await expect(models.loadModel(other)).rejects.toThrow(/model\.json/);
  });
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

it('LoRA of Keras is left out, as kernels are merged; that of a class of your own is not', async () => {
  const rank = (json: string): string =>
    json
      .replaceAll('"lora_rank":null,"lora_alpha":null', '"lora_rank":4,"lora_alpha":8')
      .replaceAll('"units":2', '"units":2,"lora_rank":4,"lora_alpha":8');
  const model = await models.loadModel(await changed(dense(), rank));
  expect(model.predictOnBatch(tensor([[1, 2, 3]])).data()).toEqual(Float32Array.of(12));
  expect(model.trainableWeights).toHaveLength(4);
  expect(notices).toEqual([
    expect.stringMatching(/LoRA, as of layer 'a', is left out: the kernels in the file are merged/),
  ]);
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
    expect((lstm.apply(tensor([[[1], [2]]])) as Tensor).shape).toEqual([1, 2]);
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
