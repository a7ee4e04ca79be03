import { record } from '../../autodiff/index.js';
import { checkNumber } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import type { WorkingRuntime } from '../../runtime/index.js';
import { generatorOf } from '../../random/draw.js';
import type { Seed } from '../../random/draw.js';
import type { RandomStream } from '../../random/seed-generator.js';
import type { Pointer } from '../../wasm/generated/kernels.js';
import {
  emptyTensor,
  formatShape,
  ones,
  requireList,
  sameShape,
  scoped,
} from '../../tensor/index.js';
import type { PartialShape, Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { mul } from '../elementwise/arithmetic.js';
import { toFloat } from '../elementwise/operands.js';

/**
 * Sets each element to 0 with probability `rate` and divides the others by 1 − rate, which keeps the mean (Srivastava et al.,
 * 2014). The mask is not stored: the gradient draws the same numbers again. Keras: `keras.random.dropout`.
 *
 * @param rate the probability, from 0 to 1; with 1 everything becomes 0
 * @param seed the source of the random numbers. Default: the global generator.
 * @param noiseShape the shape of the random mask, which is broadcast to x: `[null, 1, 4]` drops or keeps all elements along the
 * second axis together. null stands for the length of x. Default: the shape of x.
 * @keras none
 * @throws ValueError unless 0 ≤ rate ≤ 1, and for an invalid seed; ShapeError for a noiseShape that does not broadcast.
 * @example ops.dropout(ones([4]), 0.5, new random.SeedGenerator(7)) // [2, 2, 0, 0]
 * @example ops.dropout(ones([3, 2]), 0.5, 7, [null, 1]).shape // [3, 2]
 */
export function dropout(
  x: TensorLike,
  rate: number,
  seed?: Seed,
  noiseShape: PartialShape | null = null,
): Tensor {
  return scoped(() => {
    checkNumber('dropout', 'rate', rate, { min: 0, max: 1 });
    const generator = generatorOf(seed);
    const input = toFloat(x);
    const shape = shapeOfNoise(noiseShape, input.shape);
    if (!sameShape(shape, input.shape)) {
      return mul(input, dropout(ones(shape), rate, seed));
    }
    const out = emptyTensor(input.shape, 'float32');
    const [to, from, n] = [out.pointer, input.pointer, input.size];
    let stream: RandomStream;
    const draw = (runtime: WorkingRuntime, drawn: RandomStream): void => {
      stream = drawn;
      drop(runtime, to, from, n, rate, drawn);
    };
    // A number as the seed gives the same choice each time, also in a repeated step.
    if (typeof seed === 'number') draw(currentRuntime(), generator.take(n));
    else generator.draw(n, draw);
    return record('dropout', [input], out, [], (dy) => [masked(dy, rate, () => stream)]);
  });
}

function shapeOfNoise(noiseShape: PartialShape | null, shape: Shape): Shape {
  if (noiseShape === null) return shape;
  requireList('dropout', 'noiseShape', noiseShape);
  const noise = noiseShape.map((n, i) => n ?? shape[i] ?? 0);
  const fits = noise.length === shape.length && noise.every((n, i) => n === 1 || n === shape[i]);
  if (fits) return noise;
  throw new ShapeError(
    `dropout: noiseShape ${formatShape(noiseShape)} does not broadcast to the input's shape ${formatShape(shape)}. ` +
      `Each length must be null, 1 or that of the input.`,
  );
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
