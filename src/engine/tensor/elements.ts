// What depends on elements in memory, so that a captured run looks at them again.
import { currentRuntime } from '../runtime/index.js';
import { bitsOfFloat } from './create.js';
import { bytesOf, codeOf } from '../../config/dtype.js';
import type { Shape } from './shape.js';
import { emptyTensor, Tensor } from './tensor.js';
import type { DType } from '../../config/dtype.js';
import { broadcastStrides, writeLayout } from './layout.js';
import { Storage } from './storage.js';

/** Elements in memory. */
type Elements = Float32Array | Int32Array | Uint8Array;

/**
 * What `look` finds in the elements of a tensor, where that decides how to go on. It says no more than that: a captured run is
 * not replayed where it finds something else. The elements are not copied, so `look` must not keep them.
 *
 * @param usual what counts where shapes alone are asked for
 */
export function decideBy<T>(x: Tensor, look: (elements: Elements) => T, usual: T): T {
  const { pointer, size, dtype } = x;
  return currentRuntime().guard(
    ({ float32, int32, uint8 }) => {
      if (dtype === 'float32') return look(float32.subarray(pointer / 4, pointer / 4 + size));
      if (dtype === 'int32') return look(int32.subarray(pointer / 4, pointer / 4 + size));
      return look(uint8.subarray(pointer, pointer + size));
    },
    usual,
    () => ({ of: pointer }),
  );
}

/** Whether tensors have elements: not where shapes alone are asked for. */
export function hasElements(): boolean {
  return currentRuntime().guard(
    () => true,
    false,
    () => ({ limits: [], answers: [true] }),
  );
}

/** A float32 tensor whose elements are all f(the only element of x, float32). Without a gradient. */
export function fullOf(shape: Shape, x: Tensor, f: (element: number) => number): Tensor {
  const result = emptyTensor([...shape], 'float32');
  const [to, n, from] = [result.pointer, result.size, x.pointer];
  currentRuntime().redraw((runtime) => {
    runtime.run(
      'fill',
      to,
      n,
      bitsOfFloat(f(runtime.float32[from / 4] ?? NaN)),
      bytesOf('float32'),
    );
    return undefined;
  });
  return result;
}

// Copies without gradients, which operations and draws of random numbers have in common.

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
