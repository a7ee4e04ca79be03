import { checkNumber } from '../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { normal } from '../random/index.js';
import { tensor } from '../tensor/create.js';
import type { DType } from '../tensor/dtype.js';
import { requireRoom } from '../tensor/room.js';
import { checkShape, formatShape } from '../tensor/shape.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { orthonormalFactor } from './qr.js';
import { RandomInitializer } from './seed.js';
import type { InitializerSeed } from './seed.js';

/** Options of `Orthogonal`. */
export interface OrthogonalOptions {
  /** Factor of the orthogonal matrix. Default 1. */
  readonly gain?: number;
  /** A number gives the same values at each call. Default: derived from the global seed. */
  readonly seed?: InitializerSeed;
}

const OPTIONS = ['gain', 'seed'] as const;

/**
 * A random matrix with orthonormal columns, or orthonormal rows if it has fewer rows than columns,
 * times `gain`: Q of the QR factorization of normal numbers (Saxe et al., 2014). More than two axes
 * count as the matrix [all but the last, last]. Keras: `Orthogonal`, `'orthogonal'`.
 */
export class Orthogonal extends RandomInitializer {
  static override readonly className = 'Orthogonal';
  readonly gain: number;

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: OrthogonalOptions = {}) {
    checkOptions('Orthogonal', options, OPTIONS);
    super('Orthogonal', options.seed);
    this.gain = checkNumber('Orthogonal', 'gain', options.gain ?? 1);
  }

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
    const random = normal([long, short], { seed: this.source });
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

  override getConfig(): Config {
    return { seed: this.seedConfig(), gain: this.gain };
  }

  static fromConfig(config: Config): Orthogonal {
    return new Orthogonal(optionsFromConfig('Orthogonal', config, OPTIONS));
  }
}
