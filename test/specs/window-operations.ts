// The rows of operations on windows, patches or blocks of images, except convolutions.
import * as reference from '../reference/dense-array.js';
import { meanOf, patches, patchSums } from '../reference/windows.js';
import {
  NONE,
  RARE,
  REACH,
  adaptivePooling,
  cycle,
  image,
  maximum,
  nestedImage,
  of,
  plain,
  pooling,
  refused,
  row,
} from './operation-families.js';
import { random } from './operation-spec.js';
import type { OperationSpec } from './operation-spec.js';

const first = { dataFormat: 'channels_first' } as const;

export const windowOperations: Readonly<Record<string, OperationSpec>> = {
  adaptiveAveragePool: refused(REACH, adaptivePooling(meanOf)),
  adaptiveMaxPool: refused(REACH, adaptivePooling(maximum)),
  maxPool1d: refused(REACH, pooling(1, maximum)),
  maxPool2d: refused(REACH, pooling(2, maximum)),
  maxPool3d: refused(REACH, pooling(3, maximum)),
  averagePool1d: refused(REACH, pooling(1, meanOf)),
  averagePool2d: refused(REACH, pooling(2, meanOf)),
  averagePool3d: refused(REACH, pooling(3, meanOf)),
  unfold: refused(
    REACH,
    row('twice', [
      ...plain([image, 2, { dilation: 1, padding: 0, stride: 1 }], [nestedImage, [2, 1]]),
      [
        [random([1, 2, 5, 3]), [2, 2], { dilation: [2, 1], padding: [1, 0], stride: [2, 1] }],
        (a = NONE) => patches(a, [2, 2], { dilation: [2, 1], padding: [1, 0], stride: [2, 1] }),
      ],
    ]),
  ),
  fold: refused(
    REACH,
    row('twice', [
      ...plain([cycle(1, 8, 4), 3, 2, { dilation: 1, padding: 0, stride: 1 }], [cycle(2, 4, 4), [4, 2], [4, 1], { padding: [0, 1], stride: [1, 1], dilation: [1, 2] }]), // prettier-ignore
      [
        [random([1, 4, 3]), [5, 2], 2, { dilation: [2, 1], padding: [1, 0], stride: [2, 1] }],
        (a = NONE) => patchSums(a, [5, 2], [2, 2], { dilation: [2, 1], padding: [1, 0], stride: [2, 1] }), // prettier-ignore
      ],
    ]),
  ),
  depthToSpace: refused(RARE, {
    ...row('twice', [
      ...plain([cycle(1, 2, 3, 8), 2, { dataFormat: 'channels_last' }], [of([1, 1, 1, 4], [1, 2, 3, 4], 'int32'), 2], [[[[[1, 2, 3, 4]]]], 2]), // prettier-ignore
      [[random([1, 2, 1, 8]), 2], (a = NONE) => reference.build([1, 4, 2, 2], ([n = 0, y = 0, z = 0, c = 0]) => reference.at(a, [n, y >> 1, z >> 1, ((y % 2) * 2 + (z % 2)) * 2 + c]))], // prettier-ignore
      [[random([1, 8, 1, 2]), 2, first], (a = NONE) => reference.build([1, 2, 2, 4], ([n = 0, c = 0, y = 0, z = 0]) => reference.at(a, [n, c * 4 + (y % 2) * 2 + (z % 2), y >> 1, z >> 1]))], // prettier-ignore
    ]),
  }),
  spaceToDepth: refused(RARE, {
    ...row('twice', [
      ...plain([cycle(1, 4, 6, 2), 2, { dataFormat: 'channels_last' }], [of([1, 2, 2, 1], [1, 2, 3, 4], 'int32'), 2], [[[[[1], [2]], [[3], [4]]]], 2]), // prettier-ignore
      [[random([1, 4, 2, 2]), 2], (a = NONE) => reference.build([1, 2, 1, 8], ([n = 0, y = 0, z = 0, c = 0]) => reference.at(a, [n, y * 2 + (c >> 2), z * 2 + ((c >> 1) % 2), c % 2]))], // prettier-ignore
      [[random([1, 2, 2, 4]), 2, first], (a = NONE) => reference.build([1, 8, 1, 2], ([n = 0, c = 0, y = 0, z = 0]) => reference.at(a, [n, c >> 2, y * 2 + ((c >> 1) % 2), z * 2 + (c % 2)]))], // prettier-ignore
    ]),
  }),
};
