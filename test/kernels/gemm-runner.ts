// Runs a product through gemmPackB and gemm and proves that only C was written.
import { expect } from 'vitest';
import { Epilogue } from '../../assembly/codes.js';
import { matmulFloat32, matrix } from '../reference/matmul.js';
import { wasm } from './instance.js';
import { values } from './values.js';

/** C[m,n] = activation(A[m,k] · B[k,n] + bias). */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** A is stored as [k,m]. */
  readonly transA: boolean;
  /** B is stored as [n,k]. */
  readonly transB: boolean;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly epilogue: Epilogue;
  /** Floats from row to row of A, B and C as they are stored. */
  readonly lda: number;
  readonly ldb: number;
  readonly ldc: number;
}

export interface ProductOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly hasBias?: boolean;
  readonly epilogue?: Epilogue;
  /** Part of A that is 0. */
  readonly sparsity?: number;
  /** Floats that rows of A, B and C are longer than they need be. */
  readonly gap?: number;
}

/** What C holds before, and between its rows after the product: a value that no product has. */
const BLANK = Math.fround(-12345.678);

/** A product of random operands. */
export function product(
  m: number,
  n: number,
  k: number,
  {
    transA = false,
    transB = false,
    hasBias = false,
    epilogue = Epilogue.None,
    sparsity = 0,
    gap = 0,
  }: ProductOptions = {},
): Product {
  const lda = (transA ? m : k) + gap;
  const ldb = (transB ? k : n) + gap;
  const a = values((transA ? k : m) * lda, 1, 3 * m + 5 * n + 7 * k + 1);
  const drawn = values(a.length, 1, m + n + k + 2);
  return {
    ...{ m, n, k, transA, transB, epilogue, lda, ldb, ldc: n + gap },
    a: a.map((x, i) => ((drawn[i] ?? 0) < 2 * sparsity - 1 ? 0 : x)),
    b: values((transB ? n : k) * ldb, 1, 11 * m + 13 * n + 17 * k + 3),
    bias: hasBias ? values(n, 1, n + 4) : undefined,
  };
}

/** What every element is before the activation, by the strictly ordered float32 reference. */
export function expectedSums({
  m,
  n,
  k,
  a,
  b,
  bias,
  lda,
  ldb,
  transA,
  transB,
}: Product): Float32Array<ArrayBuffer> {
  const sums = matmulFloat32(matrix(a, lda, transA), matrix(b, ldb, transB), m, n, k);
  return bias === undefined ? sums : sums.map((sum, i) => sum + (bias[i % n] ?? NaN));
}

/** C [m,n], without what is between its rows. */
export function multiply(
  { m, n, k, transA, transB, a, b, bias, epilogue, lda, ldb, ldc }: Product,
  threads: number,
): Float32Array<ArrayBuffer> {
  const c = wasm.place(new Float32Array(m * ldc).fill(BLANK), 4);
  const placedA = wasm.place(a, 8);
  const placedB = wasm.place(b, 12);
  const placedBias = bias === undefined ? undefined : wasm.place(bias, 4);
  const packed = wasm.place(new Uint8Array(wasm.run('gemmPackedBytes', k, n)));
  const scratch = wasm.place(new Uint8Array(wasm.run('gemmScratchBytes', threads)));

  const pack = [packed.pointer, placedB.pointer, k, n, ldb, transB ? 1 : 0];
  wasm.runSplit('gemmPackB', threads, ...pack);
  const operands = [c.pointer, placedA.pointer, packed.pointer, placedBias?.pointer ?? 0];
  const sizes = [m, n, k, lda, ldc, transA ? 1 : 0, epilogue];
  wasm.runSplit('gemm', threads, ...operands, ...sizes, scratch.pointer);

  const result = c.read();
  expect(sameBits(placedA.read(), a) && sameBits(placedB.read(), b), 'A and B stay').toBe(true);
  for (const place of [c, placedA, placedB, placedBias, packed, scratch]) {
    expect(place?.isFenced() ?? true, 'nothing is written outside').toBe(true);
    place?.release();
  }
  const isGap = (i: number): boolean => i % ldc >= n;
  expect(
    result.every((x, i) => !isGap(i) || x === BLANK),
    'between the rows of C',
  ).toBe(true);
  return result.filter((_, i) => !isGap(i));
}

/** C of one thread, after 2, 3 and 7 threads have given the same bits. */
export function multiplyAtAnyThreads(task: Product): Float32Array<ArrayBuffer> {
  const once = multiply(task, 1);
  for (const threads of [2, 3, 7]) {
    expect(sameBits(multiply(task, threads), once), `${threads} threads`).toBe(true);
  }
  return once;
}

/** True if both hold the same bits, NaN counting as one value. */
export function sameBits(x: Float32Array, y: Float32Array): boolean {
  return x.length === y.length && x.every((value, i) => Object.is(value, y[i]));
}

/** The relaxed build rounds products and sums once: it is near the ordered sum, not equal to it. */
export const isRelaxed = process.env['LANEGRAD_WASM']?.includes('relaxed') === true;

function agrees(value: number, expected: number): boolean {
  if (Object.is(value, expected)) return true;
  return isRelaxed && Math.abs(value - expected) <= 1e-5 * (1 + Math.abs(expected));
}

/** Fails, naming the first element, unless both hold the same bits (or, in the relaxed build, nearly). */
export function expectSameBits(actual: Float32Array, expected: Float32Array, what: string): void {
  const wrong = actual.findIndex((value, i) => !agrees(value, expected[i] ?? NaN));
  const element = `element ${wrong} is ${actual[wrong] ?? ''}, not ${expected[wrong] ?? ''}`;
  expect(actual.length, `length of ${what}`).toBe(expected.length);
  expect(wrong, `${what}: ${element}`).toBe(-1);
}
