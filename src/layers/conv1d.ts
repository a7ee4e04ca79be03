import type { Config } from '../config/index.js';
import { Convolution, convolutionArguments } from './convolution.js';
import type { ConvolutionLayerOptions } from './convolution.js';

/**
 * Convolution along one axis, Keras: `Conv1D`. x is [batch, steps, channels], the kernel [kernelSize,
 * channels / groups, filters], the bias [filters], the output [batch, newSteps, filters], float32.
 *
 * @example new layers.Conv1D(32, 3, { padding: 'causal', activation: 'relu', inputShape: [128, 4] })
 */
export class Conv1D extends Convolution {
  static override readonly className = 'Conv1D';

  /**
   * @param filters number of channels of the output
   * @param kernelSize how many steps the kernel covers
   * @throws ValueError if an argument or option is unknown or out of range, groups do not divide the
   * filters, or strides and dilationRate are both above 1.
   */
  constructor(
    filters: number,
    kernelSize: number | readonly number[],
    options: ConvolutionLayerOptions = {},
  ) {
    super(1, filters, kernelSize, options);
  }

  static override fromConfig(config: Config): Conv1D {
    return new Conv1D(...convolutionArguments('Conv1D', config));
  }
}
