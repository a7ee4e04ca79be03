export { parseIdx, type IdxArray } from './idx.js';
export { readIdx } from './read-idx.js';
export type { ReadOptions, Source } from './source.js';
export type { DownloadProgress } from './download.js';
