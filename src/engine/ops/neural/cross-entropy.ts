import { isRecording, record } from '../../autodiff/index.js';
import { checkNumber, checkOptions, INT32 } from '../../../config/index.js';
import { DTypeError, ShapeError, ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  decideBy,
  emptyTensor,
  formatShape,
  full,
  requireTensor,
  sameShape,
  scoped,
  zeros,
} from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { rowsOf } from '../reductions/along-axis.js';
import { sigmoid } from '../elementwise/activations.js';
import { mul, neg, sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { requireFloat } from '../elementwise/operands.js';
import { expandDims } from '../shapes/reshape.js';
import { logSoftmax, softmax } from './softmax.js';
import { sum } from '../reductions/sum.js';

/** The label that sparse cross-entropy never ignores: below every class number. */
const IGNORE_NONE = -(2 ** 31);

function requireTargets(op: string, logits: Tensor, targets: Tensor): void {
  requireFloat(`${op}: logits`, logits);
  requireFloat(`${op}: targets`, targets);
  if (!sameShape(logits.shape, targets.shape)) {
    throw new ShapeError(
      `${op}: logits of shape ${formatShape(logits.shape)} and targets of shape ` +
        `${formatShape(targets.shape)} must have one shape.`,
    );
  }
}

function requireClasses(op: string, logits: Tensor): void {
  if (logits.ndim > 0 && logits.shape[logits.ndim - 1] !== 0) return;
  throw new ShapeError(
    `${op}: the last axis of the logits holds one number for each class, at least one; got shape ` +
      `${formatShape(logits.shape)}.`,
  );
}

/**
 * −Σ t · ln softmax(z) along the last axis, exact for logits of any size: logits z[…, classes], targets
 * t[…, classes] (float32) → […]. Gradient: p · Σt − t for the logits, −ln p for the targets.
 *
 * @keras = softmaxCrossEntropy
 * @param logits float32 [..., classes]
 * @param targets float32 probabilities, of the shape of the logits
 * @param probabilities softmax(logits), if you have already computed it
 * @example ops.softmaxCrossEntropy(tensor([[0, 0]]), tensor([[0, 1]])) // [0.6931]
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  targets: Tensor,
  probabilities?: Tensor,
): Tensor {
  requireTargets('softmaxCrossEntropy', logits, targets);
  requireClasses('softmaxCrossEntropy', logits);
  if (probabilities !== undefined)
    requireTensor('softmaxCrossEntropy: probabilities', probabilities);
  const { rows, columns } = rowsOf(logits);
  const out = emptyTensor(logits.shape.slice(0, -1), 'float32');
  const runtime = currentRuntime();
  runtime.run('softmaxCrossEntropy', out.pointer, logits.pointer, targets.pointer, rows, columns);
  const given = probabilities ?? logits;
  return record(
    'softmaxCrossEntropy',
    [logits, targets],
    out,
    [given, targets, logits],
    (dloss, [saved, t, z], [needLogits, needTargets]) => {
      const dt = needTargets === true ? mul(expandDims(neg(dloss), -1), logSoftmax(z)) : undefined;
      if (needLogits !== true) return [undefined, dt];
      if (isRecording()) return [gradientOfLogits(dloss, z, t), dt];
      const p = probabilities === undefined ? softmax(saved) : saved;
      const dx = emptyTensor(t.shape, 'float32');
      runtime.run(
        'softmaxCrossEntropyGradient',
        dx.pointer,
        dloss.pointer,
        p.pointer,
        t.pointer,
        rows,
        columns,
      );
      return [dx, dt];
    },
  );
}

/** Options of `sparseSoftmaxCrossEntropy`. */
export interface SparseCrossEntropyOptions {
  /** softmax(logits), if you have already computed it. */
  readonly probabilities?: Tensor | undefined;
  /** A label whose rows are ignored. */
  readonly ignoreClass?: number | undefined;
}

/**
 * −ln softmax(z)[label] along the last axis: logits z[…, classes], labels[…] (int32, or uint8) → […].
 *
 * @keras = sparseSoftmaxCrossEntropy
 * @param logits float32 [..., classes]
 * @param labels class indices, int32 or uint8, of the shape of the logits without the last axis
 * @throws ValueError naming a label out of [0, classes), DTypeError for labels that are not integers.
 * @example ops.sparseSoftmaxCrossEntropy(tensor([[0, 0]]), tensor([1], { dtype: 'int32' })) // [0.6931]
 */
export function sparseSoftmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  options: SparseCrossEntropyOptions = {},
): Tensor {
  return scoped(() => {
    const op = 'sparseSoftmaxCrossEntropy';
    checkOptions(op, options, ['probabilities', 'ignoreClass']);
    const { ignoreClass, probabilities } = options;
    if (probabilities !== undefined) requireTensor(`${op}: probabilities`, probabilities);
    if (ignoreClass !== undefined) checkNumber(op, 'ignoreClass', ignoreClass, INT32);
    requireFloat(`${op}: logits`, logits);
    requireClasses(op, logits);
    if (requireTensor(`${op}: labels`, labels).dtype === 'float32') {
      throw new DTypeError(
        `${op}: labels must be whole numbers, got float32. Convert with astype('int32').`,
      );
    }
    if (!sameShape(logits.shape.slice(0, -1), labels.shape)) {
      throw new ShapeError(
        `${op}: logits of shape ${formatShape(logits.shape)} need labels of shape ` +
          `${formatShape(logits.shape.slice(0, -1))}, got ${formatShape(labels.shape)}.`,
      );
    }
    const classes = convert(labels, 'int32');
    checkLabels(op, classes, rowsOf(logits).columns, ignoreClass);
    return crossEntropyOfClasses(logits, classes, options);
  });
}

/**
 * `sparseSoftmaxCrossEntropy` of labels that are checked already: int32, in the shape of the rows, each a class or
 * `ignoreClass`. Another label would be read beyond the row. @internal
 */
export function crossEntropyOfClasses(
  logits: Tensor,
  classes: Tensor,
  { probabilities, ignoreClass = IGNORE_NONE }: SparseCrossEntropyOptions,
): Tensor {
  const op = 'sparseSoftmaxCrossEntropy';
  requireClasses(op, logits);
  return scoped(() => {
    const { rows, columns } = rowsOf(logits);
    const out = emptyTensor(classes.shape, 'float32');
    const runtime = currentRuntime();
    runtime.run(
      'sparseSoftmaxCrossEntropy',
      out.pointer,
      logits.pointer,
      classes.pointer,
      rows,
      columns,
      ignoreClass,
    );
    const given = probabilities ?? logits;
    return record(op, [logits], out, [given, classes, logits], (dloss, [saved, at, z]) => {
      const gradient = (d: Tensor, p: Tensor): Tensor => {
        const dx = emptyTensor(p.shape, 'float32');
        runtime.run(
          'sparseSoftmaxCrossEntropyGradient',
          dx.pointer,
          d.pointer,
          p.pointer,
          at.pointer,
          rows,
          columns,
          ignoreClass,
        );
        return dx;
      };
      if (isRecording()) {
        // d (p − t) with d = −1 and p = 0 are the targets t: one 1 in each row, none in a row that counts nothing.
        const t = gradient(full(dloss.shape, -1), zeros(z.shape));
        return [gradientOfLogits(dloss, z, t)];
      }
      return [gradient(dloss, probabilities === undefined ? softmax(saved) : saved)];
    });
  });
}

function checkLabels(
  op: string,
  labels: Tensor,
  classes: number,
  ignore: number | undefined,
): void {
  const isBad = (label: number): boolean => label !== ignore && (label < 0 || label >= classes);
  if (!decideBy(labels, (all) => all.some(isBad), false)) return;
  const bad = labels.data().findIndex(isBad);
  throw new ValueError(
    `${op}: label ${String(labels.data()[bad])} at position ${bad} is out of range for ${classes} classes ` +
      `(allowed: 0 … ${classes - 1}).`,
  );
}

/**
 * max(z, 0) − z·t + ln(1 + e^−|z|), element by element: the binary cross-entropy of sigmoid(z), exact
 * for logits of any size; for logits of ±Infinity the result is the limit, which is 0 if the target agrees. Gradient:
 * sigmoid(z) − t for the logits, −z for the targets.
 *
 * @keras = sigmoidCrossEntropy
 * @param logits float32, of any shape
 * @param targets float32 numbers from 0 to 1, of the shape of the logits
 * @example ops.sigmoidCrossEntropy(tensor([0, 2]), tensor([1, 1])) // [0.6931, 0.1269]
 */
export function sigmoidCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  requireTargets('sigmoidCrossEntropy', logits, targets);
  const out = emptyTensor(logits.shape, 'float32');
  const runtime = currentRuntime();
  runtime.run('sigmoidCrossEntropy', out.pointer, logits.pointer, targets.pointer, logits.size);
  const backward = (
    dloss: Tensor,
    [z, t]: readonly [Tensor, Tensor],
    [needLogits, needTargets]: readonly boolean[],
  ): (Tensor | undefined)[] => {
    const dt = needTargets === true ? neg(mul(dloss, z)) : undefined;
    if (needLogits !== true) return [undefined, dt];
    if (isRecording()) return [mul(dloss, sub(sigmoid(z), t)), dt];
    const dx = emptyTensor(z.shape, 'float32');
    runtime.run(
      'sigmoidCrossEntropyGradient',
      dx.pointer,
      dloss.pointer,
      z.pointer,
      t.pointer,
      z.size,
    );
    return [dx, dt];
  };
  return record('sigmoidCrossEntropy', [logits, targets], out, [logits, targets], backward);
}

/** dz = dloss · (softmax(z) · Σt − t) by operations, where the gradient is differentiated again. */
function gradientOfLogits(dloss: Tensor, z: Tensor, t: Tensor): Tensor {
  return mul(expandDims(dloss, -1), sub(mul(softmax(z), sum(t, -1, true)), t));
}
