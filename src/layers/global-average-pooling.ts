import type { Config } from '../config/index.js';
import { mean } from '../ops/index.js';
import { GlobalPooling, globalPoolingOptions } from './global-pooling.js';
import type { GlobalPoolingOptions } from './global-pooling.js';

/**
 * The mean of all steps of each sample and channel, Keras: `GlobalAveragePooling1D`, also
 * `GlobalAvgPool1D`. [batch, steps, channels] becomes [batch, channels], float32.
 */
export class GlobalAveragePooling1D extends GlobalPooling {
  static override readonly className = 'GlobalAveragePooling1D';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: GlobalPoolingOptions = {}) {
    super(1, mean, options);
  }

  static override fromConfig(config: Config): GlobalAveragePooling1D {
    return new GlobalAveragePooling1D(globalPoolingOptions('GlobalAveragePooling1D', config));
  }
}

/**
 * The mean of all pixels of each image and channel, Keras: `GlobalAveragePooling2D`, also
 * `GlobalAvgPool2D`. [batch, height, width, channels] becomes [batch, channels], float32.
 */
export class GlobalAveragePooling2D extends GlobalPooling {
  static override readonly className = 'GlobalAveragePooling2D';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: GlobalPoolingOptions = {}) {
    super(2, mean, options);
  }

  static override fromConfig(config: Config): GlobalAveragePooling2D {
    return new GlobalAveragePooling2D(globalPoolingOptions('GlobalAveragePooling2D', config));
  }
}
