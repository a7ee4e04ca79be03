// The table of operators.
import type { Dialect, Operators } from '../../operator-graphs/operator.js';
import { attention } from './attention.js';
import { constants } from './constants.js';
import { control } from './control.js';
import { elementwise } from './elementwise.js';
import { indexing } from './indexing.js';
import { linalg } from './linalg.js';
import { losses } from './losses.js';
import { normalizations } from './normalizations.js';
import { quantization } from './quantization.js';
import { recurrentOperators } from './recurrent.js';
import { pooledPositions } from './pooled-positions.js';
import { reductions } from './reductions.js';
import { resizing } from './resize.js';
import { sampling } from './sampling.js';
import { shapes } from './shapes.js';
import { spectra } from './spectra.js';
import { windows } from './windows.js';

/** All operators that are known, by their names in ONNX. */
export const OPERATORS: Operators = {
  ...attention,
  ...constants,
  ...control,
  ...elementwise,
  ...indexing,
  ...linalg,
  ...losses,
  ...normalizations,
  ...pooledPositions,
  ...quantization,
  ...recurrentOperators,
  ...reductions,
  ...resizing,
  ...sampling,
  ...shapes,
  ...spectra,
  ...windows,
};

/** The operators of ONNX's own domain, as files of that version have them. */
export const dialectOf = (version: number): Dialect => ({
  version,
  rowOf: ({ domain, op }) =>
    domain === '' && Object.hasOwn(OPERATORS, op) ? OPERATORS[op] : undefined,
});
