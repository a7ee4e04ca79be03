import { record } from '../autodiff/index.js';
import { ValueError } from '../errors.js';
import { currentRuntime } from '../runtime/index.js';
import type { SeedGenerator } from '../random/index.js';
import { emptyTensor, scoped } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { toFloat } from './operands.js';

/**
 * Each element 0 with probability `rate`, else divided by 1 − rate, so that the mean stays (Srivastava
 * et al., 2014). The mask is not stored: the gradient draws the same numbers again.
 *
 * @throws ValueError unless 0 ≤ rate < 1.
 */
export function dropout(x: TensorLike, rate: number, seed: SeedGenerator): Tensor {
  return scoped(() => {
    if (!(rate >= 0 && rate < 1)) {
      throw new ValueError(
        `dropout: the rate must be at least 0 and below 1, got ${rate}. It is the fraction of elements set to 0.`,
      );
    }
    const input = toFloat(x);
    return masked(input, rate, seed.reserve(input.size));
  });
}

type Stream = ReturnType<SeedGenerator['reserve']>;

function masked(x: Tensor, rate: number, stream: Stream): Tensor {
  const out = emptyTensor(x.shape, 'float32');
  const { keyLow, keyHigh, counterLow, counterHigh } = stream;
  currentRuntime().run(
    'dropout',
    out.pointer,
    x.pointer,
    x.size,
    rate,
    keyLow,
    keyHigh,
    counterLow,
    counterHigh,
  );
  return record('dropout', [x], out, [], (dy) => [masked(dy, rate, stream)]);
}
