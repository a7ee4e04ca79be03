import { requireObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Adam } from './adam.js';
import type { AdamOptions } from './adam.js';

/**
 * Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019): each step first shrinks the
 * weights by learningRate · weightDecay, by default 0.004.
 *
 * @throws ValueError for a weightDecay of null.
 * @example new optimizers.AdamW({ learningRate: 1e-3, weightDecay: 0.01 })
 */
export class AdamW extends Adam {
  static override readonly className = 'AdamW';

  constructor(options: AdamOptions = {}) {
    if (requireObject('AdamW', 'options', options).weightDecay === null) {
      throw new ValueError('AdamW: weightDecay must be a number, got null. Without it, use Adam.');
    }
    super({ ...options, weightDecay: options.weightDecay ?? 0.004 });
  }
}
