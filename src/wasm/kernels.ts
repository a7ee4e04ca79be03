import type { UpdateKernels } from './update-kernels.js';

/** A place in linear memory, in bytes. */
export type Pointer = number;

/**
 * The kernels that can be split over threads, without their two leading arguments `(thread, threads)`,
 * which the runtime supplies. Output first, then inputs, sizes, scalars. This interface is the ABI of
 * `assembly/index.ts` in TypeScript; what each kernel computes stands in the AssemblyScript source.
 */
export interface SplitKernels extends UpdateKernels {
  // gemm/
  gemmPackB(
    packed: Pointer,
    b: Pointer,
    k: number,
    n: number,
    ldb: number,
    transposed: number,
  ): void;
  gemv(
    c: Pointer,
    a: Pointer,
    b: Pointer,
    packed: number,
    bias: Pointer,
    n: number,
    k: number,
    activation: number,
    scratch: Pointer,
  ): void;
  gemm(
    c: Pointer,
    a: Pointer,
    packed: Pointer,
    bias: Pointer,
    m: number,
    n: number,
    k: number,
    lda: number,
    ldc: number,
    transposed: number,
    activation: number,
    scratch: Pointer,
  ): void;
  largestMagnitude(words: Pointer, x: Pointer, n: number): void;
  listRows(lists: Pointer, a: Pointer, m: number, k: number): void;
  gemmListedPack(packed: Pointer, b: Pointer, k: number, n: number, slots: number): void;
  gemmListed(
    c: Pointer,
    a: Pointer,
    lists: Pointer,
    packed: Pointer,
    bias: Pointer,
    m: number,
    n: number,
    k: number,
    activation: number,
    slots: number,
  ): void;

  // ops/: element by element
  unary(out: Pointer, x: Pointer, n: number, op: number, p0: number, p1: number, p2: number): void;
  unaryGradient(
    dx: Pointer,
    dy: Pointer,
    x: Pointer,
    y: Pointer,
    n: number,
    op: number,
    p0: number,
    p1: number,
    p2: number,
  ): void;
  binaryF32(out: Pointer, a: Pointer, b: Pointer, layout: Pointer, op: number): void;
  binaryI32(out: Pointer, a: Pointer, b: Pointer, layout: Pointer, op: number): void;
  compareF32(out: Pointer, a: Pointer, b: Pointer, layout: Pointer, op: number): void;
  compareI32(out: Pointer, a: Pointer, b: Pointer, layout: Pointer, op: number): void;
  logicalU8(out: Pointer, a: Pointer, b: Pointer, layout: Pointer, op: number): void;
  logicalNot(out: Pointer, x: Pointer, n: number): void;
  select(
    out: Pointer,
    condition: Pointer,
    a: Pointer,
    b: Pointer,
    n: number,
    elementBytes: number,
  ): void;
  cast(out: Pointer, outType: number, x: Pointer, xType: number, n: number): void;
  fill(out: Pointer, n: number, bits: number, elementBytes: number): void;

  // ops/: moving
  copyStrided(out: Pointer, x: Pointer, layout: Pointer, elementBytes: number): void;
  transpose2d(out: Pointer, x: Pointer, batch: number, rows: number, columns: number): void;
  gatherRows(out: Pointer, x: Pointer, indices: Pointer, count: number, rowBytes: number): void;
  gatherRowsU8ToF32(
    out: Pointer,
    x: Pointer,
    indices: Pointer,
    count: number,
    columns: number,
    scale: number,
  ): void;
  scatterAddRows(out: Pointer, dy: Pointer, indices: Pointer, count: number, columns: number): void;
  oneHot(out: Pointer, labels: Pointer, n: number, classes: number): void;

  // ops/: reducing x[outer, length, inner] along `length`
  reduceF32(
    out: Pointer,
    x: Pointer,
    outer: number,
    length: number,
    inner: number,
    op: number,
    scratch: Pointer,
  ): void;
  reduceI32(
    out: Pointer,
    x: Pointer,
    outer: number,
    length: number,
    inner: number,
    op: number,
  ): void;
  reduceBool(
    out: Pointer,
    x: Pointer,
    outer: number,
    length: number,
    inner: number,
    op: number,
  ): void;
  argReduceF32(
    out: Pointer,
    x: Pointer,
    outer: number,
    length: number,
    inner: number,
    op: number,
    scratch: Pointer,
  ): void;
  matchLargest(out: Pointer, x: Pointer, y: Pointer, rows: number, length: number): void;
  argReduceI32(
    out: Pointer,
    x: Pointer,
    outer: number,
    length: number,
    inner: number,
    op: number,
  ): void;
  cumulativeSumF32(
    out: Pointer,
    x: Pointer,
    outer: number,
    length: number,
    inner: number,
    scratch: Pointer,
  ): void;
  cumulativeSumI32(out: Pointer, x: Pointer, outer: number, length: number, inner: number): void;

  // ops/: windows that slide over images; `window` points to the numbers that window.ts lists
  convolve(
    y: Pointer,
    x: Pointer,
    weights: Pointer,
    bias: Pointer,
    shape: Pointer,
    activation: number,
    scratch: Pointer,
  ): void;
  convolveWeights(
    dWeights: Pointer,
    x: Pointer,
    y: Pointer,
    shape: Pointer,
    parts: number,
    scratch: Pointer,
  ): void;
  convolveDense(
    y: Pointer,
    x: Pointer,
    kernel: Pointer,
    bias: Pointer,
    shape: Pointer,
    activation: number,
    scratch: Pointer,
  ): void;
  winogradKernel(
    u: Pointer,
    kernel: Pointer,
    xChannels: number,
    yChannels: number,
    scratch: Pointer,
  ): void;
  convolveWinograd(
    y: Pointer,
    x: Pointer,
    u: Pointer,
    bias: Pointer,
    shape: Pointer,
    activation: number,
    scratch: Pointer,
  ): void;
  convolveWeightsDense(
    dKernel: Pointer,
    x: Pointer,
    dy: Pointer,
    shape: Pointer,
    parts: number,
    scratch: Pointer,
  ): void;
  im2col(columns: Pointer, x: Pointer, window: Pointer, firstRow: number, rows: number): void;
  col2im(dx: Pointer, columns: Pointer, window: Pointer, firstRow: number, rows: number): void;
  windowSum(out: Pointer, x: Pointer, window: Pointer): void;
  windowSumGradient(dx: Pointer, dy: Pointer, window: Pointer): void;
  windowMax(out: Pointer, taps: Pointer, x: Pointer, window: Pointer): void;
  windowPick(out: Pointer, x: Pointer, taps: Pointer, window: Pointer): void;
  windowPickGradient(dx: Pointer, dy: Pointer, taps: Pointer, window: Pointer): void;

  // ops/: sorting rows
  sortRows(
    out: Pointer,
    x: Pointer,
    rows: number,
    columns: number,
    isFloat: number,
    descending: number,
    scratch: Pointer,
  ): void;
  argsortRows: SplitKernels['sortRows'];
  topKRows(
    out: Pointer,
    x: Pointer,
    rows: number,
    columns: number,
    k: number,
    isFloat: number,
    scratch: Pointer,
  ): void;

  // ops/: rows
  softmaxRows(out: Pointer, x: Pointer, rows: number, columns: number): void;
  softmaxRowsGradient(dx: Pointer, dy: Pointer, y: Pointer, rows: number, columns: number): void;
  logSoftmaxRows(out: Pointer, x: Pointer, rows: number, columns: number): void;
  logSoftmaxRowsGradient(dx: Pointer, dy: Pointer, y: Pointer, rows: number, columns: number): void;
  logSumExpRows(out: Pointer, x: Pointer, rows: number, columns: number): void;
  sparsemaxRows(out: Pointer, x: Pointer, rows: number, columns: number, scratch: Pointer): void;
  sparsemaxRowsGradient(dx: Pointer, dy: Pointer, y: Pointer, rows: number, columns: number): void;

  // ops/: losses
  softmaxCrossEntropy(
    loss: Pointer,
    logits: Pointer,
    targets: Pointer,
    rows: number,
    columns: number,
  ): void;
  softmaxCrossEntropyGradient(
    dx: Pointer,
    dloss: Pointer,
    probabilities: Pointer,
    targets: Pointer,
    rows: number,
    columns: number,
  ): void;
  sparseSoftmaxCrossEntropy(
    loss: Pointer,
    logits: Pointer,
    labels: Pointer,
    rows: number,
    columns: number,
    ignore: number,
  ): void;
  sparseSoftmaxCrossEntropyGradient(
    dx: Pointer,
    dloss: Pointer,
    probabilities: Pointer,
    labels: Pointer,
    rows: number,
    columns: number,
    ignore: number,
  ): void;
  sigmoidCrossEntropy(loss: Pointer, logits: Pointer, targets: Pointer, n: number): void;
  sigmoidCrossEntropyGradient(
    dx: Pointer,
    dloss: Pointer,
    logits: Pointer,
    targets: Pointer,
    n: number,
  ): void;
  dropout(
    out: Pointer,
    x: Pointer,
    n: number,
    rate: number,
    keyLow: number,
    keyHigh: number,
    counterLow: number,
    counterHigh: number,
  ): void;
}

/** The exports that one thread runs alone. */
export interface PlainKernels {
  allocate(bytes: number): Pointer;
  release(pointer: Pointer): void;
  columnScratchBytes(threads: number): number;
  gemmPackedBytes(k: number, n: number): number;
  gemmScratchBytes(threads: number): number;
  gemvScratchBytes(k: number, threads: number): number;
  rowListsBytes(m: number, k: number): number;
  gemmListedPackedBytes(k: number, n: number, threads: number): number;
  sampleRows(a: Pointer, m: number, k: number): number;
  convolveScratchBytes(channels: number, threads: number): number;
  convolveWeightsScratchBytes(shape: Pointer, threads: number): number;
  convolveDenseScratchBytes(shape: Pointer, threads: number): number;
  convolveWeightsDenseScratchBytes(shape: Pointer, threads: number): number;
  convolveWinogradScratchBytes(shape: Pointer, threads: number): number;
  winogradKernelBytes(xChannels: number, yChannels: number): number;
  firstOutOfRange(indices: Pointer, count: number, limit: number): number;
  countNonZero(x: Pointer, n: number): number;
  randomPermutation(
    out: Pointer,
    n: number,
    keyLow: number,
    keyHigh: number,
    counterLow: number,
    counterHigh: number,
  ): void;
}

export type KernelName = keyof SplitKernels;

/** What an instance of the core exports. */
export type Kernels = PlainKernels & {
  readonly [K in KernelName]: (
    thread: number,
    threads: number,
    ...args: Parameters<SplitKernels[K]>
  ) => void;
};
