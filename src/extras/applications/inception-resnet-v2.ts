/**
 * InceptionResNetV2, with what goes with it. Keras: `applications.inception_resnet_v2`.
 *
 * @module
 */

import { CustomScaleLayer } from '../../nn/layers/scaling.js';
import { Activation } from '../../nn/layers/activation.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { application, classified } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import { named } from './blocks.js';
import type { Blocks } from './blocks.js';
import { inceptionBlock, chain, reductionBlock, stem } from './inception.js';
import type { Step } from './inception.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessTf as preprocessInput } from './preprocess-input.js';

/** Kinds of blocks: their branches, how many there are, and how much a block adds to what it is given. */
const KINDS: Readonly<
  Record<
    'block35' | 'block17' | 'block8',
    {
      readonly count: number;
      readonly scale: number;
      readonly branches: readonly (readonly Step[])[];
    }
  >
> = {
  block35: {
    count: 10,
    scale: 0.17,
    branches: [
      [[32, 1]],
      [
        [32, 1],
        [32, 3],
      ],
      [
        [32, 1],
        [48, 3],
        [64, 3],
      ],
    ],
  },
  block17: {
    count: 20,
    scale: 0.1,
    branches: [
      [[192, 1]],
      [
        [128, 1],
        [160, [1, 7]],
        [192, [7, 1]],
      ],
    ],
  },
  block8: {
    count: 10,
    scale: 0.2,
    branches: [
      [[192, 1]],
      [
        [192, 1],
        [224, [1, 3]],
        [256, [3, 1]],
      ],
    ],
  },
};

/** All blocks of a kind. The last one of all adds what it computes as it is, without relu. */
function blocks(given: SymbolicTensor, net: Blocks, kind: keyof typeof KINDS): SymbolicTensor {
  const { count, scale, branches } = KINDS[kind];
  let x = given;
  for (let i = 1; i <= count; i++) {
    const name = `${kind}_${i}`;
    const isLast = kind === 'block8' && i === count;
    const outputs = branches.map((steps) => chain(x, net, steps));
    const mixed = net.concatenate(outputs, `${name}_mixed`);
    const up = net.conv(mixed, net.channels(x), 1, `${name}_conv`, {
      padding: 'same',
      useBias: true,
    });
    x = net.put(new CustomScaleLayer(isLast ? 1 : scale), [x, up]);
    if (!isLast) x = net.put(new Activation('relu', { name: `${name}_ac` }), x);
  }
  return x;
}

/**
 * Inception with residual connections (Szegedy et al., 2016): 55.9 million weights, pictures of 299 × 299. Keras:
 * `applications.InceptionResNetV2`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 75 × 75.
 * @example const model = applications.InceptionResNetV2({ includeTop: false, pooling: 'avg' });
 */
export function InceptionResNetV2<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  const habits = { norm: { scale: false } } as const;
  const frame = { size: 299, smallest: 75, name: 'inception_resnet_v2', habits } as const;
  return application('InceptionResNetV2', options, frame, (picture, net, settings) => {
    const short: readonly (readonly Step[])[] = [
      [[96, 1]],
      [
        [48, 1],
        [64, 5],
      ],
      [
        [64, 1],
        [96, 3],
        [96, 3],
      ],
    ];
    let x = inceptionBlock(stem(picture, net), net, 'mixed_5b', short, 64);
    x = reductionBlock(blocks(x, net, 'block35'), net, 'mixed_6a', [
      [[384, 3, 2, 'valid']],
      [
        [256, 1],
        [256, 3],
        [384, 3, 2, 'valid'],
      ],
    ]);
    x = reductionBlock(blocks(x, net, 'block17'), net, 'mixed_7a', [
      [
        [256, 1],
        [384, 3, 2, 'valid'],
      ],
      [
        [256, 1],
        [288, 3, 2, 'valid'],
      ],
      [
        [256, 1],
        [288, 3],
        [320, 3, 2, 'valid'],
      ],
    ]);
    x = blocks(x, net, 'block8');
    x = net.convNorm(x, 1536, 1, named('conv_7b', '', '_bn', '_ac'), { padding: 'same' });
    return classified(x, net, settings);
  });
}
