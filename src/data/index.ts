import '../ops/methods.js';
export { Dataset } from './dataset/index.js';
export type {
  BatchOptions,
  Element,
  ElementLike,
  ElementOf,
  FromGeneratorOptions,
  ShuffleOptions,
} from './dataset/index.js';
export { parseIdx, type IdxArray } from './idx.js';
export { readIdx } from './read-idx.js';
export { readNpy, readNpz, writeNpy, writeNpz } from './numpy-files.js';
export type { ReadNpzOptions, WriteNpzOptions } from './numpy-files.js';
export type { ReadOptions, Source } from './source.js';
export type { ByteSink, Target } from './target.js';
export type { DownloadProgress } from './download.js';
