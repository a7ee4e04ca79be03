// What every program has.
export { allocate, release } from '../memory';
export { gemv, gemvScratchBytes } from '../gemm/gemv';
export { gemm, gemmScratchBytes } from '../gemm/macro';
export {
  gemmListed,
  gemmListedPack,
  gemmListedPackedBytes,
  gemmTile1x32Listed,
} from '../gemm/listed';
export { listRows, rowListsBytes, sampleRows } from '../gemm/row-lists';
export { gemmDirect3x12, gemmTile3x12, gemmTile3x12Sparse } from '../gemm/micro';
export { gemmPackB, gemmPackedBytes } from '../gemm/pack';
export { addColumns16, addColumns24 } from '../gemm/sparse-rows';
export { argReduceF32, argReduceI32, matchLargest } from '../ops/arg-reduce';
export { binaryF32 } from '../ops/binary';
export { binaryI32 } from '../ops/binary-int';
export { cast } from '../ops/cast';
export { columnScratchBytes } from '../ops/column-blocks';
export { compareF32, compareI32 } from '../ops/compare';
export { cumulativeSumF32, cumulativeSumI32 } from '../ops/cumulative';
export { fill } from '../ops/fill';
export { gatherRows, gatherRowsU8ToF32, scatterAddRows } from '../ops/gather';
export { countNonZero, firstOutOfRange, largestMagnitude } from '../ops/inspect';
export { logicalNot, logicalU8 } from '../ops/logical';
export { reduceF32 } from '../ops/reduce';
export { reduceBool, reduceI32 } from '../ops/reduce-int';
export { select } from '../ops/select';
export { argsortRows, sortRows } from '../ops/sort';
export { copyStrided } from '../ops/strided';
export { topKRows } from '../ops/top-k';
export { transpose2d } from '../ops/transpose';
export {
  sigmoidCrossEntropy,
  sigmoidCrossEntropyGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxCrossEntropyGradient,
} from '../ops/cross-entropy';
export { dropout } from '../ops/dropout';
export { oneHot } from '../ops/one-hot';
export {
  logSoftmaxRows,
  logSoftmaxRowsGradient,
  logSumExpRows,
  softmaxRows,
  softmaxRowsGradient,
} from '../ops/softmax';
export { sparsemaxRows, sparsemaxRowsGradient } from '../ops/sparsemax';
export { adam } from '../optimizers/adam';
export { rmsprop } from '../optimizers/rmsprop';
export { sgd } from '../optimizers/sgd';
export { randomNormal, randomTruncatedNormal } from '../random/normal';
export { randomPermutation } from '../random/permutation';
export { randomBits, randomIntegers, randomUniform } from '../random/uniform';
export { unary } from '../ops/unary';
export { unaryGradient } from '../ops/unary-gradient';
