import type { Config } from '../config/index.js';
import { max } from '../ops/index.js';
import { GlobalPooling, globalPoolingOptions } from './global-pooling.js';
import type { GlobalPoolingOptions } from './global-pooling.js';

/**
 * The largest number of all steps of each sample and channel, Keras: `GlobalMaxPooling1D`, also
 * `GlobalMaxPool1D`. [batch, steps, channels] becomes [batch, channels], float32.
 */
export class GlobalMaxPooling1D extends GlobalPooling {
  static override readonly className = 'GlobalMaxPooling1D';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: GlobalPoolingOptions = {}) {
    super(1, max, options);
  }

  static override fromConfig(config: Config): GlobalMaxPooling1D {
    return new GlobalMaxPooling1D(globalPoolingOptions('GlobalMaxPooling1D', config));
  }
}

/**
 * The largest number of all pixels of each image and channel, Keras: `GlobalMaxPooling2D`, also
 * `GlobalMaxPool2D`. [batch, height, width, channels] becomes [batch, channels], float32.
 */
export class GlobalMaxPooling2D extends GlobalPooling {
  static override readonly className = 'GlobalMaxPooling2D';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: GlobalPoolingOptions = {}) {
    super(2, max, options);
  }

  static override fromConfig(config: Config): GlobalMaxPooling2D {
    return new GlobalMaxPooling2D(globalPoolingOptions('GlobalMaxPooling2D', config));
  }
}
