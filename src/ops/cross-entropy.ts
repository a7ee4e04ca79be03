import { record } from '../autodiff/index.js';
import { ShapeError, ValueError } from '../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { emptyTensor, formatShape, sameShape } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { rowsOf, softmax } from './softmax.js';

/** The label that sparse cross-entropy never ignores: below every class number. */
const IGNORE_NONE = -(2 ** 31);

function requireSameShape(op: string, logits: Tensor, targets: Tensor): void {
  if (!sameShape(logits.shape, targets.shape)) {
    throw new ShapeError(
      `${op}: logits of shape ${formatShape(logits.shape)} and targets of shape ` +
        `${formatShape(targets.shape)} must have one shape.`,
    );
  }
}

/**
 * −Σ t · ln softmax(z) along the last axis, exact for logits of any size: logits z[…, classes], targets
 * t[…, classes] (float32) → […]. Gradient: p · Σt − t.
 *
 * @param probabilities softmax(logits), if it is there already
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  targets: Tensor,
  probabilities?: Tensor,
): Tensor {
  requireSameShape('softmaxCrossEntropy', logits, targets);
  const { rows, columns } = rowsOf(logits);
  const out = emptyTensor(logits.shape.slice(0, -1), 'float32');
  const runtime = currentRuntime();
  runtime.run('softmaxCrossEntropy', out.pointer, logits.pointer, targets.pointer, rows, columns);
  const given = probabilities ?? logits;
  return record(
    'softmaxCrossEntropy',
    [logits],
    out,
    [given, targets],
    (dloss, [saved, t]) => {
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
      return [firstOrderOnly('softmaxCrossEntropy', [dloss, saved], dx)];
    },
  );
}

/** Options of `sparseSoftmaxCrossEntropy`. */
export interface SparseCrossEntropyOptions {
  /** softmax(logits), if it is there already. */
  readonly probabilities?: Tensor | undefined;
  /** Rows with this label count nothing. */
  readonly ignoreClass?: number | undefined;
}

/**
 * −ln softmax(z)[label] along the last axis: logits z[…, classes], labels[…] (int32) → […].
 *
 * @throws ValueError naming a label out of [0, classes).
 */
export function sparseSoftmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  { probabilities, ignoreClass }: SparseCrossEntropyOptions = {},
): Tensor {
  const op = 'sparseSoftmaxCrossEntropy';
  if (!sameShape(logits.shape.slice(0, -1), labels.shape)) {
    throw new ShapeError(
      `${op}: logits of shape ${formatShape(logits.shape)} need labels of shape ` +
        `${formatShape(logits.shape.slice(0, -1))}, got ${formatShape(labels.shape)}.`,
    );
  }
  const { rows, columns } = rowsOf(logits);
  checkLabels(op, labels, columns, ignoreClass);
  const ignore = ignoreClass ?? IGNORE_NONE;
  const out = emptyTensor(labels.shape, 'float32');
  const runtime = currentRuntime();
  runtime.run(
    'sparseSoftmaxCrossEntropy',
    out.pointer,
    logits.pointer,
    labels.pointer,
    rows,
    columns,
    ignore,
  );
  const given = probabilities ?? logits;
  return record(op, [logits], out, [given, labels], (dloss, [saved, at]) => {
    const p = probabilities === undefined ? softmax(saved) : saved;
    const dx = emptyTensor(p.shape, 'float32');
    runtime.run(
      'sparseSoftmaxCrossEntropyGradient',
      dx.pointer,
      dloss.pointer,
      p.pointer,
      at.pointer,
      rows,
      columns,
      ignore,
    );
    return [firstOrderOnly(op, [dloss, saved], dx)];
  });
}

function checkLabels(op: string, labels: Tensor, classes: number, ignore: number | undefined): void {
  const runtime = currentRuntime();
  if (runtime.kernels.firstOutOfRange(labels.pointer, labels.size, classes) === -1) return;
  const bad = labels
    .data()
    .findIndex((label) => label !== ignore && (label < 0 || label >= classes));
  if (bad === -1) return;
  throw new ValueError(
    `${op}: label ${String(labels.data()[bad])} at position ${bad} is out of range for ${classes} classes ` +
      `(allowed: 0 … ${classes - 1}).`,
  );
}

/**
 * max(z, 0) − z·t + ln(1 + e^−|z|), element by element: the binary cross-entropy of sigmoid(z), exact
 * for logits of any size. Gradient: sigmoid(z) − t.
 */
export function sigmoidCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  requireSameShape('sigmoidCrossEntropy', logits, targets);
  const out = emptyTensor(logits.shape, 'float32');
  const runtime = currentRuntime();
  runtime.run(
    'sigmoidCrossEntropy',
    out.pointer,
    logits.pointer,
    targets.pointer,
    logits.size,
  );
  return record('sigmoidCrossEntropy', [logits], out, [logits, targets], (dloss, [z, t]) => {
    const dx = emptyTensor(z.shape, 'float32');
    runtime.run(
      'sigmoidCrossEntropyGradient',
      dx.pointer,
      dloss.pointer,
      z.pointer,
      t.pointer,
      z.size,
    );
    return [firstOrderOnly('sigmoidCrossEntropy', [dloss, z], dx)];
  });
}

/** Marks a gradient that cannot be differentiated again: asking for it is an error, not a wrong number. */
function firstOrderOnly(op: string, inputs: readonly Tensor[], gradient: Tensor): Tensor {
  return record(`${op} gradient`, inputs, gradient, [], () => {
    throw new ValueError(
      `${op}: there is no second derivative of this fused loss. Compose it of logSoftmax, mul and sum.`,
    );
  });
}
