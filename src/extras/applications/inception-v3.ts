/**
 * InceptionV3, with what goes with it. Keras: `applications.inception_v3`.
 *
 * @module
 */

import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { application, classified } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import type { Blocks } from './blocks.js';
import { inceptionBlock, chain, reductionBlock, stem } from './inception.js';
import type { Step } from './inception.js';

export { decodePredictions } from './decode-predictions.js';
export { preprocessTf as preprocessInput } from './preprocess-input.js';

const [ROW, COLUMN] = [
  [1, 7],
  [7, 1],
] as const;

/** Branches whose kernels are rows and columns of 7 pixels, with `width` channels inside. */
const longBranches = (width: number): readonly (readonly Step[])[] => [
  [[192, 1]],
  [
    [width, 1],
    [width, ROW],
    [192, COLUMN],
  ],
  [
    [width, 1],
    [width, COLUMN],
    [width, ROW],
    [width, COLUMN],
    [192, ROW],
  ],
];

/** A row and a column of 3 pixels in parallel, behind other convolutions. */
function forked(
  x: SymbolicTensor,
  net: Blocks,
  steps: readonly Step[],
  name?: string,
): SymbolicTensor {
  const given = chain(x, net, steps);
  const row = chain(given, net, [[384, [1, 3]]]);
  return net.concatenate([row, chain(given, net, [[384, [3, 1]]])], name);
}

/**
 * Inception V3 (Szegedy et al., 2015): 23.9 million weights, pictures of 299 × 299. Keras: `applications.InceptionV3`.
 *
 * @throws ValueError for options that are unknown or out of range, ShapeError for pictures below 75 × 75.
 * @example const model = applications.InceptionV3({ classes: 10, inputShape: [96, 96, 3] });
 */
export function InceptionV3<W extends WeightsSource = null>(
  options: ApplicationOptions<W> = {},
): Made<W> {
  const habits = { norm: { scale: false } } as const;
  const frame = { size: 299, smallest: 75, name: 'inception_v3', habits } as const;
  return application('InceptionV3', options, frame, (picture, net, settings) => {
    let x = stem(picture, net);
    [32, 64, 64].forEach((width, i) => {
      const short: readonly (readonly Step[])[] = [
        [[64, 1]],
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
      x = inceptionBlock(x, net, `mixed${i}`, short, width);
    });
    x = reductionBlock(x, net, 'mixed3', [
      [[384, 3, 2, 'valid']],
      [
        [64, 1],
        [96, 3],
        [96, 3, 2, 'valid'],
      ],
    ]);
    [128, 160, 160, 192].forEach((width, i) => {
      x = inceptionBlock(x, net, `mixed${i + 4}`, longBranches(width), 192);
    });
    x = reductionBlock(x, net, 'mixed8', [
      [
        [192, 1],
        [320, 3, 2, 'valid'],
      ],
      [
        [192, 1],
        [192, ROW],
        [192, COLUMN],
        [192, 3, 2, 'valid'],
      ],
    ]);
    for (let i = 0; i < 2; i++) {
      const parts = [
        chain(x, net, [[320, 1]]),
        forked(x, net, [[384, 1]], `mixed9_${i}`),
        forked(x, net, [
          [448, 1],
          [384, 3],
        ]),
        chain(net.pool('average', x, 3, 1, undefined, 'same'), net, [[192, 1]]),
      ];
      x = net.concatenate(parts, `mixed${9 + i}`);
    }
    return classified(x, net, settings);
  });
}
