import { currentRuntime } from '../runtime/index.js';
import type { Product } from './gemm.js';

// Products whose left operand has many zeros, such as images or what comes out of a relu: each of its rows goes by the
// list of what is not zero in it (assembly/gemm/listed.ts).

/** Columns of the tiles: of one row, and of three. */
const LISTED_COLUMNS = 32;
const TILE_COLUMNS = 12;

/** Fewer rows do not pay for packing B once more: what `predict` multiplies by is kept in the other panels. */
const MIN_ROWS = 64;

/** Panels of so many rows stay in the second-level cache. */
const MAX_DEPTH = 2048;

/** Bytes of the lists of one pass: larger ones would push the panels out of the cache. */
const LIST_BYTES = 2 ** 21;

/**
 * Nanoseconds of a number that is not zero and 32 columns, and of three numbers, not all zero, and twelve columns
 * (measured: 784 × 512, packing included).
 */
const LISTED_NS = 2.8;
const TILE_NS = 2.2;

/** Whether lists are faster than tiles of three rows, by a sample of the rows of A. */
export function isForLists({ a, m, n, k, transA, transB }: Product): boolean {
  if (transA || transB || m < MIN_ROWS || n < LISTED_COLUMNS || k === 0 || k > MAX_DEPTH) {
    return false;
  }
  const sample = currentRuntime().kernels.sampleRows(a, m, k) >>> 0;
  const listed = LISTED_NS * (sample >>> 16) * Math.ceil(n / LISTED_COLUMNS);
  return listed < TILE_NS * (sample & 0xffff) * Math.ceil(n / TILE_COLUMNS);
}

/** Computes a product of row-major matrices, as many rows at a time as lists have room for. */
export function gemmListed({ c, a, b, bStart, bias, m, n, k, epilogue }: Product): void {
  const runtime = currentRuntime();
  const { kernels, threads } = runtime;
  const rows = Math.min(m, Math.ceil(LIST_BYTES / kernels.rowListsBytes(1, k)));
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
