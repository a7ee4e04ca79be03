import type { Epilogue } from '../../assembly/codes.js';
import {
  GEMV_COLUMNS,
  LISTED_BYTES,
  LISTED_COLUMNS,
  LISTED_MAX_DEPTH,
  LISTED_MIN_ROWS,
  LISTED_NUMBER_NS,
  LISTED_SLICE_NS,
  NR,
} from '../../assembly/tuning.js';
import { currentRuntime } from '../runtime/index.js';
import type { Tensor } from '../tensor/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { PackedMatrix } from './packed-matrix.js';

/** One matrix product C[m,n] = act(A·B + bias) of float32 matrices in linear memory. */
export interface Product {
  readonly c: Pointer;
  readonly a: Pointer;
  /** The tensor that holds B. */
  readonly b: Tensor;
  /** How many elements of `b` lie before B. */
  readonly bStart: number;
  /** [n], or 0 for none. */
  readonly bias: Pointer;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** A is stored as its transpose [k,m]. */
  readonly transA: boolean;
  /** B is stored as its transpose [n,k]. */
  readonly transB: boolean;
  readonly epilogue: Epilogue;
}

/** Computes a product. Its bits do not depend on the way that is taken. */
export function gemm(product: Product): void {
  const { c, a, b, bStart, bias, m, n, k, transA, transB, epilogue } = product;
  if (m === 0 || n === 0) return;
  const runtime = currentRuntime();
  const { kernels, threads } = runtime;
  const pointer = b.pointer + bStart * 4;
  const matrix = PackedMatrix.of(b, { pointer, k, n, transposed: transB });
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
  if (isForLists(product)) {
    gemmListed(product);
    return;
  }
  // Before the panels are asked for: making room for it may give up panels that are kept.
  const scratch = runtime.workspace(kernels.gemmScratchBytes(threads));
  matrix.withPanels((panels) => {
    const lda = transA ? m : k;
    runtime.run('gemm', c, a, panels, bias, m, n, k, lda, n, transA ? 1 : 0, epilogue, scratch);
  });
}

// Products whose left operand has many zeros, such as images or what comes out of a relu: each of its rows goes by the
// list of what is not zero in it (assembly/gemm/listed.ts).

/** Whether lists are faster than tiles of three rows, by a sample of the rows of A. */
export function isForLists({
  a,
  m,
  n,
  k,
  transA,
  transB,
}: Pick<Product, 'a' | 'm' | 'n' | 'k' | 'transA' | 'transB'>): boolean {
  if (
    transA ||
    transB ||
    m < LISTED_MIN_ROWS ||
    n < LISTED_COLUMNS ||
    k === 0 ||
    k > LISTED_MAX_DEPTH
  ) {
    return false;
  }
  return currentRuntime().choose(({ kernels }) => {
    const sample = kernels.sampleRows(a, m, k) >>> 0;
    const listed = LISTED_NUMBER_NS * (sample >>> 16) * Math.ceil(n / LISTED_COLUMNS);
    return listed < LISTED_SLICE_NS * (sample & 0xffff) * Math.ceil(n / NR);
  });
}

/** Computes a product of row-major matrices, as many rows at a time as lists have room for. */
function gemmListed({ c, a, b, bStart, bias, m, n, k, epilogue }: Product): void {
  const runtime = currentRuntime();
  const { kernels, threads } = runtime;
  const rows = Math.min(m, Math.ceil(LISTED_BYTES / kernels.rowListsBytes(1, k)));
  const listsBytes = (kernels.rowListsBytes(rows, k) + 15) & ~15;
  const packedBytes = kernels.gemmListedPackedBytes(k, n, threads);
  runtime.withScratch(listsBytes + packedBytes, (lists) => {
    const packed = lists + listsBytes;
    runtime.run('gemmListedPack', packed, b.pointer + bStart * 4, k, n, threads);
    for (let i = 0; i < m; i += rows) {
      const count = Math.min(rows, m - i);
      const from = a + i * k * 4;
      runtime.run('listRows', lists, from, count, k);
      const operands = [c + i * n * 4, from, lists, packed, bias] as const;
      runtime.run('gemmListed', ...operands, count, n, k, epilogue, threads);
    }
  });
}
