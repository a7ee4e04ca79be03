import { describeValue } from '../config/describe-value.js';
import { record } from '../autodiff/index.js';
import { ValueError } from '../errors.js';
import { currentRuntime } from '../runtime/index.js';
import type { WorkingRuntime } from '../runtime/index.js';
import { SeedGenerator } from '../random/index.js';
import type { RandomStream } from '../random/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { emptyTensor, scoped } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { toFloat } from './shared/operands.js';

/**
 * Each element 0 with probability `rate`, else divided by 1 − rate, so that the mean stays (Srivastava
 * et al., 2014). The mask is not stored: the gradient draws the same numbers again.
 *
 * @keras none
 * @throws ValueError unless 0 ≤ rate < 1.
 * @example ops.dropout(ones([4]), 0.5, new random.SeedGenerator(7)) // [2, 2, 0, 0]
 */
export function dropout(x: TensorLike, rate: number, seed: SeedGenerator): Tensor {
  return scoped(() => {
    if (typeof rate !== 'number' || !(rate >= 0 && rate < 1)) {
      throw new ValueError(
        `dropout: the rate must be at least 0 and below 1, got ${describeValue(rate)}. It is the fraction of elements set to 0.`,
      );
    }
    if (!(seed instanceof SeedGenerator)) {
      throw new ValueError(
        `dropout: seed must be a random.SeedGenerator, got ${describeValue(seed)}.`,
      );
    }
    const input = toFloat(x);
    const out = emptyTensor(input.shape, 'float32');
    const [to, from, n] = [out.pointer, input.pointer, input.size];
    let stream: RandomStream;
    seed.draw(n, (runtime, drawn) => {
      stream = drawn;
      drop(runtime, to, from, n, rate, drawn);
    });
    return record('dropout', [input], out, [], (dy) => [masked(dy, rate, () => stream)]);
  });
}

/** Drops the same elements as before. */
function masked(x: Tensor, rate: number, stream: () => RandomStream): Tensor {
  const out = emptyTensor(x.shape, 'float32');
  const [to, from, n] = [out.pointer, x.pointer, x.size];
  currentRuntime().redraw((runtime) => {
    drop(runtime, to, from, n, rate, stream());
    return undefined;
  });
  return record('dropout', [x], out, [], (dy) => [masked(dy, rate, stream)]);
}

function drop(
  runtime: WorkingRuntime,
  to: Pointer,
  from: Pointer,
  n: number,
  rate: number,
  { keyLow, keyHigh, counterLow, counterHigh }: RandomStream,
): void {
  runtime.run('dropout', to, from, n, rate, keyLow, keyHigh, counterLow, counterHigh);
}
