// FeatureSpace: what it takes, what it refuses, and models around it. Numbers of Keras: test/golden/feature-space.test.ts.
import { describe, expect, it } from 'vitest';
import { data, layers, memory, models, stringArray, tensor, utils } from '../../../src/index.js';

const { FeatureSpace } = utils;

const people = (): { age: number[]; job: string[]; kids: number[] } => ({
  age: [20, 30, 40, 50],
  job: ['clerk', 'smith', 'clerk', 'cook'],
  kids: [0, 1, 2, 1],
});

const TYPES = { age: 'float_normalized', job: 'stringCategorical', kids: 'integer_categorical' } as const; // prettier-ignore

async function adapted(): Promise<utils.FeatureSpace> {
  const space = new FeatureSpace(TYPES, { crosses: [['job', 'kids']], crossingDim: 4 });
  await space.adapt(people());
  return space;
}

/** The bytes that are written. */
async function saved(
  model: { save(target: data.ByteSink, options: never): Promise<void> },
  options: object = {},
): Promise<Uint8Array<ArrayBuffer>> {
  let written: Uint8Array<ArrayBuffer> | undefined;
  await model.save(
    {
      write: (_, bytes) => {
        written = bytes;
      },
    },
    options as never,
  );
  if (written === undefined) expect.fail('nothing was written');
  return written;
}

describe('a FeatureSpace takes', () => {
  it('lists, tensors, arrays of strings, typed arrays and a single row', async () => {
    const space = await adapted();
    const expected = space.apply(people()).toArray();
    const { age, job, kids } = people();
    const others = {
      age: tensor(age.map((one) => [one])),
      job: stringArray(job),
      kids: Int32Array.from(kids),
    };
    expect(space.apply(others).toArray()).toEqual(expected);
    const row = space.apply({ age: 20, job: 'clerk', kids: 0 });
    expect(row.toArray()).toEqual((expected as number[][])[0]);
  });

  it.each([
    ['batches of columns', () => data.Dataset.fromTensors(people()).batch(3)],
    ['rows of a Dataset', () => data.Dataset.fromTensors(people(), [1, 2, 3, 4])],
    [
      'rows that are objects',
      () => people().age.map((age, i) => ({ age, job: people().job[i] ?? '', kids: people().kids[i] ?? 0 })), // prettier-ignore
    ],
    [
      'an asynchronous generator',
      async function* () {
        yield await Promise.resolve(people());
      },
    ],
  ])('%s to learn from', async (_, make) => {
    const space = new FeatureSpace(TYPES, { crosses: [['job', 'kids']], crossingDim: 4 });
    await space.adapt(make() as utils.AdaptColumns);
    const expected = (await adapted()).apply(people()).data();
    space.apply(people()).data().forEach((x, i) => expect(x).toBeCloseTo(expected[i] ?? NaN, 5)); // prettier-ignore
  });

  it('a vocabulary, statistics and boundaries that were given: these do not adapt', async () => {
    const space = new FeatureSpace(
      {
        age: FeatureSpace.floatDiscretized(null, { binBoundaries: [25, 45] }),
        job: FeatureSpace.feature({
          dtype: 'string',
          preprocessor: new layers.StringLookup({ vocabulary: ['smith'] }),
          outputMode: 'one_hot',
        }),
        kids: 'float_normalized',
      },
      { outputMode: 'dict' },
    );
    await space.adapt({ ...people(), kids: [0, 2, 0, 2] });
    const { age, job, kids } = space.apply({ age: [30], job: ['smith'], kids: [2] });
    expect([age, job, kids].map((x) => x?.toArray())).toEqual([[[0, 1, 0]], [[0, 1]], [[1]]]);
  });

  it('a layer of texts as a feature', async () => {
    const text = FeatureSpace.feature({
      dtype: 'string',
      preprocessor: new layers.TextVectorization({ outputMode: 'tf_idf' }),
      outputMode: 'float',
    });
    const space = new FeatureSpace({ text });
    await space.adapt({ text: ['a b', 'a a'] });
    expect(space.apply({ text: ['b', 'c'] }).shape).toEqual([2, 3]);
    const loaded = await models.loadModel<utils.FeatureSpace>(await saved(space));
    expect(loaded.apply({ text: ['b'] }).toArray()).toEqual(space.apply({ text: ['b'] }).toArray());
  });
});

describe('a FeatureSpace refuses', () => {
  it.each<[string, object, RegExp]>([
    [
      'a column that is missing',
      { age: [1], job: ['a'] },
      /column 'kids' is missing; what came has 'age', 'job'/,
    ],
    [
      'a column that is misspelt',
      { age: [1], job: ['a'], kid: [1] },
      /column 'kids' is missing.*Did you mean 'kids'/,
    ],
    [
      'a column too many',
      { ...people(), pay: [1] },
      /no feature for 'pay'; features are 'age', 'job', 'kids'/,
    ],
    [
      'a string among numbers',
      { ...people(), age: [1, 'x', 3, 4] },
      /row 1 of column 'age' is 'x'; expected numbers/,
    ],
    [
      'a number among strings',
      { ...people(), job: ['a', 'b', 'c', 7] },
      /row 3 of column 'job' is 7; expected strings/,
    ],
    [
      'numbers for strings',
      { ...people(), job: tensor([1, 2, 3, 4]) },
      /column 'job' is .*; expected strings/,
    ],
    [
      'strings for numbers',
      { ...people(), age: ['a', 'b', 'c', 'd'] },
      /row 0 of column 'age' is 'a'/,
    ],
    ['nothing in a row', { ...people(), age: [1, null, 3, 4] }, /row 1 of column 'age' is null/],
    [
      'a part of a number',
      { ...people(), kids: [1, 2, 2.5, 4] },
      /row 2 of column 'kids' is 2.5; expected whole numbers/,
    ],
    [
      'a number beyond int32',
      { ...people(), kids: [[1], [2], [3], [2 ** 31]] },
      /row 3 of column 'kids' is 2147483648/,
    ],
    [
      'columns of several lengths',
      { ...people(), kids: [1] },
      /column 'age' has 4 rows, column 'kids' has 1/,
    ],
    ['a list', [1, 2], /takes an object with a column for each feature/],
  ])('%s', async (_, columns, message) => {
    // prettier-ignore
    const space = await adapted();
    expect(() => space.apply(columns as never)).toThrow(message);
    const other = new FeatureSpace(TYPES);
    if (!Array.isArray(columns))
      await expect(other.adapt(columns as never)).rejects.toThrow(message);
  });

  it('a value of another type in a later batch, by the row among all', async () => {
    const rows = Array.from({ length: 70 }, (_, i) => ({ age: i, job: i === 66 ? 3 : 'a', kids: 1 })); // prettier-ignore
    const space = new FeatureSpace(TYPES);
    await expect(space.adapt(rows as never)).rejects.toThrow(/row 66 of column 'job' is 3/);
    // It has learned nothing.
    expect(() => space.apply(people())).toThrow(/has learned nothing yet. Call await adapt/);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'no features',
      () => new FeatureSpace({}),
      /features must be an object with a feature for each column/,
    ],
    [
      'an unknown type',
      () => new FeatureSpace({ a: 'flot' as 'float' }),
      /feature 'a' must be 'float'.*Did you mean 'float'/,
    ],
    [
      'crosses of what is not there',
      () =>
        new FeatureSpace(
          { a: 'string_hashed', city: 'string_hashed' },
          { crosses: [['a', 'ctiy']] },
        ),
      /crosses\[0\] names feature 'ctiy', which does not exist. Did you mean 'city'/,
    ],
    [
      'a cross that stands twice',
      () =>
        new FeatureSpace(
          { a: 'string_hashed', b: 'string_hashed' },
          {
            crosses: [
              ['a', 'b'],
              ['a', 'b'],
            ],
          },
        ),
      /crosses\[1\]: there is a feature or a cross 'a_X_b' already/,
    ],
    [
      'a cross called as a feature',
      () =>
        new FeatureSpace(
          { a: 'string_hashed', b: 'string_hashed', a_X_b: 'float' },
          { crosses: [['a', 'b']] },
        ),
      /'a_X_b' already/,
    ],
    ['a cross of one', () => FeatureSpace.cross(['a'], 3), /two or more features/],
    ['a cross without bins', () => FeatureSpace.cross(['a', 'b'], 0), /crossingDim/],
    [
      'a layer that stands twice',
      () => {
        const a = FeatureSpace.float();
        return new FeatureSpace({ a, b: a });
      },
      /features 'a' and 'b' share layer/,
    ],
    [
      'strings to a layer of numbers',
      () =>
        FeatureSpace.feature({
          dtype: 'string',
          preprocessor: new layers.Rescaling(2),
          outputMode: 'float',
        }),
      /reads no strings/,
    ],
    [
      'bins in both ways',
      () => FeatureSpace.floatDiscretized(3, { binBoundaries: [1] }),
      /either binBoundaries or numBins/,
    ],
    [
      'a cross of numbers that are no categories',
      () =>
        new FeatureSpace({ a: 'float', b: 'string_hashed' }, { crosses: [['a', 'b']] }).apply({
          a: 1,
          b: 'x',
        }),
      /cross 'a_X_b': feature 'a' gives float32/,
    ],
    [
      'numbers of categories beside float32',
      () =>
        new FeatureSpace({ a: FeatureSpace.stringHashed(3, { outputMode: 'int' }) }).apply({
          a: 'x',
        }),
      /feature 'a' is int32.*outputMode 'one_hot'/,
    ],
    [
      'one_hot of float32',
      () =>
        new FeatureSpace({
          a: FeatureSpace.feature({
            dtype: 'float32',
            preprocessor: new layers.Rescaling(2),
            outputMode: 'one_hot',
          }),
        }).apply({ a: 1 }),
      /how many categories layer .* gives is not known/,
    ],
    [
      'to stand in a graph',
      () => new FeatureSpace({ a: 'float' }).apply({ a: layers.Input([1]) } as never),
      /cannot be part of a graph|takes an object/,
    ],
  ])('%s', (_, make, message) => {
    // prettier-ignore
    expect(make).toThrow(message);
  });

  it('to adapt once models may have been made of the encoded features', async () => {
    const space = await adapted();
    // Shapes alone give nothing away.
    expect(space.apply(people()).shape).toEqual([4, 13]);
    await space.adapt(people());
    space.getEncodedFeatures();
    await expect(space.adapt(people())).rejects.toThrow(
      /would not follow. Make a new FeatureSpace/,
    );
  });

  it('no rows', async () => {
    await expect(new FeatureSpace(TYPES).adapt([])).rejects.toThrow(/got no rows/);
    await expect(new FeatureSpace(TYPES).adapt({ age: [], job: [], kids: [] })).rejects.toThrow(
      /got no rows/,
    );
  });

  it('another name of a file', async () => {
    await expect((await adapted()).save('table.npz')).rejects.toThrow(/must end in .keras/);
  });
});

describe('a model with its FeatureSpace', () => {
  it('trains on encoded features and serves columns, from one file', async () => {
    const space = await adapted();
    const encoded = space.getEncodedFeatures();
    const network = new models.Model({
      inputs: encoded,
      outputs: new layers.Dense(1).apply(encoded),
    });
    network.compile({ optimizer: 'adam', loss: 'mse' });
    const rows = data.Dataset.fromTensors(people(), [[1], [2], [3], [4]]).batch(2);
    await network.fit(rows.map(([x, y]) => [space.apply(x as never), y]), { epochs: 2, verbose: 0 }); // prettier-ignore
    const server = new models.Model({
      inputs: space.getInputs(),
      outputs: network.apply(encoded),
    });
    const expected = await network.predict(space.apply(people()), { verbose: 0 });
    const served = await models.loadModel<typeof server>(await saved(server, { format: 'keras' }));
    for (const model of [server, served]) {
      const predicted = await model.predict(people() as never, { verbose: 0 });
      expect(predicted.toArray()).toEqual(expected.toArray());
    }
  });

  it('leaves nothing behind', async () => {
    const space = await adapted();
    const rows = data.Dataset.fromTensors({ kids: people().kids }).batch(2);
    const before = memory().tensors;
    space.apply(people()).dispose();
    await new FeatureSpace({ kids: 'integer_categorical' }).adapt(rows);
    expect(memory().tensors).toBe(before);
    space.dispose();
  });
});
