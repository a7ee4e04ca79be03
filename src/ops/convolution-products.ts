import { BinaryOp, Epilogue } from '../../assembly/codes.js';
import { record } from '../autodiff/index.js';
import { currentRuntime } from '../runtime/index.js';
import { emptyTensor, zeros } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import type { Pointer } from '../wasm/kernels.js';
import { fusedActivation, throughActivation } from './fused-activation.js';
import type { FusedActivation } from './fused-activation.js';
import { gemm } from './gemm.js';
import { writeLayout } from './layout.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';
import { writeWindow } from './window.js';
import type { Window } from './window.js';

// A convolution is linear in the images and in the kernel. With the matrix `columns` that im2col makes
// of the images it is columns · kernel; the three products below are each other's gradients.

/**
 * Most bytes of columns at a time. With 1 MiB a 3×3 convolution of 32 channels takes a fifth longer, with 8 MiB
 * it gains nothing (measured).
 */
const COLUMN_BYTES = 2 ** 22;

/** Floats of a line of columns: what one output sees. */
const lineLength = ({ kernelHeight, kernelWidth, channels }: Window): number =>
  kernelHeight * kernelWidth * channels;

/** Windows of one pixel each, every pixel in turn: then the images are the columns themselves. */
function isPointwise(window: Window): boolean {
  const { kernelHeight, kernelWidth, strideY, strideX } = window;
  return kernelHeight === 1 && kernelWidth === 1 && strideY === 1 && strideX === 1;
}

/** Calls `use` for one group of rows of outputs after the other, with room for their columns. */
function forEachGroup(
  window: Window,
  use: (columns: Pointer, firstRow: number, rows: number) => void,
): void {
  const total = window.images * window.outHeight;
  const rowBytes = 4 * window.outWidth * lineLength(window);
  if (total === 0 || rowBytes === 0) return;
  const group = Math.min(total, Math.max(1, Math.floor(COLUMN_BYTES / rowBytes)));
  currentRuntime().withScratch(group * rowBytes, (columns) => {
    for (let row = 0; row < total; row += group) use(columns, row, Math.min(group, total - row));
  });
}

/** The same, with the columns of the images in x. */
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
    currentRuntime().run('im2col', columns, x.pointer, writeWindow(window, rows), firstRow, rows);
    use(columns, firstRow, rows);
  });
}

/**
 * activation(x ∗ kernel + bias): x[images, height, width, channels], kernel[kernelHeight, kernelWidth,
 * channels, filters], bias[filters] or null → [images, outHeight, outWidth, filters], all float32.
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
  forEachColumns(x, window, (columns, firstRow, rows) => {
    gemm({
      c: out.pointer + 4 * firstRow * outWidth * filters,
      a: columns,
      b: kernel,
      bStart: 0,
      bias: bias?.pointer ?? 0,
      m: rows * outWidth,
      n: filters,
      k: lineLength(window),
      transA: false,
      transB: false,
      epilogue,
    });
  });
  const operands = bias === null ? [x, kernel] : [x, kernel, bias];
  return record(op, operands, out, [x, kernel, out], (dy, [p, w, y], wanted) => {
    const dz = throughActivation(code, dy, y);
    return [
      wanted[0] === true ? inputGradient(op, dz, w, window) : undefined,
      wanted[1] === true ? kernelGradient(op, p, dz, window) : undefined,
      wanted[2] === true ? sum(reshape(dz, [-1, filters]), 0) : undefined,
    ];
  });
}

/** dx = the pixels' sums over what dy · kernelᵀ gives to the windows' columns. */
function inputGradient(op: string, dy: Tensor, kernel: Tensor, window: Window): Tensor {
  const { images, height, width, channels, outWidth } = window;
  const filters = kernel.shape[3] ?? 0;
  const pointwise = isPointwise(window);
  const shape = [images, height, width, channels];
  const out = pointwise ? emptyTensor(shape, 'float32') : zeros(shape);
  const multiply = (columns: Pointer, firstRow: number, rows: number): void => {
    gemm({
      c: columns,
      a: dy.pointer + 4 * firstRow * outWidth * filters,
      b: kernel,
      bStart: 0,
      bias: 0,
      m: rows * outWidth,
      n: lineLength(window),
      k: filters,
      transA: false,
      transB: true,
      epilogue: Epilogue.None,
    });
  };
  if (pointwise) multiply(out.pointer, 0, images * window.outHeight);
  else {
    forEachGroup(window, (columns, firstRow, rows) => {
      multiply(columns, firstRow, rows);
      currentRuntime().run(
        'col2im',
        out.pointer,
        columns,
        writeWindow(window, rows),
        firstRow,
        rows,
      );
    });
  }
  return record(op, [dy, kernel], out, [dy, kernel], (g, [d, w], [needDy, needKernel]) => [
    needDy === true ? convolve(op, g, w, null, window, 'linear') : undefined,
    needKernel === true ? kernelGradient(op, g, d, window) : undefined,
  ]);
}

/** dKernel = columnsᵀ · dy, the groups added up in their order. The columns are made again, not kept. */
function kernelGradient(op: string, x: Tensor, dy: Tensor, window: Window): Tensor {
  const { kernelHeight, kernelWidth, channels, outWidth } = window;
  const filters = dy.shape[3] ?? 0;
  const out = zeros([kernelHeight, kernelWidth, channels, filters]);
  const runtime = currentRuntime();
  runtime.withScratch(4 * out.size, (part) => {
    forEachColumns(x, window, (columns, firstRow, rows) => {
      gemm({
        c: firstRow === 0 ? out.pointer : part,
        a: columns,
        b: dy,
        bStart: firstRow * outWidth * filters,
        bias: 0,
        m: lineLength(window),
        n: filters,
        k: rows * outWidth,
        transA: true,
        transB: false,
        epilogue: Epilogue.None,
      });
      if (firstRow === 0) return;
      const layout = writeLayout(op, [out.size], [1], [1], true);
      runtime.run('binaryF32', out.pointer, out.pointer, part, layout, BinaryOp.Add);
    });
  });
  return record(op, [x, dy], out, [x, dy], (g, [p, d], [needX, needDy]) => [
    needX === true ? inputGradient(op, d, g, window) : undefined,
    needDy === true ? convolve(op, p, g, null, window, 'linear') : undefined,
  ]);
}
