// A functional model in a legacy .h5 file as Keras 2 lays it out: nodes as nested lists, weights by layers. The numbers are
// those of Keras 3 (test/oracles/fixtures/keras-fixtures.py).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Input, layers, models, optimizers, tensor, utils } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { bitsOf } from '../models/networks.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}
interface Expected {
  readonly x: readonly Numbers[];
  readonly y: readonly Numbers[];
  readonly predict: readonly Numbers[];
  readonly evaluate: Readonly<Record<string, number>>;
}

type TwoAndTwo = models.Model<readonly layers.SymbolicTensor[], readonly layers.SymbolicTensor[]>;

const folder = fileURLToPath(new URL('../../fixtures/keras-files', import.meta.url));
const file = join(folder, 'keras2.h5');
const expected = JSON.parse(readFileSync(join(folder, 'keras2.json'), 'utf8')) as Expected;
const [x, y] = [expected.x, expected.y].map((all) =>
  all.map(({ shape, dtype, data }): Tensor =>
    tensor(dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data), { shape }),
  ),
) as [Tensor[], Tensor[]];

function expectPredictions(predicted: readonly Tensor[]): void {
  expect(predicted.map(({ shape }) => shape)).toEqual(expected.predict.map(({ shape }) => shape));
  predicted.forEach((output, i) => {
    output.data().forEach((value, j) => {
      const wanted = expected.predict[i]?.data[j] ?? NaN;
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-5 + 1e-4 * Math.abs(wanted));
    });
  });
}

describe('a functional .h5 file of Keras 2', () => {
  const load = async (): Promise<TwoAndTwo> => await models.loadModel<TwoAndTwo>(file);

  it('has its shared layer, its inputs and its outputs', async () => {
    const model = await load();
    expect(model.name).toBe('model_1');
    expect(model.layers.map(({ name }) => name)).toEqual([
      'left',
      'right',
      'shared',
      'norm',
      'both',
      'drop',
      'kind',
      'size',
    ]);
    expect(model.getLayer('shared').inboundNodes).toHaveLength(2);
    expect(model.inputs.map(({ shape }) => shape)).toEqual([
      [null, 4],
      [null, 4],
    ]);
    expect(model.weights.map(({ shape }) => shape)).toEqual([
      [4, 3],
      [3],
      [3],
      [3],
      [3],
      [3],
      [6, 3],
      [3],
      [6, 2],
      [2],
    ]);
  });

  it('predicts what Keras predicts', async () => {
    const model = await load();
    expectPredictions(await model.predict(x, { verbose: 0 }));
  });

  it('is compiled as the file says, with losses, factors and metrics of each output', async () => {
    const model = await load();
    expect(model.optimizer).toBeInstanceOf(optimizers.Adam);
    // The steps that were made before the file was saved.
    expect(model.optimizer?.iterations).toBe(3);
    expect(model.optimizer?.learningRate).toBe(Math.fround(0.01));
    const results = await model.evaluate(x, y, { batchSize: 4, verbose: 0, returnDict: true });
    expect(Object.keys(results).sort()).toEqual(Object.keys(expected.evaluate).sort());
    for (const [name, value] of Object.entries(expected.evaluate)) {
      expect(results[name], name).toBeCloseTo(value, 5);
    }
  });

  it('can be trained, and is the same model in .keras', async () => {
    const model = await load();
    utils.setRandomSeed(1);
    await model.fit(x, y, { batchSize: 4, verbose: 0, epochs: 40 });
    const [loss] = await model.evaluate(x, y, { batchSize: 4, verbose: 0 });
    expect(loss).toBeLessThan((expected.evaluate['loss'] ?? 0) / 2);
    let bytes = new Uint8Array();
    await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
    const again = await models.loadModel(bytes);
    expect(bitsOf(again)).toEqual(bitsOf(model));
    expect(JSON.stringify(again)).toBe(JSON.stringify(model));
  });

  it('gives its weights to a model that was made here, by structure and by name', async () => {
    const make = (names: readonly string[]): TwoAndTwo => {
      const [left, right] = [Input([4]), Input([4])];
      const [shared = '', norm = '', kind = '', size = ''] = names;
      const twice = new layers.Dense(3, { activation: 'tanh', name: shared });
      const first = twice.apply(left);
      const other = new layers.BatchNormalization({ name: norm }).apply(twice.apply(right));
      const both = layers.concatenate([first, other]);
      const dropped = new layers.Dropout(0.5).apply(both);
      return new models.Model({
        inputs: [left, right],
        outputs: [
          new layers.Dense(3, { activation: 'softmax', name: kind }).apply(dropped),
          new layers.Dense(2, { name: size }).apply(both),
        ],
      }) as models.AnyModel as TwoAndTwo;
    };
    const byStructure = make(['a', 'b', 'c', 'd']);
    await byStructure.loadWeights(file);
    expectPredictions(await byStructure.predict(x, { verbose: 0 }));
    const byName = make(['shared', 'norm', 'kind', 'size']);
    await byName.loadWeights(file, { byName: true });
    expectPredictions(await byName.predict(x, { verbose: 0 }));
  });
});
