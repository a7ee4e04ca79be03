import { Epilogue } from '../../../assembly/codes.js';
import { record } from '../../autodiff/index.js';
import { emptyTensor, tidy } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { rememberBiased, sumOfColumns } from '../products/bias-sums.js';
import { convolutionWays, kernelGradientWays } from './convolution-ways.js';
import { addSeen, makesImages, seenOf } from './convolution-volumes.js';
import {
  fusedActivation,
  rememberActivation,
  throughActivation,
} from '../products/fused-activation.js';
import type { FusedActivation } from '../products/fused-activation.js';
import { allFinite, matrixOf } from '../products/packed-matrix.js';
import { compute } from '../products/ways.js';
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
    compute(convolutionWays, {
      y: out,
      x: seenOf(x, window),
      kernel,
      bias,
      epilogue,
      window,
      filters,
      isTransposed: false,
    });
  });
  rememberActivation(out, code);
  if (bias !== null) rememberBiased(out);
  const operands = bias === null ? [x, kernel] : [x, kernel, bias];
  return record(op, operands, out, [x, kernel, out], (dy, [p, w, y], wanted) => {
    const dz = throughActivation(code, dy, y);
    // First, since dz is finite if the sums of its columns are.
    const dBias = wanted[2] === true ? sumOfColumns(dz) : undefined;
    if (dBias !== undefined && allFinite(dBias.pointer, dBias.size)) matrixOf(dz).markFinite();
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
    compute(convolutionWays, {
      y: seen,
      x: dy,
      kernel,
      bias: null,
      epilogue: Epilogue.None,
      window,
      filters: kernel.shape[3] ?? 0,
      isTransposed: true,
    });
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
    compute(kernelGradientWays, { op, dKernel: out, x: seen, dy, window, filters });
  });
  return record(op, [x, dy], out, [x, dy], (g, [p, d], [needX, needDy]) => [
    needX === true ? inputGradient(op, d, g, window) : undefined,
    needDy === true ? convolve(op, p, g, null, window, 'linear') : undefined,
  ]);
}
