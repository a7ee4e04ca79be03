import { ShapeError } from '../../errors.js';
import { cast, ctcLoss, notEqual, sum } from '../../engine/ops/index.js';
import { formatShape, full, toTensor } from '../../engine/tensor/index.js';
import { lossOf } from './function-loss.js';
import { kerasFunction } from './keras-function.js';
import { asTensor } from './targets.js';

/**
 * The loss of connectionist temporal classification (CTC), for labels without positions, such as the letters of speech: −ln
 * p(labels | steps), yTrue [n, labels] class indices, yPred [n, steps, classes] logits → [n], float32. Class 0 is the blank and
 * pads rows with fewer labels; all steps count. To give lengths, use `ops.ctcLoss`. Keras: `ctc` (Graves et al., 2006).
 *
 * @throws ShapeError if the shapes do not match. @throws ValueError for a label that is not a class.
 * @example losses.ctc([[1]], [[[0, 0], [0, 0]]]) // [0.2877], ln 4/3
 */
export const ctc = kerasFunction('ctc', {}, (yTrue, yPred, _, owner) => {
  const [targets, logits] = [toTensor(yTrue), asTensor(yPred)];
  if (targets.ndim !== 2 || logits.ndim !== 3) {
    throw new ShapeError(
      `${owner}: yTrue must have shape (batch, labels) and yPred (batch, steps, classes), got ` +
        `${formatShape(targets.shape)} and ${formatShape(logits.shape)}.`,
    );
  }
  const [batch = 0, steps = 0] = logits.shape;
  const lengths = sum(cast(notEqual(targets, 0), 'int32'), -1);
  return ctcLoss(targets, logits, lengths, full([batch], steps, 'int32'));
});

/**
 * A loss for sequences of labels without positions, see `ctc`. Keras: `CTC`, `'ctc'`.
 *
 * @example model.compile({ optimizer: 'adam', loss: new losses.CTC() })
 */
export class CTC extends lossOf('CTC', ctc) {
  /** Undefined: labels are whole numbers and are checked without conversion. */
  protected override get targetDType(): undefined {
    return undefined;
  }
}
