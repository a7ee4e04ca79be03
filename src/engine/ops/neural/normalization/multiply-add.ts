import { record } from '../../../autodiff/index.js';
import { currentRuntime } from '../../../runtime/index.js';
import { emptyTensor } from '../../../tensor/index.js';
import type { Tensor } from '../../../tensor/index.js';
import { mul } from '../../elementwise/arithmetic.js';
import { broadcastStrides, writeLayout } from '../../../tensor/layout.js';
import { sumTo } from '../../reductions/sum.js';

/**
 * x · factor + addend on float32, with the bits of `add(mul(x, factor), addend)` and no tensor for the product. Factor and
 * addend have one shape, which broadcasts to that of x.
 */
export function multiplyAdd(x: Tensor, factor: Tensor, addend: Tensor): Tensor {
  const { shape } = x;
  const out = emptyTensor(shape, 'float32');
  if (out.size > 0) {
    const strides = [
      broadcastStrides(shape, shape),
      broadcastStrides(factor.shape, shape),
    ] as const;
    const layout = writeLayout('multiplyAdd', shape, ...strides, true);
    const pointers = [out.pointer, x.pointer, factor.pointer, addend.pointer] as const;
    currentRuntime().run('multiplyAdd', ...pointers, layout);
  }
  return record('multiplyAdd', [x, factor, addend], out, [x, factor], (dy, [p, f], wanted) => [
    wanted[0] === true ? mul(dy, f) : undefined,
    wanted[1] === true ? sumTo(mul(dy, p), f.shape) : undefined,
    wanted[2] === true ? sumTo(dy, addend.shape) : undefined,
  ]);
}
