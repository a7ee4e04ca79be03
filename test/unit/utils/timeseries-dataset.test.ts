// What golden numbers do not say of windows of series: shuffling, memory, bad input.
import { describe, expect, it } from 'vitest';
import { Dense, Flatten } from '../../../src/layers.js';
import type { LanegradError } from '../../../src/errors.js';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Sequential } from '../../../src/models.js';
import { RandomState } from '../../../src/random.js';
import { arange, memory, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { setRandomSeed, timeseriesDatasetFromArray } from '../../../src/utils.js';
import type { TimeseriesDatasetOptions } from '../../../src/utils.js';
import type { Dataset } from '../../../src/data.js';

const collect = async (windows: Dataset<Tensor>): Promise<unknown[]> => {
  const all: unknown[] = [];
  for await (const x of windows) {
    all.push(x.toArray());
    x.dispose();
  }
  return all;
};

describe('timeseriesDatasetFromArray', () => {
  it('has the windows of the example in the documentation of Keras', async () => {
    const options = { sequenceLength: 10, samplingRate: 2, sequenceStride: 3, batchSize: null };
    const windows = await collect(timeseriesDatasetFromArray(arange(99), null, options));
    expect(windows[0]).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(windows[1]).toEqual([3, 5, 7, 9, 11, 13, 15, 17, 19, 21]);
    expect(windows.at(-1)).toEqual([78, 80, 82, 84, 86, 88, 90, 92, 94, 96]);
  });

  it('shuffles all windows in an order that follows from the seed, another in each pass', async () => {
    const options = { sequenceLength: 2, batchSize: null, shuffle: true, seed: 113 };
    const make = () => timeseriesDatasetFromArray(arange(11), null, options);
    const [once, again] = [make(), make()];
    const order = await collect(once);
    expect(await collect(again)).toEqual(order);
    expect(await collect(again)).not.toEqual(order);
    const firsts = order.map((window) => (window as number[])[0]);
    expect(firsts).not.toEqual(Array.from({ length: 10 }, (_, i) => i));
    expect(firsts.sort()).toEqual([...new RandomState(113).permutation(10)].sort());
  });

  it('draws its seed from the global generator', async () => {
    const options = { sequenceLength: 2, batchSize: 3, shuffle: true };
    const run = () => {
      setRandomSeed(5);
      return collect(timeseriesDatasetFromArray(arange(20), null, options));
    };
    expect(await run()).toEqual(await run());
  });

  it('feeds fit', async () => {
    const series = arange(40).reshape([20, 2]).div(40);
    const options = { sequenceLength: 3, batchSize: 4 };
    const windows = timeseriesDatasetFromArray(series, arange(20), options);
    const model = new Sequential([new Flatten({ inputShape: [3, 2] }), new Dense(1)]);
    model.compile({ loss: 'mse' });
    const { history } = await model.fit(windows, { epochs: 2, verbose: 0 });
    expect(history.loss?.every(Number.isFinite)).toBe(true);
  });

  it('has tensors of its own, and leaves none', async () => {
    const { tensors } = memory();
    const series = arange(10);
    const windows = timeseriesDatasetFromArray(series, null, { sequenceLength: 9, startIndex: 1 });
    series.dispose();
    expect(await collect(windows)).toEqual([[[1, 2, 3, 4, 5, 6, 7, 8, 9]]]);
    windows.dispose();
    expect(memory().tensors).toBe(tensors);
  });

  it.each<
    [Partial<TimeseriesDatasetOptions>, number, number, new (m: string) => LanegradError, RegExp]
  >([
    [{ sequenceLength: 11 }, 10, 10, ValueError, /no window fits: 11 steps at a rate of 1 reach over 11 steps, but there are 10/], // prettier-ignore
    [{ sequenceLength: 4, samplingRate: 4 }, 10, 10, ValueError, /reach over 13 steps/],
    [{ startIndex: 6, sequenceLength: 5 }, 10, 10, ValueError, /but there are 4/],
    [{ sequenceLength: 2 }, 10, 0, ValueError, /and 0 targets/],
    [{ startIndex: 5 }, 10, 6, ShapeError, /begins at step 7 needs a target, but targets have shape \(6,\)/], // prettier-ignore
    [{ startIndex: 10 }, 10, 10, ValueError, /startIndex must be a whole number from 0 to 9/],
    [{ endIndex: 10 }, 10, 10, ValueError, /endIndex must be a whole number from 1 to 9/],
    [{ startIndex: 3, endIndex: 3 }, 10, 10, ValueError, /endIndex must be a whole number from 4/],
    [{ samplingRate: 10 }, 10, 10, ValueError, /samplingRate must be smaller than the 10 steps/],
    [{ sequenceStride: 10 }, 10, 10, ValueError, /sequenceStride must be smaller than the 10/],
    [{ sequenceLength: 0 }, 10, 10, ValueError, /sequenceLength must be/],
    [{ batchSize: 0 }, 10, 10, ValueError, /batchSize must be/],
    [{ shuffle: true, seed: -1 }, 10, 10, ValueError, /seed must be a whole number from 0/],
    [{ format: 'grain' } as never, 10, 10, ValueError, /unknown option 'format'/],
  ])('refuses %j', (options, steps, rows, type, message) => {
    const { tensors } = memory();
    const series = tensor(new Float32Array(steps));
    const targets = tensor(new Float32Array(rows));
    const call = () =>
      timeseriesDatasetFromArray(series, targets, { sequenceLength: 3, ...options });
    expect(call).toThrow(type);
    expect(call).toThrow(message);
    series.dispose();
    targets.dispose();
    expect(memory().tensors).toBe(tensors);
  });
});
