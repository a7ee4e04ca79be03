import { configurable, number } from '../config/index.js';
import type { OptionsOf } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { normal } from '../random/index.js';
import { checkShape, formatShape, requireRoom, tensor } from '../tensor/index.js';
import type { Shape, Tensor } from '../tensor/index.js';
import type { DType } from '../tensor/dtype.js';
import { orthonormalFactor } from './qr.js';
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
