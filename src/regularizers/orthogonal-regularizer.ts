import { checkNumber } from '../config/check-number.js';
import { checkOptions, oneOf, optionsFromConfig } from '../config/index.js';
import { requireTensor } from '../tensor/index.js';
import type { Config } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { abs, matmul, mul, sub, sum, transpose } from '../ops/index.js';
import { unitVectors } from '../ops/unit-vectors.js';
import { eye, zeros } from '../tensor/create.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Regularizer } from './regularizer.js';

/** Options of `OrthogonalRegularizer`. */
export interface OrthogonalRegularizerOptions {
  /** Factor of the mean. Default 0.01. */
  readonly factor?: number;
  /** Which vectors of the matrix are to be orthogonal. Default `'rows'`. */
  readonly mode?: 'rows' | 'columns';
}

const OPTIONS = ['factor', 'mode'] as const;

/** The smallest norm that is divided by. */
const SMALLEST_NORM = 1e-7;

/**
 * factor · the mean over all pairs of two vectors of |cos of the angle between them|: 0 where the rows (or columns)
 * of a matrix are orthogonal, and where there is only one. Keras: `OrthogonalRegularizer`.
 *
 * @example new layers.Dense(4, { kernelRegularizer: new regularizers.OrthogonalRegularizer({ mode: 'columns' }) });
 */
export class OrthogonalRegularizer extends Regularizer {
  static override readonly className = 'OrthogonalRegularizer';
  readonly factor: number;
  readonly mode: 'rows' | 'columns';

  /** @throws ValueError if `factor` is not a number of at least 0, or `mode` is neither. */
  constructor(options: OrthogonalRegularizerOptions = {}) {
    super();
    checkOptions('OrthogonalRegularizer', options, OPTIONS);
    const { factor = 0.01, mode = 'rows' } = options;
    this.factor = checkNumber('OrthogonalRegularizer', 'factor', factor, { min: 0 });
    this.mode = oneOf('OrthogonalRegularizer', 'mode', mode, ['rows', 'columns']);
  }

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

  override getConfig(): Config {
    return { factor: this.factor, mode: this.mode };
  }

  static fromConfig(config: Config): OrthogonalRegularizer {
    return new OrthogonalRegularizer(optionsFromConfig('OrthogonalRegularizer', config, OPTIONS));
  }
}
