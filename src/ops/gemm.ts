import { GEMV_COLUMNS } from '../../assembly/tuning.js';
import { currentRuntime } from '../runtime/index.js';
import { chooseListing, multiplyListed } from './listed-product.js';
import type { MatrixProduct } from './matrix-product.js';
import { PackedMatrix } from './packed-matrix.js';

/** Computes a product. Its bits do not depend on the way that is taken. */
export function gemm(product: MatrixProduct): void {
  const { c, a, b, bStart, bias, m, n, k, transA, transB, epilogue } = product;
  if (m === 0 || n === 0) return;
  const runtime = currentRuntime();
  const { kernels, threads } = runtime;
  const pointer = b.pointer + bStart * 4;
  const matrix = PackedMatrix.of(b, { pointer, k, n, transposed: transB });
  const isMetAgain = matrix.meet();
  // One row: B is read once, and not at all where A is zero. From two rows on the panels win (measured).
  if (m === 1 && !transB && matrix.isFinite) {
    const scratch = runtime.workspace(kernels.gemvScratchBytes(k, threads));
    const panels = matrix.panelsForRow();
    if (panels === undefined || n >= GEMV_COLUMNS) {
      const isPacked = panels === undefined ? 0 : 1;
      runtime.run('gemv', c, a, panels ?? pointer, isPacked, bias, n, k, epilogue, scratch);
      return;
    }
  }
  const listing = chooseListing(product, isMetAgain);
  if (listing !== 0) {
    multiplyListed(product, listing);
    return;
  }
  // Before the panels are asked for: making room for it may give up panels that are kept.
  const scratch = runtime.workspace(kernels.gemmScratchBytes(threads));
  matrix.withPanels((panels) => {
    const lda = transA ? m : k;
    runtime.run('gemm', c, a, panels, bias, m, n, k, lda, n, transA ? 1 : 0, epilogue, scratch);
  });
}
