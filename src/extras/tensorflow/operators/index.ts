// The table of operators.
import type { Dialect, Operators } from '../../operator-graphs/operator.js';
import { control } from './control.js';
import { creation } from './creation.js';
import { elementwise } from './elementwise.js';
import { images } from './images.js';
import { lists } from './lists.js';
import { matrices } from './matrices.js';
import { normalizations } from './normalizations.js';
import { reductions } from './reductions.js';
import { searching } from './searching.js';
import { shapes } from './shapes.js';
import { slices } from './slices.js';
import { spectra } from './spectra.js';
import { windows } from './windows.js';

/** All operators that are known, by their names in TensorFlow. */
export const OPERATORS: Operators = {
  ...control,
  ...creation,
  ...elementwise,
  ...images,
  ...lists,
  ...matrices,
  ...normalizations,
  ...reductions,
  ...searching,
  ...shapes,
  ...slices,
  ...spectra,
  ...windows,
};

/** The operators of TensorFlow, of which files state no version. */
export const TENSORFLOW: Dialect = {
  version: 1,
  rowOf: ({ domain, op }) =>
    domain === '' && Object.hasOwn(OPERATORS, op) ? OPERATORS[op] : undefined,
};
