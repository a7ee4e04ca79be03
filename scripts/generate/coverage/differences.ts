// Where the numbers of an operation are others than those of Keras on PyTorch, which made the golden cases of operations: in which
// cases, and why. Each was compared with Keras on JAX. The golden tests say of which cases it holds, and fail for one that agrees.

/** Operations by Keras's names. */
export const DIFFERENCES = {
  angle: 'On PyTorch the angle of -0 is 0; on JAX, in NumPy and here it is π.',
  cbrt: 'The slope at 0 is infinite, as on JAX; that of PyTorch is NaN.',
  cholesky_inverse: 'On PyTorch the half of the factor that is not read has a gradient too; on JAX and here it has none.',
  hard_swish: 'At -3 and 3 any slope between those of the two sides is one. PyTorch takes the inner one, JAX and lanegrad take the outer one.',
  istft: 'Where a window is shorter than a frame, PyTorch divides by what the squares of the window add up to with frames beyond the ends; JAX, NumPy and lanegrad divide by what those of the frames that are there add up to.',
  nanmean: 'Of NaN alone the mean depends on no element, so the gradient is 0, as on JAX; that of PyTorch is NaN.',
  nanstd: 'Of NaN alone as `nanmean`; of a single number the root has no slope, so the gradient is NaN, as on JAX.',
  nonzero: 'Keras on PyTorch gives one array; NumPy, Keras on JAX and lanegrad give one for each axis.',
  one_hot: 'Keras makes a row of zeros of the label -1; lanegrad refuses labels out of range, which are mistakes more often.',
  saturate_cast: 'There is no int8.',
  sparsemax: 'On PyTorch the outputs do not add up to 1, as points of the simplex do; on JAX and here they do.',
  svd: 'Vectors that belong to no singular value follow from the matrix up to a rotation: they have no gradient here, and PyTorch leaves out what comes to them.',
  std: 'Of equal elements the root of 0 has no slope, so the gradient is NaN, as on JAX; that of PyTorch is 0.',
  take: 'Without an axis Keras on PyTorch counts -1 from the end of the first axis, though the array is flattened; NumPy, Keras on JAX and lanegrad take the last element.',
} as const; // prettier-ignore
