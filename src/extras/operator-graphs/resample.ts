// Axes whose outputs are weighted sums of few inputs.
import * as ops from '../../engine/ops/index.js';
import { tensor } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';

/** For each output the positions of inputs and their weights; all have equally many. */
export interface Taps {
  readonly positions: readonly number[][];
  readonly weights: readonly number[][];
}

/** An axis of x with the weighted sums; position −1 stands for the number outside. */
export function resample(
  x: Tensor,
  axis: number,
  { positions, weights }: Taps,
  outside: number,
): Tensor {
  const count = Math.max(1, ...positions.map((list) => list.length));
  const shape = x.shape.map((_, i) => (i === axis ? positions.length : 1));
  let sum: Tensor | undefined;
  for (let tap = 0; tap < count; tap++) {
    const at = Int32Array.from(positions, (list) => Math.max(0, list[tap] ?? 0));
    const shares = Float32Array.from(weights, (list) => list[tap] ?? 0);
    if (shares.every((share) => share === 0)) continue;
    const picked = ops.gather(x, tensor(at), axis);
    const part = shares.every((share) => share === 1)
      ? picked
      : ops.mul(picked, tensor(shares, { shape }));
    sum = sum === undefined ? part : ops.add(sum, part);
  }
  const whole = sum ?? x;
  if (positions.every(([at]) => at !== -1)) return whole;
  const isInside = tensor(
    Uint8Array.from(positions, ([at]) => (at === -1 ? 0 : 1)),
    { shape },
  );
  return ops.where(ops.cast(isInside, 'bool'), whole, outside);
}
