export * as digits from './digits.js';
export * as mnist from './mnist.js';
export type { DigitsOptions } from './digits.js';
export type { LoadDataOptions } from './load-options.js';
export type { TrainTestTensors } from './tensors.js';
