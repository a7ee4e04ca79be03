import { noteRead, record, sever } from '../autodiff/index.js';
import { currentRuntime } from '../runtime/index.js';
import { checkDType, codeOf, emptyTensor, scoped, toTensor } from '../tensor/index.js';
import type { DType, Tensor, TensorLike } from '../tensor/index.js';
import { ownResult } from './logits.js';

/**
 * x with its elements converted to `dtype`; no copy if it has that dtype already. float32 to an
 * integer type truncates towards zero and saturates, NaN becomes 0; to bool is x != 0. Only between
 * equal dtypes does a gradient flow.
 */
export function cast(x: TensorLike, dtype: DType): Tensor {
  const target = checkDType(dtype);
  return scoped(() => ownResult(convert(toTensor(x), target), x));
}

/** `cast` that gives x itself if it has that dtype already: for operands, which nobody disposes. */
export function convert(input: Tensor, target: DType): Tensor {
  if (input.dtype === target) return input;
  const out = emptyTensor(input.shape, target);
  currentRuntime().run(
    'cast',
    out.pointer,
    codeOf(target),
    input.pointer,
    codeOf(input.dtype),
    input.size,
  );
  return sever(`astype('${target}')`, [input], out);
}

/** A copy with memory of its own. */
export function clone(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const out = emptyTensor(input.shape, input.dtype);
    const from = input.pointer;
    currentRuntime().uint8.copyWithin(out.pointer, from, from + input.byteLength);
    return record('clone', [input], out, [], (dy) => [dy]);
  });
}

/** The value of x, but no gradient flows through it. */
export function stopGradient(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    noteRead(input);
    return input.view(input.shape);
  });
}
