/**
 * Data sets to begin with: MNIST and Fashion-MNIST are downloaded; digits, iris and breast cancer are built in.
 *
 * @module
 */

import '../ops/methods.js';
export * as breastCancer from './breast-cancer.js';
export * as digits from './digits.js';
export * as fashionMnist from './fashion-mnist.js';
export * as iris from './iris.js';
export * as mnist from './mnist.js';
export type { DigitsOptions } from './digits.js';
export type { TestSplitOptions } from './embedded.js';
export type { LoadDataOptions } from './load-idx.js';
export type { TrainTestTensors } from './tensors.js';
