// Brightness and contrast of images: every channel stretched, moved and cut.
import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { images } from '../../wasm/generated/images.js';
import { add, mul, sub } from '../elementwise/arithmetic.js';
import { greaterEqual, lessEqual, logicalAnd } from '../elementwise/compare.js';
import { concat } from '../shapes/concat.js';
import { broadcastTo, sumTo } from '../reductions/sum.js';
import { where } from '../elementwise/where.js';

/** How the numbers of a channel change: [batch, 1, 1, channels], or 1 in place of each of the two, or a number. */
interface Terms {
  readonly center?: TensorLike;
  readonly scale?: TensorLike;
  readonly shift?: TensorLike;
}

/**
 * (x − center) · scale + shift, cut to [low, high], in one pass over float32 images [batch, height, width, channels].
 *
 * @internal
 */
export function rescaled(
  op: string,
  x: Tensor,
  { center = 0, scale = 1, shift = 0 }: Terms,
  [low, high]: readonly [number, number],
): Tensor {
  return scoped(() => {
    const [count = 0, height = 0, width = 0, channels = 0] = x.shape;
    const terms = [toTensor(center), toTensor(scale), toTensor(shift)] as const;
    const isAlike = terms.every(({ shape }) => (shape.at(-1) ?? 1) === 1);
    // Where all channels change alike, they are pixels of one channel.
    const own = isAlike ? 1 : channels;
    const table = concat(
      terms.map((term) => broadcastTo(term, [count, 1, 1, own])),
      0,
    );
    const out = emptyTensor(x.shape, 'float32');
    if (out.size > 0) {
      const pixels = height * width * (isAlike ? channels : 1);
      const pointers = [out.pointer, x.pointer, table.pointer] as const;
      const runtime = currentRuntime().with(images);
      runtime.run('rescaleChannels', ...pointers, count, pixels, own, low, high);
    }
    return record(op, [x, ...terms], out, [x, ...terms], (dy, [given, c, s, b], wanted) => {
      const [needX, needCenter, needScale, needShift] = wanted;
      const far = sub(given, c);
      const uncut = add(mul(far, s), b);
      const isWithin = logicalAnd(greaterEqual(uncut, low), lessEqual(uncut, high));
      const moved = where(isWithin, dy, 0);
      const toX = mul(moved, s);
      return [
        needX === true ? toX : undefined,
        needCenter === true ? sumTo(mul(toX, -1), c.shape) : undefined,
        needScale === true ? sumTo(mul(moved, far), s.shape) : undefined,
        needShift === true ? sumTo(moved, b.shape) : undefined,
      ];
    });
  });
}
