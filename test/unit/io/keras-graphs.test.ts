// Functional models that Keras saved, after training: they predict as Keras did, and go on as Keras did.
import '../without-collector.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { flattenNest, mapNest } from '../../../src/config/index.js';
import { layerRegistry } from '../../../src/nn/layers/registry.js';
import { FormatError, layers, memory, models, Tensor, tensor } from '../../../src/index.js';
import type { Config } from '../../../src/index.js';
import { isOperationModule } from '../../../src/nn/models/graph-registry.js';
import { unzipAll } from '../formats/unzip-all.js';
import { bitsOf } from '../models/networks.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}
interface Expected {
  readonly x: unknown;
  readonly y?: unknown;
  readonly predict: unknown;
  readonly sample_weight?: unknown;
  readonly resume_history?: Readonly<Record<string, readonly number[]>>;
  readonly predict_after_resume?: unknown;
}

const fixtures = fileURLToPath(new URL('../../fixtures/models', import.meta.url));
const folder = join(process.env['LANEGRAD_MODELS_DIR'] ?? fixtures, 'keras-graphs');
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  Expected
>;

const isNumbers = (value: unknown): value is Numbers =>
  typeof value === 'object' && value !== null && 'shape' in value && 'data' in value;
const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

const tensorOf = ({ shape, data, dtype }: Numbers): Tensor =>
  tensor(/^u?int/.test(dtype) ? Int32Array.from(data) : Float32Array.from(data), { shape });
const tensorsOf = (nest: unknown): Tensor => mapNest(nest, isNumbers, tensorOf) as Tensor;

function expectClose(actual: unknown, numbers: unknown): void {
  const all = flattenNest(numbers, isNumbers);
  const tensors = flattenNest(actual, isTensor);
  expect(tensors.map(({ shape }) => shape)).toEqual(all.map(({ shape }) => shape));
  tensors.forEach((x, i) => {
    x.data().forEach((value, j) => {
      const wanted = all[i]?.data[j] ?? NaN;
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-5 + 1e-4 * Math.abs(wanted));
    });
  });
}

interface LayerConfig {
  readonly module?: string;
  readonly class_name: string;
  readonly config: Config;
}

interface FileConfig extends LayerConfig {
  readonly compile_config?: Config;
}

/** What `config.json` of a `.keras` file holds. */
function configIn(entries: Awaited<ReturnType<typeof unzipAll>>): FileConfig {
  const config = entries.find((entry) => entry.name === 'config.json');
  return JSON.parse(new TextDecoder().decode(config?.bytes)) as FileConfig;
}

const configOf = async (name: string): Promise<FileConfig> =>
  configIn(await unzipAll(Uint8Array.from(readFileSync(join(folder, `${name}.keras`)))));

/** Classes of layers in the file that are not there yet. */
async function missing(name: string): Promise<string[]> {
  const visit = ({ config: { layers: inside } }: LayerConfig): string[] =>
    (inside as readonly LayerConfig[]).flatMap((layer) => {
      if (Array.isArray(layer.config['layers'])) return visit(layer);
      const isThere = isOperationModule(layer.module) || layerRegistry.has(layer.class_name);
      return isThere ? [] : [layer.class_name];
    });
  return visit(await configOf(name));
}

const missed = new Map<string, readonly string[]>();
for (const name of Object.keys(expected)) missed.set(name, await missing(name));
const running = Object.entries(expected).filter(([name]) => missed.get(name)?.length === 0);

it('has every layer of the files but those listed', () => {
  const known = ['Conv2DTranspose', 'DepthwiseConv2D', 'SeparableConv1D'];
  expect([...new Set([...missed.values()].flat())].filter((name) => !known.includes(name))).toEqual(
    [],
  );
});

async function bytesOf(model: models.AnyModel): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array();
  await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
  return bytes;
}

/** What `fit` takes for an epoch as Keras made it. */
const training = (numbers: Expected): models.FitOptions => ({
  batchSize: 8,
  shuffle: false,
  verbose: 0,
  ...(numbers.sample_weight === undefined
    ? {}
    : { sampleWeight: tensorsOf(numbers.sample_weight) }),
});

const loadGraph = async (name: string): Promise<models.Model> =>
  models.loadModel(join(folder, `${name}.keras`));

describe.each(running)('%s, saved by Keras', (name, numbers) => {
  it('gives what Keras gave', async () => {
    const model = await loadGraph(name);
    const x = mapNest(tensorsOf(numbers.x), isTensor, (all) => all.slice('0:6')) as Tensor;
    expectClose(model.apply(x), numbers.predict);
    model.dispose();
  });

  it('has the same weights in .weights.h5', async () => {
    const model = await loadGraph(name);
    const again = await loadGraph(name);
    for (const { value } of again.weights) value.data().fill(0);
    await again.loadWeights(join(folder, `${name}.weights.h5`));
    expect(bitsOf(again)).toEqual(bitsOf(model));
    model.dispose();
    again.dispose();
  });

  it('is the same after saving, and two files of one model are the same bytes', async () => {
    const model = await loadGraph(name);
    const bytes = await bytesOf(model);
    const again = await models.loadModel(bytes);
    expect(bitsOf(again)).toEqual(bitsOf(model));
    expect(JSON.stringify(again)).toBe(JSON.stringify(model));
    expect(await bytesOf(again)).toEqual(bytes);
    model.dispose();
    again.dispose();
  });
});

// The others were never compiled: Keras gives no epoch of theirs.
const trained = running.filter(([, numbers]) => numbers.resume_history !== undefined);

/**
 * The files are of PyTorch, on which queries that may look at nothing have gradients that are too large: see
 * test/golden/attention.test.ts. From there on Keras itself goes on otherwise on JAX.
 */
const GOES_ON_OTHERWISE = ['attention_mask'];

describe.each(trained)('%s, trained by Keras', (name, numbers) => {
  const goOn = async (model: models.Model): Promise<models.Model['history']> =>
    model.fit(tensorsOf(numbers.x), tensorsOf(numbers.y), training(numbers));

  if (!GOES_ON_OTHERWISE.includes(name))
    it('goes on training as Keras did', async () => {
      const model = await loadGraph(name);
      const { history } = (await goOn(model)) ?? {};
      const wanted = numbers.resume_history ?? {};
      expect(Object.keys(history ?? {}).sort()).toEqual(Object.keys(wanted).sort());
      for (const [metric, [value = NaN]] of Object.entries(wanted)) {
        const difference = Math.abs((history?.[metric]?.[0] ?? NaN) - value);
        expect(difference, metric).toBeLessThanOrEqual(1e-5 + 1e-5 * Math.abs(value));
      }
      const x = mapNest(tensorsOf(numbers.x), isTensor, (all) => all.slice('0:6')) as Tensor;
      expectClose(model.apply(x), numbers.predict_after_resume);
      model.dispose();
    });

  it('is compiled in our file as in that of Keras, and goes on from it to the same bits', async () => {
    const model = await loadGraph(name);
    const bytes = await bytesOf(model);
    const again = await models.loadModel(bytes);
    const [theirs, ours] = [await configOf(name), configIn(await unzipAll(bytes))];
    const compiled = ({ optimizer: _, ...rest }: Config): Config => ({
      ...rest,
      // How Keras's backends compile, which has no meaning here.
      jit_compile: 'auto',
    });
    expect(compiled(ours.compile_config ?? {})).toEqual(compiled(theirs.compile_config ?? {}));
    const histories = [await goOn(model), await goOn(again)].map((run) => run?.history);
    expect(histories[1]).toEqual(histories[0]);
    expect(bitsOf(again)).toEqual(bitsOf(model));
    model.dispose();
    again.dispose();
  });
});

describe('a functional model in a file', () => {
  it('leaves nothing behind when it is disposed, tensors among its arguments included', async () => {
    const before = memory();
    const model = await models.loadModel(join(folder, 'operators.keras'), { compile: false });
    model.dispose();
    expect(memory()).toEqual(before);
  });

  it('that was never compiled is not compiled here', async () => {
    // Its compile_config is {}.
    const model = await models.loadModel(join(folder, 'intermediate_output.keras'));
    expect(model.optimizer).toBeUndefined();
    model.dispose();
  });

  it.each([
    // Keras wants factors in the structure of the losses, and objects that name all outputs of a list.
    [{ loss: 'mse', lossWeights: 0.5 }, ['mse', 'mse'], [0.5, 0.5]],
    [{ loss: 'mse', lossWeights: { b: 2 } }, ['mse', 'mse'], [1, 2]],
    [
      { loss: { b: 'mse', a: 'mae' }, lossWeights: { a: 3 } },
      { b: 'mse', a: 'mae' },
      { b: 1, a: 3 },
    ],
    [{ loss: { b: 'mse' } }, [null, 'mse'], null],
    [{ loss: ['mae', null] }, ['mae', null], null],
    [{ loss: 'mse' }, 'mse', null],
  ] as const)('says what %j means in a form that Keras takes', async (given, loss, lossWeights) => {
    const x = layers.Input([3]);
    const outputs = ['a', 'b'].map((name) => new layers.Dense(2, { name }).apply(x));
    const model: models.AnyModel = new models.Model({ inputs: x, outputs });
    model.compile(given);
    const { compile_config: config } = configIn(await unzipAll(await bytesOf(model)));
    expect(config).toMatchObject({ loss, loss_weights: lossWeights });
    if (typeof loss === 'object') {
      expect(Object.keys(config?.['loss'] as object)).toEqual(Object.keys(loss));
    }
    const again = await models.loadModel(await bytesOf(model));
    const [data, targets] = [tensor([[1, 2, 3]]), [tensor([[1, 2]]), tensor([[3, 4]])]];
    const losses = [model, again].map((each) => each.testOnBatch(data, targets as never));
    expect(losses[1]).toEqual(losses[0]);
  });

  it('keeps the class of a model that extends Model', async () => {
    class Twice extends models.Model {
      static override readonly className = 'Twice';
      override predictOnBatch(x: Tensor): Tensor {
        return super.predictOnBatch(x).mul(2);
      }
    }
    const x = layers.Input([3]);
    const model = new Twice({ inputs: x, outputs: new layers.Dense(2).apply(x) });
    const bytes = await bytesOf(model);
    const again = await models.loadModel(bytes, { customObjects: { Twice } });
    expect(again).toBeInstanceOf(Twice);
    expect(bitsOf(again)).toEqual(bitsOf(model));
    expect(models.cloneModel(model)).toBeInstanceOf(Twice);
    await expect(models.loadModel(bytes)).rejects.toThrow(FormatError);
    await expect(models.loadModel(bytes)).rejects.toThrow(/not known here: Twice/);
  });

  it('is refused for a model that computes in call()', async () => {
    class Own extends models.Model {
      static override readonly className = 'Own';
      readonly dense = new layers.Dense(2);
      override call(x: Tensor): Tensor {
        return this.dense.apply(x);
      }
    }
    const [model, other] = [new Own(), new Own()];
    model.build([null, 3]);
    other.build([null, 3]);
    await expect(bytesOf(model)).rejects.toThrow(/Own .* computes in call\(\).*saveWeights/);
    expect(() => models.cloneModel(model)).toThrow(/computes in call\(\)/);
    let bytes = new Uint8Array();
    await model.saveWeights({ write: (_, all) => (bytes = all) }, { format: 'h5' });
    await other.loadWeights(bytes);
    expect(bitsOf(other)).toEqual(bitsOf(model));
  });
});
