/**
 * 569 tumours with 30 measures each, benign or malignant; built in.
 *
 * @module
 */

import type { TestSplitOptions } from './embedded.js';
import { splitTensors, type TrainTestTensors } from './tensors.js';

const MEASURES = [
  'radius',
  'texture',
  'perimeter',
  'area',
  'smoothness',
  'compactness',
  'concavity',
  'concave points',
  'symmetry',
  'fractal dimension',
];

/** The names of the columns: the mean, the standard error and the worst (largest) value of ten measures of the cell nuclei. */
export const featureNames: readonly string[] = [
  ...MEASURES.map((measure) => `mean ${measure}`),
  ...MEASURES.map((measure) => `${measure} error`),
  ...MEASURES.map((measure) => `worst ${measure}`),
];

/** The names of the labels 0 and 1. */
export const classNames: readonly string[] = ['malignant', 'benign'];

/**
 * Loads 569 tumours, measured and diagnosed (UCI Breast Cancer Wisconsin (Diagnostic), W. Wolberg, O. Mangasarian,
 * N. Street, W. Street, CC BY 4.0), embedded in the package: no network, no files.
 *
 * Returns `[[xTrain, yTrain], [xTest, yTest]]`: `float32` features of shape `[n, 30]` (`featureNames`; their scales
 * differ widely, so normalise them), `uint8` labels of shape `[n]` (`classNames`). By default 456 samples are for
 * training and 113 for testing: every fifth of each class, in the order of the file.
 *
 * @throws ValueError if `testSplit` is out of range.
 * @example const [[xTrain, yTrain], [xTest, yTest]] = await datasets.breastCancer.loadData();
 */
export async function loadData(options: TestSplitOptions = {}): Promise<TrainTestTensors> {
  const { loadTable } = await import('./embedded.js');
  const load = async () => (await import('./breast-cancer-data.js')).table;
  return splitTensors(await loadTable('breastCancer', options, load), [featureNames.length]);
}
