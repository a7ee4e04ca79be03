// `lanegrad/io/npz`
export { readNpz, writeNpz } from '../data/array-files.js';
export type { ReadNpzOptions, WriteNpzOptions } from '../data/array-files.js';
