/**
 * Small things around training: one-hot labels, splits of data, seeds, pictures of models.
 *
 * @module
 */

import '../ops/methods.js';
export * as boundingBoxes from './bounding-boxes/index.js';
export { setSeed as setRandomSeed } from '../random/index.js';
export { normalize, toCategorical } from './numerical.js';
export { padSequences } from './pad-sequences.js';
export type { PadSequencesOptions } from './pad-sequences.js';
export { plotModel } from './plot-model.js';
export type { PlotModelOptions, Plottable } from './plot-model.js';
export { splitDataset } from './split-dataset.js';
export type { SplitDatasetOptions } from './split-dataset.js';
export { timeseriesDatasetFromArray } from './timeseries-dataset.js';
export type { TimeseriesDatasetOptions } from './timeseries-dataset.js';
export { Tokenizer, tokenizerFromJSON } from './tokenizer.js';
export type { TokenizerMode } from './tokenizer.js';
export type { TokenizerConfig, TokenizerOptions } from './tokenizer-config.js';
