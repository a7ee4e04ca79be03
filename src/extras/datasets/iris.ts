/**
 * 150 flowers of three kinds with four measures each; built in.
 *
 * @module
 */

import type { TestSplitOptions } from './embedded.js';
import { splitTensors, type TrainTestTensors } from './tensors.js';

/** The names of the columns, which are in centimetres. */
export const featureNames: readonly string[] = [
  'sepal length',
  'sepal width',
  'petal length',
  'petal width',
];

/** The names of the labels 0, 1 and 2. */
export const classNames: readonly string[] = ['setosa', 'versicolor', 'virginica'];

/**
 * Loads 150 irises (UCI Iris, R. A. Fisher, CC BY 4.0), embedded in the package: no network, no files.
 *
 * Returns `[[xTrain, yTrain], [xTest, yTest]]`: `float32` features of shape `[n, 4]` (`featureNames`), `uint8` labels
 * of shape `[n]` (`classNames`). By default 120 samples are for training and 30 for testing: every fifth of each class.
 * The order is that of the file, which is sorted by class: shuffle before you split further.
 *
 * @throws ValueError if `testSplit` is out of range.
 * @example const [[xTrain, yTrain], [xTest, yTest]] = await datasets.iris.loadData();
 */
export async function loadData(options: TestSplitOptions = {}): Promise<TrainTestTensors> {
  const { loadTable } = await import('./embedded.js');
  const load = async () => (await import('./iris-data.js')).table;
  return splitTensors(await loadTable('iris', options, load), [featureNames.length]);
}
