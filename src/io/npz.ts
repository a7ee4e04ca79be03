// `lanegrad/io/npz`
export { readNpz, writeNpz } from '../data/read-and-write.js';
export type { ReadNpzOptions } from '../data/read-and-write.js';
export type { WriteNpzOptions } from '../data/file-arrays.js';
