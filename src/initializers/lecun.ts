import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { FAN_OPTIONS, VarianceScaling } from './variance-scaling.js';
import type { FanOptions } from './variance-scaling.js';

/** Uniform in ±√(3 / fanIn) (LeCun et al., 1998). Keras: `LecunUniform`, `'lecun_uniform'`. */
export class LecunUniform extends VarianceScaling {
  static override readonly className = 'LecunUniform';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: FanOptions = {}) {
    checkOptions('LecunUniform', options, FAN_OPTIONS);
    super({ ...options, scale: 1, mode: 'fan_in', distribution: 'uniform' }, 'LecunUniform');
  }

  override getConfig(): Config {
    return this.fanConfig();
  }

  static override fromConfig(config: Config): LecunUniform {
    return new LecunUniform(optionsFromConfig('LecunUniform', config, FAN_OPTIONS));
  }
}

/**
 * Normal with variance 1 / fanIn, cut off at two standard deviations (LeCun et al., 1998). Keras:
 * `LecunNormal`, `'lecun_normal'`.
 */
export class LecunNormal extends VarianceScaling {
  static override readonly className = 'LecunNormal';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: FanOptions = {}) {
    checkOptions('LecunNormal', options, FAN_OPTIONS);
    super(
      { ...options, scale: 1, mode: 'fan_in', distribution: 'truncated_normal' },
      'LecunNormal',
    );
  }

  override getConfig(): Config {
    return this.fanConfig();
  }

  static override fromConfig(config: Config): LecunNormal {
    return new LecunNormal(optionsFromConfig('LecunNormal', config, FAN_OPTIONS));
  }
}
