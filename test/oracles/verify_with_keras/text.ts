// Models that read strings and categories, which Keras only builds on TensorFlow: to Keras, and back.
//   npx tsx test/oracles/verify_with_keras/text.ts write FOLDER     saves them, and what they predict
//   npx tsx test/oracles/verify_with_keras/text.ts read FOLDER      reads what Keras saved for them
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Input, layers, models, stringArray, tensor, Tensor, utils } from '../../../src/index.js';
import type { StringArray } from '../../../src/index.js';

type Column = StringArray | Tensor;

interface TextCase {
  readonly name: string;
  readonly model: models.AnyModel;
  readonly x: Column | readonly Column[];
}

const TEXTS = ['The cat sat!', 'a dog, a CAT', '', 'no such wörds', 'the dog sat on the mat'];
const JOBS = ['clerk', 'smith', 'cook', 'clerk', ''];
const COUNTS = [3, 0, 7, 9, 3];
const AGES = [31.5, 54, 18, 42, 67];

const texts = (): StringArray => stringArray(TEXTS);
const jobs = (): StringArray => stringArray(JOBS.map((job) => [job]));
const counts = (): Tensor =>
  tensor(
    COUNTS.map((count) => [count]),
    { dtype: 'int32' },
  );
const ages = (): Tensor => tensor(AGES.map((age) => [age]));

/** Two numbers from what a layer makes of its inputs: from indices by an embedding, otherwise directly. */
function caseOf(
  name: string,
  layer: layers.AnyLayer,
  x: Column | readonly Column[],
  embedded?: number,
): TextCase {
  const columns: readonly Column[] = Array.isArray(x) ? x : [x];
  const inputs = columns.map(({ shape, dtype }) =>
    Input(shape.slice(1), { dtype: dtype as never }),
  );
  const made = layer.apply(inputs.length === 1 ? inputs[0] : inputs) as layers.SymbolicTensor;
  const read =
    embedded === undefined
      ? made
      : new layers.Flatten().apply(new layers.Embedding(embedded, 3).apply(made));
  const outputs = new layers.Dense(2).apply(read);
  return { name, model: new models.Model({ inputs: inputs as never, outputs }), x };
}

/** Columns of a table, as a FeatureSpace takes them. */
const columns = (): Record<string, Column> => ({ age: ages(), job: jobs(), kids: counts() });

/** A table with its layers, as Keras has them inside a FeatureSpace. */
async function table(): Promise<utils.FeatureSpace> {
  const { FeatureSpace } = utils;
  const space = new FeatureSpace(
    {
      age: 'float',
      job: FeatureSpace.stringCategorical({ numOovIndices: 2 }),
      kids: FeatureSpace.integerHashed(4),
    },
    { crosses: [FeatureSpace.cross(['job', 'kids'], 5)] },
  );
  await space.adapt(columns());
  return space;
}

/** Tables that are saved without a model. */
async function tables(): Promise<{ readonly name: string; readonly space: utils.FeatureSpace }[]> {
  const { FeatureSpace } = utils;
  const numbers = new FeatureSpace({
    age: 'float_normalized',
    job: 'string_categorical',
    kids: 'integer_categorical',
  });
  await numbers.adapt(columns());
  const bins = new FeatureSpace(
    {
      age: FeatureSpace.floatDiscretized(3),
      job: FeatureSpace.stringHashed(4),
      kids: FeatureSpace.floatRescaled({ scale: 0.5, offset: 1 }),
    },
    { crosses: [['age', 'job']], crossingDim: 6 },
  );
  await bins.adapt(columns());
  return [
    { name: 'FeatureSpace, normalized and looked up', space: numbers },
    { name: 'FeatureSpace, bins and hashes', space: bins },
    { name: 'FeatureSpace with a cross', space: await table() },
  ];
}

/** All of them. */
export async function textCases(): Promise<TextCase[]> {
  utils.setRandomSeed(1);
  const vectorization = async (
    options: ConstructorParameters<typeof layers.TextVectorization>[0],
  ): Promise<layers.TextVectorization> => {
    const layer = new layers.TextVectorization(options);
    await layer.adapt(texts());
    return layer;
  };
  const discretization = new layers.Discretization(null, { numBins: 3, outputMode: 'one_hot' });
  await discretization.adapt(ages());
  const vocabulary = ['clerk', 'smith'];
  return [
    caseOf('TextVectorization', await vectorization({ outputSequenceLength: 6 }), texts(), 20),
    caseOf(
      'TextVectorization of ngrams, tf_idf',
      await vectorization({ ngrams: 2, outputMode: 'tf_idf' }),
      texts(),
    ),
    caseOf(
      'TextVectorization of characters, count',
      await vectorization({
        split: 'character',
        outputMode: 'count',
        maxTokens: 9,
        padToMaxTokens: true,
      }),
      texts(),
    ),
    caseOf('StringLookup', new layers.StringLookup({ vocabulary, maskToken: '' }), jobs(), 4),
    caseOf(
      'StringLookup, one_hot',
      new layers.StringLookup({ vocabulary, numOovIndices: 2, outputMode: 'one_hot' }),
      jobs(),
    ),
    caseOf(
      'IntegerLookup, multi_hot',
      new layers.IntegerLookup({ vocabulary: [3, 7], outputMode: 'multi_hot' }),
      counts(),
    ),
    caseOf('Hashing', new layers.Hashing(5), jobs(), 5),
    caseOf(
      'Hashing with salt',
      new layers.Hashing(5, { salt: 133, outputMode: 'one_hot' }),
      counts(),
    ),
    caseOf('HashedCrossing', new layers.HashedCrossing(6, { outputMode: 'one_hot' }), [
      jobs(),
      counts(),
    ]),
    caseOf('CategoryEncoding', new layers.CategoryEncoding(10, { outputMode: 'count' }), counts()),
    caseOf('Discretization', discretization, ages()),
    await servedTable(),
  ];
}

/** A network behind a table, which takes the columns: in the order of their names. */
async function servedTable(): Promise<TextCase> {
  const space = await table();
  const outputs = new layers.Dense(2).apply(space.getEncodedFeatures());
  const { age, job, kids } = space.getInputs();
  const inputs = [age, job, kids] as never;
  return {
    name: 'a model with its FeatureSpace',
    model: new models.Model({ inputs, outputs }),
    x: Object.values(columns()),
  };
}

const plain = (x: Column): object => ({
  shape: x.shape,
  dtype: x.dtype,
  data: x instanceof Tensor ? [...x.data()] : x.strings,
});

async function write(folder: string): Promise<void> {
  const written: object[] = [];
  for (const [i, { name, model, x }] of (await textCases()).entries()) {
    const file = `text-${i}`;
    await model.save(path.join(folder, `${file}.keras`));
    const predict = plain(await model.predict(x, { verbose: 0 }));
    const columns: readonly Column[] = Array.isArray(x) ? x : [x];
    written.push({ name, file, x: columns.map(plain), predict });
  }
  await writeFile(path.join(folder, 'text.json'), JSON.stringify(written));
  const encoded: object[] = [];
  for (const [i, { name, space }] of (await tables()).entries()) {
    const file = `table-${i}`;
    await space.save(path.join(folder, `${file}.keras`));
    const x = Object.entries(columns()).map(([column, value]) => [column, plain(value)] as const);
    const output = plain(space.apply(columns()));
    encoded.push({ name, file, x: Object.fromEntries(x), output });
  }
  await writeFile(path.join(folder, 'tables.json'), JSON.stringify(encoded));
}

async function read(folder: string): Promise<number> {
  let failed = 0;
  for (const [i, { name, x }] of (await textCases()).entries()) {
    const predictionsOf = async (file: string): Promise<string> => {
      const model = await models.loadModel(path.join(folder, file), { compile: false });
      return String([...(await model.predict(x as never, { verbose: 0 })).data()]);
    };
    const problem = await predictionsOf(`text-${i}.back.keras`).then(
      async (back) =>
        back === (await predictionsOf(`text-${i}.keras`)) ? '' : 'other predictions',
      String,
    );
    failed += Number(problem !== '');
    console.log(`${problem === '' ? '✓' : '✗'} text: ${name}, back from Keras ${problem}`);
  }
  for (const [i, { name, space }] of (await tables()).entries()) {
    const back = models.loadModel<utils.FeatureSpace>(path.join(folder, `table-${i}.back.keras`));
    const problem = await back.then(
      (loaded) =>
        String([...loaded.apply(columns()).data()]) === String([...space.apply(columns()).data()])
          ? ''
          : 'other numbers',
      String,
    );
    failed += Number(problem !== '');
    console.log(`${problem === '' ? '✓' : '✗'} table: ${name}, back from Keras ${problem}`);
  }
  return failed;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , command, folder = ''] = process.argv;
  if (command === 'write') await write(folder);
  else process.exitCode = (await read(folder)) > 0 ? 1 : 0;
}
