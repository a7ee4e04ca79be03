import type { Config } from '../config/index.js';
import { averagePool1d, averagePool2d } from '../ops/index.js';
import { Pooling, poolingArguments } from './pooling.js';
import type { PoolingLayerOptions } from './pooling.js';

/**
 * The mean of each window of steps and each channel, Keras: `AveragePooling1D`, also `AvgPool1D`.
 * [batch, steps, channels] becomes [batch, newSteps, channels], float32.
 */
export class AveragePooling1D extends Pooling {
  static override readonly className = 'AveragePooling1D';

  /**
   * @param poolSize length of the window
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(poolSize: number | readonly number[] = 2, options: PoolingLayerOptions = {}) {
    super(1, averagePool1d, poolSize, options);
  }

  static override fromConfig(config: Config): AveragePooling1D {
    return new AveragePooling1D(...poolingArguments('AveragePooling1D', config));
  }
}

/**
 * The mean of each window of an image and each channel, Keras: `AveragePooling2D`, also `AvgPool2D`.
 * [batch, height, width, channels] becomes [batch, newHeight, newWidth, channels], float32.
 */
export class AveragePooling2D extends Pooling {
  static override readonly className = 'AveragePooling2D';

  /**
   * @param poolSize height and width of the window; one number stands for both
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(poolSize: number | readonly number[] = 2, options: PoolingLayerOptions = {}) {
    super(2, averagePool2d, poolSize, options);
  }

  static override fromConfig(config: Config): AveragePooling2D {
    return new AveragePooling2D(...poolingArguments('AveragePooling2D', config));
  }
}
