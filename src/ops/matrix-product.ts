import type { Epilogue } from '../../assembly/codes.js';
import type { Tensor } from '../tensor/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';

/** One matrix product C[m,n] = act(A·B + bias) of float32 matrices in linear memory. */
export interface MatrixProduct {
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
