import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { checkLength } from '../config/limits.js';
import { broadcastTo, expandDims } from '../ops/index.js';
import { requireRoom } from '../tensor/room.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { Layer } from './layer.js';

/**
 * Repeats each sample n times: [batch, features] becomes [batch, n, features]. Keras:
 * `RepeatVector`.
 */
export class RepeatVector extends Layer {
  static override readonly className = 'RepeatVector';
  readonly n: number;

  /** @throws ValueError if `n` is not a whole number above 0. */
  constructor(n: number, options: LayerOptions = {}) {
    super(options);
    this.n = checkLength('RepeatVector', 'n', n);
    this.inputSpec = { ndim: 2 };
  }

  override call(x: Tensor): Tensor {
    const [batch = 0, features = 0] = x.shape;
    const shape = [batch, this.n, features];
    requireRoom(shape, x.dtype, () => `n = ${this.n}`);
    return broadcastTo(expandDims(x, 1), shape);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const [batch = null, features = null] = inputShape;
    return [batch, this.n, features];
  }

  override getConfig(): Config {
    return { ...super.getConfig(), n: this.n };
  }

  static override fromConfig(config: Config): RepeatVector {
    const { n, ...options } = optionsFromConfig('RepeatVector', config, ['n', ...LAYER_OPTIONS]);
    return new RepeatVector(n as number, options);
  }
}
