import { expect, it } from 'vitest';
import { layers, ShapeError, tidy, zeros } from '../../../src/index.js';

it.each([
  [new layers.Cropping1D([2, 1]), [1, 3, 4]],
  [
    new layers.Cropping2D([
      [1, 1],
      [0, 2],
    ]),
    [1, 2, 2, 4],
  ],
  [new layers.Cropping3D([0, 1, 0]), [1, 3, 2, 3, 1]],
])('%s leaves no axis empty', (layer, shape) => {
  tidy(() => {
    expect(() => layer.apply(zeros(shape))).toThrow(ShapeError);
    expect(() => layer.computeOutputShape(shape)).toThrow(/leaves nothing of an axis of length/);
  });
});

it('cuts an empty batch, and leaves unknown lengths unknown', () => {
  tidy(() => {
    expect(new layers.Cropping1D(1).apply(zeros([0, 5, 2])).shape).toEqual([0, 3, 2]);
  });
  expect(new layers.Cropping2D(1).computeOutputShape([null, null, 5, 2])).toEqual([
    null,
    null,
    3,
    2,
  ]);
});
