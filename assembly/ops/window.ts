// A window that slides over images: convolution and pooling describe it.

/**
 * x is [images, height, width, channels], float32. Output (oy, ox) reads x at
 *
 *   y = oy · strideY − padTop + ky · dilationY,   x = ox · strideX − padLeft + kx · dilationX
 *
 * for every tap (ky, kx) of the kernel, unless that is outside of the image.
 *
 * It starts as a layout of one axis does, `work` elements long: that is how the runtime tells whether a call is worth
 * sharing. TypeScript writes it by the positions that the build reads from here.
 */
@unmanaged
export class Window {
  one: i32;
  work: i32;
  images: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideY: i32;
  strideX: i32;
  padTop: i32;
  padLeft: i32;
  dilationY: i32;
  dilationX: i32;
}

/** a / b rounded up, for a >= 0. */
// @ts-ignore: decorator
@inline
export function ceilDivide(a: i32, b: i32): i32 {
  return (a + b - 1) / b;
}

/** First of the taps start, start + step, … (`count` of them) that lies at or above 0. */
// @ts-ignore: decorator
@inline
export function firstInside(start: i32, step: i32, count: i32): i32 {
  return start >= 0 ? 0 : min(count, ceilDivide(-start, step));
}

/** One past the last of those taps that lies below `length`. */
// @ts-ignore: decorator
@inline
export function endInside(start: i32, step: i32, count: i32, length: i32): i32 {
  return start >= length ? 0 : min(count, ceilDivide(length - start, step));
}

/** Whether all windows lie in the image, of kernels whose taps are neighbours. */
export function isInside(window: Window): bool {
  const bottom = (window.outHeight - 1) * window.strideY;
  const right = (window.outWidth - 1) * window.strideX;
  return (
    (window.padTop | window.padLeft) == 0 &&
    bottom + window.kernelHeight <= window.height &&
    right + window.kernelWidth <= window.width
  );
}

/** Whether windows are 2 × 2 neighbouring pixels and channels whole vectors: loops of their own are written for these. */
export function is2x2(window: Window): bool {
  return (
    window.kernelHeight == 2 &&
    window.kernelWidth == 2 &&
    (window.dilationY & window.dilationX) == 1 &&
    window.channels % 4 == 0
  );
}
