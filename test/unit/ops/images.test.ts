// Operations of images: forms of images, dtypes, and what is refused.
import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError, ValueError } from '../../../src/errors.js';
import { Input, models, ops } from '../../../src/index.js';
import { arange, ones, tensor, zeros } from '../../../src/engine/tensor/index.js';
import { leavingNothing, refuses } from '../refusals.js';

const { image } = ops;
const picture = ones([4, 5, 3]);

/** Arguments as a program in JavaScript gives them. */
const untyped = (value: unknown): never => value as never;

describe('images in each form', () => {
  it('give the same numbers with channels first, and as one image', () => {
    const x = arange(40, undefined, 1, 'float32').reshape(1, 4, 5, 2);
    const expected = image.resize(x, [3, 7], { interpolation: 'bicubic' });
    const first = image.resize(x.transpose([0, 3, 1, 2]), [3, 7], {
      interpolation: 'bicubic',
      dataFormat: 'channels_first',
    });
    expect(first.transpose([0, 2, 3, 1]).data()).toEqual(expected.data());
    const single = image.resize(x.squeeze(0), [3, 7], { interpolation: 'bicubic' });
    expect(single.data()).toEqual(expected.data());
  });

  it('keep their dtype, and numbers of any size where the nearest are taken', () => {
    const large = tensor([[[2 ** 30 + 1], [7]]], { dtype: 'int32' });
    const nearest = image.resize(large, [1, 3], { interpolation: 'nearest' });
    expect(nearest.toArray()).toEqual([[[2 ** 30 + 1], [7], [7]]]);
    const bytes = tensor([[[0], [255]]], { dtype: 'uint8' });
    // The cubic goes beyond 0 and 255, where bytes end.
    const smooth = image.resize(bytes, [1, 8], { interpolation: 'bicubic' });
    expect(smooth.dtype).toBe('uint8');
    expect([...smooth.data()].slice(0, 2)).toEqual([0, 0]);
    expect(image.gaussianBlur(bytes).dtype).toBe('uint8');
    expect(image.affineTransform(bytes, [1, 0, 0.5, 0, 1, 0, 0, 0]).toArray()).toEqual([
      [[128], [128]],
    ]);
  });

  it('may be a batch without images', () => {
    const none = zeros([0, 4, 5, 3]);
    expect(image.resize(none, [2, 2]).shape).toEqual([0, 2, 2, 3]);
    expect(image.affineTransform(none, [1, 0, 0, 0, 1, 0, 0, 0]).shape).toEqual([0, 4, 5, 3]);
    expect(image.extractPatches(none, 2).shape).toEqual([0, 2, 2, 12]);
    expect(image.gaussianBlur(none).shape).toEqual([0, 4, 5, 3]);
  });

  it('are put together of their patches again', () => {
    const x = arange(60).reshape(1, 4, 5, 3);
    const patches = image.extractPatches(x, [2, 3], { padding: 'same' });
    const again = image.reconstructPatches(patches, [2, 3], {
      outputSize: [4, 5],
      padding: 'same',
    });
    expect(again.data()).toEqual(x.data());
  });
});

it('moves four points onto four others', () => {
  const corners = [[0, 0], [4, 0], [0, 3], [4, 3]]; // prettier-ignore
  const x = arange(20, undefined, 1, 'float32').reshape(4, 5, 1);
  const turned = image.perspectiveTransform(x, corners, [[4, 3], [0, 3], [4, 0], [0, 0]]); // prettier-ignore
  const expected = x.flatten().slice('::-1').data();
  turned.flatten().data().forEach((number, i) => { expect(number).toBeCloseTo(expected[i] ?? NaN, 4); }); // prettier-ignore
});

it('draws other distances with each call, and the same with the same seed', () => {
  const x = arange(64, undefined, 1, 'float32').reshape(8, 8, 1);
  const draw = (seed?: number): unknown =>
    image.elasticTransform(x, { sigma: 2, ...(seed === undefined ? {} : { seed }) }).toArray();
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw()).not.toEqual(draw());
});

it('computes in a model with unknown lengths', () => {
  const x = Input([null, null, 3]);
  const model = new models.Model({ inputs: x, outputs: image.resize(x, [2, 3]) });
  expect(model.outputShape).toEqual([null, 2, 3, 3]);
  expect((model.apply(ones([2, 7, 5, 3])) as { shape: unknown }).shape).toEqual([2, 2, 3, 3]);
});

describe('refusals', () => {
  const empty = zeros([0, 5, 3]);
  const points = zeros([4, 2]);
  const threePoints = zeros([3, 2]);
  const gray = ones([2, 2, 1]);
  const square = ones([4, 4, 3]);
  const pixel = ones([1, 1, 1]);
  const transform = zeros([8]);
  const column = ones([65_536, 1, 1]);
  const patches = ones([2, 2, 4]);
  const bytes = picture.astype('uint8');

  refuses(
    ShapeError,
    {
      'resize: expected images of shape (height, width, channels) or (batch, height, width, channels), got (2,).':
        () => image.resize([1, 2], [2, 2]),
      'resize: images of shape (1, 0, 5, 3) have no pixels.': () => image.resize(empty, [2, 2]),
      'cropImages: an axis of 4 pixels does not go with topCropping = 3, bottomCropping = 2, targetHeight = left out.':
        () =>
          image.cropImages(picture, {
            topCropping: 3,
            bottomCropping: 2,
            leftCropping: 0,
            rightCropping: 0,
          }),
      'padImages: an axis of 4 pixels does not go with ... targetHeight = 3.': () =>
        image.padImages(picture, {
          topPadding: 0,
          targetHeight: 3,
          leftPadding: 0,
          rightPadding: 0,
        }),
      'affineTransform: the transform must have shape (8,) or, one for each image, (1, 8), got (6,).':
        () => image.affineTransform(picture, [1, 0, 0, 0, 1, 0]),
      'perspectiveTransform: endPoints must have shape (4, 2) ... got (3, 2).': () =>
        image.perspectiveTransform(picture, points, threePoints),
      'mapCoordinates: the coordinates must have shape (axes, …)': () =>
        image.mapCoordinates(picture, [[0], [1]], 1),
      'rgbToHsv: the images must have 3 channels, got 1.': () => image.rgbToHsv(gray),
      'ssim: the images must have the same shape': () => image.ssim(picture, square),
      'ssim: images of 4 × 5 pixels are smaller than the window of 11 × 11.': () =>
        image.ssim(picture, picture),
      'extractPatches: a window of (5, 5) is larger than the image of (4, 5)': () =>
        image.extractPatches(picture, 5),
      'reconstructPatches: patches of (2, 2) pixels have a multiple of 4 numbers each, got 3.':
        () => image.reconstructPatches(picture, 2),
      'scaleAndTranslate: the outputShape must be a list of 3 lengths, with those of (4, 5, 3) but along the axes (0,), got [8, 6, 3].':
        () => image.scaleAndTranslate(picture, [8, 6, 3], [2], [0], [0], 'linear'),
    },
    leavingNothing,
  );

  refuses(
    ValueError,
    {
      'resize: size must be a list of 2 whole numbers of at least 1, got [0, 2].': () =>
        image.resize(picture, [0, 2]),
      "resize: interpolation must be 'nearest', ... got 'area'": () =>
        image.resize(picture, [2, 2], { interpolation: untyped('area') }),
      "resize: fillMode must be 'constant', got 'wrap'": () =>
        image.resize(picture, [2, 2], { fillMode: untyped('wrap') }),
      'resize: only one of cropToAspectRatio and padToAspectRatio can be true.': () =>
        image.resize(picture, [2, 2], { cropToAspectRatio: true, padToAspectRatio: true }),
      'resize: height and width may be 1048576 at most, got 2097152.': () =>
        image.resize(pixel, [1, 2 ** 21]),
      "resize: unknown option 'antiAlias'. Did you mean 'antialias'?": () =>
        image.resize(picture, [2, 2], untyped({ antiAlias: true })),
      'cropImages: exactly two of three numbers must be given, got topCropping = 1': () =>
        image.cropImages(picture, { topCropping: 1, leftCropping: 1, targetWidth: 1 }),
      'padImages: topPadding must be a whole number from 0 to': () =>
        image.padImages(picture, { topPadding: -1, targetHeight: 8, leftPadding: 0, rightPadding: 0 }), // prettier-ignore
      'mapCoordinates: order must be 0 (nearest) or 1 (straight lines), got 3.': () =>
        image.mapCoordinates([1, 2], [[0]], untyped(3)),
      "affineTransform: fillMode must be 'constant', 'nearest', 'wrap', 'mirror' or 'reflect', got 'edge'":
        () => image.affineTransform(picture, transform, { fillMode: untyped('edge') }),
      'gaussianBlur: sigma must be a list of 2 numbers above 0, got [1, 0].': () =>
        image.gaussianBlur(picture, { sigma: [1, 0] }),
      'gaussianBlur: a window of 65536 pixels along an axis of 65536': () =>
        image.gaussianBlur(column, { kernelSize: [65_536, 1] }),
      'reconstructPatches: strides must be the size (2, 2) of a patch, got (1, 1)': () =>
        image.reconstructPatches(patches, 2, { strides: 1 }),
      "reconstructPatches: with padding 'same'": () =>
        image.reconstructPatches(patches, 2, { padding: 'same' }),
      "reconstructPatches: (2, 2) patches of (2, 2) pixels make up (4, 4), which does not go with an outputSize of (2, 4) and padding 'same'.":
        () => image.reconstructPatches(patches, 2, { outputSize: [2, 4], padding: 'same' }),
      'scaleAndTranslate: scale must hold finite numbers other than 0, got 0.': () =>
        image.scaleAndTranslate(picture, [8, 5, 3], [0], [0], [0], 'linear'),
      'scaleAndTranslate: spatialDims (0, 0) name an axis twice.': () =>
        image.scaleAndTranslate(picture, [8, 5, 3], [1, 1], [0, 0], [0, 0], 'linear'),
    },
    leavingNothing,
  );

  refuses(DTypeError, {
    "hsvToRgb: the images must be float32, got uint8. Convert with astype('float32') and divide by 255.":
      () => image.hsvToRgb(bytes),
  });
});
