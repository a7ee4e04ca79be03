// From a CSV file to a trained network: tumours, malignant or benign, from 30 measurements of their cells. There are
// two classes, so the network gives one probability.
//   npx tsx examples/breast-cancer.ts          the built-in data set
//   npx tsx examples/breast-cancer.ts FILE     a CSV file: names in the first line, the last column is called diagnosis
import { callbacks, datasets, layers, models, ops, utils } from 'lanegrad';
import { readBuiltIn, readTable } from './tabular/csv-file.js';
import { printConfusion, printTable } from './tabular/report.js';

const [, , file] = process.argv;
utils.setRandomSeed(0);

const table =
  file === undefined
    ? await readBuiltIn(datasets.breastCancer, 'diagnosis')
    : await readTable(file, 'diagnosis');
printTable(table);

const { x, y, classNames } = table;
const [[xTrain, yTrain], [xTest, yTest]] = utils.splitDataset([x, y], {
  leftSize: 0.8,
  shuffle: true,
  seed: 0,
});

const normalization = new layers.Normalization();
await normalization.adapt(xTrain);
const network = new models.Sequential([
  layers.Input({ shape: [x.shape[1] ?? 0] }),
  normalization,
  new layers.Dense(16, { activation: 'relu', kernelRegularizer: 'l2' }),
  new layers.Dense(1, { activation: 'sigmoid' }),
]);
network.compile({
  optimizer: 'adam',
  loss: 'binary_crossentropy',
  metrics: ['accuracy', 'precision', 'recall', 'auc'],
});
network.summary();

// Training ends when a part that is held back gets no better, with the weights that were best.
const stopping = new callbacks.EarlyStopping({ patience: 10, restoreBestWeights: true });
const { epoch } = await network.fit(xTrain, yTrain, {
  epochs: 200,
  validationSplit: 0.2,
  callbacks: [stopping],
  verbose: 0,
});
console.log(`Trained for ${epoch.length} epochs.`);

const results = await network.evaluate(xTest, yTest, { verbose: 0, returnDict: true });
for (const [name, value] of Object.entries(results)) {
  console.log(`Test ${name} ${value.toFixed(4)}`);
}
const probabilities = await network.predict(xTest, { verbose: 0 });
const predicted = probabilities.greater(0.5).astype('int32').flatten();
printConfusion(
  ops.confusionMatrix(yTest, predicted, { numClasses: classNames.length }),
  classNames,
);
