// The rows of operations that losses are made of.
import type { DenseArray } from '../reference/dense-array.js';
import { cycle, labels, of, plain, refused, row, steps, targets, x } from './operation-families.js';
import { random } from './operation-spec.js';
import type { OperationSpec } from './operation-spec.js';

/** Probabilities far from 0 and 1. */
const likely = (shape: readonly number[]): DenseArray => random(shape, 0.1, 0.9);

const LOSS = 'a loss stands behind a model';

export const lossOperations: Readonly<Record<string, OperationSpec>> = {
  ctcLoss: refused(
    LOSS,
    row(
      'once',
      plain([
        of([2, 3], [1, 2, 2, 3, 0, 0], 'int32'),
        steps,
        of([2], [3, 1], 'int32'),
        of([2], [5, 3], 'int32'),
        0,
      ]),
    ),
  ),
  ctcDecode: row(
    'none',
    plain(
      [steps, of([2], [4, 3], 'int32'), { strategy: 'beam_search', beamWidth: 4, topPaths: 2 }],
      [steps, of([2], [4, 3], 'int32')],
    ),
  ),
  softmaxCrossEntropy: refused(LOSS, row('once', plain([x, targets], [steps, cycle(2, 5, 4)]))),
  sparseSoftmaxCrossEntropy: refused(LOSS, row('once', plain([x, labels, { ignoreClass: 1 }], [x, labels], [steps, of([2, 5], [0, 1, 2, 3, 0, 1, 1, 2, 3, 3], 'int32')]))), // prettier-ignore
  binaryCrossentropy: refused(
    LOSS,
    row('twice', plain([targets, likely([2, 4])], [cycle(2, 5, 4), likely([2, 5, 4])])),
  ),
  categoricalCrossentropy: refused(
    LOSS,
    row('twice', plain([targets, likely([2, 4])], [cycle(2, 5, 4), likely([2, 5, 4]), false, 1])),
  ),
  sparseCategoricalCrossentropy: refused(
    LOSS,
    row(
      'twice',
      plain(
        [labels, likely([2, 4])],
        [of([2, 5], [0, 1, 2, 3, 0, 1, 1, 2, 3, 3], 'int32'), likely([2, 5, 4])],
      ),
    ),
  ),
  sigmoidCrossEntropy: refused(LOSS, row('once', plain([x, targets], [steps, cycle(2, 5, 4)]))),
};
