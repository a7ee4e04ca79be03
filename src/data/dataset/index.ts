export { Dataset } from './dataset.js';
export type { BatchOptions, CsvDataset, FromGeneratorOptions, ShuffleOptions } from './dataset.js';
export type { Element, ElementLike, ElementOf, ElementParts } from './element.js';
