import type { BinaryOp } from '../../../../assembly/codes.js';
import { currentRuntime } from '../../runtime/index.js';
import { broadcastShapes, emptyTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { broadcastStrides, writeLayout } from '../../tensor/layout.js';
import { commonOperands } from './operands.js';

type BroadcastKernel =
  'binaryF32' | 'binaryI32' | 'compareF32' | 'compareI32' | 'logicalU8' | 'pairsF32' | 'pairsI32';

/** Runs a kernel of two operands that broadcast to one output. */
export function runBroadcast(
  op: string,
  kernel: BroadcastKernel,
  code: number,
  x: Tensor,
  y: Tensor,
  dtype: DType,
): Tensor {
  const shape = broadcastShapes(op, x.shape, y.shape);
  const out = emptyTensor(shape, dtype);
  if (out.size > 0) {
    const [a, b] = [broadcastStrides(x.shape, shape), broadcastStrides(y.shape, shape)];
    const layout = writeLayout(op, shape, a, b, true);
    currentRuntime().run(kernel, out.pointer, x.pointer, y.pointer, layout, code);
  }
  return out;
}

/**
 * Both operands in the dtype they are computed in, and the result: float32 with float32, or int32
 * with int32; bool and uint8 are computed as int32, so that 200 + 100 is 300.
 */
export function arithmetic(
  op: string,
  code: BinaryOp,
  a: TensorLike,
  b: TensorLike,
  least: DType = 'int32',
): readonly [x: Tensor, y: Tensor, out: Tensor] {
  const [x, y] = commonOperands(a, b, least);
  const kernel = x.dtype === 'float32' ? 'binaryF32' : 'binaryI32';
  return [x, y, runBroadcast(op, kernel, code, x, y, x.dtype)];
}
