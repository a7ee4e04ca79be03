import type { Config } from '../config/index.js';
import { maxPool1d, maxPool2d } from '../ops/index.js';
import { Pooling, poolingArguments } from './pooling.js';
import type { PoolingLayerOptions } from './pooling.js';

/**
 * The largest number of each window of steps and each channel, Keras: `MaxPooling1D`, also `MaxPool1D`.
 * [batch, steps, channels] becomes [batch, newSteps, channels], float32. The gradient goes
 * to the first of equal numbers.
 */
export class MaxPooling1D extends Pooling {
  static override readonly className = 'MaxPooling1D';

  /**
   * @param poolSize length of the window
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(poolSize: number | readonly number[] = 2, options: PoolingLayerOptions = {}) {
    super(1, maxPool1d, poolSize, options);
  }

  static override fromConfig(config: Config): MaxPooling1D {
    return new MaxPooling1D(...poolingArguments('MaxPooling1D', config));
  }
}

/**
 * The largest number of each window of an image and each channel, Keras: `MaxPooling2D`, also `MaxPool2D`.
 * [batch, height, width, channels] becomes [batch, newHeight, newWidth, channels], float32. The gradient goes
 * to the first of equal numbers.
 */
export class MaxPooling2D extends Pooling {
  static override readonly className = 'MaxPooling2D';

  /**
   * @param poolSize height and width of the window; one number stands for both
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(poolSize: number | readonly number[] = 2, options: PoolingLayerOptions = {}) {
    super(2, maxPool2d, poolSize, options);
  }

  static override fromConfig(config: Config): MaxPooling2D {
    return new MaxPooling2D(...poolingArguments('MaxPooling2D', config));
  }
}
