import { Epilogue } from '../../../../../assembly/codes.js';
import {
  GEMV_COLUMNS,
  KC,
  LISTED_DENSE_SLICE_NS,
  LISTED_GAIN,
  LISTED_LISTING_NS,
  LISTED_PACKING_NS,
  LISTED_SLICE_NS,
  LISTED_TILE_NS,
  MR,
  NR,
} from '../../../../../assembly/tuning.js';
import { currentRuntime } from '../../../runtime/index.js';
import { lists, sampleOperands } from './listed-product.js';
import { matrixOfB, startOfB } from './matrix-product.js';
import type { MatrixProduct, ProductProblem, ProductSample, ProductWay } from './matrix-product.js';
import { compute, fastest } from './ways.js';
import type { Ways } from './ways.js';

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
