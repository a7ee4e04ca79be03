import { checkNumber, checkOptions } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { formatShape, sameShape, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { mean } from '../reductions/reduce.js';
import { squeeze } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import { square } from '../elementwise/unary.js';
import { gaussian, slideAlong } from './blur.js';
import { imagesOf } from './images.js';
import type { ImageOptions } from './images.js';

/** Options of `ssim`. */
export interface SsimOptions extends ImageOptions {
  /** The range of the pixels: 255 for bytes. Default 1. */
  readonly maxVal?: number;
  /** Height and width of the window over which images are compared. Default 11. */
  readonly filterSize?: number;
  /** Standard deviation of the weights within a window. Default 1.5. */
  readonly filterSigma?: number;
  /** Default 0.01. */
  readonly k1?: number;
  /** Default 0.03. */
  readonly k2?: number;
}

/**
 * The structural similarity of images, float32 [batch] or one number: the mean over windows and channels of
 * (2μ₁μ₂ + c₁)(2σ₁₂ + c₂) / ((μ₁² + μ₂² + c₁)(σ₁² + σ₂² + c₂)) with cᵢ = (kᵢ · maxVal)² (Wang et al., 2004). It is 1 for
 * equal images.
 *
 * @keras = ssim
 * @throws ShapeError for images of different shapes, or smaller than the window; ValueError for an option out of range.
 * @example ops.image.ssim(ones([16, 16, 1]), ones([16, 16, 1])) // 1
 */
export function ssim(image1: TensorLike, image2: TensorLike, options: SsimOptions = {}): Tensor {
  return scoped(() => {
    checkOptions('ssim', options, ['maxVal', 'filterSize', 'filterSigma', 'k1', 'k2', 'dataFormat']); // prettier-ignore
    const { maxVal = 1, filterSize = 11, filterSigma = 1.5, k1 = 0.01, k2 = 0.03 } = options;
    checkNumber('ssim', 'maxVal', maxVal, { above: 0 });
    checkNumber('ssim', 'filterSigma', filterSigma, { above: 0 });
    checkNumber('ssim', 'k1', k1);
    checkNumber('ssim', 'k2', k2);
    checkNumber('ssim', 'filterSize', filterSize, { min: 1, max: 2 ** 20, integer: true });
    const [first, second] = [toTensor(image1), toTensor(image2)];
    const [x, y] = [first, second].map((image) => toFloat(imagesOf('ssim', image, options).batch)) as [Tensor, Tensor]; // prettier-ignore
    const [, height = 0, width = 0] = x.shape;
    if (!sameShape(first.shape, second.shape)) {
      throw new ShapeError(
        `ssim: the images must have the same shape, got ${formatShape(first.shape)} and ${formatShape(second.shape)}.`,
      );
    }
    if (Math.min(height, width) < filterSize) {
      throw new ShapeError(
        `ssim: images of ${height} × ${width} pixels are smaller than the window of ${filterSize} × ${filterSize}. Use a ` +
          `smaller filterSize.`,
      );
    }
    const weights = (): number[] => gaussian(filterSize, filterSigma);
    const means = (z: Tensor): Tensor =>
      [1, 2].reduce(
        (rows, axis) => slideAlong('ssim', rows, axis, filterSize, weights, 'valid'),
        z,
      );
    const [c1, c2] = [(k1 * maxVal) ** 2, (k2 * maxVal) ** 2];
    const [mx, my] = [means(x), means(y)];
    const [mxx, myy, mxy] = [square(mx), square(my), mul(mx, my)];
    const vx = sub(means(square(x)), mxx);
    const vy = sub(means(square(y)), myy);
    const vxy = sub(means(mul(x, y)), mxy);
    const above = mul(add(mul(mxy, 2), c1), add(mul(vxy, 2), c2));
    const below = mul(add(add(mxx, myy), c1), add(add(vx, vy), c2));
    const similarity = mean(div(above, below), [1, 2, 3]);
    return first.ndim === 3 ? squeeze(similarity, 0) : similarity;
  });
}
