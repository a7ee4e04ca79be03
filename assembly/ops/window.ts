// A window that slides over images: convolution and pooling describe it by sixteen int32.
//
//   1 work │ images height width channels │ outHeight outWidth │ kernelHeight kernelWidth │ strideY strideX │
//   padTop padLeft │ dilationY dilationX
//
// It starts as a layout of one axis does, `work` elements long: that is how the runtime tells whether a call is
// worth sharing. x is [images, height, width, channels], float32. Output (oy, ox) reads x at
//
//   y = oy · strideY − padTop + ky · dilationY,   x = ox · strideX − padLeft + kx · dilationX
//
// for every tap (ky, kx) of the kernel, unless that is outside of the image. On either axis the stride or the
// dilation is 1.

export const IMAGES: usize = 8;
export const HEIGHT: usize = 12;
export const WIDTH: usize = 16;
export const CHANNELS: usize = 20;
export const OUT_HEIGHT: usize = 24;
export const OUT_WIDTH: usize = 28;
export const KERNEL_HEIGHT: usize = 32;
export const KERNEL_WIDTH: usize = 36;
export const STRIDE_Y: usize = 40;
export const STRIDE_X: usize = 44;
export const PAD_TOP: usize = 48;
export const PAD_LEFT: usize = 52;
export const DILATION_Y: usize = 56;
export const DILATION_X: usize = 60;

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
export function isInside(window: usize): bool {
  const bottom = (load<i32>(window, OUT_HEIGHT) - 1) * load<i32>(window, STRIDE_Y);
  const right = (load<i32>(window, OUT_WIDTH) - 1) * load<i32>(window, STRIDE_X);
  return (
    (load<i32>(window, PAD_TOP) | load<i32>(window, PAD_LEFT)) == 0 &&
    bottom + load<i32>(window, KERNEL_HEIGHT) <= load<i32>(window, HEIGHT) &&
    right + load<i32>(window, KERNEL_WIDTH) <= load<i32>(window, WIDTH)
  );
}

/** Whether windows are 2 × 2 neighbouring pixels and channels whole vectors: loops of their own are written for these. */
export function is2x2(window: usize): bool {
  return (
    load<i32>(window, KERNEL_HEIGHT) == 2 &&
    load<i32>(window, KERNEL_WIDTH) == 2 &&
    (load<i32>(window, DILATION_Y) & load<i32>(window, DILATION_X)) == 1 &&
    load<i32>(window, CHANNELS) % 4 == 0
  );
}
