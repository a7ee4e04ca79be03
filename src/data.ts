/**
 * Pipelines of batches, CSV tables, and readers and writers of IDX, `.npy` and `.npz`.
 *
 * @module
 */

import './engine/ops/methods.js';
export { Dataset } from './nn/data/dataset/dataset.js';
export type {
  BatchOptions,
  CsvDataset,
  FromGeneratorOptions,
  ShuffleOptions,
} from './nn/data/dataset/dataset.js';
export type {
  AloneOf,
  Element,
  ElementLike,
  ElementOf,
  ElementPart,
  ElementParts,
  PartLike,
  PartOf,
  PartsOf,
} from './nn/data/dataset/element.js';
export { readCsv } from './nn/data/csv.js';
export type { CsvTensors } from './nn/data/csv.js';
export { readCsvColumns } from './nn/data/csv.js';
export type { CsvColumns } from './nn/data/csv.js';
export type {
  ColumnRef,
  ColumnType,
  CsvColumnsOptions,
  CsvColumnType,
  CsvOptions,
} from './files/formats/csv/options.js';
export type { BatchIterable, BatchLike, BatchPart } from './nn/data/batches/index.js';
export type { FileArray } from './files/formats/elements.js';
export { parseIdx } from './files/formats/idx.js';
export type { IdxArray } from './files/formats/idx.js';
export {
  readIdx,
  readNpy,
  readNpz,
  writeIdx,
  writeNpy,
  writeNpz,
} from './nn/data/read-and-write.js';
export type { ReadNpzOptions, WriteIdxOptions, WriteNpzOptions } from './nn/data/read-and-write.js';
export type { LimitedReadOptions, ReadOptions, Source } from './files/locations/source.js';
export type { ByteSink, Target } from './files/locations/target.js';
export type { DownloadProgress } from './files/locations/download.js';
