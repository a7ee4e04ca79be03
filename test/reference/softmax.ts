// Softmax and its relatives on one row, float64.

/** exp(x - max) / Σ exp(x - max) */
export function softmax(x: readonly number[]): number[] {
  const largest = Math.max(...x);
  const e = x.map((value) => Math.exp(value - largest));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / sum);
}

/** max + ln Σ exp(x - max) */
export function logSumExp(x: readonly number[]): number {
  const largest = Math.max(...x);
  return largest + Math.log(x.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** ln softmax(x) */
export function logSoftmax(x: readonly number[]): number[] {
  const largest = Math.max(...x);
  const shifted = x.map((value) => value - largest);
  const logSum = logSumExp(shifted);
  return shifted.map((value) => value - logSum);
}

/** Σ_i dy_i ∂y_i/∂x_j with ∂y_i/∂x_j = y_i (δ_ij - y_j): the whole Jacobian, as it is defined. */
export function softmaxGradient(dy: readonly number[], y: readonly number[]): number[] {
  return y.map((yj, j) =>
    y.reduce((sum, yi, i) => sum + dy[i]! * yi * ((i === j ? 1 : 0) - yj), 0),
  );
}

/** Σ_i dy_i ∂y_i/∂x_j with ∂y_i/∂x_j = δ_ij - exp(y_j). */
export function logSoftmaxGradient(dy: readonly number[], y: readonly number[]): number[] {
  return y.map((yj, j) =>
    dy.reduce((sum, d, i) => sum + d * ((i === j ? 1 : 0) - Math.exp(yj)), 0),
  );
}

/** The projection onto the simplex by sorting (Martins and Astudillo 2016, algorithm 1). */
export function sparsemax(x: readonly number[]): number[] {
  const sorted = [...x].sort((a, b) => b - a);
  let sum = 0;
  let threshold = 0;
  sorted.forEach((z, i) => {
    sum += z;
    if (1 + (i + 1) * z > sum) threshold = (sum - 1) / (i + 1);
  });
  return x.map((z) => Math.max(z - threshold, 0));
}

/** Σ_i dy_i ∂y_i/∂x_j with ∂y_i/∂x_j = δ_ij - 1/|S| within the support S, 0 outside. */
export function sparsemaxGradient(dy: readonly number[], y: readonly number[]): number[] {
  const support = y.map((value, i) => (value > 0 ? i : -1)).filter((i) => i >= 0);
  const mean = support.reduce((sum, i) => sum + dy[i]!, 0) / support.length;
  return y.map((value, j) => (value > 0 ? dy[j]! - mean : 0));
}
