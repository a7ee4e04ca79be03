import { record, sever } from '../../autodiff/index.js';
import { ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import { broadcastShapes, emptyTensor, scoped, toTensor } from '../../tensor/index.js';
import { bytesOf } from '../../../config/dtype.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { convert } from './cast.js';
import { commonOperands } from './operands.js';
import { broadcastTo, sumTo } from '../reductions/sum.js';

/**
 * a where the condition is true (not 0), otherwise b; all three broadcast. For the positions where a condition is true, use
 * `nonzero`.
 *
 * @keras numpy.Where(condition, x1, x2)
 * @stepwise
 * @param condition a tensor, a number or nested lists: 0 is false, everything else is true
 * @param a elements where the condition is true
 * @param b elements where the condition is false
 * @example ops.where([true, false], [1, 2], 0) // [1, 0]
 */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  if ((a as unknown) === undefined || (b as unknown) === undefined) {
    throw new ValueError(
      'where: takes a condition and two operands. nonzero(condition) gives the places where it is true.',
    );
  }
  return scoped(() => {
    const mask = convert(toTensor(condition), 'bool');
    const [x, y] = commonOperands(a, b);
    const shape = broadcastShapes('where', broadcastShapes('where', x.shape, y.shape), mask.shape);
    const [m, p, q] = [broadcastTo(mask, shape), broadcastTo(x, shape), broadcastTo(y, shape)];
    const out = emptyTensor(shape, x.dtype);
    currentRuntime().run(
      'select',
      out.pointer,
      m.pointer,
      p.pointer,
      q.pointer,
      out.size,
      bytesOf(x.dtype),
    );
    sever('where', [mask], out);
    return record('where', [x, y], out, [mask], (dy, [saved], [needX, needY]) => [
      needX === true ? sumTo(where(saved, dy, 0), x.shape) : undefined,
      needY === true ? sumTo(where(saved, 0, dy), y.shape) : undefined,
    ]);
  });
}
