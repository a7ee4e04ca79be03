import {
  dense,
  denseGradient,
  densityOfElements,
  sparse,
  sparseGradient,
} from './convolution-direct.js';
import { densityOf, isSmall } from './convolution-problem.js';
import type {
  Convolution,
  ConvolutionSizes,
  Density,
  KernelGradient,
} from './convolution-problem.js';
import {
  convolveUnrolled,
  transposedUnrolled,
  kernelGradientUnrolled,
} from './convolution-unrolled.js';
import { leastTime } from '../linalg/products/ways.js';
import type { Way, Ways } from '../linalg/products/ways.js';
import { winograd, winogradGradient } from './winograd.js';

/**
 * The way through the matrix product, for what is not small. It passes over zeros, too: it is taken to be as fast as the faster
 * one of those straight from the images.
 */
const unrolled = <P extends ConvolutionSizes>(
  direct: readonly Way<P, Density>[],
  run: (problem: P) => void,
): Way<P, Density> => ({
  name: 'unrolled',
  sameBits: false,
  fits: () => true,
  nanoseconds: (problem) => (isSmall(problem) ? Infinity : leastTime(direct, problem)),
  run,
});

/** The ways of a convolution, and of the gradient of its images. */
export const convolutionWays: Ways<Convolution, Density> = {
  rows: [
    unrolled([sparse, dense], (problem) => {
      (problem.isTransposed ? transposedUnrolled : convolveUnrolled)(problem);
    }),
    sparse,
    dense,
    winograd,
  ],
  sample: ({ x }) => densityOf(x),
};

/** The ways of the gradient of a kernel. */
export const kernelGradientWays: Ways<KernelGradient, Density> = {
  rows: [
    unrolled([sparseGradient, denseGradient], kernelGradientUnrolled),
    sparseGradient,
    denseGradient,
    winogradGradient,
  ],
  sample: densityOfElements,
};
