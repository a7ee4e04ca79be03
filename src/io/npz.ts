// `lanegrad/io/npz`
export { readNpz, writeNpz } from '../nn/data/read-and-write.js';
export type { ReadNpzOptions, WriteNpzOptions } from '../nn/data/read-and-write.js';
