import type { Epilogue } from '../../assembly/codes.js';
import { currentRuntime } from '../runtime/index.js';
import type { Pointer } from '../wasm/kernels.js';

/** One matrix product C[m,n] = act(A·B + bias) of float32 matrices in linear memory. */
export interface Product {
  readonly c: Pointer;
  readonly a: Pointer;
  readonly b: Pointer;
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

/** Packs B and multiplies. */
export function gemm({ c, a, b, bias, m, n, k, transA, transB, epilogue }: Product): void {
  if (m === 0 || n === 0) return;
  const runtime = currentRuntime();
  const { kernels, threads } = runtime;
  const packedBytes = kernels.gemmPackedBytes(k, n);
  runtime.withScratch(packedBytes + kernels.gemmScratchBytes(threads), (scratch) => {
    const packed = scratch + kernels.gemmScratchBytes(threads);
    runtime.run('gemmPackB', packed, b, k, n, transB ? k : n, transB ? 1 : 0);
    runtime.run(
      'gemm',
      c,
      a,
      packed,
      bias,
      m,
      n,
      k,
      transA ? m : k,
      n,
      transA ? 1 : 0,
      epilogue,
      scratch,
    );
  });
}
