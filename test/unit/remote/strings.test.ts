// Strings and vocabularies that were learned go to a worker, and give there what they give here.
import { describe, expect, it } from 'vitest';
import { data, Input, layers, models, Sequential, stringArray, tensor, utils } from 'lanegrad';
import { inWorker } from 'lanegrad/remote';
import { open, quiet } from './network.js';

const texts = ['a good film', 'dull', 'good, good', 'a dull one', 'bad'];
const labels = tensor([1, 0, 1, 0, 0]);

/** A network that reads strings, with its vocabulary learned here, the same each time. */
async function judge(
  options: layers.TextVectorizationOptions = { maxTokens: 8, outputMode: 'tf_idf' },
): Promise<Sequential> {
  utils.setRandomSeed(3);
  const vectorize = new layers.TextVectorization(options);
  await vectorize.adapt(texts);
  const model = new Sequential([
    Input([], { dtype: 'string' }),
    vectorize,
    new layers.Dense(3, { activation: 'relu' }),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'binary_crossentropy' });
  return model;
}

/** As parts.js has it, which the worker imports. */
const firstWord = (text: string) => text.split(' ')[0] ?? '';

const weightsOf = (model: models.Model) => model.getWeights().map((weight) => weight.toArray());

describe('a model of strings in a worker', () => {
  it.each([
    ['a list', () => texts],
    ['an array of strings', () => stringArray(texts)],
  ])('trains on %s as it does here, bit for bit', async (_, x) => {
    const [here, there] = [await judge(), await judge()];
    const expected = await here.fit(x(), labels, { ...quiet, epochs: 3, validationSplit: 0.2 });
    const remote = await open(there);
    const history = await remote.fit(x(), labels, { ...quiet, epochs: 3, validationSplit: 0.2 });
    expect(history.history).toEqual(expected.history);
    expect(weightsOf(there)).toEqual(weightsOf(here));
    expect(await remote.evaluate(x(), labels, quiet)).toEqual(
      await here.evaluate(x(), labels, quiet),
    );
    const [far, near] = [await remote.predict(x(), quiet), await here.predict(x(), quiet)];
    expect(far.toArray()).toEqual(near.toArray());
  });

  it('reads strings in the batches of a data set and of a generator', async () => {
    const set = data.Dataset.fromTensors(texts, labels).shuffle(5, { seed: 1 }).batch(2);
    const [here, there] = [await judge(), await judge()];
    const expected = await here.fit(set, { verbose: 0 });
    const remote = await open(there);
    const again = data.Dataset.fromTensors(texts, labels).shuffle(5, { seed: 1 }).batch(2);
    const { history } = await remote.fit(again, { verbose: 0 });
    expect(history).toEqual(expected.history);
    const batches = [[texts, labels] as const];
    const measured = await remote.evaluate(batches.values(), { verbose: 0 });
    expect(measured).toEqual(await here.evaluate(batches.values(), { verbose: 0 }));
  });

  it('takes tables of columns, and a vocabulary that was learned since', async () => {
    const { FeatureSpace } = utils;
    const space = new FeatureSpace({ age: 'float', job: 'string_categorical' });
    const people = { age: [31, 54, 18], job: ['smith', 'clerk', 'smith'] };
    await space.adapt(people);
    const outputs = new layers.Dense(1).apply(space.getEncodedFeatures());
    const model = new models.Model({ inputs: space.getInputs(), outputs });
    const remote = await inWorker(model, { runtime: { threads: 1 } });
    const [far, near] = [await remote.predict(people, quiet), await model.predict(people, quiet)];
    expect(far.toArray()).toEqual(near.toArray());
    remote.dispose();

    const lookup = new layers.StringLookup();
    await lookup.adapt(['b', 'a', 'b']);
    const numbers = new Sequential([Input([], { dtype: 'string' }), lookup]);
    const counted = await open(numbers);
    expect((await counted.predict(['b', 'c'], quiet)).toArray()).toEqual([1, 0]);
    await lookup.adapt(['c']);
    expect((await counted.predict(['b', 'c'], quiet)).toArray()).toEqual([0, 1]);
  });

  it('gives strings back where the model gives strings', async () => {
    const lookup = new layers.StringLookup({ vocabulary: ['a', 'b'], invert: true });
    const remote = await open(new Sequential([Input([2], { dtype: 'int32' }), lookup]));
    const given: unknown = await remote.predict(tensor([[1, 2]], { dtype: 'int32' }), quiet);
    expect(String(given)).toBe(String(stringArray([['a', 'b']])));
  });

  it('sends strings of any length, more of them than a message holds', async () => {
    const lookup = new layers.StringLookup({ vocabulary: ['long'] });
    const remote = await open(new Sequential([Input([2], { dtype: 'string' }), lookup]));
    const rows = Array.from({ length: 5 }, (_, i) => ['x'.repeat(i === 2 ? 3e6 : 1), i > 3 ? 'long' : '']); // prettier-ignore
    const found = await remote.predict(rows, quiet);
    expect(found.toArray(2).map(([, second]) => second)).toEqual([0, 0, 0, 0, 1]);
  });

  it('takes the function that standardizes its texts from a module, and is refused at once without one', async () => {
    const options = { maxTokens: 8, outputMode: 'count', standardize: firstWord } as const;
    const model = await judge(options);
    await expect(open(model)).rejects.toThrow(
      "TextVectorization: the function 'firstWord' of the config is not known here. A worker does not know the classes and " +
        'functions of this thread: give inWorker the module that exports yours, { modules: [url] }.',
    );
    const remote = await open(model, { modules: [new URL('./parts.js', import.meta.url)] });
    const [far, near] = [await remote.predict(texts, quiet), await model.predict(texts, quiet)];
    expect(far.toArray()).toEqual(near.toArray());
  });

  it('refuses strings as targets as it does here', async () => {
    const model = await judge();
    const refusal = await model.fit(texts, texts as never, quiet).catch(String);
    const remote = await open(model);
    expect(await remote.fit(texts, texts as never, quiet).catch(String)).toBe(refusal);
  });
});
