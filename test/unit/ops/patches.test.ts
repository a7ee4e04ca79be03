import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import { arange, zeros } from '../../../src/engine/tensor/index.js';
import { patches, patchSums } from '../../reference/windows.js';
import { expectAgreement, random, toTensor } from './agreement.js';
import { refuses } from '../refusals.js';

const both = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

const geometry = fc
  .record({
    size: both(1, 9),
    channels: fc.integer({ min: 1, max: 3 }),
    kernel: both(1, 3),
    dilation: both(1, 4),
    padding: both(0, 3),
    stride: both(1, 4),
  })
  .filter(({ size, kernel, dilation, padding }) =>
    size.every((n, i) => n + 2 * (padding[i] ?? 0) > (dilation[i] ?? 1) * ((kernel[i] ?? 1) - 1)),
  );

describe('patches agree with float64 on random shapes, value and gradient', () => {
  it('unfold and fold', () => {
    fc.assert(
      fc.property(geometry, ({ size, channels, kernel, ...rule }) => {
        const what = JSON.stringify({ size, kernel, ...rule });
        const x = random([2, channels, ...size]);
        expectAgreement(`unfold ${what}`, (a) => ops.unfold(a, kernel, rule), (a) => patches(a, kernel, rule), x); // prettier-ignore
        const columns = random(patches(x, kernel, rule).shape);
        expectAgreement(`fold ${what}`, (a) => ops.fold(a, size, kernel, rule), (a) => patchSums(a, size, kernel, rule), columns); // prettier-ignore
      }),
      { numRuns: 40, seed: 8 },
    );
  });

  it('unfold is what a convolution multiplies by its kernel', () => {
    const x = toTensor(random([2, 3, 6, 5]));
    const kernel = toTensor(random([2, 3, 3, 4]));
    const rows = ops.reshape(ops.transpose(kernel, [3, 2, 0, 1]), [4, 18]);
    const y = ops.matmul(rows, ops.unfold(x, [2, 3]));
    const expected = ops.moveAxis(ops.conv2d(ops.moveAxis(x, 1, -1), kernel), -1, 1);
    const difference = ops.sub(ops.reshape(y, expected.shape), expected).abs().max().item();
    expect(difference).toBeLessThan(1e-5);
  });

  it('of batches without images', () => {
    expect(ops.unfold(zeros([0, 2, 4, 4]), 2).shape).toEqual([0, 8, 9]);
    expect(ops.fold(zeros([0, 8, 9]), 4, 2).shape).toEqual([0, 2, 4, 4]);
  });
});

describe('depthToSpace and spaceToDepth', () => {
  it.each(['channels_last', 'channels_first'] as const)('are inverse, %s', (dataFormat) => {
    const x = arange(2 * 18 * 4 * 6).reshape(...(dataFormat === 'channels_last' ? [2, 4, 6, 18] : [2, 18, 4, 6])); // prettier-ignore
    const spread = ops.depthToSpace(x, 3, { dataFormat });
    expect(spread.dtype).toBe('int32');
    expect(spread.shape).toEqual(dataFormat === 'channels_last' ? [2, 12, 18, 2] : [2, 2, 12, 18]);
    expect(ops.spaceToDepth(spread, 3, { dataFormat }).toArray()).toEqual(x.toArray());
  });
});

refuses(ShapeError, {
  'unfold: the input must have shape (batch, channels, height, width), got (5, 5).': () =>
    ops.unfold(zeros([5, 5]), 2),
  'unfold: a patch reaches over 5 elements of the width of 4. Use a smaller kernelSize': () =>
    ops.unfold(zeros([1, 1, 9, 4]), 3, { dilation: 2 }),
  'unfold: a patch reaches over 7 elements of the height of 4 with a padding of 1.': () =>
    ops.unfold(zeros([1, 1, 4, 9]), 7, { padding: 1 }),
  'fold: the input must have shape (batch, channels · kernelHeight · kernelWidth, patches), got (2,).': () =>
    ops.fold(zeros([2]), 2, 2), // prettier-ignore
  'fold: axis 1 must be a multiple of the 4 elements of a patch of 2 × 2, got (1, 6, 9).': () =>
    ops.fold(zeros([1, 6, 9]), 4, 2),
  'fold: images of (4, 4) have 3 × 3 = 9 patches, got 4 in (1, 4, 4). Give fold the options': () =>
    ops.fold(zeros([1, 4, 4]), 4, 2),
  'depthToSpace: the 6 channels must be a multiple of 2² = 4, got (1, 2, 2, 6).': () =>
    ops.depthToSpace(zeros([1, 2, 2, 6]), 2),
  'depthToSpace: the input must have shape (batch, channels, height, width), got (4, 4).': () =>
    ops.depthToSpace(zeros([4, 4]), 2, { dataFormat: 'channels_first' }),
  'spaceToDepth: height 4 and width 5 must be multiples of 2, got (1, 4, 5, 1).': () =>
    ops.spaceToDepth(zeros([1, 4, 5, 1]), 2),
});

refuses(ValueError, {
  'unfold: padding must be a whole number of at least 0 or a list of 2 of them, got -1.': () =>
    ops.unfold(zeros([1, 1, 4, 4]), 2, { padding: -1 }),
  "unfold: unknown option 'strides'. Did you mean 'stride'?": () =>
    ops.unfold(zeros([1, 1, 4, 4]), 2, { strides: 2 } as never),
  'depthToSpace: blockSize must be': () => ops.depthToSpace(zeros([1, 2, 2, 4]), 1),
});
