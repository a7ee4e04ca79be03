// From a CSV file to a trained network: three kinds of irises, told apart by the sizes of their sepals and petals.
//   npx tsx examples/iris.ts               the built-in data set
//   npx tsx examples/iris.ts FILE          a CSV file: names in the first line, the last column is called species
import { datasets, layers, models, ops, optimizers, utils } from 'lanegrad';
import { readBuiltIn, readTable } from './tabular/csv-file.js';
import { printConfusion, printTable } from './tabular/report.js';

const [, , file] = process.argv;
utils.setRandomSeed(0);

const table =
  file === undefined
    ? await readBuiltIn(datasets.iris, 'species')
    : await readTable(file, 'species');
printTable(table);

const { x, y, classNames } = table;
const [[xTrain, yTrain], [xTest, yTest]] = utils.splitDataset([x, y], {
  leftSize: 0.7,
  shuffle: true,
  seed: 1,
});

// The first layer brings every feature to mean 0 and variance 1, as it has learnt from the training data.
const normalization = new layers.Normalization();
await normalization.adapt(xTrain);
const network = new models.Sequential([
  layers.Input({ shape: [x.shape[1] ?? 0] }),
  normalization,
  new layers.Dense(16, { activation: 'relu' }),
  new layers.Dense(classNames.length, { activation: 'softmax' }),
]);
network.compile({
  optimizer: new optimizers.Adam({ learningRate: 0.01 }),
  loss: 'sparse_categorical_crossentropy',
  metrics: ['accuracy'],
});
network.summary();
await network.fit(xTrain, yTrain, { epochs: 100, batchSize: 16, verbose: 0 });

const [loss = NaN, accuracy = NaN] = await network.evaluate(xTest, yTest, { verbose: 0 });
console.log(`Test loss ${loss.toFixed(4)}, test accuracy ${accuracy.toFixed(4)}`);
const predicted = (await network.predict(xTest, { verbose: 0 })).argmax(-1);
printConfusion(
  ops.confusionMatrix(yTest, predicted, { numClasses: classNames.length }),
  classNames,
);
