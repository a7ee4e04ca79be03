import { choice, configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { eye, formatShape, requireTensor, zeros } from '../../engine/tensor/index.js';
import { ShapeError } from '../../errors.js';
import { abs, matmul, mul, sub, sum, transpose } from '../../engine/ops/index.js';
import { unitVectors } from '../../engine/ops/neural/normalizations.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { Regularizer } from './regularizer.js';

/** Options of `OrthogonalRegularizer`. */
export interface OrthogonalRegularizerOptions extends OptionsOf<typeof OrthogonalRegularizer> {}

/** The smallest norm that is divided by. */
const SMALLEST_NORM = 1e-7;

/**
 * factor · the mean of |cos of the angle| over all pairs of vectors: 0 if the rows (or columns) of a matrix are
 * orthogonal, or if there is only one. Keras: `OrthogonalRegularizer`.
 *
 * @example new layers.Dense(4, { kernelRegularizer: new regularizers.OrthogonalRegularizer({ mode: 'columns' }) });
 */
export class OrthogonalRegularizer extends configurable(Regularizer, 'OrthogonalRegularizer', {
  /** Factor of the mean, at least 0. Default 0.01. */
  factor: number({ default: 0.01, min: 0 }),
  /** The vectors of the matrix that should be orthogonal. Default `'rows'`. */
  mode: choice(['rows', 'columns'], { default: 'rows' }),
}) {
  /** @throws ShapeError if x is not a matrix. */
  override call(x: Tensor): Tensor {
    const [rows, columns] = requireTensor('OrthogonalRegularizer', x).shape;
    if (x.ndim !== 2 || rows === undefined || columns === undefined) {
      throw new ShapeError(
        `OrthogonalRegularizer takes a matrix, got shape ${formatShape(x.shape)}. Use it for the kernel of a layer ` +
          `such as Dense.`,
      );
    }
    const isRows = this.mode === 'rows';
    const count = isRows ? rows : columns;
    const pairs = (count * (count - 1)) / 2;
    if (pairs === 0) return zeros([]);
    const unit = unitVectors(x, isRows ? 1 : 0, SMALLEST_NORM);
    const turned = transpose(unit);
    const cosines = isRows ? matmul(unit, turned) : matmul(turned, unit);
    const others = mul(cosines, sub(1, eye(count)));
    return mul(sum(abs(others)), (0.5 * this.factor) / pairs);
  }
}
