import { expect } from 'vitest';
import { keras, numbersIn } from './tensorboard-cases.js';
import type { LogsOfRuns } from './tensorboard-cases.js';

/**
 * Compares what a reader found for a case with what Keras wrote. With `updateFreq: n` Keras drops what it writes after an epoch
 * unless n divides the number of batches. lanegrad drops nothing, so in that case Keras's steps are among those found.
 */
export function expectAsKeras(name: string, found: LogsOfRuns): void {
  const case_ = keras.cases.find((one) => one.name === name);
  const isPart = name === 'five batches' || name === 'two batches';
  expect(Object.keys(found).sort()).toEqual(Object.keys(case_?.logs ?? {}).sort());
  for (const [run, tags] of Object.entries(case_?.logs ?? {})) {
    const ours = found[run] ?? {};
    if (!isPart) expect(Object.keys(ours).sort()).toEqual(Object.keys(tags).sort());
    for (const [tag, expected] of Object.entries(tags)) {
      const actual = ours[tag];
      expect(actual?.plugin, tag).toBe(expected.plugin);
      if (!isPart) expect(actual?.steps, tag).toEqual(expected.steps);
      expected.steps.forEach((step, i) => {
        const value = actual?.values[actual.steps.indexOf(step)];
        expectValue(`${run} ${tag} ${step}`, expected.plugin, value, expected.values[i]);
      });
    }
  }
}

/** Holds one value against Keras's: numbers to 1e-4, counts of a histogram and pixels to one, texts exactly. */
export function expectValue(
  label: string,
  plugin: string,
  actual: unknown,
  expected: unknown,
): void {
  const [ours, theirs] = [numbersIn(actual), numbersIn(expected)];
  expect(ours.length, label).toBe(theirs.length);
  if (theirs.length === 0) expect(actual, label).toEqual(expected);
  ours.forEach((number, i) => {
    const isCount = plugin === 'images' || (plugin === 'histograms' && i % 3 === 2);
    // A weight on an edge, or of half a byte, may fall on either side of it: weights differ in their last bits.
    expect(Math.abs(number - (theirs[i] ?? NaN)), `${label}: ${i}`).toBeLessThanOrEqual(
      isCount ? 1 : 1e-4,
    );
  });
}
