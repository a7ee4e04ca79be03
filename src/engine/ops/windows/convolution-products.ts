import { record } from '../../autodiff/index.js';
import { emptyTensor, tidy } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { rememberBiased, sumOfColumns } from '../linalg/products/bias-sums.js';
import {
  fusedActivation,
  rememberActivation,
  throughActivation,
} from '../linalg/products/fused-activation.js';
import type { FusedActivation } from '../linalg/products/fused-activation.js';
import { allFinite, matrixOf } from '../linalg/products/packed-matrix.js';
import { computeConvolution, computeKernelGradient } from './convolution-groups.js';
import type { Window } from './window.js';

// A convolution is linear in the images and in the kernel, and so are the transposed convolution, which is the gradient of its
// images, and the gradient of its kernel: these three are each other's gradients. Those of volumes are made of images too,
// which are not kept for the gradients: they take several times the room of the volumes.

/** How a kernel goes over images. */
export interface Sliding {
  /** The window; its channels are those of a group. Of volumes it has the channels of what it sees along the depth, kernelDepth · channels. */
  readonly window: Window;
  /** Into how many parts channels and filters are split, each convolved on its own. */
  readonly groups: number;
  /** Whether outputs are given and images are made: the transposed convolution. */
  readonly isTransposed: boolean;
}

/**
 * activation(x ∗ kernel + bias): x[images, height, width, channels], kernel[kernelHeight, kernelWidth, channels of a
 * group, filters], bias[filters] or null → [images, outHeight, outWidth, filters], all float32. Of volumes x is
 * [volumes · depth, height, width, channels]. Transposed it is the other way round: x has the filters as channels, and bias and
 * result have the channels.
 */
export function convolve(
  op: string,
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  sliding: Sliding,
  activation: FusedActivation,
): Tensor {
  const { epilogue, code } = fusedActivation(op, activation);
  const { window, isTransposed } = sliding;
  const filters = kernel.shape[3] ?? 0;
  const shape = isTransposed ? imageShape(sliding) : outputShape(window, filters);
  const out = emptyTensor(shape, 'float32');
  tidy(() => {
    computeConvolution({ ...sliding, y: out, x, kernel, bias, epilogue, filters });
  });
  rememberActivation(out, code);
  if (bias !== null) rememberBiased(out);
  const operands = bias === null ? [x, kernel] : [x, kernel, bias];
  return record(op, operands, out, [x, kernel, out], (dy, [p, w, y], wanted) => {
    const dz = throughActivation(code, dy, y);
    // First, since dz is finite if the sums of its columns are.
    const dBias = wanted[2] === true ? sumOfColumns(dz) : undefined;
    if (dBias !== undefined && allFinite(dBias.pointer, dBias.size)) matrixOf(dz).markFinite();
    const back = { ...sliding, isTransposed: !isTransposed };
    return [
      wanted[0] === true ? convolve(op, dz, w, null, back, 'linear') : undefined,
      wanted[1] !== true
        ? undefined
        : isTransposed
          ? kernelGradient(op, dz, p, sliding)
          : kernelGradient(op, p, dz, sliding),
      dBias,
    ];
  });
}

const outputShape = ({ images, outHeight, outWidth }: Window, filters: number): number[] => [
  images,
  outHeight,
  outWidth,
  filters,
];

function imageShape({ window, groups }: Sliding): number[] {
  const { images, height, width, channels, depths } = window;
  return depths === undefined
    ? [images, height, width, channels * groups]
    : [depths.images * depths.height, height, width, depths.channels * groups];
}

/** The gradient of the kernel from x, the images, and dy, the gradient of the outputs. */
function kernelGradient(op: string, x: Tensor, dy: Tensor, sliding: Sliding): Tensor {
  const { window, groups } = sliding;
  const { kernelHeight, kernelWidth, channels } = window;
  const filters = dy.shape[3] ?? 0;
  const out = emptyTensor([kernelHeight, kernelWidth, channels, filters], 'float32');
  tidy(() => {
    computeKernelGradient({ op, dKernel: out, x, dy, window, filters, groups });
  });
  return record(op, [x, dy], out, [x, dy], (g, [p, d], [needX, needDy]) => {
    const forward = { ...sliding, isTransposed: false };
    const back = { ...sliding, isTransposed: true };
    return [
      needX === true ? convolve(op, d, g, null, back, 'linear') : undefined,
      needDy === true ? convolve(op, p, g, null, forward, 'linear') : undefined,
    ];
  });
}
