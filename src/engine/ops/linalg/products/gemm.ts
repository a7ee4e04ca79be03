import type { Tensor } from '../../../tensor/index.js';
import type { Pointer } from '../../../wasm/generated/kernels.js';
import { PackedMatrix } from './packed-matrix.js';
import type { Way, Ways } from './ways.js';
import { Epilogue } from '../../../../../assembly/codes.js';
import {
  GEMV_COLUMNS,
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
} from '../../../../../assembly/tuning.js';
import { currentRuntime } from '../../../runtime/index.js';
import type { WorkingRuntime } from '../../../runtime/index.js';
import { compute, fastest } from './ways.js';

/** One matrix product C[m,n] = act(A·B + bias) of float32 matrices in linear memory. */
interface MatrixProduct {
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
interface ProductProblem {
  readonly product: MatrixProduct;
  readonly isPacked: boolean;
}

/** What is not zero in a sample of the operands, as parts of 1. */
interface ProductSample {
  /** Slices of three neighbouring rows of A. */
  readonly slices: number;
  /** Numbers of A. */
  readonly left: number;
  /** Numbers of B, where there may be lists of them. */
  readonly right: number;
}

type ProductWay = Way<ProductProblem, ProductSample>;

/** Where B begins. */
const startOfB = ({ b, bStart = 0 }: MatrixProduct): Pointer => b.pointer + bStart * 4;

/** What is known of B. */
function matrixOfB(product: MatrixProduct): PackedMatrix {
  const { b, k, n, transB: transposed = false } = product;
  return PackedMatrix.of(b, { pointer: startOfB(product), k, n, transposed });
}

// Products one of whose operands has many zeros, such as images, what comes out of a relu, and gradients of what went into it:
// each row of the left operand, or column of the right one, goes by the list of what is not zero in it
// (assembly/gemm/listed.ts). A deep product goes in pieces of the depth, which are added up in C.

/** The greatest depth whose panels stay in the first-level cache. */
const NEAR_DEPTH = LISTED_NEAR_BYTES / (4 * LISTED_COLUMNS);

/** Whether there may be lists of A. */
const isLeft = ({ product: { m, n, k } }: ProductProblem): boolean =>
  m >= LISTED_MIN_ROWS && Math.min(n, k) >= LISTED_COLUMNS;

/** Whether there may be lists of B. Only in a gradient of weights it has more zeros than A. */
const isRight = ({ product }: ProductProblem): boolean => {
  const { m, n, k, transA = false, transB = false, bias = 0, epilogue = Epilogue.None } = product;
  const isPlain = !transB && bias === 0 && epilogue === Epilogue.None;
  return transA && isPlain && n >= LISTED_MIN_ROWS && Math.min(m, k) >= LISTED_COLUMNS;
};

/** Gives what takes a sample of the operands. */
function sampleOperands(problem: ProductProblem): (runtime: WorkingRuntime) => ProductSample {
  const { product } = problem;
  const { a, m, n, k, transA = false } = product;
  const b = isRight(problem) ? startOfB(product) : undefined;
  return (runtime) => {
    const { numbers, slices } = sampleOf(runtime, a, m, k, transA);
    const right = b === undefined ? 1 : sampleOf(runtime, b, n, k, true).numbers;
    return { slices, left: numbers, right };
  };
}

/** The parts that are not zero of a matrix [m,k] which, or whose transpose, is row-major at `a`. */
function sampleOf(
  { kernels }: WorkingRuntime,
  a: Pointer,
  m: number,
  k: number,
  transposed: boolean,
): { readonly numbers: number; readonly slices: number } {
  const found = (transposed ? kernels.sampleColumns(a, m, k) : kernels.sampleRows(a, m, k)) >>> 0;
  const ofRow = transposed ? 3 * (Math.min(m, LISTED_MAX_DEPTH) >> 2) : Math.min(k, LISTED_MAX_DEPTH); // prettier-ignore
  const slices = LISTED_SAMPLES * ofRow;
  return { numbers: (found >>> 16) / (3 * slices), slices: (found & 0xffff) / slices };
}

/** A product by lists of A or, if it is turned, of B. Short lists do not pay for going in pieces that stay near. */
function byLists(isTurned: boolean, isNear: boolean): ProductWay {
  const limit = isNear ? NEAR_DEPTH : LISTED_MAX_DEPTH;
  const depthOf = (k: number): number => Math.ceil(k / Math.ceil(k / limit));
  return {
    name: `lists of ${isTurned ? 'B' : 'A'}${isNear ? ', near' : ''}`,
    sameBits: true,
    fits: isTurned ? isRight : isLeft,
    nanoseconds({ product: { m, n, k }, isPacked }) {
      const { threads } = currentRuntime();
      const depth = depthOf(k);
      const pieces = Math.ceil(k / depth);
      const [rows, columns] = isTurned ? [n, m] : [m, n];
      const number = depth <= NEAR_DEPTH ? LISTED_NEAR_NS : LISTED_FAR_NS;
      const listed = rows * Math.ceil(columns / LISTED_COLUMNS);
      // What is packed was not read just before.
      const packing = isPacked && !isTurned ? LISTED_COLD_PACKING_NS : LISTED_PACKING_NS;
      const made = k * (LISTED_LISTING_NS * rows + packing * columns);
      const turning = isTurned ? LISTED_TURNING_NS * m * n * pieces : 0;
      return ({ left, right }) => {
        const numbers = isTurned ? right : left;
        const isLong = numbers * NEAR_DEPTH >= LISTED_PIECE;
        if (isLong !== isNear) return Infinity;
        return (
          listed * (k * numbers * number + pieces * LISTED_TILE_NS) +
          made +
          pieces * threads * LISTED_PIECE_NS +
          turning
        );
      };
    },
    run({ product }) {
      multiplyListed(product, isTurned, depthOf(product.k));
    },
  };
}

/** Products by lists of either operand. */
const lists: readonly ProductWay[] = [
  byLists(false, false),
  byLists(false, true),
  byLists(true, false),
  byLists(true, true),
];

/** Computes a product by lists, in pieces of that depth. */
function multiplyListed(product: MatrixProduct, isTurned: boolean, depth: number): void {
  const { c, bias = 0, m, n, k, epilogue = Epilogue.None } = product;
  const runtime = currentRuntime();
  const { kernels, threads } = runtime;
  const left = { start: product.a, transposed: product.transA === true };
  const right = { start: startOfB(product), transposed: product.transB === true };
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

/** Tiles of three rows, which pass over slices that are zero in all three. */
const tiles: ProductWay = {
  name: 'tiles',
  sameBits: true,
  fits: () => true,
  nanoseconds({ product: { m, n, k, transA }, isPacked }) {
    const count = (m / MR) * Math.ceil(n / NR);
    return ({ slices }) => {
      const slice = Math.min(LISTED_SLICE_NS * slices, LISTED_DENSE_SLICE_NS);
      const listing = transA === true || slices < 1 ? LISTED_LISTING_NS * m : 0;
      const packing = listing + (isPacked ? 0 : LISTED_PACKING_NS * n);
      return LISTED_GAIN * (count * (k * slice + Math.ceil(k / KC) * LISTED_TILE_NS) + k * packing);
    };
  },
  run({ product }) {
    const { c, a, bias = 0, m, n, k, transA = false, epilogue = Epilogue.None } = product;
    const runtime = currentRuntime();
    // Before the panels are asked for: making room for it may give up panels that are kept.
    const scratch = runtime.workspace(runtime.kernels.gemmScratchBytes(runtime.threads));
    matrixOfB(product).withPanels((panels) => {
      const lda = transA ? m : k;
      runtime.run('gemm', c, a, panels, bias, m, n, k, lda, n, transA ? 1 : 0, epilogue, scratch);
    });
  },
};

/** One row: B is read once, and not at all where A is zero. From two rows on the panels win (measured). */
const oneRow: ProductWay = {
  name: 'one row',
  sameBits: true,
  fits: ({ product }) =>
    product.m === 1 &&
    product.transB !== true &&
    (product.n >= GEMV_COLUMNS || matrixOfB(product).panelsForRow() === undefined),
  nanoseconds: () => 0,
  isSafe: ({ product }) => matrixOfB(product).isFinite,
  run({ product }) {
    const { c, a, bias = 0, n, k, epilogue = Epilogue.None } = product;
    const runtime = currentRuntime();
    const scratch = runtime.workspace(runtime.kernels.gemvScratchBytes(k, runtime.threads));
    const panels = matrixOfB(product).panelsForRow();
    const [b, isPacked] = panels === undefined ? [startOfB(product), 0] : [panels, 1];
    runtime.run('gemv', c, a, b, isPacked, bias, n, k, epilogue, scratch);
  },
};

/** The ways of a product, all of the same bits. */
export const productWays: Ways<ProductProblem, ProductSample> = {
  rows: [tiles, oneRow, ...lists],
  sample: sampleOperands,
};

/** Computes a product. Its bits do not depend on the way that is taken. */
export function gemm(product: MatrixProduct): void {
  if (product.m === 0 || product.n === 0) return;
  compute(productWays, { product, isPacked: matrixOfB(product).meet() });
}

/** Whether tiles are the fastest way of a product whose B is packed for it. */
export function isForTiles(product: MatrixProduct): boolean {
  return fastest(productWays, { product, isPacked: false }) === tiles;
}
