import { describe, expect, it } from 'vitest';
import { memory, random, ShapeError, tensor, ValueError, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { left } from '../reference/categorical.js';
import type { Setting } from '../reference/categorical.js';

const numbers = (x: Tensor): number[] => Array.from(x.data());

/** float32 numbers between -3 and 3. */
const logits = (rows: number, classes: number): number[][] =>
  random.uniform([rows, classes], { minval: -3, maxval: 3, seed: 5 }).toArray() as number[][];

/**
 * Σ (count - expected)² / expected over the classes that are left. Of d degrees of freedom it has mean d and variance 2 d, and
 * is above d + 5 √(2 d) + 12 less than once in 100,000 times for all d.
 */
function expectDistribution(
  drawn: readonly number[],
  row: readonly number[],
  setting: Setting,
): void {
  const { classes, probabilities } = left(row, setting);
  const counts = new Map<number, number>();
  for (const c of drawn) counts.set(c, (counts.get(c) ?? 0) + 1);
  expect([...counts.keys()].filter((c) => !classes.includes(c))).toEqual([]);
  const chiSquare = classes.reduce((sum, c, i) => {
    const expected = (probabilities[i] ?? 0) * drawn.length;
    return sum + ((counts.get(c) ?? 0) - expected) ** 2 / expected;
  }, 0);
  const degrees = classes.length - 1;
  expect(chiSquare).toBeLessThanOrEqual(degrees + 5 * Math.sqrt(2 * degrees) + 12);
}

const WHOLE: Setting = { temperature: 1, k: Infinity, p: 1 };

describe('categorical', () => {
  it('gives [batch, numSamples], int32, as Keras does', () => {
    const drawn = random.categorical(zeros([2, 3]), 4, { seed: 1 });
    expect([drawn.shape, drawn.dtype]).toEqual([[2, 4], 'int32']);
    expect(random.categorical(zeros([2, 3]), 0).shape).toEqual([2, 0]);
    expect(random.categorical(zeros([0, 3]), 4).shape).toEqual([0, 4]);
    for (const dtype of ['float32', 'int32', 'uint8', 'bool'] as const) {
      const of = random.categorical(zeros([2, 2]), 9, { dtype, seed: 1 });
      expect([of.dtype, numbers(of)]).toEqual([
        dtype,
        numbers(random.categorical(zeros([2, 2]), 9, { seed: 1 })),
      ]);
    }
  });

  it('draws the class that is left, as Keras’s own test', () => {
    const rows = Array.from({ length: 5 }, (_, r) =>
      Array.from({ length: 5 }, (_, c) => (r === c ? 1e5 : 0) + 1e6),
    );
    const drawn = random.categorical(rows, 3, { seed: 7 }).toArray();
    expect(drawn).toEqual(rows.map((_, r) => [r, r, r]));
  });

  it('has the distribution of softmax', () => {
    const rows = logits(3, 11);
    const drawn = random.categorical(rows, 50_000, { seed: 3 }).toArray() as number[][];
    drawn.forEach((of, r) => expectDistribution(of, rows[r] ?? [], WHOLE));
  });

  it('never draws what is left out', () => {
    const drawn = random.categorical([[-Infinity, 1, -1e30, 1, -Infinity]], 1000, { seed: 2 });
    expect([...new Set(numbers(drawn))].sort()).toEqual([1, 3]);
  });

  it('draws other numbers for each row', () => {
    const drawn = random.categorical(zeros([2, 100]), 40, { seed: 4 }).toArray() as number[][];
    expect(drawn[0]).not.toEqual(drawn[1]);
  });
});

describe('sampleLogits', () => {
  const row = logits(1, 20)[0] ?? [];
  const many = (options: random.SampleLogitsOptions, of = row): number[] =>
    numbers(random.sampleLogits(tensor(new Array(20_000).fill(of) as number[][]), options));

  it('gives [batch], int32; without options it is categorical with one sample', () => {
    const x = random.uniform([6, 9], { seed: 1 });
    const drawn = random.sampleLogits(x, { seed: 5 });
    expect([drawn.shape, drawn.dtype]).toEqual([[6], 'int32']);
    expect(numbers(drawn)).toEqual(numbers(random.categorical(x, 1, { seed: 5 })));
    expect(random.sampleLogits(zeros([0, 3])).shape).toEqual([0]);
  });

  it.each([0.25, 1.7])('temperature %f divides the logits', (temperature) => {
    expectDistribution(many({ temperature, seed: 1 }), row, { ...WHOLE, temperature });
  });

  it('temperature 0 is argmax, the first of equal ones, and draws no number', () => {
    const generator = new random.SeedGenerator(3);
    const options = { temperature: 0, topK: 2, topP: 0.1, seed: generator };
    expect(
      numbers(
        random.sampleLogits(
          [
            [1, 3, 3],
            [7, -1, 7],
          ],
          options,
        ),
      ),
    ).toEqual([1, 0]);
    expect(generator.getState().blocks).toBe(0);
    // So small that every other class has the probability 0.
    expect(numbers(random.sampleLogits([[1, 3, 2.9]], { temperature: 1e-30 }))).toEqual([1]);
    expect(numbers(random.sampleLogits([[1, 3, 2.9]], { temperature: 1e-300 }))).toEqual([1]);
  });

  it('topK leaves the k most likely; more than there are leave all', () => {
    expectDistribution(many({ topK: 4, seed: 1 }), row, { ...WHOLE, k: 4 });
    expect(many({ topK: 20, seed: 1 })).toEqual(many({ seed: 1 }));
    expect(many({ topK: 1000, seed: 1 })).toEqual(many({ seed: 1 }));
    expect(new Set(many({ topK: 1 }))).toEqual(new Set([row.indexOf(Math.max(...row))]));
  });

  it('topK leaves the first of equal ones', () => {
    expect(new Set(many({ topK: 2 }, [0, 5, 1, 5, 5]))).toEqual(new Set([1, 3]));
    expect(new Set(many({ topK: 3 }, [2, 2, 2, 2]))).toEqual(new Set([0, 1, 2]));
  });

  it('topP leaves the fewest whose probabilities reach p, the last of them included', () => {
    // Probabilities 1/2, 1/4, 1/8, 1/8, which are exact.
    const halves = [0.125, 0.5, 0.125, 0.25].map((x) => Math.log(x));
    const leaves = (topP: number): number[] => [...new Set(many({ topP }, halves))].sort();
    expect(leaves(1e-6)).toEqual([1]);
    expect(leaves(0.49)).toEqual([1]);
    expect(leaves(0.51)).toEqual([1, 3]);
    expect(leaves(0.74)).toEqual([1, 3]);
    // Of two equally likely ones the first.
    expect(leaves(0.8)).toEqual([0, 1, 3]);
    expect(leaves(0.9)).toEqual([0, 1, 2, 3]);
    expect(leaves(1)).toEqual([0, 1, 2, 3]);
    expectDistribution(many({ topP: 0.7, seed: 1 }), row, { ...WHOLE, p: 0.7 });
  });

  it('filters by temperature, then topK, then topP among what is left', () => {
    const setting = { temperature: 2, k: 6, p: 0.8 };
    const options = { temperature: 2, topK: 6, topP: 0.8, seed: 1 };
    expectDistribution(many(options), row, setting);
    // Of 1/2, 1/4, 1/8, 1/8 the two most likely are 2/3 and 1/3: the first reaches 0.6 only after topK.
    const halves = [0.125, 0.5, 0.125, 0.25].map((x) => Math.log(x));
    expect(new Set(many({ topP: 0.6 }, halves))).toEqual(new Set([1, 3]));
    expect(new Set(many({ topK: 2, topP: 0.6 }, halves))).toEqual(new Set([1]));
    // At a temperature below 1 the first reaches more.
    expect(new Set(many({ temperature: 0.5, topP: 0.6 }, halves))).toEqual(new Set([1]));
  });
});

describe('errors name the function and what came, and leave nothing', () => {
  const one = [[0, 1]];
  it.each([
    [() => random.categorical([1, 2], 1), ShapeError, /categorical: logits .*\(2,\).*expandDims/],
    [() => random.categorical(3, 1), ShapeError, /categorical: logits .*\(\)/],
    [() => random.categorical(zeros([2, 3, 4]), 1), ShapeError, /\(2, 3, 4\).*Take the step/],
    [() => random.categorical(zeros([2, 0]), 1), ShapeError, /\(2, 0\) have no classes/],
    [
      () =>
        random.categorical(
          [
            [0, 1],
            [NaN, 1],
          ],
          1,
        ),
      ValueError,
      /row 1 of the logits holds NaN/,
    ],
    [() => random.categorical([[-Infinity, -Infinity]], 5), ValueError, /row 0 .*nothing but -Inf/],
    [() => random.categorical([[0, Infinity]], 5), ValueError, /row 0 .*holds Infinity/],
    [() => random.categorical(one, -1), ValueError, /categorical: numSamples .*-1/],
    [() => random.categorical(one, 1.5), ValueError, /categorical: numSamples .*1\.5/],
    [() => random.categorical(zeros([1, 257]), 1, { dtype: 'uint8' }), ValueError, /uint8 .*257/],
    [() => random.categorical(zeros([1, 3]), 1, { dtype: 'bool' }), ValueError, /bool .*at most 2/],
    [() => random.categorical(one, 1, { dtype: 'int8' as 'int32' }), Error, /int8/],
    [() => random.categorical(one, 1, { num: 1 } as object), ValueError, /option 'num'/],
    [() => random.sampleLogits([1, 2]), ShapeError, /sampleLogits: logits .*\(2,\)/],
    [() => random.sampleLogits([[NaN, 2]], { temperature: 0 }), ValueError, /row 0 .*NaN/],
    [() => random.sampleLogits([[NaN, 2]], { topP: 0.5 }), ValueError, /row 0 .*NaN/],
    [() => random.sampleLogits(one, { temperature: -1 }), ValueError, /temperature .*-1/],
    [() => random.sampleLogits(one, { temperature: NaN }), ValueError, /temperature .*NaN/],
    [() => random.sampleLogits(one, { topK: 0 }), ValueError, /sampleLogits: topK .*0/],
    [() => random.sampleLogits(one, { topK: 1.5 }), ValueError, /sampleLogits: topK .*1\.5/],
    [() => random.sampleLogits(one, { topP: 0 }), ValueError, /sampleLogits: topP .*0/],
    [() => random.sampleLogits(one, { topP: 1.1 }), ValueError, /sampleLogits: topP .*1\.1/],
    [() => random.sampleLogits(one, { topk: 3 } as object), ValueError, /'topk'.*'topK'/],
  ])('%s', (draw, kind, message) => {
    const before = memory();
    expect(draw).toThrow(kind);
    expect(memory().tensors - before.tensors).toBeLessThanOrEqual(1);
    expect(draw).toThrow(message);
  });
});
