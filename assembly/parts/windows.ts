// Convolution and pooling.
export { gemmRuns2x16, gemmRuns4x8 } from '../gemm/runs';
export { addColumns48 } from '../gemm/sparse-rows';
export { convolve, convolveScratchBytes } from '../ops/convolution';
export { convolveWeights, convolveWeightsScratchBytes } from '../ops/convolution-weights';
export { convolveDense, convolveDenseScratchBytes } from '../ops/convolution-dense';
export {
  convolveWeightsDense,
  convolveWeightsDenseScratchBytes,
} from '../ops/convolution-dense-weights';
export { im2col } from '../ops/im2col';
export { col2im, windowPickGradient, windowSumGradient } from '../ops/window-gather';
export { windowMax, windowPick, windowSum } from '../ops/window-reduce';
export {
  convolveWinograd,
  convolveWinogradScratchBytes,
  winogradKernel,
  winogradKernelBytes,
} from '../ops/winograd';
