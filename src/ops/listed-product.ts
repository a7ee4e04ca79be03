import { Epilogue } from '../../assembly/codes.js';
import {
  KC,
  LISTED_BYTES,
  LISTED_COLD_PACKING_NS,
  LISTED_COLUMNS,
  LISTED_DENSE_SLICE_NS,
  LISTED_FAR_NS,
  LISTED_GAIN,
  LISTED_LISTING_NS,
  LISTED_MAX_DEPTH,
  LISTED_MIN_ROWS,
  LISTED_NEAR_BYTES,
  LISTED_NEAR_NS,
  LISTED_PACKING_NS,
  LISTED_PIECE,
  LISTED_PIECE_NS,
  LISTED_SAMPLES,
  LISTED_SLICE_NS,
  LISTED_TILE_NS,
  LISTED_TURNED_ROWS,
  LISTED_TURNING_NS,
  MR,
  NR,
} from '../../assembly/tuning.js';
import { currentRuntime } from '../runtime/index.js';
import type { WorkingRuntime } from '../runtime/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import type { MatrixProduct } from './matrix-product.js';

// Products one of whose operands has many zeros, such as images, what comes out of a relu, and gradients of what went into it:
// each row of the left operand, or column of the right one, goes by the list of what is not zero in it
// (assembly/gemm/listed.ts). A deep product goes in pieces of the depth, which are added up in C.

/**
 * How a product goes by lists: the depth of a piece, with a minus where the right operand is listed and not the left one. 0 if
 * tiles of three rows are faster.
 */
export type Listing = number;

/** What is not zero in a sample, as parts of 1: numbers, and slices of three neighbours. */
interface Sample {
  readonly numbers: number;
  readonly slices: number;
}

type Sizes = Pick<MatrixProduct, 'm' | 'n' | 'k' | 'transA' | 'transB'>;

/** The greatest depth whose panels stay in the first-level cache. */
const NEAR_DEPTH = LISTED_NEAR_BYTES / (4 * LISTED_COLUMNS);

/**
 * Chooses the fastest way by samples of the operands. All give the same bits.
 *
 * @param isPacked the right operand lies in panels for tiles already
 */
export function chooseListing(product: MatrixProduct, isPacked: boolean): Listing {
  const { b, bStart } = product;
  const right = b.pointer + bStart * 4;
  const hasEpilogue = product.bias !== 0 || product.epilogue !== Epilogue.None;
  return choose(product, product.a, hasEpilogue || product.transB ? 0 : right, isPacked);
}

/** Whether a product of row-major matrices goes by the zeros of the left one, at `a`. */
export function isForLists(a: Pointer, sizes: Sizes): boolean {
  return choose(sizes, a, 0, false) !== 0;
}

/** `right` is where a row-major right operand is, or 0 if its zeros are nothing to go by. */
function choose(
  { m, n, k, transA }: Sizes,
  a: Pointer,
  right: Pointer,
  isPacked: boolean,
): Listing {
  const isLeft = m >= LISTED_MIN_ROWS && n >= LISTED_COLUMNS;
  // Only a gradient of weights has a right operand with more zeros than the left one.
  const isRight = transA && right !== 0 && n >= LISTED_MIN_ROWS && m >= LISTED_COLUMNS;
  if ((!isLeft && !isRight) || k < LISTED_COLUMNS) return 0;
  return currentRuntime().choose((runtime) => {
    const sample = sampleOf(runtime, a, m, k, transA);
    let best = LISTED_GAIN * tilesNs({ m, n, k, transA }, sample.slices, isPacked);
    let listing = 0;
    if (isLeft) {
      const depth = depthOfPieces(k, sample.numbers);
      const ns = listedNs(runtime, m, n, k, sample.numbers, depth, isPacked);
      if (ns < best) [best, listing] = [ns, depth];
    }
    if (isRight) {
      const { numbers } = sampleOf(runtime, right, n, k, true);
      const depth = depthOfPieces(k, numbers);
      const turning = LISTED_TURNING_NS * m * n * Math.ceil(k / depth);
      if (listedNs(runtime, n, m, k, numbers, depth, false) + turning < best) listing = -depth;
    }
    return listing;
  }, 0);
}

/** Of a matrix [m,k] which, or whose transpose, is row-major at `a`. */
function sampleOf(
  { kernels }: WorkingRuntime,
  a: Pointer,
  m: number,
  k: number,
  transposed: boolean,
): Sample {
  const found = (transposed ? kernels.sampleColumns(a, m, k) : kernels.sampleRows(a, m, k)) >>> 0;
  const ofRow = transposed ? 3 * (Math.min(m, LISTED_MAX_DEPTH) >> 2) : Math.min(k, LISTED_MAX_DEPTH); // prettier-ignore
  const slices = LISTED_SAMPLES * ofRow;
  return { numbers: (found >>> 16) / (3 * slices), slices: (found & 0xffff) / slices };
}

/** Lists with enough numbers for it go in pieces whose panels stay in the first-level cache. */
function depthOfPieces(k: number, numbers: number): number {
  const limit = numbers * NEAR_DEPTH >= LISTED_PIECE ? NEAR_DEPTH : LISTED_MAX_DEPTH;
  return Math.ceil(k / Math.ceil(k / limit));
}

/** Nanoseconds of a product by tiles, of whose slices so many are kept. */
function tilesNs(
  { m, n, k, transA }: Omit<Sizes, 'transB'>,
  slices: number,
  isPacked: boolean,
): number {
  const slice = Math.min(LISTED_SLICE_NS * slices, LISTED_DENSE_SLICE_NS);
  const tiles = (m / MR) * Math.ceil(n / NR);
  const packing =
    (transA || slices < 1 ? LISTED_LISTING_NS * m : 0) + (isPacked ? 0 : LISTED_PACKING_NS * n);
  return tiles * (k * slice + Math.ceil(k / KC) * LISTED_TILE_NS) + k * packing;
}

/** Nanoseconds of a product by lists, `numbers` of which are not zero. `isCold`: what is packed was not read just before. */
function listedNs(
  { threads }: WorkingRuntime,
  rows: number,
  columns: number,
  k: number,
  numbers: number,
  depth: number,
  isCold: boolean,
): number {
  const pieces = Math.ceil(k / depth);
  const number = depth <= NEAR_DEPTH ? LISTED_NEAR_NS : LISTED_FAR_NS;
  const tiles = rows * Math.ceil(columns / LISTED_COLUMNS);
  const packing = isCold ? LISTED_COLD_PACKING_NS : LISTED_PACKING_NS;
  const made = k * (LISTED_LISTING_NS * rows + packing * columns);
  return (
    tiles * (k * numbers * number + pieces * LISTED_TILE_NS) +
    made +
    pieces * threads * LISTED_PIECE_NS
  );
}

/** Computes a product in the way that was chosen. */
export function multiplyListed(product: MatrixProduct, listing: Listing): void {
  const { c, b, bStart, bias, m, n, k, epilogue } = product;
  const runtime = currentRuntime();
  const { kernels, threads } = runtime;
  const depth = Math.abs(listing);
  const isTurned = listing < 0;
  const left = { start: product.a, transposed: product.transA };
  const right = { start: b.pointer + bStart * 4, transposed: product.transB };
  // The left operand of Cᵀ = Bᵀ · Aᵀ is B, transposed once more, and the right one A.
  const listed = isTurned ? { ...right, transposed: !right.transposed } : left;
  const packed = isTurned ? { ...left, transposed: !left.transposed } : right;
  const [rows, columns] = isTurned ? [n, m] : [m, n];
  const lda = listed.transposed ? rows : k;
  const ldb = packed.transposed ? k : columns;
  const [toRow, toSlice] = listed.transposed ? [1, lda] : [lda, 1];
  const packedToSlice = packed.transposed ? 1 : ldb;
  // As many rows at a time as lists have room for, in equal passes of whole groups that are turned.
  const passes = Math.ceil((rows * kernels.rowListsBytes(1, depth)) / LISTED_BYTES);
  const groups = Math.ceil(rows / passes / LISTED_TURNED_ROWS);
  const step = Math.min(rows, groups * LISTED_TURNED_ROWS);
  const listsBytes = (kernels.rowListsBytes(step, depth) + 15) & ~15;
  const panelsBytes = kernels.gemmListedPackedBytes(depth, columns, threads);
  runtime.withScratch(listsBytes + panelsBytes, (lists) => {
    const panels = lists + listsBytes;
    for (let p = 0; p < k; p += depth) {
      const length = Math.min(depth, k - p);
      const slices = packed.start + p * packedToSlice * 4;
      const transposed = packed.transposed ? 1 : 0;
      runtime.run('gemmListedPack', panels, slices, length, columns, ldb, transposed, threads);
      const isLast = p + length === k;
      for (let i = 0; i < rows; i += step) {
        const count = Math.min(step, rows - i);
        const from = listed.start + (i * toRow + p * toSlice) * 4;
        const order = listed.transposed ? 1 : 0;
        runtime.run('listRows', lists, from, count, length, lda, order);
        const to = c + i * (isTurned ? 1 : n) * 4;
        const operands = [to, from, lists, panels, isLast ? bias : 0] as const;
        const sizes = [count, columns, length, lda, n] as const;
        const flags = [order, isTurned ? 1 : 0, p > 0 ? to : 0] as const;
        const last = isLast ? epilogue : Epilogue.None;
        runtime.run('gemmListed', ...operands, ...sizes, ...flags, last, threads);
      }
    }
  });
}
