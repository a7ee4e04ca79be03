// How many pairs of numbers a kernel multiplies and adds up: pairs that are skipped because of a zero do not count.
import { MR } from '../assembly/tuning.js';
import { WinogradLine, WinogradTile } from '../assembly/codes.js';
import { SpreadField } from '../src/engine/wasm/generated/kernels.js';

/** Linear memory after the kernel has run. */
interface Memory {
  readonly int32: Int32Array;
}

/** The operations of a kernel with these arguments, two for each product; undefined if they were not counted. */
export function multiplied(
  kernel: string,
  args: readonly number[],
  memory: Memory,
): number | undefined {
  switch (kernel) {
    case 'gemm':
      return ofTiles(args, memory);
    case 'gemmListed':
      return ofLists(args, memory);
    case 'convolveWinograd':
    case 'convolveWinogradLine':
      return ofWinograd(args[4], memory);
    case 'convolveWeightsWinograd':
    case 'convolveWeightsWinogradLine':
      return ofWinograd(args[3], memory);
    default:
      return undefined;
  }
}

/** Slices of three rows that are not all zero, times the columns. */
function ofTiles(args: readonly number[], { int32 }: Memory): number {
  const [, a = 0, , , m = 0, n = 0, k = 0, lda = 0, , transposed = 0] = args;
  const [toRow, toSlice] = transposed === 0 ? [lda, 1] : [1, lda];
  let products = 0;
  for (let i = 0; i < m; i += MR) {
    const rows = Math.min(MR, m - i);
    for (let p = 0; p < k; p++) {
      let any = 0;
      for (let r = 0; r < rows; r++)
        any |= (int32[a / 4 + (i + r) * toRow + p * toSlice] ?? 0) << 1;
      if (any !== 0) products += rows * n;
    }
  }
  return 2 * products;
}

/** The numbers of the lists, times the columns. */
function ofLists(args: readonly number[], { int32 }: Memory): number {
  const [, , lists = 0, , , m = 0, n = 0] = args;
  const spans = int32.subarray(lists / 4, lists / 4 + 2 * m);
  // Where a list ends, less where it begins, in bytes of pairs.
  const bytes = spans.reduce((sum, at, i) => sum + (i % 2 === 0 ? -at : at), 0);
  return (2 * bytes * n) / 8;
}

/** Those of the points of all tiles. */
function ofWinograd(shape = 0, { int32 }: Memory): number {
  const field = (name: SpreadField): number => int32[shape / 4 + name] ?? 0;
  const pairs = field(SpreadField.xChannels) * field(SpreadField.yChannels);
  const [height, width] = [field(SpreadField.yHeight), field(SpreadField.yWidth)];
  const images = field(SpreadField.images);
  if (field(SpreadField.kernelHeight) === 1) {
    const tiles = Math.ceil(width / (WinogradLine.Pixels + 1 - field(SpreadField.kernelWidth)));
    return 2 * images * height * tiles * WinogradLine.Pixels * pairs;
  }
  const tiles = Math.ceil(height / WinogradTile.Outputs) * Math.ceil(width / WinogradTile.Outputs);
  return 2 * images * tiles * WinogradTile.Pixels ** 2 * pairs;
}
