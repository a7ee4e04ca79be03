import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { ArrayBatches, RepeatedBatches } from '../../../src/nn/training/loops/batch-sources.js';
import type { Batch, BatchSource } from '../../../src/nn/data/batches/index.js';
import { permutation, SeedGenerator } from '../../../src/random.js';
import { memory, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const n = 7;
const data = {
  x: [
    tensor(
      Float32Array.from({ length: 14 }, (_, i) => i),
      { shape: [7, 2] },
    ),
  ],
  y: [
    tensor(
      Int32Array.from({ length: n }, (_, i) => i),
      { dtype: 'int32' },
    ),
  ],
  sampleWeight: [],
};

/** What is seen of each batch of an epoch. */
async function readEpoch<T>(source: BatchSource, see: (batch: Batch) => T): Promise<T[]> {
  const epoch = source.epoch();
  const seen: T[] = [];
  for (;;) {
    const make = await epoch.next();
    if (make === undefined) break;
    seen.push(tidy(() => see(make())));
  }
  await epoch.close();
  return seen;
}

const rows = ({ y }: Batch): number[] => [...(y[0]?.data() ?? [])];

describe('batches of arrays', () => {
  it('come in order, the last one smaller', async () => {
    const source = new ArrayBatches(data, { batchSize: 3, shuffle: false });
    expect([source.samples, source.steps]).toEqual([7, 3]);
    expect(await readEpoch(source, rows)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(await readEpoch(source, ({ x }) => x[0]?.toArray())).toEqual([
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      [
        [6, 7],
        [8, 9],
        [10, 11],
      ],
      [[12, 13]],
    ]);
    expect(await readEpoch(source, (batch) => batch.sampleWeight[0])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('come in the order of a permutation, x, y and weights alike, a new one each epoch', async () => {
    const sampleWeight = tensor([0, 1, 2, 3, 4, 5, 6]);
    const seed = new SeedGenerator(3);
    const source = new ArrayBatches(
      { ...data, sampleWeight: [sampleWeight] },
      { batchSize: 3, shuffle: true, seed },
    );
    const again = new SeedGenerator(3);
    for (let epoch = 0; epoch < 2; epoch++) {
      const order = [...permutation(n, { seed: again }).data()];
      const seen = await readEpoch(source, (batch) => ({
        rows: rows(batch),
        first: [...((batch.x[0] as Tensor | undefined)?.data() ?? [])]
          .filter((_, i) => i % 2 === 0)
          .map((value) => value / 2),
        weights: [...(batch.sampleWeight[0]?.data() ?? [])],
      }));
      expect(seen.flatMap((batch) => batch.rows)).toEqual(order);
      for (const batch of seen) {
        expect(batch.first).toEqual(batch.rows);
        expect(batch.weights).toEqual(batch.rows);
      }
    }
  });

  it('take several inputs and outputs in one order, and what stands twice once', async () => {
    const [x] = data.x as [Tensor];
    const [y] = data.y as [Tensor];
    const weights = tensor([0, 1, 2, 3, 4, 5, 6]);
    const source = new ArrayBatches(
      { x: [x, y], y: [undefined, y], sampleWeight: [weights, weights] },
      { batchSize: 3, shuffle: true, seed: new SeedGenerator(3) },
    );
    const order = [...permutation(n, { seed: new SeedGenerator(3) }).data()];
    const seen = await readEpoch(source, (batch) => {
      const [first, second] = batch.sampleWeight;
      expect(first).toBe(second);
      expect(batch.y[0]).toBeUndefined();
      return [batch.x[1], batch.y[1], first].map((tensor) => [
        ...((tensor as Tensor | undefined)?.data() ?? []),
      ]);
    });
    for (const part of [0, 1, 2]) {
      expect(seen.flatMap((batch) => batch[part])).toEqual(order);
    }
  });

  it('turn shuffled bytes into numbers, and keep other types', async () => {
    const types = async (x: Tensor): Promise<string[]> => {
      const source = new ArrayBatches(
        { x: [x], y: [], sampleWeight: [] },
        { batchSize: 2, shuffle: true },
      );
      return [...new Set(await readEpoch(source, (batch) => batch.x[0]?.dtype ?? ''))];
    };
    const bytes = tensor(Uint8Array.from([250, 251, 252, 253]), { shape: [2, 2] });
    expect(await types(bytes)).toEqual(['float32']);
    expect(await types(tensor(Uint8Array.of(1, 2)))).toEqual(['uint8']);
    expect(await types(tensor(Int32Array.of(1, 2)))).toEqual(['int32']);
    const source = new ArrayBatches(
      { x: [bytes], y: [], sampleWeight: [] },
      { batchSize: 2, shuffle: true },
    );
    const [values = []] = await readEpoch(source, (batch) => [
      ...((batch.x[0] as Tensor | undefined)?.data() ?? []),
    ]);
    expect(values.sort()).toEqual([250, 251, 252, 253]);
  });

  it('are the first ones with steps', async () => {
    const source = new ArrayBatches(data, { batchSize: 2, shuffle: false, steps: 2 });
    expect([source.samples, source.steps]).toEqual([4, 2]);
    expect(await readEpoch(source, rows)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(await readEpoch(source, rows)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('hold nothing between steps and after the end', async () => {
    const { tensors, bytes } = memory();
    const x = tensor([[1], [2]]);
    const owned = { x: [x], y: [], sampleWeight: [], owned: [x] };
    const source = new ArrayBatches(owned, { batchSize: 1, shuffle: true });
    await readEpoch(source, () => undefined);
    const abandoned = source.epoch();
    void tidy(() => abandoned.next());
    void abandoned.close();
    source.close();
    expect(x.isDisposed).toBe(true);
    expect(memory()).toMatchObject({ tensors, bytes });
  });
});

describe('repeated batches', () => {
  it('go on where the last epoch stopped, and round', async () => {
    const source = new RepeatedBatches(new ArrayBatches(data, { batchSize: 3, shuffle: false }), 4);
    expect(source.steps).toBe(4);
    expect(await readEpoch(source, rows)).toEqual([[0, 1, 2], [3, 4, 5], [6], [0, 1, 2]]);
    expect(await readEpoch(source, rows)).toEqual([[3, 4, 5], [6], [0, 1, 2], [3, 4, 5]]);
  });

  it('go on after an epoch that was left early', async () => {
    const source = new RepeatedBatches(new ArrayBatches(data, { batchSize: 3, shuffle: false }), 3);
    const epoch = source.epoch();
    void epoch.next();
    void epoch.close();
    expect((await readEpoch(source, rows))[0]).toEqual([3, 4, 5]);
  });

  it('free the order of the round when they are closed', async () => {
    const { tensors } = memory();
    const source = new RepeatedBatches(new ArrayBatches(data, { batchSize: 3, shuffle: true }), 2);
    await readEpoch(source, rows);
    expect(memory().tensors).toBe(tensors + 1);
    await source.close();
    expect(memory().tensors).toBe(tensors);
  });
});
