// Against decimal arithmetic of 40 digits, where it was written down, and against Math, which is within a unit in the last place.
import { describe, expect, it } from 'vitest';
import { cosPi, exp, log, log10, power, sinPi } from '../../../src/config/elementary.js';

/** How far a result is from what is expected, relative to that. */
const errorOf = (got: number, expected: number): number =>
  got === expected ? 0 : Math.abs(got - expected) / Math.abs(expected);

/** Numbers between two that look random. */
const between = (low: number, high: number): number[] =>
  Array.from({ length: 2000 }, (_, i) => low + (high - low) * ((i * 0.6180339887498949) % 1));

describe('elementary functions by arithmetic', () => {
  it('are exact where the result is', () => {
    expect([0, 1, 2, -1, 1e15, 1e15 + 1].map(cosPi)).toEqual([1, -1, 1, -1, 1, -1]);
    for (const x of [0.5, 1.5, -2.5, 1001.5]) expect(Math.abs(cosPi(x))).toBe(0);
    for (const x of [0, 1, -3, 1e9]) expect(Math.abs(sinPi(x))).toBe(0);
    expect([log(1), exp(0), log10(1)]).toEqual([0, 1, 0]);
    expect([power(2, 40), power(1.5, 3), power(0, 0), power(0, 3), power(2, -2), power(7, 1)]).toEqual([2 ** 40, 3.375, 1, 0, 0.25, 7]); // prettier-ignore
  });

  it('are the numbers of decimal arithmetic', () => {
    // Python's decimal, 40 digits, rounded to float64.
    expect(errorOf(log(3), 1.0986122886681098)).toBeLessThan(3e-16);
    expect(errorOf(log(0.7), -0.35667494393873245)).toBeLessThan(3e-16);
    expect(errorOf(log(1 + 2 ** -30), 9.313225741817976e-10)).toBeLessThan(3e-16);
    expect(errorOf(exp(1), Math.E)).toBeLessThan(3e-16);
    expect(errorOf(exp(-10.5), 2.7536449349747158e-5)).toBeLessThan(3e-16);
    expect(errorOf(cosPi(0.25), Math.SQRT1_2)).toBeLessThan(3e-16);
    expect(errorOf(sinPi(1 / 6), 0.5)).toBeLessThan(3e-16);
  });

  it('are within 1e-15 of Math', () => {
    for (const x of between(-1, 1)) {
      expect(Math.abs(cosPi(x) - Math.cos(Math.PI * x))).toBeLessThan(1e-15);
      expect(Math.abs(sinPi(x) - Math.sin(Math.PI * x))).toBeLessThan(1e-15);
    }
    for (const x of [...between(1e-3, 3), ...between(3, 1e6), 5e-324, 1e-310, 1.7e308]) {
      expect(errorOf(log(x), Math.log(x))).toBeLessThan(1e-15);
    }
    for (const x of [...between(-700, 700), -745, 709.7]) {
      expect(errorOf(exp(x), Math.exp(x))).toBeLessThan(1e-15);
    }
    for (const x of between(0.9, 1)) {
      for (const y of [0.5, 3, 63, 64, 65, 1000.25]) {
        // Whole exponents up to 64 are multiplied out.
        const steps = Number.isInteger(y) && y <= 64 ? y / 4 : 0;
        const places = 4 + Math.max(Math.abs(y * Math.log(x)), steps);
        expect(errorOf(power(x, y), x ** y)).toBeLessThan(places * 2.3e-16);
      }
    }
  });

  it('are what they are at the ends', () => {
    expect([log(0), log(-1), log(Infinity), log(NaN)]).toEqual([-Infinity, NaN, Infinity, NaN]);
    expect([exp(800), exp(-800), exp(NaN), exp(Infinity), exp(-Infinity)]).toEqual([Infinity, 0, NaN, Infinity, 0]); // prettier-ignore
    expect([power(0, 0.5), power(1, 1e9), power(0.999, 1e9), power(2, 2000)]).toEqual([0, 1, 0, Infinity]); // prettier-ignore
  });
});
