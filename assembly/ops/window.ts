// A window that slides over images: convolution and pooling describe it by fourteen int32.
//
//   images height width channels │ outHeight outWidth │ kernelHeight kernelWidth │ strideY strideX │
//   padTop padLeft │ dilationY dilationX
//
// x is [images, height, width, channels], float32. Output (oy, ox) reads x at
//
//   y = oy · strideY − padTop + ky · dilationY,   x = ox · strideX − padLeft + kx · dilationX
//
// for every tap (ky, kx) of the kernel, unless that is outside of the image. On either axis the stride or the
// dilation is 1.

export const IMAGES: usize = 0;
export const HEIGHT: usize = 4;
export const WIDTH: usize = 8;
export const CHANNELS: usize = 12;
export const OUT_HEIGHT: usize = 16;
export const OUT_WIDTH: usize = 20;
export const KERNEL_HEIGHT: usize = 24;
export const KERNEL_WIDTH: usize = 28;
export const STRIDE_Y: usize = 32;
export const STRIDE_X: usize = 36;
export const PAD_TOP: usize = 40;
export const PAD_LEFT: usize = 44;
export const DILATION_Y: usize = 48;
export const DILATION_X: usize = 52;

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
