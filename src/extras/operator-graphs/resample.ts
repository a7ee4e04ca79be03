// Axes whose outputs are weighted sums of few inputs.
import * as ops from '../../engine/ops/index.js';
import { tensor } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';

/** Positions of inputs and their weights: a list of each for the first tap of all outputs, for the second, and so on. */
export interface Taps {
  readonly positions: readonly Int32Array<ArrayBuffer>[];
  readonly weights: readonly Float32Array<ArrayBuffer>[];
}

/** An axis of x with the weighted sums; position −1 stands for the number outside. */
export function resample(
  x: Tensor,
  axis: number,
  { positions, weights }: Taps,
  outside: number,
): Tensor {
  const [firsts = new Int32Array()] = positions;
  const shape = x.shape.map((_, i) => (i === axis ? firsts.length : 1));
  let sum: Tensor | undefined;
  positions.forEach((list, tap) => {
    const shares = weights[tap] ?? new Float32Array();
    if (shares.every((share) => share === 0) && list.length > 0) return;
    const picked = ops.gather(x, tensor(list.map((at) => Math.max(0, at))), axis);
    const part = shares.every((share) => share === 1)
      ? picked
      : ops.mul(picked, tensor(shares, { shape }));
    sum = sum === undefined ? part : ops.add(sum, part);
  });
  const whole = sum ?? x;
  if (!firsts.includes(-1)) return whole;
  const isInside = tensor(
    Uint8Array.from(firsts, (at) => Number(at !== -1)),
    { shape },
  );
  return ops.where(ops.cast(isInside, 'bool'), whole, outside);
}
