import { record } from '../autodiff/index.js';
import { emptyTensor, tidy } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { rememberBiased, sumOfColumns } from './bias-sums.js';
import {
  convolveDirect,
  inputGradientDirect,
  isDirect,
  kernelGradientDirect,
  rememberFinite,
} from './convolution-direct.js';
import {
  convolveUnrolled,
  inputGradientUnrolled,
  kernelGradientUnrolled,
} from './convolution-unrolled.js';
import { addSeen, makesImages, seenOf } from './convolution-volumes.js';
import { fusedActivation, rememberActivation, throughActivation } from './fused-activation.js';
import type { FusedActivation } from './fused-activation.js';
import type { Window } from './window.js';

// A convolution is linear in the images and in the kernel; the three products below are each other's gradients. Those of
// volumes are made of images too, which are not kept for the gradients: they take several times the room of the volumes.

/**
 * activation(x ∗ kernel + bias): x[images, height, width, channels], kernel[kernelHeight, kernelWidth,
 * channels, filters], bias[filters] or null → [images, outHeight, outWidth, filters], all float32. Of volumes x is
 * [volumes · depth, height, width, channels], and the kernel has the channels of what the window sees along the depth,
 * kernelDepth · channels.
 */
export function convolve(
  op: string,
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  window: Window,
  activation: FusedActivation,
): Tensor {
  const { epilogue, code } = fusedActivation(op, activation);
  const { images, outHeight, outWidth } = window;
  const filters = kernel.shape[3] ?? 0;
  const out = emptyTensor([images, outHeight, outWidth, filters], 'float32');
  tidy(() => {
    const seen = seenOf(x, window);
    const isDone =
      isDirect(window, filters) && convolveDirect(out, seen, kernel, bias, window, epilogue);
    if (!isDone) convolveUnrolled(out, seen, kernel, bias, window, epilogue);
  });
  rememberActivation(out, code);
  if (bias !== null) rememberBiased(out);
  const operands = bias === null ? [x, kernel] : [x, kernel, bias];
  return record(op, operands, out, [x, kernel, out], (dy, [p, w, y], wanted) => {
    const dz = throughActivation(code, dy, y);
    // First, since it tells whether dz is finite.
    const dBias = wanted[2] === true ? sumOfColumns(dz) : undefined;
    if (dBias !== undefined) rememberFinite(dz, dBias);
    return [
      wanted[0] === true ? inputGradient(op, dz, w, window) : undefined,
      wanted[1] === true ? kernelGradient(op, p, dz, window) : undefined,
      dBias,
    ];
  });
}

function inputGradient(op: string, dy: Tensor, kernel: Tensor, window: Window): Tensor {
  const { images, height, width, channels, depths } = window;
  const out = emptyTensor(
    depths === undefined
      ? [images, height, width, channels]
      : [depths.images * depths.height, height, width, depths.channels],
    'float32',
  );
  tidy(() => {
    const isMade = makesImages(depths);
    const seen = isMade ? emptyTensor([images, height, width, channels], 'float32') : out;
    const isDone =
      isDirect(window, kernel.shape[3] ?? 0) && inputGradientDirect(seen, dy, kernel, window);
    if (!isDone) inputGradientUnrolled(seen, dy, kernel, window);
    if (isMade) addSeen(out, seen, depths);
  });
  return record(op, [dy, kernel], out, [dy, kernel], (g, [d, w], [needDy, needKernel]) => [
    needDy === true ? convolve(op, g, w, null, window, 'linear') : undefined,
    needKernel === true ? kernelGradient(op, g, d, window) : undefined,
  ]);
}

function kernelGradient(op: string, x: Tensor, dy: Tensor, window: Window): Tensor {
  const { kernelHeight, kernelWidth, channels } = window;
  const filters = dy.shape[3] ?? 0;
  const out = emptyTensor([kernelHeight, kernelWidth, channels, filters], 'float32');
  tidy(() => {
    const seen = seenOf(x, window);
    const isDone = isDirect(window, filters) && kernelGradientDirect(out, seen, dy, window);
    if (!isDone) kernelGradientUnrolled(op, out, seen, dy, window);
  });
  return record(op, [x, dy], out, [x, dy], (g, [p, d], [needX, needDy]) => [
    needX === true ? inputGradient(op, d, g, window) : undefined,
    needDy === true ? convolve(op, p, g, null, window, 'linear') : undefined,
  ]);
}
