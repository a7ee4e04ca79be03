// The rows of convolutions, like those of operations.ts.
import * as reference from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import {
  convolve,
  convolveDepthwise,
  convolveTransposed,
  convolveVolumes,
} from '../reference/windows.js';
import {
  NONE,
  REACH,
  asImage,
  asSequence,
  bias,
  image,
  nestedImage,
  plain,
  refused,
  row,
  same,
  sequence,
  volume,
} from './operation-families.js';
import { random } from './operation-spec.js';
import type { OperationSpec, Reference } from './operation-spec.js';

const filters = (...shape: number[]): DenseArray => random(shape);
const convolving = { strides: 1, padding: 'valid', dilationRate: 1 };
const first = { dataFormat: 'channels_first' } as const;
const plainSteps = { strides: [1, 1], dilation: [1, 1] } as const;

/** A kernel of sequences as one of images of one row. */
const asImageKernel = (kernel: DenseArray): DenseArray =>
  reference.reshape(kernel, [1, ...kernel.shape]);

const separable =
  (rule: Parameters<typeof convolveDepthwise>[2]): Reference =>
  (a = NONE, k = NONE, p = NONE) =>
    convolve(convolveDepthwise(a, k, rule), p, { ...plainSteps, padding: 'valid' });

export const convolutionSpecs: Readonly<Record<string, OperationSpec>> = {
  conv1d: row('twice', [
    ...plain([sequence, filters(3, 2, 2), null, convolving], [sequence, filters(3, 2, 2), bias], [sequence, filters(3, 2, 2), null, { padding: 'causal' }]), // prettier-ignore
    [
      [random([1, 4, 2]), random([2, 2, 2])],
      (a = NONE, k = NONE) =>
        asSequence(convolve(asImage(a), asImageKernel(k), { ...plainSteps, padding: 'valid' })),
    ],
  ]),
  conv2d: refused(
    REACH,
    row('twice', [
      ...plain([image, filters(1, 1, 2, 1), null, convolving], [image, filters(2, 2, 2, 2), bias, { activation: 'relu' }], [nestedImage, filters(2, 2, 2, 2), null, same], [image, filters(2, 2, 4, 2), null, first]), // prettier-ignore
      [
        [random([1, 3, 3, 2]), random([2, 2, 2, 2]), null, same],
        (a = NONE, k = NONE) => convolve(a, k, { ...plainSteps, ...same }, 1),
      ],
      [
        [random([1, 5, 5, 4]), random([2, 2, 2, 4]), null, { groups: 2, strides: 2, dilationRate: 2 }], // prettier-ignore
        (a = NONE, k = NONE) =>
          convolve(a, k, { strides: [2, 2], dilation: [2, 2], padding: 'valid' }, 2),
      ],
    ]),
  ),
  conv3d: refused(
    REACH,
    row('twice', [
      ...plain([volume, filters(1, 1, 1, 2, 1), null, convolving], [volume, filters(2, 2, 2, 2, 2), bias, { activation: 'relu' }], [volume, filters(2, 2, 2, 2, 2), null, same]), // prettier-ignore
      [
        [random([1, 3, 2, 2, 2]), random([2, 2, 1, 2, 2]), null, { ...same, strides: [2, 1, 1] }],
        (a = NONE, k = NONE) => convolveVolumes(a, k, { strides: [2, 1, 1], ...same }),
      ],
      [
        [random([1, 3, 2, 2, 4]), random([2, 2, 1, 2, 2]), null, { groups: 2 }],
        (a = NONE, k = NONE) => convolveVolumes(a, k, { strides: [1, 1, 1], padding: 'valid' }, 2),
      ],
    ]),
  ),
  conv1dTranspose: row('twice', [
    ...plain([sequence, filters(3, 2, 2), null, { ...convolving, outputPadding: 0 }], [sequence, filters(3, 2, 2), bias, { activation: 'tanh' }]), // prettier-ignore
    [
      [random([1, 3, 2]), random([4, 2, 2]), null, { strides: 2, ...same }],
      (a = NONE, k = NONE) => convolveTransposed(a, k, { strides: [2], dilation: [1], ...same }),
    ],
  ]),
  conv2dTranspose: refused(
    REACH,
    row('twice', [
      ...plain([image, filters(1, 1, 1, 2), null, { ...convolving, outputPadding: null }], [image, filters(2, 2, 2, 2), bias, { activation: 'relu' }], [nestedImage, filters(2, 2, 2, 2), null, same], [image, filters(2, 2, 2, 4), null, first]), // prettier-ignore
      [
        [
          random([1, 2, 3, 2]),
          random([3, 2, 2, 2]),
          null,
          { ...same, strides: 2, outputPadding: 1 },
        ],
        (a = NONE, k = NONE) =>
          convolveTransposed(a, k, { strides: [2, 2], dilation: [1, 1], outputPadding: [1, 1], ...same }), // prettier-ignore
      ],
      [
        [random([1, 2, 3, 2]), random([2, 2, 2, 2]), null, { strides: [2, 3], dilationRate: 2 }],
        (a = NONE, k = NONE) =>
          convolveTransposed(a, k, { strides: [2, 3], dilation: [2, 2], padding: 'valid' }),
      ],
    ]),
  ),
  conv3dTranspose: refused(
    REACH,
    row('twice', [
      ...plain([volume, filters(1, 1, 1, 1, 2), null, { ...convolving, outputPadding: 1 }], [volume, filters(2, 2, 2, 2, 2), bias, { activation: 'relu' }]), // prettier-ignore
      [
        [random([1, 2, 2, 2, 2]), random([2, 2, 1, 2, 2]), null, { ...same, strides: [2, 1, 1] }],
        (a = NONE, k = NONE) =>
          convolveTransposed(a, k, { strides: [2, 1, 1], dilation: [1, 1, 1], ...same }),
      ],
    ]),
  ),
  depthwiseConv1d: row('twice', [
    ...plain([sequence, filters(3, 2, 1), null, convolving], [sequence, filters(3, 2, 1), bias, { activation: 'tanh' }]), // prettier-ignore
    [
      [random([1, 5, 2]), random([2, 2, 2]), null, { strides: 2, ...same }],
      (a = NONE, k = NONE) =>
        asSequence(convolveDepthwise(asImage(a), asImageKernel(k), { strides: [1, 2], dilation: [1, 1], ...same })), // prettier-ignore
    ],
  ]),
  depthwiseConv2d: refused(
    REACH,
    row('twice', [
      ...plain([image, filters(1, 1, 2, 1), null, convolving], [image, filters(2, 2, 2, 1), bias, { activation: 'relu' }], [nestedImage, filters(2, 2, 2, 2), null, same], [image, filters(2, 2, 4, 1), null, first]), // prettier-ignore
      [
        [random([1, 5, 4, 2]), random([3, 2, 2, 2]), null, { strides: [2, 1], ...same }],
        (a = NONE, k = NONE) =>
          convolveDepthwise(a, k, { strides: [2, 1], dilation: [1, 1], ...same }),
      ],
      [
        [
          random([1, 5, 4, 2]),
          random([2, 2, 2, 1]),
          null,
          { strides: [2, 1], dilationRate: [2, 3] },
        ],
        (a = NONE, k = NONE) =>
          convolveDepthwise(a, k, { strides: [2, 1], dilation: [2, 3], padding: 'valid' }),
      ],
    ]),
  ),
  separableConv1d: row('twice', [
    ...plain([sequence, filters(3, 2, 2), filters(1, 4, 2), null, convolving], [sequence, filters(3, 2, 1), filters(1, 2, 2), bias]), // prettier-ignore
    [
      [random([1, 4, 2]), random([2, 2, 1]), random([1, 2, 2])],
      (a = NONE, k = NONE, p = NONE) =>
        asSequence(separable({ ...plainSteps, padding: 'valid' })(asImage(a), asImageKernel(k), asImageKernel(p))), // prettier-ignore
    ],
  ]),
  separableConv2d: refused(
    REACH,
    row('twice', [
      ...plain([image, filters(1, 1, 2, 1), filters(1, 1, 2, 1), null, convolving], [image, filters(2, 2, 2, 2), filters(1, 1, 4, 2), bias, { activation: 'relu' }], [image, filters(2, 2, 4, 1), filters(1, 1, 4, 2), null, first]), // prettier-ignore
      [
        [random([1, 3, 3, 2]), random([2, 2, 2, 1]), random([1, 1, 2, 2]), null, { strides: 2, ...same }], // prettier-ignore
        separable({ strides: [2, 2], dilation: [1, 1], ...same }),
      ],
    ]),
  ),
};
