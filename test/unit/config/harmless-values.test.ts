// What Keras takes and writes and nothing depends on here is accepted, as an option and in configs of files; any other value is
// refused with a reason.
import { describe, expect, it } from 'vitest';
import { layers, losses, metrics, models, optimizers, Sequential } from 'lanegrad';
import { ValueError } from '../../../src/errors.js';
import type { Loss } from '../../../src/losses.js';
import type { Metric } from '../../../src/metrics.js';

const POLICY = (name: string): object => ({
  module: 'keras',
  class_name: 'DTypePolicy',
  config: { name },
  registered_name: null,
});

type Options = Record<string, unknown>;

/** A class, the options that it needs, in Keras's spelling, and whether it takes weights in less room as Keras stores them. */
const KERNELS: readonly (readonly [string, Options, (options: Options) => layers.AnyLayer])[] = [
  ['Dense', { units: 2 }, (o) => new layers.Dense(2, o)],
  [
    'EinsumDense',
    { equation: 'ab,bc->ac', output_shape: [2] },
    (o) => new layers.EinsumDense('ab,bc->ac', [2], o),
  ],
  ['Embedding', { input_dim: 3, output_dim: 2 }, (o) => new layers.Embedding(3, 2, o)],
  [
    'ReversibleEmbedding',
    { input_dim: 3, output_dim: 2 },
    (o) => new layers.ReversibleEmbedding(3, 2, o),
  ],
  ['Conv2D', { filters: 2, kernel_size: 2 }, (o) => new layers.Conv2D(2, 2, o)],
];

describe('values that mean nothing here', () => {
  it.each(KERNELS)('of LoRA: %s', (name, needed, make) => {
    const plain = make({}).getConfig();
    const taken = make({ loraRank: null, loraAlpha: null, name: plain['name'] });
    expect(taken.getConfig()).toEqual(plain);
    const config = { ...needed, lora_rank: null, lora_alpha: null };
    expect(layers.deserialize({ class_name: name, config })).toBeInstanceOf(layers.Layer);
    const refusal = new RegExp(`^${name}: loraRank must be a whole number of at least 1`);
    expect(() => make({ loraRank: 0 })).toThrow(refusal);
    expect(() =>
      layers.deserialize({ class_name: name, config: { ...needed, lora_rank: 0 } }),
    ).toThrow(refusal);
  });

  it.each(KERNELS.slice(0, 4))('of how weights are stored: %s', (name, needed, make) => {
    expect(make({ quantizationConfig: null }).getConfig()).toHaveProperty(
      'quantization_config',
      null,
    );
    const config = { ...needed, quantization_config: { class_name: 'Int8', config: {} } };
    expect(() => layers.deserialize({ class_name: name, config })).toThrow(
      /quantizationConfig = \{.*\} is not supported\. Call model\.quantize\('int8'\)/,
    );
  });

  it.each(['LSTM', 'GRU'] as const)('of graphics cards: %s', (name) => {
    for (const value of ['auto', true, false, null] as const) {
      const options = { useCudnn: value } as { useCudnn: 'auto' };
      const { use_cudnn: written } = new layers[name](2, options).getConfig();
      expect(written).toBeUndefined();
      const config = { units: 2, use_cudnn: value };
      expect(layers.deserialize({ class_name: name, config })).toBeInstanceOf(layers[name]);
    }
    expect(() => new layers[name](2, { useCudnn: 1 as never })).toThrow(
      new RegExp(`^${name}: useCudnn = 1 is not supported\\. Leave it out`),
    );
  });

  const makers: readonly (readonly [
    string,
    (o: Options) => Loss | Metric,
    (c: Options) => object,
  ])[] = [
    [
      'losses',
      (o) => new losses.MeanSquaredError(o),
      (config) => losses.deserialize({ class_name: 'MeanSquaredError', config }),
    ],
    [
      'metrics',
      (o) => new metrics.AUC(o),
      (config) => metrics.deserialize({ class_name: 'AUC', config }),
    ],
  ];
  it.each(makers)('of the dtype of %s', (what, make, read) => {
    for (const dtype of ['float32', POLICY('float32'), null]) {
      // Keras writes it for metrics alone.
      expect(make({ dtype }).getConfig()['dtype']).toBe(what === 'metrics' ? 'float32' : undefined);
      expect(() => read({ dtype })).not.toThrow();
    }
    const refusal = new RegExp(
      `: dtype 'float16' is not supported: it computes in float32\\. Leave dtype out\\.`,
    );
    for (const dtype of ['float16', POLICY('float16')]) {
      expect(() => make({ dtype })).toThrow(refusal);
      expect(() => read({ dtype })).toThrow(refusal);
    }
    expect(() => make({ dtype: 3 })).toThrow(/dtype must be a name, got 3/);
  });

  it('of optimizers', () => {
    expect(new optimizers.Adam({ lossScaleFactor: null }).getConfig()).toHaveProperty(
      'loss_scale_factor',
      null,
    );
  });

  it('of compile', () => {
    const model = new Sequential([layers.Input([2]), new layers.Dense(1)]);
    model.compile({
      optimizer: 'sgd',
      loss: 'mse',
      runEagerly: false,
      jitCompile: 'auto',
      stepsPerExecution: 1,
      autoScaleLoss: true,
    });
    model.trainOnBatch([[1, 2]], [[1]]);
    model.compile({ jitCompile: false, autoScaleLoss: false });
    const refused = [
      [{ runEagerly: true }, /^compile: runEagerly = true is not supported\. Your own layers run/],
      [{ runEagerly: 0 }, /^compile: runEagerly must be true or false, got 0/],
      [{ jitCompile: 'always' }, /^compile: jitCompile = 'always' is not supported\. Leave it out/],
      [{ stepsPerExecution: 8 }, /^compile: stepsPerExecution = 8 is not supported\. Callbacks/],
    ] as const;
    for (const [options, message] of refused) {
      expect(() => {
        model.compile(options as never);
      }).toThrow(message);
    }
  });

  it('of save and saveWeights', async () => {
    const model = new Sequential([layers.Input([2]), new layers.Dense(1)]);
    let files = 0;
    const sink = {
      write: () => {
        files++;
      },
    };
    await model.save(sink, { format: 'keras', overwrite: true });
    await model.saveWeights(sink, { overwrite: true });
    expect(files).toBe(2);
    for (const saving of [
      model.save(sink, { overwrite: false as never }),
      model.saveWeights(sink, { overwrite: false as never }),
    ]) {
      await expect(saving).rejects.toThrow(ValueError);
      await expect(saving).rejects.toThrow(
        /^save(Weights)?: overwrite = false is not supported\. What is there is always replaced/,
      );
    }
    expect(files).toBe(2);
    await models.loadModel(await bytesOf(model));
  });
});

async function bytesOf(model: models.Model): Promise<Uint8Array> {
  let file = new Uint8Array();
  await model.save({ write: (_, bytes) => void (file = bytes) }, { format: 'keras' });
  return file;
}
