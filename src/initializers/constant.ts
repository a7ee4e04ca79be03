import { checkNumber } from '../config/check-number.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { full } from '../tensor/create.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Initializer } from './initializer.js';

/** All elements are 0. Keras: `Zeros`, `'zeros'`. */
export class Zeros extends Initializer {
  static override readonly className = 'Zeros';

  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    return full(shape, 0, dtype);
  }

  static fromConfig(config: Config): Zeros {
    optionsFromConfig('Zeros', config, []);
    return new Zeros();
  }
}

/** All elements are 1. Keras: `Ones`, `'ones'`. */
export class Ones extends Initializer {
  static override readonly className = 'Ones';

  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    return full(shape, 1, dtype);
  }

  static fromConfig(config: Config): Ones {
    optionsFromConfig('Ones', config, []);
    return new Ones();
  }
}

/** All elements are `value` (default 0). Keras: `Constant`, `'constant'`. */
export class Constant extends Initializer {
  static override readonly className = 'Constant';
  readonly value: number;

  /** @throws ValueError if `value` is not a finite number. */
  constructor(value = 0) {
    super();
    this.value = checkNumber('Constant', 'value', value);
  }

  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    return full(shape, this.value, dtype);
  }

  override getConfig(): Config {
    return { value: this.value };
  }

  static fromConfig(config: Config): Constant {
    const { value } = optionsFromConfig('Constant', config, ['value']);
    return new Constant(value as number | undefined);
  }
}
