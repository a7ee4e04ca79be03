import type { Dataset } from './dataset.js';

/** Marks a `Dataset`: who only asks whether something is one need not carry all that a data set can do. */
export const DATASET = Symbol('dataset');

/** Whether `value` is a `Dataset`. */
export function isDataset(value: unknown): value is Dataset {
  return typeof value === 'object' && value !== null && DATASET in value;
}
