// A CSV of mixed columns: FeatureSpace, a split, training, a confusion matrix, and one row.
import { writeFile } from 'node:fs/promises';
import { data, layers, models, ops, random, utils } from 'lanegrad';

// People of two jobs, in a file.
utils.setRandomSeed(2);
const jobs = ['clerk', 'smith'];
const cities = ['Oslo', 'Rome', 'Lima'];
const noise = random.uniform([200, 3]).toArray(2);
const lines = noise.map(([a = 0, b = 0, c = 0]) => {
  const age = 18 + Math.floor(a * 50);
  const job = jobs[Math.floor(b * 2)];
  const buys = age > 40 !== (job === 'smith') ? 'yes' : 'no';
  return [age, job, cities[Math.floor(c * 3)], buys].join();
});
await writeFile('people.csv', ['age,job,city,buys', ...lines].join('\n'));

const { columns } = await data.readCsvColumns('people.csv');
const { buys, ...features } = columns;
if (buys === undefined || buys.dtype !== 'string') throw new Error('people.csv has no column buys');
const labels = buys.map((text) => (text === 'yes' ? 1 : 0));
const [[xTrain, yTrain], [xTest, yTest]] = utils.splitDataset([features, labels], {
  leftSize: 0.8,
  shuffle: true,
  seed: 1,
});

const { FeatureSpace } = utils;
const space = new FeatureSpace(
  { age: FeatureSpace.floatDiscretized(8), job: 'string_categorical', city: 'string_categorical' },
  { crosses: [FeatureSpace.cross(['age', 'job'], 64)] },
);
await space.adapt(xTrain);

const encoded = space.getEncodedFeatures();
const hidden = new layers.Dense(16, { activation: 'relu' }).apply(encoded);
const outputs = new layers.Dense(1, { activation: 'sigmoid' }).apply(hidden);
const network = new models.Model({ inputs: encoded, outputs });
network.compile({ optimizer: 'adam', loss: 'binary_crossentropy', metrics: ['accuracy'] });
await network.fit(space.apply(xTrain), yTrain, { epochs: 60, verbose: 0 });

const served = new models.Model({ inputs: space.getInputs(), outputs: network.apply(encoded) });
const scores = await served.predict(xTest, { verbose: 0 });
const matrix = ops.confusionMatrix(yTest, scores.greater(0.5).reshape([-1]), { numClasses: 2 });
const [[right = 0, wrong = 0] = [], [missed = 0, found = 0] = []] = matrix.toArray(2);
console.log('confusion', [right, wrong], [missed, found]);
console.log('accuracy', (right + found) / (right + wrong + missed + found));

const person = { age: 25, job: 'smith', city: 'Rome' };
const chance = await served.predict(person, { verbose: 0 });
console.log('this person buys:', chance.item() > 0.5);
