import type { Config } from '../config/index.js';
import { Convolution, convolutionArguments } from './convolution.js';
import type { ConvolutionLayerOptions } from './convolution.js';

/**
 * Convolution over images, Keras: `Conv2D`. x is [batch, height, width, channels], the kernel
 * [kernelHeight, kernelWidth, channels / groups, filters], the bias [filters], the output [batch,
 * newHeight, newWidth, filters], float32. With `'channels_first'` x and the output have their channels
 * after the batch axis.
 *
 * @example new layers.Conv2D(16, 3, { activation: 'relu', inputShape: [28, 28, 1] })
 */
export class Conv2D extends Convolution {
  static override readonly className = 'Conv2D';

  /**
   * @param filters number of channels of the output
   * @param kernelSize height and width of the kernel; one number stands for both
   * @throws ValueError if an argument or option is unknown or out of range, groups do not divide the
   * filters, or strides and dilationRate are both above 1.
   */
  constructor(
    filters: number,
    kernelSize: number | readonly number[],
    options: ConvolutionLayerOptions = {},
  ) {
    super(2, filters, kernelSize, options);
  }

  static override fromConfig(config: Config): Conv2D {
    return new Conv2D(...convolutionArguments('Conv2D', config));
  }
}
