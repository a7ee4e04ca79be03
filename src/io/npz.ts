// `lanegrad/io/npz`
export { readNpz, writeNpz } from '../data/read-and-write.js';
export type { ReadNpzOptions, WriteNpzOptions } from '../data/read-and-write.js';
