// Random pipelines of layers that augment images: each layer agrees with a reference in float64 that is told what was drawn, and
// the pipeline as a whole draws the same. `LANEGRAD_FUZZ_RUNS` says how many; LANEGRAD_FUZZ_SEED is another start.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Sequential } from '../../src/models.js';
import * as layers from '../../src/layers.js';
import { tensor, tidy } from '../../src/engine/tensor/index.js';
import type { Tensor } from '../../src/engine/tensor/index.js';
import { at, build } from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import { hsv, moved, rgb } from '../reference/images.js';

const RUNS = Number(process.env['LANEGRAD_FUZZ_RUNS'] ?? 100);
const SEED = Number(process.env['LANEGRAD_FUZZ_SEED'] ?? 1);

type Numbers = Readonly<Record<string, DenseArray>>;
type Reference = (x: DenseArray, drawn: Numbers) => DenseArray;

/** A layer with the reference of it; `factor` is from 0 to 1. */
interface Step {
  readonly make: (factor: number, seed: number) => layers.Layer;
  readonly reference: Reference;
  /** Whether a number of an image is where the reference jumps, so that rounding decides. */
  readonly isAtJump?: (value: number, image: number, drawn: Numbers) => boolean;
}

const VALUE_RANGE = [0, 1] as const;
const clipped = (value: number): number => Math.min(Math.max(value, 0), 1);
const gray = ([r = 0, g = 0, b = 0]: readonly number[]): number => 0.2989 * r + 0.587 * g + 0.114 * b; // prettier-ignore

/** A number of each image, wherever its axes of length 1 are. */
const numberOf = (of: DenseArray | undefined, image: number): number => of?.data[image] ?? NaN;

/** Each element by itself, with its position. */
const each = (x: DenseArray, f: (value: number, index: readonly number[]) => number): DenseArray =>
  build(x.shape, (index) => f(at(x, index), index));

/** The three numbers of the pixel at an index. */
const pixelAt = (x: DenseArray, index: readonly number[]): number[] =>
  [0, 1, 2].map((channel) => at(x, [...index.slice(0, 3), channel]));

/** Images of which each is moved in a way of its own. */
function movedBy(
  x: DenseArray,
  fillMode: string,
  originOf: (image: number) => readonly number[],
): DenseArray {
  const size = x.shape.slice(1).reduce((a, b) => a * b, 1);
  const parts = Array.from({ length: x.shape[0] ?? 0 }, (_, image) => {
    const [a0 = 0, a1 = 0, a2 = 0, b0 = 0, b1 = 0, b2 = 0] = originOf(image);
    const one = { shape: [1, ...x.shape.slice(1)], data: x.data.slice(image * size, (image + 1) * size) }; // prettier-ignore
    return moved(one, (i, j) => [a0 * i + a1 * j + a2, b0 * i + b1 * j + b2], fillMode, 0.25).data;
  });
  return { shape: x.shape, data: parts.flat() };
}

/** The layers that move images, for a way of finding pixels beyond them. */
function movingSteps(fillMode: 'reflect' | 'wrap' | 'constant' | 'nearest'): Step[] {
  const beyond = (seed: number): object => ({ seed, fillMode, fillValue: 0.25 });
  const sides = (x: DenseArray): [number, number] => [x.shape[1] ?? 0, x.shape[2] ?? 0];
  return [
    {
      make: (factor, seed) => new layers.RandomRotation(factor, beyond(seed)),
      reference: (x, { angle }) => {
        const [height, width] = sides(x);
        return movedBy(x, fillMode, (image) => {
          const radians = (numberOf(angle, image) * Math.PI) / 180;
          const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
          const [i, j] = [(width - 1) / 2, (height - 1) / 2];
          return [cos, -sin, i - cos * i + sin * j, sin, cos, j - sin * i - cos * j];
        });
      },
    },
    {
      make: (factor, seed) => new layers.RandomZoom(factor, { widthFactor: factor / 2, ...beyond(seed) }), // prettier-ignore
      reference: (x, { heightZoom, widthZoom }) => {
        const [height, width] = sides(x);
        return movedBy(x, fillMode, (image) => {
          const [down, across] = [numberOf(heightZoom, image), numberOf(widthZoom, image)];
          return [across, 0, ((1 - across) * (width - 1)) / 2, 0, down, ((1 - down) * (height - 1)) / 2]; // prettier-ignore
        });
      },
    },
    {
      make: (factor, seed) => new layers.RandomTranslation(factor, [-factor / 2, factor], beyond(seed)), // prettier-ignore
      reference: (x, { translations }) =>
        movedBy(x, fillMode, (image) => [1, 0, -numberOf(translations, 2 * image), 0, 1, -numberOf(translations, 2 * image + 1)]), // prettier-ignore
    },
    {
      make: (factor, seed) => new layers.RandomShear({ xFactor: factor, yFactor: [0, factor], ...beyond(seed) }), // prettier-ignore
      reference: (x, { shearFactor }) =>
        movedBy(x, fillMode, (image) => [1, numberOf(shearFactor, 2 * image), 0, numberOf(shearFactor, 2 * image + 1), 1, 0]), // prettier-ignore
    },
  ];
}

const STEPS: readonly Step[] = [
  ...(['reflect', 'wrap', 'constant', 'nearest'] as const).flatMap(movingSteps),
  ...(['horizontal', 'vertical', 'horizontal_and_vertical'] as const).map((mode): Step => ({
    make: (_, seed) => new layers.RandomFlip(mode, { seed }),
    reference: (x, { flips }) =>
      each(x, (_, [image = 0, row = 0, column = 0, channel = 0]) => {
        const [, height = 0, width = 0] = x.shape;
        const isFlipped = numberOf(flips, image) === 1;
        const j = isFlipped && mode.includes('vertical') ? height - 1 - row : row;
        const i = isFlipped && mode.includes('horizontal') ? width - 1 - column : column;
        return at(x, [image, j, i, channel]);
      }),
  })),
  {
    make: (factor, seed) => new layers.RandomBrightness(factor, { seed, valueRange: VALUE_RANGE }),
    reference: (x, { rgbDelta }) =>
      each(x, (value, [image = 0]) => clipped(value + numberOf(rgbDelta, image))),
  },
  {
    make: (factor, seed) => new layers.RandomContrast([factor, factor], { seed, valueRange: VALUE_RANGE }), // prettier-ignore
    reference: (x, { contrastFactor }) => {
      const [count = 0, height = 0, width = 0, channels = 0] = x.shape;
      const means = build([count, channels], ([image = 0, channel = 0]) => {
        let sum = 0;
        for (let j = 0; j < height; j++) for (let i = 0; i < width; i++) sum += at(x, [image, j, i, channel]); // prettier-ignore
        return sum / (height * width);
      });
      return each(x, (value, [image = 0, , , channel = 0]) => {
        const mean = at(means, [image, channel]);
        return clipped((value - mean) * numberOf(contrastFactor, image) + mean);
      });
    },
  },
  {
    make: (factor, seed) => new layers.RandomInvert({ factor, seed, valueRange: VALUE_RANGE }),
    reference: (x, { applyInversion }) =>
      each(x, (value, [image = 0]) => (numberOf(applyInversion, image) === 1 ? 1 - value : value)),
  },
  {
    make: (factor, seed) => new layers.RandomGrayscale({ factor, seed }),
    reference: (x, { drawn }) =>
      each(x, (value, index) => (numberOf(drawn, index[0] ?? 0) === 1 ? gray(pixelAt(x, index)) : value)), // prettier-ignore
  },
  {
    make: (factor, seed) => new layers.RandomColorDegeneration(factor, { seed, valueRange: VALUE_RANGE }), // prettier-ignore
    reference: (x, { factor }) =>
      each(x, (value, index) =>
        clipped(value + numberOf(factor, index[0] ?? 0) * (gray(pixelAt(x, index)) - value)),
      ),
  },
  {
    make: (factor, seed) => new layers.RandomSaturation(factor / 2, { seed, valueRange: VALUE_RANGE }), // prettier-ignore
    reference: (x, { factor }) =>
      each(x, (_, index) => {
        const [h = 0, s = 0, v = 0] = hsv(pixelAt(x, index));
        const color = rgb([h, clipped(s * numberOf(factor, index[0] ?? 0)), v]);
        return color[index[3] ?? 0] ?? NaN;
      }),
  },
  {
    make: (factor, seed) => new layers.Solarization({ additionFactor: factor / 4, thresholdFactor: factor, seed, valueRange: VALUE_RANGE }), // prettier-ignore
    reference: (x, { additions, thresholds }) =>
      each(x, (value, [image = 0]) => {
        const lighter = Math.min(255 * value + numberOf(additions, image), 255);
        return (lighter < numberOf(thresholds, image) ? lighter : 255 - lighter) / 255;
      }),
    isAtJump: (value, image, { additions, thresholds }) =>
      Math.abs(255 * value + numberOf(additions, image) - numberOf(thresholds, image)) < 1e-3,
  },
];

const arrayOf = (x: Tensor): DenseArray => ({ shape: x.shape, data: Array.from(x.data()) });

/** What was drawn, as numbers; a tensor alone is called `drawn`. */
function numbersOf(drawn: unknown): Numbers {
  const parts = 'shape' in (drawn as object) ? { drawn } : (drawn as object);
  return Object.fromEntries(Object.entries(parts).map(([name, x]) => [name, arrayOf(x as Tensor)]));
}

const pipelines = fc.record({
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  seed: fc.integer({ min: 0, max: 1e6 }),
  steps: fc.array(
    fc.record({
      step: fc.integer({ min: 0, max: STEPS.length - 1 }),
      factor: fc.integer({ min: 0, max: 100 }).map((part) => part / 100),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

it(
  `${RUNS} pipelines agree with the reference, layer by layer`,
  () => {
    fc.assert(
      fc.property(pipelines, ({ height, width, seed, steps }) => {
        tidy(() => {
          const shape = [3, height, width, 3];
          const start = build(shape, (index) => (index.reduce((sum, i) => 5 * sum + i, seed % 89) % 97) / 97); // prettier-ignore
          const make = (): layers.BaseImagePreprocessingLayer[] =>
            steps.map(({ step, factor }, i) => STEPS[step]?.make(factor, seed + i)) as never;
          let x = tensor(Float32Array.from(start.data)).reshape(shape);
          const whole = new Sequential([layers.Input(shape.slice(1)), ...make()]).apply(x);
          make().forEach((layer, i) => {
            const drawn = layer.getRandomTransformation(x);
            const y = layer.transformImages(x, drawn);
            const { reference, isAtJump } = STEPS[steps[i]?.step ?? 0] as Step;
            const [given, numbers] = [arrayOf(x), numbersOf(drawn)];
            const expected = reference(given, numbers);
            const perImage = height * width * 3;
            y.data().forEach((value, element) => {
              const difference = Math.abs(value - (expected.data[element] ?? NaN));
              const image = Math.floor(element / perImage);
              if (difference < 2e-4 || isAtJump?.(given.data[element] ?? NaN, image, numbers))
                return;
              expect.fail(`${String(layer)}: element ${element} is ${value}, off by ${difference}`);
            });
            x = y;
          });
          expect(whole.data()).toEqual(x.data());
        });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  },
  60_000 + 300 * RUNS,
);
