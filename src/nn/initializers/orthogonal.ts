import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { ShapeError } from '../../errors.js';
import { cast, concat, matmul, mul, pad, sub } from '../../engine/ops/index.js';
import { normal } from '../../engine/random/draw.js';
import type { DType } from '../../config/dtype.js';
import {
  checkShape,
  eye,
  formatShape,
  requireRoom,
  tensor,
  tidy,
} from '../../engine/tensor/index.js';
import type { Shape, Tensor } from '../../engine/tensor/index.js';
import { RandomInitializer } from './random.js';

/** Options of `Orthogonal`. */
export interface OrthogonalOptions extends OptionsOf<typeof Orthogonal> {}

/**
 * A random matrix with orthonormal columns, or orthonormal rows if it has fewer rows than columns,
 * times `gain`: distributed like Q in the QR factorization of normally distributed numbers (Saxe et al., 2014). A shape
 * with more than two axes is treated as the matrix [all but the last, last]. Keras: `Orthogonal`, `'orthogonal'`.
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
    return tidy(() => {
      const q = orthonormalColumns(this.draw([short, long]), this.gain);
      return cast((rows < columns ? q.transpose() : q).reshape(shape), dtype);
    });
  }

  protected override draw(shape: Shape): Tensor {
    return normal(shape, { seed: this.source });
  }
}

/** Reflections that are applied together. */
const BLOCK = 64;

/**
 * Orthonormal columns, times `gain`: the product of the reflections that take the normal vectors a[j, j:] onto multiples of
 * the first unit vector. Its distribution is that of Q in A = Q R with a positive diagonal of R, uniform over such matrices,
 * for independent normal a (Stewart, 1980): there the reflections are those of columns which the reflections before have
 * turned, and a turned normal vector is another of the same distribution. So nothing is factorized, and the reflections of
 * a block are I − V T Vᵀ, three products of matrices (Schreiber and Van Loan, 1989).
 *
 * @param a normal numbers, a row for each column of the result, none of which is shorter than there are columns
 */
function orthonormalColumns(a: Tensor, gain: number): Tensor {
  const [columns = 0, rows = 0] = a.shape;
  const normals = a.data();
  const signs = new Float32Array(columns);
  let q: Tensor | undefined;
  for (let last = columns; last > 0; last -= BLOCK) {
    const first = Math.max(0, last - BLOCK);
    const block = reflectors(normals, rows, [first, last], signs);
    const v = tensor(block, { shape: [rows - first, last - first] });
    const t = blockFactor(matmul(v.transpose(), v));
    // What comes behind the block stands in the lower right corner of the identity.
    const size = last - first;
    const behind: Tensor =
      q === undefined
        ? eye(rows - first, size)
        : concat([eye(size, columns - first), pad(q, [[0, 0], [size, 0]])]); // prettier-ignore
    q = sub(behind, matmul(v, matmul(t, matmul(v.transpose(), behind))));
  }
  return mul(q ?? a.transpose(), mul(signs, gain));
}

/**
 * Unit vectors v of the reflections I − 2 v vᵀ of a block of columns, below one another's first elements, as the columns of
 * a matrix that begins at row `first`.
 *
 * @param signs takes the signs of the columns of the product
 */
function reflectors(
  normals: ArrayLike<number>,
  rows: number,
  [first, last]: readonly [number, number],
  signs: Float32Array,
): Float32Array {
  const width = last - first;
  const v = new Float32Array((rows - first) * width);
  for (let j = first; j < last; j++) {
    const start = j * rows;
    let squares = 0;
    for (let i = start + j; i < start + rows; i++) squares += (normals[i] ?? 0) ** 2;
    const head = normals[start + j] ?? 0;
    // The vector is reflected onto −sign(head) · norm, the choice that does not cancel digits.
    const sign = head < 0 ? -1 : 1;
    signs[j] = -sign;
    const pivot = head + sign * Math.sqrt(squares);
    const length = Math.sqrt(squares - head * head + pivot * pivot);
    if (length === 0) continue;
    for (let i = j; i < rows; i++) {
      v[(i - first) * width + j - first] = (i === j ? pivot : (normals[start + i] ?? 0)) / length;
    }
  }
  return v;
}

/** T of I − V T Vᵀ, upper triangular, for reflections whose vectors have the scalar products VᵀV. */
function blockFactor(products: Tensor): Tensor {
  const [size = 0] = products.shape;
  const dots = products.data();
  const t = new Float32Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < j; i++) {
      let sum = 0;
      // VᵀV is symmetric: its row is read in place of its column.
      for (let k = i; k < j; k++) sum += (t[i * size + k] ?? 0) * (dots[j * size + k] ?? 0);
      t[i * size + j] = -2 * sum;
    }
    t[j * size + j] = 2;
  }
  return tensor(t, { shape: [size, size] });
}
