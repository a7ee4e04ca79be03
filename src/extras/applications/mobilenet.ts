/**
 * MobileNet, with what goes with it. Keras: `applications.mobilenet`.
 *
 * @module
 */

import { Reshape } from '../../nn/layers/reshaping.js';
import { Activation } from '../../nn/layers/activation.js';
import { checkLength, checkNumber, checkOptions } from '../../config/index.js';
import { application, pooled } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { hundredths, named } from './blocks.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessTf as preprocessInput } from './preprocess-input.js';

/** Options of `MobileNet`. */
export interface MobileNetOptions<
  W extends WeightsSource = WeightsSource,
> extends ApplicationOptions<W> {
  /** The factor of all numbers of channels. Default 1. */
  readonly alpha?: number;
  /** The number of kernels per channel in depthwise convolutions. Default 1. */
  readonly depthMultiplier?: number;
  /** Rate of the dropout before the classification layer. Default 0.001. */
  readonly dropout?: number;
}

/** Widths of the blocks, and whether a block halves the picture. */
const BLOCKS = [
  [64, false],
  [128, true],
  [128, false],
  [256, true],
  [256, false],
  [512, true],
  [512, false],
  [512, false],
  [512, false],
  [512, false],
  [512, false],
  [1024, true],
  [1024, false],
] as const;

/**
 * MobileNet (Howard et al., 2017), made of depthwise and 1 × 1 convolutions: 4.3 million weights, pictures of 224 × 224.
 * Keras: `applications.MobileNet`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 32 × 32.
 * @example const model = applications.MobileNet({ alpha: 0.25, inputShape: [128, 128, 3] });
 */
export function MobileNet<W extends WeightsSource = null>(
  options: MobileNetOptions<W> = {},
): Made<W> {
  const owner = 'MobileNet';
  checkOptions(owner, options);
  const alpha = checkNumber(owner, 'alpha', options.alpha ?? 1, { above: 0 });
  const depthMultiplier = checkLength(owner, 'depthMultiplier', options.depthMultiplier ?? 1);
  const rate = checkNumber(owner, 'dropout', options.dropout ?? 1e-3, { min: 0, max: 1 });
  const frame = {
    size: 224,
    name: ([rows]: readonly (number | null)[]) =>
      `mobilenet_${hundredths(alpha)}_${rows ?? 'None'}`,
    habits: { lastAxis: -1, activation: 'relu6' },
    options: ['alpha', 'depthMultiplier', 'dropout'],
  } as const;
  return application(owner, options, frame, (picture, net, settings) => {
    const parts = (name: string) => named(name, '', '_bn', '_relu');
    const widthOf = (width: number): number => Math.trunc(width * alpha);
    const same = { padding: 'same' } as const;
    let x = net.convNorm(picture, widthOf(32), 3, parts('conv1'), { ...same, strides: 2 });
    BLOCKS.forEach(([width, halves], i) => {
      const strides = halves ? 2 : 1;
      const padded = halves
        ? net.pad(
            x,
            [
              [0, 1],
              [0, 1],
            ],
            `conv_pad_${i + 1}`,
          )
        : x;
      const padding = halves ? 'valid' : 'same';
      const depthwise = { strides, padding, depthMultiplier } as const;
      x = net.depthwise(padded, 3, parts(`conv_dw_${i + 1}`), depthwise);
      x = net.convNorm(x, widthOf(width), 1, parts(`conv_pw_${i + 1}`), same);
    });
    const { includeTop, classes, classifierActivation } = settings;
    if (!includeTop) return pooled(x, net, settings);
    x = net.dropout(net.globalPool('average', x, undefined, true), rate, 'dropout');
    x = net.conv(x, classes, 1, 'conv_preds', { ...same, useBias: true });
    x = net.put(new Reshape([classes], { name: 'reshape_2' }), x);
    return net.put(new Activation(classifierActivation, { name: 'predictions' }), x);
  });
}
