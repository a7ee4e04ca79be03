import type { Epilogue } from '../../../../../assembly/codes.js';
import type { Tensor } from '../../../tensor/index.js';
import type { Pointer } from '../../../wasm/generated/kernels.js';
import { PackedMatrix } from './packed-matrix.js';
import type { Way } from './ways.js';

/** One matrix product C[m,n] = act(A·B + bias) of float32 matrices in linear memory. */
export interface MatrixProduct {
  readonly c: Pointer;
  readonly a: Pointer;
  /** The tensor that holds B. */
  readonly b: Tensor;
  /** How many elements of `b` lie before B. Default 0. */
  readonly bStart?: number;
  /** [n], or 0 for none. Default 0. */
  readonly bias?: Pointer;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** A is stored as its transpose [k,m]. Default false. */
  readonly transA?: boolean;
  /** B is stored as its transpose [n,k]. Default false. */
  readonly transB?: boolean;
  /** Default none. */
  readonly epilogue?: Epilogue;
}

/** A product, and whether its B lies in panels for tiles already. */
export interface ProductProblem {
  readonly product: MatrixProduct;
  readonly isPacked: boolean;
}

/** What is not zero in a sample of the operands, as parts of 1. */
export interface ProductSample {
  /** Slices of three neighbouring rows of A. */
  readonly slices: number;
  /** Numbers of A. */
  readonly left: number;
  /** Numbers of B, where there may be lists of them. */
  readonly right: number;
}

export type ProductWay = Way<ProductProblem, ProductSample>;

/** Where B begins. */
export const startOfB = ({ b, bStart = 0 }: MatrixProduct): Pointer => b.pointer + bStart * 4;

/** What is known of B. */
export function matrixOfB(product: MatrixProduct): PackedMatrix {
  const { b, k, n, transB: transposed = false } = product;
  return PackedMatrix.of(b, { pointer: startOfB(product), k, n, transposed });
}
