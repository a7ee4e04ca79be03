// How a layers-model says what a model is compiled with; test/oracles/verify-with-tfjs.mjs tries it with TensorFlow.js.
import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { layers, losses, memory, metrics, models, optimizers } from '../../../src/index.js';

type Files = Map<string, Uint8Array>;

interface ModelFile {
  modelTopology: Record<string, unknown>;
  weightsManifest: { paths: string[]; weights: Record<string, unknown>[] }[];
  trainingConfig?: unknown;
}

function dense(): models.Sequential {
  return new models.Sequential([new layers.Dense(2, { inputShape: [3] })]);
}

async function save(model: models.Model): Promise<Files> {
  const files: Files = new Map();
  await model.save({ write: (name, bytes) => files.set(name, bytes) });
  return files;
}

function jsonOf(files: Files): ModelFile {
  return JSON.parse(new TextDecoder().decode(files.get('model.json'))) as ModelFile;
}

/** What the file says of a model that is compiled so. */
async function configOf(options: Parameters<models.Model['compile']>[0]): Promise<unknown> {
  const model = dense();
  model.compile(options);
  return jsonOf(await save(model)).trainingConfig;
}

/** The model in files whose model.json is changed. */
async function loadChanged(
  change: (file: ModelFile) => void,
): Promise<models.Model<layers.SymbolicTensor>> {
  const files = await save(dense());
  const file = jsonOf(files);
  change(file);
  files.set('model.json', new TextEncoder().encode(JSON.stringify(file)));
  return models.loadModel({ read: (name) => files.get(name) ?? new Uint8Array() });
}

describe('the training config of a layers-model', () => {
  const mse = { loss: 'mse' } as const;

  it.each<[string, optimizers.Optimizer, object]>([
    [
      'SGD',
      new optimizers.SGD({ learningRate: 0.5 }),
      { class_name: 'SGD', config: { learningRate: 0.5 } },
    ],
    [
      'Momentum for SGD with momentum',
      new optimizers.SGD({ learningRate: 0.5, momentum: 0.25, nesterov: true }),
      {
        class_name: 'Momentum',
        config: { learningRate: 0.5, momentum: 0.25, useNesterov: true },
      },
    ],
    [
      'RMSProp, whose rho is called decay',
      new optimizers.RMSprop({ learningRate: 0.5, rho: 0.75, momentum: 0.25, epsilon: 1e-5 }),
      {
        class_name: 'RMSProp',
        config: { learningRate: 0.5, decay: 0.75, momentum: 0.25, epsilon: 1e-5, centered: false },
      },
    ],
    [
      'Adam',
      new optimizers.Adam({ learningRate: 0.5, beta1: 0.75, beta2: 0.875, epsilon: 1e-6 }),
      {
        class_name: 'Adam',
        config: { learningRate: 0.5, beta1: 0.75, beta2: 0.875, epsilon: 1e-6 },
      },
    ],
    [
      'Adamax',
      new optimizers.Adamax({ learningRate: 0.5 }),
      {
        class_name: 'Adamax',
        config: { learningRate: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 0 },
      },
    ],
    [
      'Adagrad',
      new optimizers.Adagrad({ learningRate: 0.5, initialAccumulatorValue: 0.25 }),
      { class_name: 'Adagrad', config: { learningRate: 0.5, initialAccumulatorValue: 0.25 } },
    ],
  ])('says %s in the words of TensorFlow.js, and is read again', async (_, optimizer, config) => {
    const model = dense();
    model.compile({ optimizer, loss: 'mse', metrics: ['accuracy'] });
    const files = await save(model);
    expect(jsonOf(files).trainingConfig).toEqual({
      optimizer_config: config,
      loss: 'mean_squared_error',
      metrics: ['accuracy'],
    });
    const loaded = await models.loadModel({ read: (name) => files.get(name) ?? new Uint8Array() });
    const { name: ours, ...settings } = optimizer.getConfig();
    const { name: theirs, ...again } = loaded.optimizer?.getConfig() ?? {};
    expect(again).toEqual(settings);
    expect([ours, theirs].every((name) => typeof name === 'string')).toBe(true);
    expect(loaded.metricsNames).toEqual(model.metricsNames);
  });

  it('says losses and metrics however they were given', async () => {
    const loss = new losses.KLDivergence();
    expect(
      await configOf({ loss, metrics: [new metrics.MeanAbsoluteError(), 'mean_squared_error'] }),
    ).toMatchObject({ loss: 'kullback_leibler_divergence', metrics: ['mae', 'mse'] });
    expect(await configOf({ loss: 'cosineSimilarity' })).toMatchObject({
      loss: 'cosine_proximity',
      metrics: [],
    });
    expect(await configOf({ loss: 'logCosh' })).toMatchObject({ loss: 'logcosh' });
  });

  it.each<[string, Parameters<models.Model['compile']>[0]]>([
    ['an optimizer that is not there', { ...mse, optimizer: 'adamw' }],
    ['an option that is not there', { ...mse, optimizer: new optimizers.Adam({ clipnorm: 1 }) }],
    ['amsgrad', { ...mse, optimizer: new optimizers.Adam({ amsgrad: true }) }],
    ['a centered RMSprop', { ...mse, optimizer: new optimizers.RMSprop({ centered: true }) }],
    ['another epsilon of Adagrad', { ...mse, optimizer: new optimizers.Adagrad({ epsilon: 1 }) }],
    ['Adadelta, another formula there', { ...mse, optimizer: 'adadelta' }],
    [
      'a schedule',
      {
        ...mse,
        optimizer: new optimizers.SGD({
          learningRate: new optimizers.schedules.ExponentialDecay(0.1, 10, 0.5),
        }),
      },
    ],
    ['a loss that is not there', { loss: 'huber' }],
    ['a loss with settings', { loss: new losses.BinaryCrossentropy({ fromLogits: true }) }],
    ['a function', { loss: (yTrue, yPred) => yTrue.sub(yPred).mean() }],
    ['a function as metric', { ...mse, metrics: [(yTrue, yPred) => yTrue.sub(yPred)] }],
    ['no loss', {}],
    ['a weight of the loss', { ...mse, lossWeights: 2 }],
    ['a metric that is not there', { ...mse, metrics: [new metrics.AUC()] }],
    ['a metric with settings', { ...mse, metrics: [new metrics.BinaryAccuracy({ threshold: 0 })] }],
    ['weighted metrics', { ...mse, weightedMetrics: ['mae'] }],
  ])('is left out for %s', async (_, options) => {
    expect(await configOf(options)).toBeUndefined();
  });

  it('is read as Keras 2 writes it, where the converter leaves it', async () => {
    const model = await loadChanged((file) => {
      file.modelTopology['training_config'] = {
        optimizer_config: {
          class_name: 'RMSprop',
          config: { name: 'RMSprop', learning_rate: 0.5, decay: 0.0, rho: 0.75, momentum: 0.0 },
        },
        loss: { class_name: 'MeanAbsoluteError', config: { name: 'x', reduction: 'sum' } },
        metrics: ['mse'],
      };
    });
    expect(model.optimizer?.getConfig()).toMatchObject({ learning_rate: 0.5, rho: 0.75 });
    expect(model.loss?.reduction).toBe('sum');
    const logs = await model.evaluate([[1, 2, 3]], [[1, 2]], { verbose: 0, returnDict: true });
    expect(Object.keys(logs)).toEqual(['loss', 'mse']);
  });

  it('may stand before the state of an optimizer, which is not read', async () => {
    const files = await save(dense());
    const file = jsonOf(files);
    file.trainingConfig = {
      optimizer_config: { class_name: 'SGD', config: { learningRate: 0.5 } },
      loss: 'mean_squared_error',
      metrics: [],
    };
    file.weightsManifest[0]?.weights.push({
      name: 'iter',
      shape: [],
      dtype: 'int32',
      group: 'optimizer',
    });
    files.set('model.json', new TextEncoder().encode(JSON.stringify(file)));
    files.set('weights.bin', Uint8Array.from([...(files.get('weights.bin') ?? []), 7, 0, 0, 0]));
    const model = await models.loadModel({ read: (name) => files.get(name) ?? new Uint8Array() });
    expect(model.optimizer?.iterations).toBe(0);
  });

  it.each<[string, unknown]>([
    ['an unknown optimizer', { optimizer_config: { class_name: 'Nope', config: {} }, loss: 'mse' }],
    ['an optimizer without a name', { optimizer_config: { class_name: null, config: {} } }],
    [
      'an option called __proto__',
      JSON.parse('{"optimizer_config":{"class_name":"SGD","config":{"__proto__":[]}}}'),
    ],
    ['no optimizer', { loss: 'mse' }],
    [
      'a loss without config',
      {
        optimizer_config: { class_name: 'SGD', config: {} },
        loss: { class_name: 'Huber', config: null },
      },
    ],
    ['an optimizer without config', { optimizer_config: { class_name: 'SGD', config: null } }],
    [
      'a bad option',
      { optimizer_config: { class_name: 'SGD', config: { learningRate: 'x' } }, loss: 'mse' },
    ],
    [
      'several losses',
      { optimizer_config: { class_name: 'SGD', config: {} }, loss: ['mse', 'mae'] },
    ],
    [
      'an unknown loss',
      { optimizer_config: { class_name: 'SGD', config: {} }, loss: 'nope', metrics: [] },
    ],
    [
      'a metric that is no name',
      { optimizer_config: { class_name: 'SGD', config: {} }, loss: 'mse', metrics: [7] },
    ],
  ])('with %s leaves the model to be compiled by its user', async (_, config) => {
    const unchanged = await loadChanged(() => undefined);
    unchanged.dispose();
    const before = memory();
    const model = await loadChanged((file) => void (file.trainingConfig = config));
    expect(model.optimizer).toBeUndefined();
    model.dispose();
    // Two models were made, one to be saved.
    expect(memory().tensors - before.tensors).toBe(dense().weights.length);
  });
});

describe('the training config of a model with several outputs', () => {
  /** Three outputs of one input; in an object their keys are not the names of their layers. */
  function heads(isObject = false): models.Model {
    const x = layers.Input([3]);
    const [one, two, three] = ['one', 'two', 'three'].map((name) =>
      new layers.Dense(2, { name }).apply(x),
    );
    const outputs = isObject ? { c: one, a: two, b: three } : [one, two, three];
    return new models.Model({ inputs: x, outputs: outputs as unknown as layers.SymbolicTensor });
  }

  async function saidOf(options: models.CompileOptions, isObject = false): Promise<unknown> {
    const model = heads(isObject);
    model.compile({ optimizer: 'sgd', ...options });
    const config = jsonOf(await save(model)).trainingConfig as Record<string, unknown> | undefined;
    return config && { loss: config['loss'], metrics: config['metrics'] };
  }

  const [mse, mae] = ['mean_squared_error', 'mean_absolute_error'];

  it.each<[string, models.CompileOptions, unknown]>([
    ['one loss for all', { loss: 'mse' }, { loss: mse, metrics: [] }],
    ['a list', { loss: ['mse', 'mae', 'mse'] }, { loss: [mse, mae, mse], metrics: [] }],
    [
      'an object by names',
      { loss: { three: 'mse', one: 'mae', two: 'mae' } },
      { loss: [mae, mae, mse], metrics: [] },
    ],
    [
      'the same metrics for each',
      {
        loss: 'mse',
        metrics: [
          ['mae', 'mse'],
          ['mae', 'mse'],
          ['mae', 'mse'],
        ],
      },
      { loss: mse, metrics: ['mae', 'mse'] },
    ],
    [
      'one metric for some',
      { loss: 'mse', metrics: { three: ['mse'], one: 'accuracy' } },
      { loss: mse, metrics: { one: 'accuracy', three: 'mse' } },
    ],
  ])('says %s', async (_, options, said) => {
    expect(await saidOf(options)).toEqual(said);
  });

  it('says losses and metrics of an object in the order of the file', async () => {
    const options = { loss: { a: 'mse', b: 'mae', c: 'poisson' }, metrics: { a: ['mae'] } };
    expect(await saidOf(options as never, true)).toEqual({
      loss: [mse, mae, 'poisson'],
      metrics: { two: 'mae' },
    });
  });

  it.each<[string, models.CompileOptions]>([
    ['an output without a loss', { loss: { one: 'mse' } }],
    ['factors', { loss: 'mse', lossWeights: [1, 2, 1] }],
    [
      'several metrics of an output that others lack',
      { loss: 'mse', metrics: [['mae', 'mse'], [], []] },
    ],
    ['weighted metrics', { loss: 'mse', weightedMetrics: [['mae'], [], []] }],
  ])('is left out for %s', async (_, options) => {
    expect(await saidOf(options)).toBeUndefined();
  });

  const optimizer_config = { class_name: 'SGD', config: { learning_rate: 0.5 } };
  const wrapper = (name: string, fn: string): object => ({
    class_name: 'MeanMetricWrapper',
    config: { name, dtype: 'float32', fn },
  });

  it.each<[string, object, string[]]>([
    ['a list of losses', { loss: [mse, mae, mse], metrics: [] }, []],
    [
      'metrics that each output has',
      { loss: mse, metrics: ['mae'] },
      ['one_mae', 'three_mae', 'two_mae'],
    ],
    [
      'metrics by names',
      { loss: { one: mse, two: mae, three: mse }, metrics: { two: 'mae' } },
      ['two_mae'],
    ],
    [
      'what Keras 2 writes',
      {
        loss: { one: mse, two: mae, three: mse },
        loss_weights: { one: 1, two: 0.5, three: 0 },
        metrics: [[wrapper('one_mae', mae)], [], [wrapper('three_mean_squared_error', mse)]],
        weighted_metrics: [[], [wrapper('two_mse', mse)], []],
      },
      ['one_mae', 'three_mean_squared_error', 'two_mse'],
    ],
  ])('is read: %s', async (_, config, metricNames) => {
    const files = await save(heads());
    const file = jsonOf(files);
    file.trainingConfig = { optimizer_config, ...config };
    files.set('model.json', new TextEncoder().encode(JSON.stringify(file)));
    const model = await models.loadModel({ read: (name) => files.get(name) ?? new Uint8Array() });
    expect(model.optimizer?.learningRate).toBe(0.5);
    const y = [[[1, 2]], [[3, 4]], [[5, 6]]];
    const logs = await model.evaluate([[1, 2, 3]], y as never, { verbose: 0, returnDict: true });
    const losses = ['loss', 'one_loss', 'two_loss', 'three_loss'];
    expect(Object.keys(logs)).toEqual([...losses, ...metricNames]);
    const { one_loss: one = 0, two_loss: two = 0, three_loss: three = 0 } = logs;
    const isWeighted = 'loss_weights' in config;
    expect(logs.loss).toBeCloseTo(isWeighted ? one + 0.5 * two : one + two + three, 5);
  });
});
