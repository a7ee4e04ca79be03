/**
 * Pipelines of batches, CSV tables, and readers and writers of IDX, `.npy` and `.npz`.
 *
 * @module
 */

import '../ops/methods.js';
export { Dataset } from './dataset/dataset.js';
export type {
  BatchOptions,
  CsvDataset,
  FromGeneratorOptions,
  ShuffleOptions,
} from './dataset/dataset.js';
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
} from './dataset/element.js';
export { readCsv } from './csv.js';
export type { CsvTensors } from './csv.js';
export { readCsvColumns } from './csv-columns.js';
export type { CsvColumns } from './csv-columns.js';
export type {
  ColumnRef,
  ColumnType,
  CsvColumnsOptions,
  CsvColumnType,
  CsvOptions,
} from '../formats/csv/options.js';
export type { BatchIterable, BatchLike, BatchPart } from './batches/index.js';
export type { FileArray } from '../formats/elements.js';
export { parseIdx } from '../formats/idx.js';
export type { IdxArray } from '../formats/idx.js';
export { readIdx, readNpy, readNpz, writeIdx, writeNpy, writeNpz } from './read-and-write.js';
export type { ReadNpzOptions, WriteIdxOptions, WriteNpzOptions } from './read-and-write.js';
export type { LimitedReadOptions, ReadOptions, Source } from '../places/source.js';
export type { ByteSink, Target } from '../places/target.js';
export type { DownloadProgress } from '../places/download.js';
