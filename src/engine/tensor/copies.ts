// Copies without gradients, which operations and draws of random numbers have in common.
import { currentRuntime } from '../runtime/index.js';

import { bytesOf, codeOf } from '../../config/dtype.js';
import type { DType } from '../../config/dtype.js';
import { broadcastStrides, writeLayout } from './layout.js';
import type { Shape } from './shape.js';
import { Storage } from './storage.js';
import { emptyTensor, Tensor } from './tensor.js';

/** x in another dtype, or x itself if it has that dtype. */
export function converted(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  const out = emptyTensor(x.shape, dtype);
  const [to, from] = [codeOf(dtype), codeOf(x.dtype)];
  currentRuntime().run('cast', out.pointer, to, x.pointer, from, x.size);
  return out;
}

/** The same value with elements of its own: gradients see no difference. */
export function copyOf(x: Tensor): Tensor {
  const copy = new Tensor(Storage.allocate(x.byteLength), 0, x.shape, x.dtype, x.id);
  currentRuntime().copy(copy.pointer, x.pointer, x.byteLength);
  return copy;
}

/** x repeated along axes of length 1, and along new leading ones, to a shape that x broadcasts to. */
export function repeated(op: string, x: Tensor, shape: Shape): Tensor {
  const out = emptyTensor([...shape], x.dtype);
  if (out.size === 0) return out;
  const [to, from] = [broadcastStrides(shape, shape), broadcastStrides(x.shape, shape)];
  const layout = writeLayout(op, shape, to, from, false);
  currentRuntime().run('copyStrided', out.pointer, x.pointer, layout, bytesOf(x.dtype));
  return out;
}
