// How often layers that augment images draw what.
import { describe, expect, it } from 'vitest';
import * as layers from '../../../src/layers.js';
import { tidy, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const DRAWS = 10_000;

/** Options that all take: images from 0 to 1, and a seed. */
const unit = { valueRange: [0, 1], seed: 3 } as const;

/** What layers draw for images of one pixel. */
const drawnBy = (layer: { getRandomTransformation: (images: Tensor) => unknown }) =>
  layer.getRandomTransformation(zeros([DRAWS, 1, 1, 3])) as Readonly<Record<string, Tensor>>;

const numbersOf = (x: Tensor | undefined): number[] => [...(x?.data() ?? [])];
const meanOf = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;

/** Fails unless numbers are evenly distributed in [low, high): the range, mean and variance, within five standard errors. */
function expectUniform(all: readonly number[], low: number, high: number): void {
  expect(all).toHaveLength(DRAWS);
  const slack = 1e-6 * (high - low);
  expect(Math.min(...all)).toBeGreaterThanOrEqual(low - slack);
  expect(Math.max(...all)).toBeLessThanOrEqual(high + slack);
  const spread = (high - low) / Math.sqrt(12);
  const middle = (low + high) / 2;
  expect(Math.abs(meanOf(all) - middle)).toBeLessThan((5 * spread) / Math.sqrt(DRAWS));
  const variance = meanOf(all.map((value) => (value - middle) ** 2));
  // The fourth moment of a uniform distribution is 1.8 times the square of its variance.
  expect(Math.abs(variance / spread ** 2 - 1)).toBeLessThan(5 * Math.sqrt(0.8 / DRAWS));
}

/** Fails unless that part of the numbers is 1 and the others are 0, within five standard errors. */
function expectFrequency(all: readonly number[], probability: number): void {
  expect(all).toHaveLength(DRAWS);
  expect([...new Set(all)].every((value) => value === 0 || value === 1)).toBe(true);
  const error = Math.sqrt((probability * (1 - probability)) / DRAWS);
  expect(Math.abs(meanOf(all) - probability)).toBeLessThanOrEqual(5 * error);
}

describe('what is drawn', () => {
  it.each([
    [new layers.RandomContrast([0.3, 0.6], { seed: 1 }), 'contrastFactor', 0.7, 1.6],
    [new layers.RandomContrast(0.5, { seed: 1 }), 'contrastFactor', 1, 1.5],
    [new layers.RandomBrightness(0.2, { seed: 1 }), 'rgbDelta', -51, 51],
    [new layers.RandomBrightness([0.5, 0.1], unit), 'rgbDelta', 0.1, 0.5],
    [new layers.RandomSharpness(0.8, { seed: 1 }), 'factor', 0, 0.8],
    [new layers.RandomColorDegeneration([-0.5, 0.25], { seed: 1 }), 'factor', -0.5, 0.25],
    [new layers.Solarization({ additionFactor: [0.2, 0.4], seed: 1 }), 'additions', 51, 102],
    [new layers.Solarization({ thresholdFactor: 0.5, seed: 1 }), 'thresholds', 0, 127.5],
  ] as const)('%o is even: %s from %d to %d', (layer, name, low, high) => {
    expectUniform(numbersOf(drawnBy(layer)[name]), low, high);
  });

  it('of a hue is even, and goes either way as often', () => {
    const all = numbersOf(drawnBy(new layers.RandomHue([0.2, 0.6], { seed: 1 }))['factor']);
    expectUniform(
      all.map((value) => Math.abs(value)),
      0.1,
      0.3,
    );
    expectFrequency(
      all.map((value) => Number(value > 0)),
      0.5,
    );
  });

  it('of a saturation is f / (1 − f) of an even f', () => {
    const layer = new layers.RandomSaturation([0.2, 0.7], { seed: 1 });
    const all = numbersOf(drawnBy(layer)['factor']);
    expectUniform(
      all.map((value) => value / (1 + value)),
      0.2,
      0.7,
    );
  });

  it('of a posterization is each whole number below the upper limit as often', () => {
    const layer = new layers.RandomPosterization([2, 5], { seed: 1 });
    const bits = numbersOf(drawnBy(layer)['shiftFactor']).map((shift) => 8 - shift);
    for (const n of [2, 3, 4]) {
      expectFrequency(
        bits.map((bit) => Number(bit === n)),
        1 / 3,
      );
    }
    const same = new layers.RandomPosterization([3, 3], { seed: 1 });
    expect(new Set(numbersOf(drawnBy(same)['shiftFactor']))).toEqual(new Set([5]));
  });

  it.each([
    [new layers.RandomInvert({ factor: [0.2, 0.6], seed: 1 }), 'applyInversion', 0.4],
    [new layers.RandomInvert({ factor: [1, 1], seed: 1 }), 'applyInversion', 1],
    [new layers.RandomInvert({ factor: 0, seed: 1 }), 'applyInversion', 0],
    // A probability that is itself drawn between 0 and 1.
    [new layers.RandomGaussianBlur({ seed: 1 }), 'shouldApplyBlur', 0.5],
    [new layers.RandomErasing({ factor: 0.5, seed: 1 }), 'applyErasing', 0.25],
    [new layers.RandomPerspective({ factor: [0.5, 1], seed: 1 }), 'applyPerspective', 0.75],
    [new layers.RandomElasticTransform({ factor: [0.1, 0.1], seed: 1 }), 'applyTransform', 0.1],
  ] as const)('%o happens as often as it says: %s %d', (layer, name, probability) => {
    expectFrequency(numbersOf(drawnBy(layer)[name]), probability);
  });

  it('of a grayscale happens as often as it says', () => {
    const layer = new layers.RandomGrayscale({ factor: 0.3, seed: 1 });
    expectFrequency(numbersOf(drawnBy(layer) as unknown as Tensor), 0.3);
  });

  it('of an erasing covers parts of the sides whose squares are even, anywhere', () => {
    tidy(() => {
      const layer = new layers.RandomErasing({ scale: [0.25, 0.5], seed: 1 });
      const side = 40;
      const drawn = layer.getRandomTransformation(zeros([DRAWS / 10, side, side, 1]));
      const masks = drawn.batchMasks;
      const rows = numbersOf(masks.max(2).sum(1));
      const columns = numbersOf(masks.max(1).sum(1));
      for (const counts of [rows, columns]) {
        // A run of a length between whole numbers has one pixel more or less.
        expect(Math.min(...counts)).toBeGreaterThanOrEqual(Math.floor(side * 0.5));
        expect(Math.max(...counts)).toBeLessThanOrEqual(Math.ceil(side * Math.sqrt(0.5)));
        // The mean of the root of a number from 0.25 to 0.5.
        const mean = (2 / 3) * ((0.5 ** 1.5 - 0.25 ** 1.5) / 0.25);
        expect(Math.abs(meanOf(counts) / side - mean)).toBeLessThan(0.01);
      }
      // All runs are of one pixel after the other.
      const edges = masks.astype('float32').max(2).squeeze(2);
      const steps = edges.slice(':', '1:').sub(edges.slice(':', ':-1')).abs().sum(1);
      expect(Math.max(...numbersOf(steps))).toBeLessThanOrEqual(2);
    });
  });

  it('of a perspective moves corners by parts of the sides', () => {
    const layer = new layers.RandomPerspective({ factor: [1, 1], scale: 0.4, seed: 1 });
    const { endPoints } = layer.getRandomTransformation(zeros([DRAWS, 5, 9, 1]));
    const corner = numbersOf(endPoints.slice(':', 3, 0));
    expectUniform(corner, 8 * 0.8, 8 * 1.2);
    expect(new Set(numbersOf(endPoints.slice(':', 0).abs()))).toEqual(new Set([0]));
  });
});
