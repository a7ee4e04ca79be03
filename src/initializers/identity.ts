import { checkNumber } from '../config/check-number.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { tensor } from '../tensor/create.js';
import type { DType } from '../tensor/dtype.js';
import { requireRoom } from '../tensor/room.js';
import { checkShape, formatShape } from '../tensor/shape.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Initializer } from './initializer.js';

/**
 * `gain` (default 1) on the main diagonal of a matrix, 0 elsewhere. Keras: `Identity`,
 * `'identity'`.
 */
export class Identity extends Initializer {
  static override readonly className = 'Identity';
  readonly gain: number;

  /** @throws ValueError if `gain` is not a finite number. */
  constructor(gain = 1) {
    super();
    this.gain = checkNumber('Identity', 'gain', gain);
  }

  /** @throws ShapeError if `shape` has not two axes. */
  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    checkShape('Identity', shape);
    const [rows, columns, ...more] = shape;
    if (rows === undefined || columns === undefined || more.length > 0) {
      throw new ShapeError(
        `Identity: only a matrix can be an identity, got shape ${formatShape(shape)}.`,
      );
    }
    requireRoom(shape, dtype, 'Identity');
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = this.gain;
    return tensor(values, { shape, dtype });
  }

  override getConfig(): Config {
    return { gain: this.gain };
  }

  static fromConfig(config: Config): Identity {
    const { gain } = optionsFromConfig('Identity', config, ['gain']);
    return new Identity(gain as number | undefined);
  }
}
