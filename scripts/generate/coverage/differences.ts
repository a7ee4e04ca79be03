// Operations whose numbers differ from those of Keras on PyTorch, which made the golden cases of operations: when, and why. Each was
// compared with Keras on JAX. The golden tests say for which cases a difference holds, and fail for one that agrees.

/** Operations by Keras's names. */
export const DIFFERENCES = {
  angle: 'On PyTorch the angle of -0 is 0; on JAX, in NumPy and in lanegrad it is π.',
  cbrt: 'The slope at 0 is infinite, as on JAX; PyTorch gives NaN.',
  cholesky_inverse: 'On PyTorch the unused half of the factor has a gradient too; on JAX and in lanegrad it has none.',
  hard_swish: 'At -3 and 3 the slope is not unique. PyTorch uses the inner one, JAX and lanegrad use the outer one.',
  istft: 'If a window is shorter than a frame, PyTorch divides by a sum of squared windows that includes frames beyond the ends; JAX, NumPy and lanegrad include only the frames that exist.',
  nanmean: 'If all elements are NaN, the mean depends on none of them, so the gradient is 0, as on JAX; PyTorch gives NaN.',
  nanstd: 'If all elements are NaN, the same holds as for `nanmean`. For a single number the root has no slope, so the gradient is NaN, as on JAX.',
  nonzero: 'Keras on PyTorch gives one array; NumPy, Keras on JAX and lanegrad give one for each axis.',
  one_hot: 'Keras gives a row of zeros for the label -1; lanegrad refuses labels out of range, which are usually mistakes.',
  saturate_cast: 'lanegrad has no int8.',
  sparsemax: 'On PyTorch the outputs do not sum to 1, as points on the simplex must; on JAX and in lanegrad they do.',
  svd: 'Vectors that belong to no singular value are determined only up to a rotation: in lanegrad they have no gradient, and PyTorch ignores incoming gradients.',
  std: 'For equal elements the root of 0 has no slope, so the gradient is NaN, as on JAX; PyTorch gives 0.',
  take: 'Without an axis Keras on PyTorch counts -1 from the end of the first axis, although the array is flattened; NumPy, Keras on JAX and lanegrad take the last element.',
} as const; // prettier-ignore
