import { BinaryOp } from '../../../../assembly/codes.js';
import { UNROLLED_BYTES } from '../../../../assembly/tuning.js';
import { currentRuntime } from '../../runtime/index.js';
import { windows } from '../../wasm/generated/windows.js';
import { requireRoom } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import type { Pointer } from '../../wasm/generated/kernels.js';
import { finish } from './convolution-problem.js';
import type { Convolution, KernelGradient } from './convolution-problem.js';
import { gemm } from '../linalg/products/gemm.js';
import { writeLayout } from '../../tensor/layout.js';
import { writeWindow } from './window.js';
import type { Window } from './window.js';

// The three products of a convolution by way of the matrix product, for windows of any stride and dilation and
// kernels of any size. They fill a tensor that is there; with the matrix `columns` that im2col makes of the images
// the convolution is columns · kernel.

/** Floats of a line of columns: what one output sees. */
const lineLength = ({ kernelHeight, kernelWidth, channels }: Window): number =>
  kernelHeight * kernelWidth * channels;

/** Windows of one pixel each, every pixel in turn: then the images are the columns themselves. */
export function isPointwise(window: Window): boolean {
  const { kernelHeight, kernelWidth, strideY, strideX, height, width, outHeight, outWidth } =
    window;
  const isOne = kernelHeight === 1 && kernelWidth === 1 && strideY === 1 && strideX === 1;
  return isOne && height === outHeight && width === outWidth;
}

/** Calls `use` for one group of rows of outputs after the other, with room for their columns. */
function forEachGroup(
  window: Window,
  use: (columns: Pointer, firstRow: number, rows: number) => void,
): void {
  const { outWidth, kernelHeight, kernelWidth, channels } = window;
  const columns = [outWidth, kernelHeight, kernelWidth, channels];
  requireRoom(columns, 'float32', 'convolution: what a row of outputs sees');
  const total = window.images * window.outHeight;
  const rowBytes = 4 * outWidth * lineLength(window);
  if (total === 0 || rowBytes === 0) return;
  const group = Math.min(total, Math.max(1, Math.floor(UNROLLED_BYTES / rowBytes)));
  currentRuntime().withScratch(group * rowBytes, (columns) => {
    for (let row = 0; row < total; row += group) use(columns, row, Math.min(group, total - row));
  });
}

/** Calls `use` with the columns of the images in x, group by group. */
function forEachColumns(
  x: Tensor,
  window: Window,
  use: (columns: Pointer, firstRow: number, rows: number) => void,
): void {
  if (isPointwise(window)) {
    use(x.pointer, 0, window.images * window.outHeight);
    return;
  }
  forEachGroup(window, (columns, firstRow, rows) => {
    currentRuntime()
      .with(windows)
      .run('im2col', columns, x.pointer, writeWindow(window, rows), firstRow, rows);
    use(columns, firstRow, rows);
  });
}

/** y = activation(columns · kernel + bias). */
export function convolveUnrolled(problem: Convolution): void {
  const { y, x, kernel, bias, window, filters, epilogue } = problem;
  const { outWidth } = window;
  forEachColumns(x, window, (columns, firstRow, rows) => {
    gemm({
      c: y.pointer + 4 * firstRow * outWidth * filters,
      a: columns,
      b: kernel,
      bias: bias?.pointer ?? 0,
      m: rows * outWidth,
      n: filters,
      k: lineLength(window),
      epilogue,
    });
  });
}

/** Transposed: y = activation(the pixels' sums over what x · kernelᵀ gives to the windows' columns + bias). */
export function transposedUnrolled(problem: Convolution): void {
  const { y, x, kernel, bias, window, filters, epilogue } = problem;
  const { images, outWidth } = window;
  const runtime = currentRuntime();
  const multiply = (columns: Pointer, firstRow: number, rows: number): void => {
    gemm({
      c: columns,
      a: x.pointer + 4 * firstRow * outWidth * filters,
      b: kernel,
      m: rows * outWidth,
      n: lineLength(window),
      k: filters,
      transB: true,
      ...(isPointwise(window) ? { bias: bias?.pointer ?? 0, epilogue } : {}),
    });
  };
  if (isPointwise(window)) {
    multiply(y.pointer, 0, images * window.outHeight);
    return;
  }
  runtime.run('fill', y.pointer, y.size, 0, 4);
  forEachGroup(window, (columns, firstRow, rows) => {
    multiply(columns, firstRow, rows);
    const at = writeWindow(window, rows);
    runtime.with(windows).run('col2im', y.pointer, columns, at, firstRow, rows);
  });
  finish(problem);
}

/** dKernel = columnsᵀ · dy, the groups added up in their order. The columns are made again, not kept. */
export function kernelGradientUnrolled(problem: KernelGradient): void {
  const { op, dKernel, x, dy, window, filters } = problem;
  const { outWidth } = window;
  const runtime = currentRuntime();
  if (window.images === 0) runtime.run('fill', dKernel.pointer, dKernel.size, 0, 4);
  runtime.withScratch(4 * dKernel.size, (part) => {
    forEachColumns(x, window, (columns, firstRow, rows) => {
      gemm({
        c: firstRow === 0 ? dKernel.pointer : part,
        a: columns,
        b: dy,
        bStart: firstRow * outWidth * filters,
        m: lineLength(window),
        n: filters,
        k: rows * outWidth,
        transA: true,
      });
      if (firstRow === 0) return;
      const layout = writeLayout(op, [dKernel.size], [1], [1], true);
      runtime.run('binaryF32', dKernel.pointer, dKernel.pointer, part, layout, BinaryOp.Add);
    });
  });
}
