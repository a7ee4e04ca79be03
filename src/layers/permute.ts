import { describeValue } from '../config/describe-value.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { ValueError } from '../errors.js';
import { transpose } from '../ops/index.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { Layer } from './layer.js';

/**
 * Reorders the axes of each sample: axis i of the output's sample is axis `dims[i]` of the input,
 * counted from 1, as axis 0 is the batch. `new Permute([2, 1])` makes [batch, b, a] of [batch, a,
 * b]. Any dtype. Keras: `Permute`.
 */
export class Permute extends Layer {
  static override readonly className = 'Permute';
  readonly dims: readonly number[];

  /** @throws ValueError if `dims` is not an order of 1 … n. */
  constructor(dims: readonly number[], options: LayerOptions = {}) {
    super(options);
    const list: readonly unknown[] = Array.isArray(dims) ? dims : [];
    const given = new Set(list);
    if (list.length === 0 || !list.every((_, i) => given.has(i + 1))) {
      throw new ValueError(
        `Permute: dims must hold the numbers from 1 to the number of a sample's axes, each once, got ` +
          `${describeValue(dims)}.`,
      );
    }
    this.dims = [...dims];
    this.inputSpec = { ndim: dims.length + 1 };
  }

  override call(x: Tensor): Tensor {
    return transpose(x, [0, ...this.dims]);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [0, ...this.dims].map((axis) => inputShape[axis] ?? null);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), dims: this.dims };
  }

  static override fromConfig(config: Config): Permute {
    const { dims, ...options } = optionsFromConfig('Permute', config, ['dims', ...LAYER_OPTIONS]);
    return new Permute(dims as readonly number[], options);
  }
}
