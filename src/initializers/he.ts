import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { FAN_OPTIONS, VarianceScaling } from './variance-scaling.js';
import type { FanOptions } from './variance-scaling.js';

/** Uniform in ±√(6 / fanIn) (He et al., 2015). Keras: `HeUniform`, `'he_uniform'`. */
export class HeUniform extends VarianceScaling {
  static override readonly className = 'HeUniform';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: FanOptions = {}) {
    checkOptions('HeUniform', options, FAN_OPTIONS);
    super({ ...options, scale: 2, mode: 'fan_in', distribution: 'uniform' }, 'HeUniform');
  }

  override getConfig(): Config {
    return this.fanConfig();
  }

  static override fromConfig(config: Config): HeUniform {
    return new HeUniform(optionsFromConfig('HeUniform', config, FAN_OPTIONS));
  }
}

/**
 * Normal with variance 2 / fanIn, cut off at two standard deviations (He et al., 2015). Keras:
 * `HeNormal`, `'he_normal'`.
 */
export class HeNormal extends VarianceScaling {
  static override readonly className = 'HeNormal';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: FanOptions = {}) {
    checkOptions('HeNormal', options, FAN_OPTIONS);
    super({ ...options, scale: 2, mode: 'fan_in', distribution: 'truncated_normal' }, 'HeNormal');
  }

  override getConfig(): Config {
    return this.fanConfig();
  }

  static override fromConfig(config: Config): HeNormal {
    return new HeNormal(optionsFromConfig('HeNormal', config, FAN_OPTIONS));
  }
}
