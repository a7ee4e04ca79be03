// `lanegrad/io/npz`
export { readNpz, writeNpz } from '../../data/numpy-files.js';
export type { ReadNpzOptions, WriteNpzOptions } from '../../data/numpy-files.js';
