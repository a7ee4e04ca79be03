/**
 * The orthonormal factor of A = Q R by Householder reflections, in float64. A is rows x columns,
 * row-major, with rows >= columns; Q is rows x columns with orthonormal columns, signed so that R's
 * diagonal is not negative, which makes Q uniformly distributed over such matrices if A's elements
 * are independent normal numbers.
 */
export function orthonormalFactor(
  a: ArrayLike<number>,
  rows: number,
  columns: number,
): Float64Array {
  const r = Float64Array.from(a);
  // Reflection j is I - 2 v vᵀ; v has unit length and lives in rows j …; column j of `reflectors`
  // holds it.
  const reflectors = new Float64Array(rows * columns);
  const diagonalSign = new Float64Array(columns);
  const at = (matrix: Float64Array, i: number, j: number): number => matrix[i * columns + j] ?? 0;

  const reflect = (matrix: Float64Array, reflector: number, column: number): void => {
    let projection = 0;
    for (let i = reflector; i < rows; i++) {
      projection += at(reflectors, i, reflector) * at(matrix, i, column);
    }
    for (let i = reflector; i < rows; i++) {
      matrix[i * columns + column] =
        at(matrix, i, column) - 2 * projection * at(reflectors, i, reflector);
    }
  };

  for (let j = 0; j < columns; j++) {
    let squares = 0;
    for (let i = j; i < rows; i++) squares += at(r, i, j) ** 2;
    const norm = Math.sqrt(squares);
    const head = at(r, j, j);
    // The column is reflected onto -sign(head) * norm, the choice that does not cancel digits.
    const sign = head < 0 ? -1 : 1;
    diagonalSign[j] = -sign;
    if (norm === 0) continue;
    const pivot = head + sign * norm;
    const length = Math.sqrt(squares - head * head + pivot * pivot);
    for (let i = j; i < rows; i++) {
      reflectors[i * columns + j] = (i === j ? pivot : at(r, i, j)) / length;
    }
    for (let column = j; column < columns; column++) reflect(r, j, column);
  }

  // Q = H₀ H₁ … applied to the first columns of the identity, last reflection first.
  const q = new Float64Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    q[column * columns + column] = 1;
    for (let j = columns - 1; j >= 0; j--) reflect(q, j, column);
    const sign = diagonalSign[column] ?? 1;
    for (let i = 0; i < rows; i++) q[i * columns + column] = sign * at(q, i, column);
  }
  return q;
}
