import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { FAN_OPTIONS, VarianceScaling } from './variance-scaling.js';
import type { FanOptions } from './variance-scaling.js';

/**
 * Uniform in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010). Keras: `GlorotUniform`,
 * `'glorot_uniform'`.
 */
export class GlorotUniform extends VarianceScaling {
  static override readonly className = 'GlorotUniform';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: FanOptions = {}) {
    checkOptions('GlorotUniform', options, FAN_OPTIONS);
    super({ ...options, scale: 1, mode: 'fan_avg', distribution: 'uniform' }, 'GlorotUniform');
  }

  override getConfig(): Config {
    return this.fanConfig();
  }

  static override fromConfig(config: Config): GlorotUniform {
    return new GlorotUniform(optionsFromConfig('GlorotUniform', config, FAN_OPTIONS));
  }
}

/**
 * Normal with variance 2 / (fanIn + fanOut), cut off at two standard deviations (Glorot and Bengio,
 * 2010). Keras: `GlorotNormal`, `'glorot_normal'`.
 */
export class GlorotNormal extends VarianceScaling {
  static override readonly className = 'GlorotNormal';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: FanOptions = {}) {
    checkOptions('GlorotNormal', options, FAN_OPTIONS);
    super(
      { ...options, scale: 1, mode: 'fan_avg', distribution: 'truncated_normal' },
      'GlorotNormal',
    );
  }

  override getConfig(): Config {
    return this.fanConfig();
  }

  static override fromConfig(config: Config): GlorotNormal {
    return new GlorotNormal(optionsFromConfig('GlorotNormal', config, FAN_OPTIONS));
  }
}
