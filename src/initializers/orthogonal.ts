import { configurable, number } from '../config/index.js';
import type { OptionsOf } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { normal } from '../random/index.js';
import type { DType } from '../tensor/dtype.js';
import { checkShape, formatShape, requireRoom, tensor } from '../tensor/index.js';
import type { Shape, Tensor } from '../tensor/index.js';
import { RandomInitializer } from './random.js';

/** Options of `Orthogonal`. */
export interface OrthogonalOptions extends OptionsOf<typeof Orthogonal> {}

/**
 * A random matrix with orthonormal columns, or orthonormal rows if it has fewer rows than columns,
 * times `gain`: Q of the QR factorization of normal numbers (Saxe et al., 2014). More than two axes
 * count as the matrix [all but the last, last]. Keras: `Orthogonal`, `'orthogonal'`.
 *
 * @example new initializers.Orthogonal({ gain: 1.4 }).apply([64, 64])
 */
export class Orthogonal extends configurable(
  RandomInitializer,
  'Orthogonal',
  {
    /** Factor of the orthogonal matrix. Default 1. */
    gain: number({ default: 1 }),
  },
  { aliases: ['orthogonal_initializer'] },
) {
  /** @throws ShapeError if `shape` has fewer than two axes. */
  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    checkShape('Orthogonal', shape);
    if (shape.length < 2) {
      throw new ShapeError(
        `Orthogonal: a weight needs at least two axes to be orthogonal, got shape ${formatShape(shape)}. ` +
          `Use another initializer for vectors.`,
      );
    }
    requireRoom(shape, dtype, 'Orthogonal');
    const columns = shape.at(-1) ?? 0;
    const rows = shape.slice(0, -1).reduce((size, n) => size * n, 1);
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
    const random = this.draw([long, short]);
    const q = orthonormalFactor(random.data(), long, short);
    random.dispose();
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const element = rows < columns ? q[j * short + i] : q[i * short + j];
        values[i * columns + j] = this.gain * (element ?? 0);
      }
    }
    return tensor(values, { shape, dtype });
  }

  protected override draw(shape: Shape): Tensor {
    return normal(shape, { seed: this.source });
  }
}

/**
 * The orthonormal factor of A = Q R by Householder reflections, in float64. A is rows x columns,
 * row-major, with rows >= columns; Q is rows x columns with orthonormal columns, signed so that R's
 * diagonal is not negative, which makes Q uniformly distributed over such matrices if A's elements
 * are independent normal numbers.
 */
function orthonormalFactor(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
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
