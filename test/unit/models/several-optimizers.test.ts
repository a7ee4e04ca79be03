// Optimizers in the properties of a model are saved, loaded and backed up with it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { callbacks, layers, models, optimizers, tensor, ValueError } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { FormatError } from '../../../src/errors.js';
import { encodeKerasFile, readKerasFile } from '../../../src/files/formats/keras/file.js';
import { unzipAll } from '../formats/unzip-all.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { rivalBits, rivalData, Rivals, rivals } from './rivals.js';

const [x, y] = rivalData();
const training = { batchSize: 5, verbose: 0 } as const;

async function bytesOf(
  model: models.Model,
  method: 'save' | 'saveWeights' = 'save',
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array();
  const sink = { write: (_: string, all: Uint8Array<ArrayBuffer>) => (bytes = all.slice()) };
  if (method === 'save') await model.save(sink, { format: 'keras' });
  else await model.saveWeights(sink, { format: 'h5' });
  return bytes;
}

const load = (bytes: Uint8Array<ArrayBuffer>): Promise<Rivals> =>
  models.loadModel<Rivals>(bytes, { customObjects: { Rivals } });

describe('a model with several optimizers', () => {
  it('has their states in .keras, and goes on from them', async () => {
    const model = rivals();
    await model.fit(x, y, { ...training, epochs: 2 });
    const bytes = await bytesOf(model);
    const again = await load(bytes);
    expect(rivalBits(again)).toEqual(rivalBits(model));
    expect(await bytesOf(again)).toEqual(bytes);
    const data = [x.slice('0:5'), y.slice('0:5')] as const;
    // Dropout's generator is not in the file.
    for (const each of [model, again]) each.getLayer('drop').trainable = false;
    const steps = [model, again].map((each) => each.trainOnBatch(...data));
    expect(steps[1]?.length).toBe(1);
    expect(model.firstOptimizer.iterations).toBe(11);
    expect(again.firstOptimizer.iterations).toBe(11);
  });

  it('has them where Keras has them', async () => {
    const model = rivals();
    model.trainOnBatch(x, y);
    const { objects, optimizer } = await readKerasFile(
      await bytesOf(model, 'saveWeights'),
      'file',
      1e6,
    );
    const paths = [...objects.values()].filter(({ arrays }) => arrays.length > 0);
    expect(paths.map(({ path }) => path).sort()).toEqual([
      'first_optimizer',
      'layers/dense',
      'layers/dense_1',
      'others/sgd',
      'others/sgd_1',
    ]);
    // Adam has two slots of each of the two weights of the first layer, RMSprop with momentum two of the last one's.
    expect(objects.get('first_optimizer')?.arrays).toHaveLength(6);
    expect(objects.get('others/sgd')?.arrays).toHaveLength(4);
    expect(objects.get('others/sgd_1')?.arrays).toHaveLength(2);
    expect(optimizer?.arrays).toHaveLength(6);
  });

  it('takes states from .weights.h5 where its optimizers are built', async () => {
    const [model, built, fresh] = [rivals(), rivals(4), rivals(5)];
    await model.fit(x, y, training);
    built.trainOnBatch(x, y);
    const bytes = await bytesOf(model, 'saveWeights');
    await built.loadWeights(bytes);
    await fresh.loadWeights(bytes);
    expect(built.firstOptimizer.iterations).toBe(5);
    const state = ({ firstOptimizer }: Rivals): unknown =>
      firstOptimizer.variables.map(({ value }) => [...value.data()]);
    expect(state(built)).toEqual(state(model));
    // As in Keras.
    expect(fresh.firstOptimizer.iterations).toBe(0);
    expect(fresh.getWeights().map((w) => [...w.data()])).toEqual(
      model.getWeights().map((w) => [...w.data()]),
    );
  });

  it('is saved without states on request', async () => {
    const model = rivals();
    model.trainOnBatch(x, y);
    let bytes = new Uint8Array();
    const sink = { write: (_: string, all: Uint8Array<ArrayBuffer>) => (bytes = all.slice()) };
    await model.save(sink, { format: 'keras', includeOptimizer: false });
    expect((await load(bytes)).firstOptimizer.isBuilt).toBe(false);
  });

  it('is refused where the file names weights that are none', async () => {
    const model = rivals();
    model.trainOnBatch(x, y);
    const members = await unzipAll(await bytesOf(model));
    const [config, weights] = ['config.json', 'model.weights.h5'].map(
      (name) => members.find((member) => member.name === name)?.bytes as Uint8Array<ArrayBuffer>,
    );
    const json = JSON.parse(new TextDecoder().decode(config)) as Record<string, unknown>;
    expect(json['optimized_weights']).toEqual({
      first_optimizer: [0, 1],
      optimizer: [2, 3],
      'others/sgd': [0, 1],
    });
    for (const places of [[0, 4], [0, 0], [-1], [0.5], 'all', {}]) {
      const changed = { ...json, optimized_weights: { first_optimizer: places } };
      const file = await encodeKerasFile(changed, [weights ?? new Uint8Array()]);
      await expect(load(file)).rejects.toThrow(FormatError);
      await expect(load(file)).rejects.toThrow(/optimized_weights of 'first_optimizer'.*4 weights/);
    }
  });

  it.each([2, 'epoch'] as const)(
    'goes on from a backup (saveFreq %s) to the same bits and results',
    async (saveFreq) => {
      const folder = await temporaryFolder();
      const whole = rivals();
      const options = { ...training, epochs: 3 };
      const { history } = await whole.fit(x, y, options);
      let batches = 0;
      const dies = {
        onTrainBatchEnd: () => {
          batches++;
          // In the middle of the second epoch of five batches.
          if (batches === 8) throw new Error('died');
        },
      };
      const keeping = new callbacks.BackupAndRestore(folder, { saveFreq });
      const first = rivals().fit(x, y, { ...options, callbacks: [keeping, dies] });
      await expect(first).rejects.toThrow('died');
      const second = rivals(9);
      const restoring = new callbacks.BackupAndRestore(folder, { saveFreq });
      const rest = await second.fit(x, y, { ...options, callbacks: [restoring] });
      expect(rivalBits(second)).toEqual(rivalBits(whole));
      expect(rest.history).toEqual({ distance: history['distance']?.slice(1) });
    },
  );

  it('refuses a backup of other optimizers', async () => {
    const folder = await temporaryFolder();
    const keeping = new callbacks.BackupAndRestore(folder, { deleteCheckpoint: false });
    await rivals().fit(x, y, { ...training, callbacks: [keeping] });
    const other = rivals();
    other.firstOptimizer = new optimizers.Lion();
    const again = other.fit(x, y, {
      ...training,
      callbacks: [new callbacks.BackupAndRestore(folder)],
    });
    await expect(again).rejects.toThrow(ValueError);
    const restored = other.fit(x, y, {
      ...training,
      callbacks: [new callbacks.BackupAndRestore(folder)],
    });
    await expect(restored).rejects.toThrow(/Adam \(first_optimizer\).*Lion \(first_optimizer\)/);
  });

  it('may gather gradients in an optimizer of its own for longer than an epoch', async () => {
    const input = layers.Input([4]);
    class Gathering extends models.Model {
      static override readonly className = 'Gathering';
      readonly own = new optimizers.SGD({ gradientAccumulationSteps: 50 });
      override trainStep(): models.StepLogs {
        const ones = this.trainableWeights.map(({ value }) => value.mul(0).add(1));
        this.own.apply(ones, this.trainableWeights);
        return { steps: 1 };
      }
    }
    const model = new Gathering({ inputs: input, outputs: new layers.Dense(2).apply(input) });
    model.compile({ optimizer: 'sgd' });
    await model.fit(x, y, training);
    expect(model.own.iterations).toBe(0);
  });
});

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

// Around a model that is compiled by itself, whose optimizer has state in the file too.
describe('a model with several optimizers that Keras has saved', () => {
  class Rivals extends models.Model {
    static override readonly className = 'Rivals';
    readonly firstOptimizer = new optimizers.Adam({ learningRate: 0.05 });
    readonly others = [
      new optimizers.SGD({ learningRate: 0.1, momentum: 0.9 }),
      new optimizers.SGD(),
    ];
  }
  const folder = fileURLToPath(new URL('../../fixtures/keras-files', import.meta.url));
  const file = join(folder, 'rivals.keras');
  const expected = JSON.parse(readFileSync(join(folder, 'rivals.json'), 'utf8')) as {
    readonly x: Numbers;
    readonly predict: Numbers;
    readonly steps: readonly {
      readonly path: string;
      readonly gradients: readonly Numbers[];
      readonly weights: readonly Numbers[];
    }[];
  };
  const arrayOf = ({ shape, data }: Numbers): Tensor => tensor(Float32Array.from(data), { shape });
  const expectClose = (actual: Tensor, { data }: Numbers): void => {
    actual.data().forEach((value, i) => {
      expect(value).toBeCloseTo(data[i] ?? NaN, 5);
    });
  };

  it('predicts and, once they are built, makes the steps that Keras makes with them', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const model = await models.loadModel<Rivals>(file, { customObjects: { Rivals } });
    const advice =
      /starts over, .* Build it for its weights, and load the weights of the file again/;
    expect(warn.mock.calls).toEqual([[expect.stringMatching(advice)], [expect.stringMatching(advice)]]); // prettier-ignore
    warn.mockRestore();
    expectClose(model.predictOnBatch(arrayOf(expected.x)), expected.predict);
    const weights = model.trainableWeights;
    const [first, last] = [weights.slice(0, 2), weights.slice(2)];
    // Keras's file does not say what they train, and Keras starts over with them as well unless they are built.
    model.firstOptimizer.build(first);
    model.others[0]?.build(last);
    await model.loadWeights(file);
    const uses = [
      [model.optimizer, weights],
      [model.firstOptimizer, first],
      [model.others[0], last],
    ] as const;
    expect(model.optimizer?.iterations).toBe(1);
    expect(model.firstOptimizer.iterations).toBe(3);
    uses.forEach(([optimizer, variables], i) => {
      const step = expected.steps[i];
      optimizer?.apply((step?.gradients ?? []).map(arrayOf), variables);
      weights.forEach(({ value }, j) => {
        expectClose(value, step?.weights[j] ?? { shape: [], data: [] });
      });
    });
  });
});
