// `lanegrad/io/npz`
export { readNpz, writeNpz } from '../data/array-files.js';
export type { ReadNpzOptions } from '../data/array-files.js';
export type { WriteNpzOptions } from '../data/files.js';
