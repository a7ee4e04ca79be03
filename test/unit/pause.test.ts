// When training lets others run, on a clock that the test sets.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { YieldEvery } from '../../src/models.js';
import { PauseClock } from '../../src/nn/training/loops/pause.js';

let time = 0;
beforeEach(() => {
  time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => time);
});
afterEach(() => vi.restoreAllMocks());

/** Lengths of the stretches of work between two pauses, for batches of such lengths. */
async function stretches(every: YieldEvery, batches: readonly number[], meanwhile = 0) {
  const clock = new PauseClock(every);
  const found: number[] = [];
  let from = time;
  for (const batch of batches) {
    time += batch;
    if (!clock.afterBatch()) continue;
    found.push(time - from);
    const pausing = clock.pause();
    time += meanwhile;
    await pausing;
    from = time;
  }
  return found;
}

const times = (count: number, batch: number): number[] => new Array<number>(count).fill(batch);

describe('pauses between batches', () => {
  it.each([
    // The next batch of 3 ms would end at 18.
    [3, 15],
    [5, 15],
    [7, 14],
    [10, 10],
    [25, 25],
  ])('auto: batches of %f ms work for %f ms at a time', async (batch, stretch) => {
    const found = await stretches('auto', times(60, batch));
    expect(found.length).toBeGreaterThan(1);
    expect(new Set(found)).toEqual(new Set([stretch]));
  });

  it('auto: what others do in a pause does not count', async () => {
    expect(await stretches('auto', times(9, 5), 100)).toEqual([15, 15, 15]);
  });

  it('a number is the milliseconds at a time, 0 is each batch', async () => {
    expect(await stretches(40, times(12, 10))).toEqual([30, 30, 30, 30]);
    expect(await stretches(0, times(3, 0))).toEqual([0, 0, 0]);
    expect(await stretches('batch', times(3, 1))).toEqual([1, 1, 1]);
    expect(await stretches('epoch', times(3, 100))).toEqual([]);
    expect(await stretches('never', times(3, 100))).toEqual([]);
  });
});
