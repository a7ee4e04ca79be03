import {
  LISTED_BYTES,
  LISTED_COLUMNS,
  LISTED_MAX_DEPTH,
  LISTED_MIN_ROWS,
  LISTED_NUMBER_NS,
  LISTED_SLICE_NS,
  NR,
} from '../../assembly/thresholds.js';
import { currentRuntime } from '../runtime/index.js';
import type { Product } from './gemm.js';

// Products whose left operand has many zeros, such as images or what comes out of a relu: each of its rows goes by the
// list of what is not zero in it (assembly/gemm/listed.ts).

/** Whether lists are faster than tiles of three rows, by a sample of the rows of A. */
export function isForLists({ a, m, n, k, transA, transB }: Product): boolean {
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
  const sample = currentRuntime().kernels.sampleRows(a, m, k) >>> 0;
  const listed = LISTED_NUMBER_NS * (sample >>> 16) * Math.ceil(n / LISTED_COLUMNS);
  return listed < LISTED_SLICE_NS * (sample & 0xffff) * Math.ceil(n / NR);
}

/** Computes a product of row-major matrices, as many rows at a time as lists have room for. */
export function gemmListed({ c, a, b, bStart, bias, m, n, k, epilogue }: Product): void {
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
