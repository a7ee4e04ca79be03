import { currentRuntime } from '../../runtime/index.js';
import { windows } from '../../wasm/generated/windows.js';
import { emptyTensor, requireRoom, tidy } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import {
  convolveUnrolled,
  isPointwise,
  kernelGradientUnrolled,
  transposedUnrolled,
} from './convolution-unrolled.js';
import { writeWindow } from './window.js';
import type { Window } from './window.js';
import {
  dense,
  denseGradient,
  densityOfElements,
  sparse,
  sparseGradient,
} from './convolution-direct.js';
import { countedDensityOf, densityOf, finish, isSmall } from './convolution-problem.js';
import type {
  Convolution,
  ConvolutionSizes,
  Density,
  KernelGradient,
} from './convolution-problem.js';
import { compute, leastTime } from '../linalg/products/ways.js';
import type { Way, Ways } from '../linalg/products/ways.js';
import { winograd, winogradGradient } from './winograd.js';
import { Epilogue } from '../../../../assembly/codes.js';
import { bytesOf } from '../../../config/dtype.js';
import { writeLayout } from '../../tensor/layout.js';
import { depthwise, depthwiseGradient } from './convolution-depthwise.js';

// A convolution of volumes is one of images: for each position along the depth at which the window stands an image, whose
// pixels have the channels of all depths that the window sees there. Volumes with their pixels in one row are images of
// the depth's height, so the columns of a window along the depth are these images.

/** Whether there are volumes, of which windows see more than one depth or not every depth in turn. */
const makesImages = (depths: Window | undefined): depths is Window =>
  depths !== undefined && !isPointwise(depths);

/** x, or the images that a window over volumes makes of x[volumes · depth, height, width, channels]. */
function seenOf(x: Tensor, { images, height, width, channels, depths }: Window): Tensor {
  if (!makesImages(depths)) return x;
  const shape = [images, height, width, channels];
  requireRoom(shape, 'float32', 'convolution: the depths that each image of outputs sees');
  const seen = emptyTensor(shape, 'float32');
  if (seen.size === 0) return seen;
  const rows = depths.images * depths.outHeight;
  const at = writeWindow(depths, rows);
  currentRuntime().with(windows).run('im2col', seen.pointer, x.pointer, at, 0, rows);
  return seen;
}

/** x[volumes · depth, height, width, channels] = the sums of what the images in `seen` have of it. */
function addSeen(x: Tensor, seen: Tensor, depths: Window): void {
  const runtime = currentRuntime();
  runtime.run('fill', x.pointer, x.size, 0, 4);
  if (seen.size === 0) return;
  const rows = depths.images * depths.outHeight;
  const at = writeWindow(depths, rows);
  runtime.with(windows).run('col2im', x.pointer, seen.pointer, at, 0, rows);
}

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
  counted: ({ x }) => countedDensityOf(x),
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

// Convolutions of all kinds: of volumes, which are made of images, and of groups of channels. Those of a single channel have
// a way of their own.

/** Copies the numbers of group `group` of the last axis: all of x, or what x has of all groups. */
function copyGroup(to: Tensor, from: Tensor, group: number): void {
  const [own = 0, all = 0] = [to.shape.at(-1), from.shape.at(-1)];
  const count = Math.min(own, all);
  const rows = count === 0 ? 0 : Math.min(to.size, from.size) / count;
  const start = (channels: number) => (channels > count ? group * count * bytesOf('float32') : 0);
  const layout = writeLayout('convolution', [rows, count], [own, 1], [all, 1], false);
  const [out, x] = [to.pointer + start(own), from.pointer + start(all)];
  currentRuntime().run('copyStrided', out, x, layout, bytesOf('float32'));
}

/** The numbers of x that belong to a group. */
function groupOf(x: Tensor, group: number, groups: number): Tensor {
  const slice = emptyTensor(x.shape.with(-1, (x.shape.at(-1) ?? 0) / groups), 'float32');
  copyGroup(slice, x, group);
  return slice;
}

const noSample = (): (() => undefined) => () => undefined;

/** Each group is copied, and convolved on its own. */
const perGroup: Way<Convolution, unknown> = {
  name: 'per group',
  sameBits: false,
  fits: () => true,
  nanoseconds: () => Infinity,
  run(problem) {
    const { y, x, kernel, bias, filters, groups } = problem;
    for (let group = 0; group < groups; group++) {
      tidy(() => {
        const slice = emptyTensor(y.shape.with(-1, (y.shape.at(-1) ?? 0) / groups), 'float32');
        convolveGroup({
          ...problem,
          y: slice,
          x: groupOf(x, group, groups),
          kernel: groupOf(kernel, group, groups),
          bias: bias === null ? null : groupOf(bias, group, groups),
          filters: filters / groups,
          groups: 1,
        });
        copyGroup(y, slice, group);
      });
    }
  },
};

const perGroupGradient: Way<KernelGradient, unknown> = {
  name: 'per group',
  sameBits: false,
  fits: () => true,
  nanoseconds: () => Infinity,
  run(problem) {
    const { dKernel, x, dy, filters, groups } = problem;
    for (let group = 0; group < groups; group++) {
      tidy(() => {
        const slice = emptyTensor(dKernel.shape.with(-1, filters / groups), 'float32');
        gradientOfGroup({
          ...problem,
          dKernel: slice,
          x: groupOf(x, group, groups),
          dy: groupOf(dy, group, groups),
          filters: filters / groups,
          groups: 1,
        });
        copyGroup(dKernel, slice, group);
      });
    }
  },
};

/** The ways of a convolution in groups. */
export const groupWays: Ways<Convolution, unknown> = {
  rows: [perGroup, depthwise],
  sample: noSample,
};

/** The ways of the gradient of a kernel in groups. */
export const groupGradientWays: Ways<KernelGradient, unknown> = {
  rows: [perGroupGradient, depthwiseGradient],
  sample: noSample,
};

/** Computes a convolution of images or volumes, in groups or not. */
export function computeConvolution(problem: Convolution): void {
  if (problem.groups === 1) convolveGroup(problem);
  else compute(groupWays, problem);
}

/** Computes the gradient of a kernel, in groups or not. */
export function computeKernelGradient(problem: KernelGradient): void {
  if (problem.groups === 1) gradientOfGroup(problem);
  else compute(groupGradientWays, problem);
}

function convolveGroup(problem: Convolution): void {
  const { y, x, window, isTransposed } = problem;
  const { images, height, width, channels, depths } = window;
  if (!makesImages(depths)) {
    compute(convolutionWays, problem);
  } else if (isTransposed) {
    const seen = emptyTensor([images, height, width, channels], 'float32');
    compute(convolutionWays, { ...problem, y: seen, bias: null, epilogue: Epilogue.None });
    addSeen(y, seen, depths);
    finish(problem);
  } else {
    compute(convolutionWays, { ...problem, x: seenOf(x, window) });
  }
}

function gradientOfGroup(problem: KernelGradient): void {
  compute(kernelGradientWays, { ...problem, x: seenOf(problem.x, problem.window) });
}
