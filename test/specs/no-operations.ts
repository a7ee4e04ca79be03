// Exports of `ops` that are not operations with a row.
import { ops } from '../../src/index.js';
import { operationSpecs } from './operations.js';

/** Names of operations that have a row under another name. */
export const FURTHER_NAMES = Object.entries<unknown>(ops).flatMap(
  ([name, f]) =>
  !Object.hasOwn(operationSpecs, name) && Object.entries<unknown>(ops).some(([other, same]) => same === f && Object.hasOwn(operationSpecs, other)) ? [name] : [], // prettier-ignore
);

/** Functions of functions, numbers and names that turn gradients on and off, and ask where a tensor is from: no operations. */
export const NO_OPERATIONS = [
  ...['grad', 'logitsOf', 'valueAndGrad'],
  ...['associativeScan', 'cond', 'customGradient', 'foriLoop', 'map', 'scan', 'switch', 'vectorizedMap', 'whileLoop'], // prettier-ignore
  // Of lengths alone.
  ...['bartlett', 'blackman', 'hamming', 'hanning', 'kaiser', 'tri'],
  // What makes tensors, and further names of operations.
  ...[
    'arange',
    'array',
    'convertToTensor',
    'empty',
    'eye',
    'full',
    'identity',
    'ones',
    'take',
    'zeros',
  ],
  ...FURTHER_NAMES,
];
