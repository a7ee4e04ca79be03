// The rows of operations that losses use.
import { alongAxis, build, reduce, zip } from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import {
  NONE,
  and,
  cycle,
  labels,
  of,
  plain,
  refused,
  row,
  steps,
  targets,
  x,
} from './operation-families.js';
import { random } from './operation-spec.js';
import type { OperationSpec } from './operation-spec.js';

/** Probabilities far from 0 and 1. */
const likely = (shape: readonly number[]): DenseArray => random(shape, 0.1, 0.9);

const LOSS = 'a loss stands behind a model';

/** −Σ t ln softmax(z) along the last axis. */
function crossEntropy(z: DenseArray, t: DenseArray): DenseArray {
  const logs = alongAxis(z, z.shape.length - 1, (line) => {
    const largest = Math.max(...line);
    const total = largest + Math.log(line.reduce((s, value) => s + Math.exp(value - largest), 0));
    return line.map((value) => value - total);
  });
  const products = zip(t, logs, (p, q) => -p * q);
  return reduce(products, [z.shape.length - 1], false, (line) => line.reduce((a, b) => a + b, 0));
}

/** The same of class numbers; a class that does not exist counts nothing. */
const crossEntropyOf = (classes: readonly number[]) => (z: DenseArray = NONE): DenseArray =>
  crossEntropy(z, build(z.shape, (index) => (index.at(-1) === classes[index[0] ?? 0] ? 1 : 0))); // prettier-ignore

/** max(z, 0) − z t + ln(1 + e^−|z|) */
const binaryCrossEntropy = (z: DenseArray, t: DenseArray): DenseArray =>
  zip(z, t, (a, b) => Math.max(a, 0) - a * b + Math.log1p(Math.exp(-Math.abs(a))));

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
  softmaxCrossEntropy: refused(
    LOSS,
    and(row('twice', plain([x, targets], [steps, cycle(2, 5, 4)])), [
      [random([3, 4]), random([3, 4], 0, 1)],
      (z = NONE, t = NONE) => crossEntropy(z, t),
    ]),
  ),
  sparseSoftmaxCrossEntropy: refused(
    LOSS,
    and(
      row('twice', plain([x, labels, { ignoreClass: 1 }], [x, labels], [steps, of([2, 5], [0, 1, 2, 3, 0, 1, 1, 2, 3, 3], 'int32')])), // prettier-ignore
      [[random([3, 4]), of([3], [2, 0, 3], 'int32')], crossEntropyOf([2, 0, 3])],
      [[random([3, 4]), of([3], [2, -1, 3], 'int32'), { ignoreClass: -1 }], crossEntropyOf([2, -1, 3])], // prettier-ignore
    ),
  ),
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
  sigmoidCrossEntropy: refused(
    LOSS,
    and(row('twice', plain([x, targets], [steps, cycle(2, 5, 4)])), [
      [random([3, 4]), random([3, 4], 0, 1)],
      (z = NONE, t = NONE) => binaryCrossEntropy(z, t),
    ]),
  ),
};
