// The operations that are methods of tensors as well: `x.add(y)` is `ops.add(x, y)`. The first operand is the tensor.
export { relu, sigmoid } from './activations.js';
export { add, div, mul, neg, sub } from './arithmetic.js';
export { clone } from './cast.js';
export {
  equal,
  greater,
  greaterEqual,
  isFinite,
  isInf,
  isNaN,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
} from './compare.js';
export { pad, tile } from './concat.js';
export { cumsum } from './cumsum.js';
export { dot, matmul } from './matmul.js';
export { gather } from './gather.js';
export { abs, ceil, clip, floor, round, sign } from './piecewise-linear.js';
export { maximum, minimum, mod, pow } from './power.js';
export { prod } from './prod.js';
export { all, any, argmax, argmin, logsumexp, max, mean, min, std, variance } from './reduce.js';
export { expandDims, flatten, squeeze } from './reshape.js';
export { slice, split } from './slice.js';
export { softmax } from './softmax.js';
export { argsort, sort, topK } from './sort.js';
export { broadcastTo, sum } from './sum.js';
export { outer, tensordot } from './tensordot.js';
export { transpose } from './transpose.js';
export { cos, exp, log, log1p, sin, sqrt, square, tanh } from './unary.js';
