// Layers that change colours and pixels of images in place: what they refuse, and what follows the images.
import { describe, expect, it, vi } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { moveAxis, sum } from '../../../src/engine/ops/index.js';
import { uniform } from '../../../src/random.js';
import { memory, ones, tensor, tidy, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { gradientOf } from './gradient.js';

/** Options that all take: images from 0 to 1, and a seed. */
const unit = { valueRange: [0, 1], seed: 3 } as const;

const numbersOf = (x: Tensor | undefined): number[] => [...(x?.data() ?? [])];

/** A layer of each class, which changes what it is given. */
const MAKERS = {
  AutoContrast: (further: object) => new layers.AutoContrast({ valueRange: [0, 1], ...further }),
  ContrastLimitedAdaptiveHistogramEqualization: (further: object) =>
    new layers.ContrastLimitedAdaptiveHistogramEqualization({
      valueRange: [0, 1],
      tileGridSize: [2, 3],
      ...further,
    }),
  Equalization: (further: object) => new layers.Equalization({ valueRange: [0, 1], ...further }),
  RandomBrightness: (further: object) =>
    new layers.RandomBrightness([0.2, 0.4], { ...unit, ...further }),
  RandomColorDegeneration: (further: object) =>
    new layers.RandomColorDegeneration([0.2, 0.8], { ...unit, ...further }),
  RandomColorJitter: (further: object) =>
    new layers.RandomColorJitter({
      ...unit,
      brightnessFactor: 0.2,
      contrastFactor: [0.3, 0.3],
      saturationFactor: [0.2, 0.4],
      hueFactor: [0.2, 0.5],
      ...further,
    }),
  RandomContrast: (further: object) =>
    new layers.RandomContrast([0.2, 0.9], { ...unit, ...further }),
  RandomErasing: (further: object) =>
    new layers.RandomErasing({ ...unit, factor: [1, 1], scale: [0.2, 0.6], fillValue: 0.5, ...further }), // prettier-ignore
  RandomElasticTransform: (further: object) =>
    new layers.RandomElasticTransform({ ...unit, factor: [1, 1], scale: [0.8, 1], ...further }),
  RandomGaussianBlur: (further: object) =>
    new layers.RandomGaussianBlur({ ...unit, factor: [1, 1], sigma: [0.6, 1], kernelSize: [3, 5], ...further }), // prettier-ignore
  RandomGrayscale: (further: object) => new layers.RandomGrayscale({ factor: 1, ...further }),
  RandomHue: (further: object) => new layers.RandomHue([0.2, 0.9], { ...unit, ...further }),
  RandomInvert: (further: object) =>
    new layers.RandomInvert({ ...unit, factor: [0.9, 1], ...further }),
  RandomPerspective: (further: object) =>
    new layers.RandomPerspective({ factor: [1, 1], scale: 0.6, seed: 3, ...further }),
  RandomPosterization: (further: object) =>
    new layers.RandomPosterization([1, 4], { ...unit, ...further }),
  RandomSaturation: (further: object) =>
    new layers.RandomSaturation([0.1, 0.4], { ...unit, ...further }),
  RandomSharpness: (further: object) =>
    new layers.RandomSharpness([0.6, 1], { ...unit, ...further }),
  Solarization: (further: object) =>
    new layers.Solarization({ ...unit, thresholdFactor: [0.2, 0.6], ...further }),
};

/** Layers that change images whether they are trained or not. */
const ALWAYS = ['AutoContrast', 'ContrastLimitedAdaptiveHistogramEqualization'];

const images = (): Tensor => uniform([3, 12, 15, 3], { seed: 5 });

describe.each(Object.entries(MAKERS))('%s', (name, make) => {
  it('changes images unless training is false', () => {
    tidy(() => {
      const x = images();
      expect(make({}).apply(x).data()).not.toEqual(x.data());
      const left = make({}).apply(x, { training: false }).data();
      if (ALWAYS.includes(name)) expect(left).not.toEqual(x.data());
      else expect(left).toEqual(x.data());
    });
  });

  it('gives the same numbers with channels first', () => {
    tidy(() => {
      const x = images();
      const first = make({ dataFormat: 'channels_first' }).apply(moveAxis(x, -1, 1));
      expect(moveAxis(first, 1, -1).data()).toEqual(make({}).apply(x).data());
    });
  });

  it('takes one image, bytes, and no images at all', () => {
    tidy(() => {
      const x = images().slice([0, 1]);
      const alone = make({}).apply(x.squeeze(0));
      expect(alone.shape).toEqual([12, 15, 3]);
      expect(alone.data()).toEqual(make({}).apply(x).data());
      const bytes = tensor(Uint8Array.of(1, 0, 1, 1, 0, 0), { shape: [1, 2, 1, 3] });
      expect(make({}).apply(bytes)).toMatchObject({ shape: [1, 2, 1, 3], dtype: 'float32' });
      expect(make({}).apply(zeros([0, 4, 4, 3])).shape).toEqual([0, 4, 4, 3]);
    });
  });

  it('leaves nothing behind', () => {
    const x = images();
    const layer = make({});
    layer.apply(x).dispose();
    const before = memory().tensors;
    layer.apply(x).dispose();
    expect(memory().tensors).toBe(before);
    layer.dispose();
    x.dispose();
  });

  if (!['RandomPerspective', 'RandomElasticTransform'].includes(name))
    it('leaves bounding boxes and masks as they are', () => {
      tidy(() => {
        const boxes = tensor([[[1, 1, 20, 4]]]).tile([3, 1, 1]);
        const masks = uniform([3, 12, 15, 1], { seed: 2 });
        const given = {
          images: images(),
          boundingBoxes: { boxes, labels: ones([3, 1]) },
          segmentationMasks: masks,
        };
        const out = make({ boundingBoxFormat: 'xyxy' }).apply(given);
        expect(out.boundingBoxes?.boxes.data()).toEqual(boxes.data());
        expect(out.segmentationMasks?.data()).toEqual(masks.data());
      });
    });
});

describe('seeds', () => {
  it.each(Object.entries(MAKERS).filter(([name]) => /^Random|Solar/.test(name)))(
    '%s draws again at each call, and the same for the same seed',
    (name, make) => {
      tidy(() => {
        // A probability of 1 draws nothing that shows.
        const further = name === 'RandomGrayscale' ? { factor: 0.5, seed: 8 } : name === 'RandomInvert' ? { factor: [0.5, 0.5] } : {}; // prettier-ignore
        const x = uniform([20, 6, 6, 3], { seed: 5 });
        const draw = (): unknown[] => {
          const layer = make(further);
          return [layer.apply(x).data(), layer.apply(x).data()];
        };
        const [first, second] = draw();
        expect(first).not.toEqual(second);
        expect(draw()).toEqual([first, second]);
      });
    },
  );

  it('of RandomColorJitter are those of its own generator alone', () => {
    const layer = MAKERS.RandomColorJitter({});
    const inner = layer.jitters.map(({ generator }) => generator.getState());
    tidy(() => layer.apply(images()));
    expect(layer.jitters.map(({ generator }) => generator.getState())).toEqual(inner);
    expect(layer.generator.getState().blocks).toBeGreaterThan(0);
  });
});

describe('gradients', () => {
  /** The slope of the sum of squares of what a layer makes, along a direction, by differences. */
  it.each([
    'AutoContrast',
    'RandomBrightness',
    'RandomContrast',
    'RandomGaussianBlur',
    'RandomInvert',
    'RandomSharpness',
  ] as const)(
    // prettier-ignore
    'of %s agree with differences',
    (name) => {
      tidy(() => {
        const layer = MAKERS[name]({ valueRange: [-100, 100] });
        const x = uniform([2, 4, 5, 3], { seed: 1 });
        const drawn = layer.getRandomTransformation(x);
        vi.spyOn(layer, 'getRandomTransformation').mockReturnValue(drawn);
        const f = (input: Tensor): Tensor => sum(layer.apply(input).mul(uniform(x.shape, { seed: 9 }))); // prettier-ignore
        const direction = uniform(x.shape, { minval: -1, seed: 2 });
        const slope = sum(gradientOf(f, x).mul(direction)).item();
        const step = 1 / 128;
        const change = f(x.add(direction.mul(step))).item() - f(x.sub(direction.mul(step))).item();
        const measured = change / (2 * step);
        expect(Math.abs(slope - measured)).toBeLessThan(0.02 * Math.max(1, Math.abs(measured)));
      });
    },
  );

  it('are 0 where a number was cut', () => {
    const layer = new layers.RandomBrightness([0.5, 0.5], { valueRange: [0, 1] });
    const x = tensor([[[[0.25], [0.75]]]]);
    expect(numbersOf(gradientOf((input) => sum(layer.apply(input)), x))).toEqual([1, 0]);
  });
});

describe('options', () => {
  it('that are factors keep the pair of limits', () => {
    expect(new layers.RandomBrightness(-0.25).factor).toEqual([-0.25, 0.25]);
    expect(new layers.RandomContrast([0.5, 0.25]).factor).toEqual([0.25, 0.5]);
    expect(new layers.RandomPosterization(4).factor).toEqual([1, 4]);
    expect(new layers.RandomInvert().factor).toEqual([0, 1]);
    expect(Object.is(new layers.RandomBrightness(0).factor[0], 0)).toBe(true);
    expect(new layers.RandomColorJitter({ hueFactor: 0.5 })).toMatchObject({ hueFactor: [0, 0.5], contrastFactor: null }); // prettier-ignore
    expect(new layers.RandomHue(0.1, { valueRange: [1, -1] }).valueRange).toEqual([-1, 1]);
  });

  it.each([
    ['a number out of bounds', () => new layers.RandomContrast(1.5), /^RandomContrast layer '\w+': factor must be a number from 0 to 1 or a pair \[lower, upper\] of them, got 1.5/], // prettier-ignore
    ['a limit out of bounds', () => new layers.RandomBrightness([-2, 0]), /factor must be a number from -1 to 1 .* got \[-2, 0\]/], // prettier-ignore
    ['three limits', () => new layers.RandomHue([0, 0.1, 0.2] as never), /factor must .* got \[0, 0.1, 0.2\]/], // prettier-ignore
    ['NaN', () => new layers.RandomSharpness(NaN), /factor must .* got NaN/],
    ['parts of bits', () => new layers.RandomPosterization(2.5), /factor must be a whole number from 1 to 8/], // prettier-ignore
    [
      'another name',
      () => new layers.RandomColorJitter({ hueFactor: 2 }),
      /hueFactor must .* got 2/,
    ],
    ['one number of a range', () => new layers.AutoContrast({ valueRange: 1 as never }), /valueRange must be a pair of two different numbers, such as \[0, 1\], got 1/], // prettier-ignore
    ['a range without length', () => new layers.AutoContrast({ valueRange: [1, 1] }), /valueRange must .* got \[1, 1\]/], // prettier-ignore
    ['an even window', () => new layers.RandomGaussianBlur({ kernelSize: 4 }), /kernelSize must be an odd number above 0 or a pair .* got 4/], // prettier-ignore
    ['a grid of no tiles', () => new layers.ContrastLimitedAdaptiveHistogramEqualization({ tileGridSize: [0, 2] }), /tileGridSize must be a pair of whole numbers above 0/], // prettier-ignore
    ['a filling of text', () => new layers.RandomErasing({ fillValue: 'black' as never }), /fillValue must be a finite number, a list .* got 'black'/], // prettier-ignore
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });

  it('refuse images of other channels, before they are there, too', () => {
    const gray = zeros([1, 2, 2, 2]);
    for (const name of [
      'RandomSaturation',
      'RandomHue',
      'RandomGrayscale',
      'RandomColorDegeneration',
      'RandomColorJitter',
    ] as const) {
      // prettier-ignore
      const layer = MAKERS[name]({});
      expect(() => layer.apply(gray)).toThrow(ShapeError);
      expect(() => layer.computeOutputShape([null, 4, 4, 2])).toThrow(
        /must have .*3 channels, got 2/,
      );
      const shapes = { images: [null, 4, 4, 2], labels: [null] };
      expect(() => layer.computeOutputShape(shapes as never)).toThrow(/channels, got 2/);
      expect(layer.computeOutputShape([null, 4, 4, null])).toEqual([null, 4, 4, null]);
    }
  });

  it('of RandomErasing fill channels with numbers of their own', () => {
    const whole = { factor: [1, 1], scale: [1, 1], valueRange: [0, 1] } as const;
    const layer = new layers.RandomErasing({ ...whole, fillValue: [0.25, 0.5, 3] });
    expect(numbersOf(layer.apply(zeros([1, 1, 3])))).toEqual([0.25, 0.5, 1]);
    expect(() => layer.apply(zeros([1, 1, 2]))).toThrow(/fillValue has 3 numbers, but the images have 2 channels/); // prettier-ignore
    const noise = numbersOf(new layers.RandomErasing(whole).apply(ones([40, 40, 3])));
    expect(Math.min(...noise)).toBe(0);
    expect(new Set(noise).size).toBeGreaterThan(100);
  });
});

describe('RandomElasticTransform', () => {
  it('moves masks with the images, and keeps their classes', () => {
    tidy(() => {
      const x = uniform([2, 24, 24, 1], { maxval: 9, seed: 1 }).floor();
      const layer = new layers.RandomElasticTransform({
        factor: [1, 1],
        scale: [1, 1],
        interpolation: 'nearest',
        valueRange: [0, 9],
        seed: 2,
      });
      const out = layer.apply({ images: x, segmentationMasks: x });
      expect(out.images.data()).not.toEqual(x.data());
      expect(out.segmentationMasks?.data()).toEqual(out.images.data());
    });
  });

  it('leaves images at a distortion of 0', () => {
    const x = images();
    expect(new layers.RandomElasticTransform({ scale: 0 }).apply(x).data()).toEqual(x.data());
  });

  it('refuses bounding boxes', () => {
    const layer = new layers.RandomElasticTransform({ boundingBoxFormat: 'xyxy' });
    const boundingBoxes = { boxes: zeros([1, 1, 4]), labels: zeros([1, 1]) };
    expect(() => layer.apply({ images: zeros([1, 4, 4, 1]), boundingBoxes })).toThrow(
      /bounding boxes cannot follow an elastic transform/,
    );
  });
});
