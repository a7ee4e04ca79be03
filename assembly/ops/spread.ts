// How the pixels of x spread over y, for convolutions whose windows move pixel by pixel. As int32:
//
//   1 work │ images │ x: height width channels │ y: height width channels │ kernelHeight kernelWidth │ baseY baseX
//
// (`1 work` makes it a layout of one axis, by which the runtime tells whether a call is worth sharing.) The window
// of pixel (iy, ix) is the kernelHeight × kernelWidth pixels of y from (iy + baseY, ix + baseX) on. Of the forward
// convolution x is the input and y the output; of the gradient of its input it is the other way round.

export const IMAGES: usize = 8;
export const X_HEIGHT: usize = 12;
export const X_WIDTH: usize = 16;
export const X_CHANNELS: usize = 20;
export const Y_HEIGHT: usize = 24;
export const Y_WIDTH: usize = 28;
export const Y_CHANNELS: usize = 32;
export const KERNEL_HEIGHT: usize = 36;
export const KERNEL_WIDTH: usize = 40;
export const BASE_Y: usize = 44;
export const BASE_X: usize = 48;

/** Copies an image of `height` lines of `widthBytes` into one with zeros around it, from line `top` and `left` on. */
export function copyPadded(
  to: usize,
  lineBytes: usize,
  from: usize,
  height: i32,
  widthBytes: usize,
  top: i32,
  left: usize,
): void {
  to += <usize>top * lineBytes + left;
  for (let y = 0; y < height; y++, to += lineBytes, from += widthBytes) {
    memory.copy(to, from, widthBytes);
  }
}
