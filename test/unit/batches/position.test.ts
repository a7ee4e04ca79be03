// A source that goes on at the position of another gives the batches that the other would have given.
import { describe, expect, it } from 'vitest';
import { ArrayBatches, RepeatedBatches } from '../../../src/nn/training/loops/batch-sources.js';
import { IterableBatches } from '../../../src/nn/training/loops/iterable-batches.js';
import type { BatchIterable, BatchSource } from '../../../src/nn/data/batches/index.js';
import { Dataset } from '../../../src/data.js';
import { ValueError } from '../../../src/errors.js';
import { globalGenerator, setSeed } from '../../../src/random.js';
import { tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const xOf = (values: readonly number[]): Tensor => tensor(Float32Array.from(values));
const ten = xOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const arrays = (shuffle: boolean): ArrayBatches =>
  new ArrayBatches({ x: [ten], y: [], sampleWeight: [] }, { batchSize: 3, shuffle });

function iterable(data: BatchIterable, steps?: number): IterableBatches {
  return new IterableBatches('fit', data, {
    steps,
    restarts: false,
    isSample: () => false,
    make: (_, { x }) => ({ x: [x as Tensor], y: [], sampleWeight: [] }),
  });
}

const list = { [Symbol.iterator]: () => [[0], [1], [2], [3], [4]].map(xOf).values() };

const shuffled = (): Dataset =>
  Dataset.fromTensors(ten)
    .shuffle(5, { seed: 1 })
    .repeat(2)
    .shuffle(3, { seed: 2, reshuffleEachIteration: false })
    .batch(5);

/** The values of up to `count` batches of the next epoch. */
async function take(source: BatchSource, count = Infinity, closes = true): Promise<number[][]> {
  const taken: number[][] = [];
  const epoch = source.epoch();
  while (taken.length < count) {
    const make = await epoch.next();
    if (make === undefined) break;
    taken.push(tidy(() => [...((make().x[0] as Tensor | undefined)?.data() ?? [])]));
  }
  if (closes) await epoch.close();
  return taken;
}

describe('seek', () => {
  it.each<[string, () => BatchSource]>([
    ['arrays in order', () => arrays(false)],
    ['arrays shuffled', () => arrays(true)],
    ['arrays, an epoch of which is no whole pass', () => new RepeatedBatches(arrays(true), 3)],
    ['arrays, an epoch of which is more than a pass', () => new RepeatedBatches(arrays(true), 6)],
    ['an iterable', () => iterable(list)],
    ['an iterable, an epoch of which is no whole pass', () => iterable(list, 3)],
    ['a data set', () => iterable(shuffled())],
    ['a data set, an epoch of which is no whole pass', () => iterable(shuffled(), 3)],
  ])('%s', async (_, make) => {
    for (const stop of [1, 2, 3]) {
      setSeed(1);
      const whole = make();
      const expected = [await take(whole), await take(whole), await take(whole)];
      // Interrupted in the second epoch …
      setSeed(1);
      const first = make();
      await take(first);
      await take(first, stop, false);
      const position = JSON.parse(JSON.stringify(first.position())) as ReturnType<
        BatchSource['position']
      >;
      expect(position.epochBatches).toBe(stop);
      const generator = globalGenerator().getState();
      // … and gone on with in another process.
      setSeed(99);
      const second = make();
      globalGenerator().setState(generator);
      second.seek(position);
      expect(await take(second)).toEqual(expected[1]?.slice(stop));
      expect(await take(second)).toEqual(expected[2]);
      expect(globalGenerator().getState()).toEqual(generatorAfter(expected.length, make));
    }
  });

  /** The state of the generator after so many epochs without interruption. */
  function generatorAfter(epochs: number, make: () => BatchSource): unknown {
    setSeed(1);
    const source = make();
    if (source instanceof IterableBatches) return globalGenerator().getState();
    for (let i = 0; i < epochs; i++) {
      const epoch = source.epoch();
      while (epoch.next() !== undefined);
      void epoch.close();
    }
    return globalGenerator().getState();
  }

  it('says so if an iterable has become shorter', async () => {
    const source = iterable(list);
    source.seek({ epochBatches: 7, passBatches: 7, order: null });
    await expect(take(source)).rejects.toThrow(ValueError);
  });
});
