import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { differentiate } from '../../../src/engine/ops/control/grad.js';
import { mul, sum } from '../../../src/engine/ops/index.js';
import { normal } from '../../../src/random.js';
import { memory } from '../../../src/engine/tensor/memory.js';
import { tensor, zeros } from '../../../src/engine/tensor/create.js';
import { tidy } from '../../../src/engine/tensor/scope.js';
import type { Tensor } from '../../../src/engine/tensor/tensor.js';
import { expectAllClose } from '../../golden/cases.js';
import { momentsAlong } from '../../reference/normalization.js';

/** (x − mean) / deviation, or its inverse, for statistics along `axis`. */
function normalized(x: Tensor, data: Tensor, axis: number, invert = false): number[] {
  const { mean, variance } = momentsAlong({ shape: data.shape, data: [...data.data()] }, axis);
  const behind = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return [...x.data()].map((value, flat) => {
    const place = Math.floor(flat / behind) % (x.shape[axis] ?? 1);
    const [m, d] = [mean[place] ?? 0, Math.sqrt(variance[place] ?? 0)];
    return invert ? value * d + m : (value - m) / d;
  });
}

describe('adapt', () => {
  const data = normal([40, 3], { mean: 5, stddev: 3, seed: 1 });
  const x = normal([4, 3], { seed: 2 });

  it.each([false, true])('takes a tensor, invert %s', async (invert) => {
    const layer = new layers.Normalization({ invert });
    await layer.adapt(data);
    expectAllClose(layer.apply(x).data(), normalized(x, data, 1, invert), 'y');
    expect(layer.weights.map(({ name }) => name)).toEqual(['mean', 'variance', 'count']);
    expect(layer.trainableWeights).toEqual([]);
  });

  it('has taken data in memory when it returns', () => {
    const layer = new layers.Normalization();
    void layer.adapt(data.toArray());
    expectAllClose(layer.apply(x).data(), normalized(x, data, 1), 'y');
  });

  it.each<[string, () => Parameters<layers.Normalization['adapt']>[0]]>([
    ['a list', () => [data.slice([0, 7]), data.slice([7, 30]), data.slice([30, 40])]],
    ['a set', () => new Set([data.slice([0, 39]), data.slice([39, 40])])],
    [
      'an async generator of [x, y]',
      async function* () {
        for (const [from, to] of [
          [0, 16],
          [16, 40],
        ] as const) {
          await Promise.resolve();
          yield [data.slice([from, to]), zeros([to - from])] as const;
        }
      },
    ],
  ])('takes batches: %s', async (_, batches) => {
    const layer = new layers.Normalization();
    await layer.adapt(batches());
    expectAllClose(layer.apply(x).data(), normalized(x, data, 1), 'y');
  });

  it('keeps the axes it is told, or none', async () => {
    const images = normal([5, 4, 3, 2], { mean: -2, seed: 3 });
    const channels = new layers.Normalization({ axis: [1, -1] });
    await channels.adapt(images);
    expect(channels.weights[0]?.shape).toEqual([4, 2]);
    const y = channels.apply(images);
    expectAllClose(y.mean([0, 2]).data(), new Array(8).fill(0));
    expectAllClose(y.variance([0, 2]).data(), new Array(8).fill(1));
    const one = new layers.Normalization({ axis: null });
    await one.adapt([1, 2, 3, 4, 5]);
    expectAllClose(one.apply([1, 2, 3]).data(), [-Math.SQRT2, -Math.SQRT1_2, 0]);
    expect(one.weights[0]?.shape).toEqual([]);
  });

  it('replaces what it took before, and leaves no tensors', async () => {
    const layer = new layers.Normalization();
    await layer.adapt([[1, 5, 9]]);
    const before = memory().tensors;
    await layer.adapt(data);
    expect(memory().tensors).toBe(before);
    expectAllClose(layer.apply(x).data(), normalized(x, data, 1), 'y');
  });

  it('does not divide by a deviation of 0', async () => {
    const layer = new layers.Normalization();
    await layer.adapt([[2], [2]]);
    expect(layer.apply([[2]]).toArray()).toEqual([[0]]);
  });
});

describe('given statistics', () => {
  it('stand along the axis, and are no weights', () => {
    const layer = new layers.Normalization({ mean: [1, 2], variance: [4, 16] });
    expect(layer.apply([[3, 10]]).toArray()).toEqual([[1, 2]]);
    expect(layer.weights).toEqual([]);
    const scalar = new layers.Normalization({ mean: 3, variance: 4, axis: null });
    expect(scalar.apply([[1, 5]]).toArray()).toEqual([[-1, 1]]);
    const first = new layers.Normalization({ axis: 1, mean: [0, 10], variance: [1, 4] });
    expect(
      first
        .apply([
          [
            [1, 2],
            [12, 14],
          ],
        ])
        .toArray(),
    ).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
    ]);
  });

  it('come back from the config', () => {
    const layer = new layers.Normalization({
      mean: tensor([1, 2]),
      variance: Float64Array.of(0.1, 1),
      invert: true,
    });
    expect(layer.getConfig()).toMatchObject({
      axis: [-1],
      mean: [1, 2],
      variance: [0.1, 1],
      invert: true,
    });
    const again = layers.deserialize(layers.serialize(layer));
    expect(again.getConfig()).toEqual(layer.getConfig());
    const none = layers.deserialize({ class_name: 'Normalization', config: { axis: null } });
    expect(none.getConfig()).toMatchObject({ axis: [], mean: null, variance: null });
  });
});

it('lets gradients through', () => {
  const layer = new layers.Normalization({ mean: [1, 2], variance: [4, 0.25] });
  const [x, dy] = [normal([3, 2], { seed: 1 }), normal([3, 2], { seed: 2 })];
  tidy(() => {
    const [dx] = differentiate('test', () => sum(mul(layer.apply(x), dy)), [x]).gradients;
    expectAllClose(
      dx?.data() ?? [],
      [...dy.data()].map((d, i) => (i % 2 === 0 ? d / 2 : d * 2)),
    );
  });
});

it('works with weights that were loaded', () => {
  const layer = new layers.Normalization();
  layer.build([null, 2]);
  layer.setWeights([[1, 2], [4, 16], 0]);
  expect(layer.apply([[3, 10]]).toArray()).toEqual([[1, 2]]);
});

describe('bad input', () => {
  it('use before adapt', () => {
    const layer = new layers.Normalization({ name: 'n' });
    expect(() => layer.apply([[1, 2]])).toThrow(ValueError);
    expect(() => layer.apply([[1, 2]])).toThrow(/'n'.*no statistics yet.*adapt\(data\)/);
  });

  it('data that do not fit', async () => {
    const layer = new layers.Normalization({ name: 'n' });
    await layer.adapt([
      [1, 2],
      [3, 4],
    ]);
    await expect(layer.adapt([[1, 2, 3]])).rejects.toThrow(/'n'.*adapt.*\(1, 3\).*length 2/);
    await expect(layer.adapt(new Set())).rejects.toThrow(/no samples/);
    await expect(layer.adapt(3)).rejects.toThrow(ShapeError);
    const flat = new layers.Normalization();
    await expect(flat.adapt([1, 2, 3])).rejects.toThrow(/axis: null/);
    const given = new layers.Normalization({ mean: 0, variance: 1 });
    await expect(given.adapt([[1]])).rejects.toThrow(/cannot adapt/);
  });

  it.each<[object, RegExp]>([
    [{ mean: 1 }, /together/],
    [{ mean: [1, 2], variance: [1] }, /one shape, got \(2,\) and \(1,\)/],
    [{ mean: [[1]], variance: [[1]] }, /more axes/],
    [{ axis: 0.5 }, /axis/],
    [{ invert: 1 }, /invert/],
    [{ means: 1 }, /Did you mean 'mean'/],
  ])('%j', (options, message) => {
    expect(() => new layers.Normalization(options)).toThrow(message);
  });
});

describe('mean and variance can be read', () => {
  const numbers = (layer: layers.Normalization): unknown[] =>
    tidy(() => [layer.mean?.toArray() ?? null, layer.variance?.toArray() ?? null]);

  it('of a layer that adapts: as its input along the axis, 1 along the others', async () => {
    const layer = new layers.Normalization();
    expect(numbers(layer)).toEqual([null, null]);
    await layer.adapt([[1, 2], [3, 6]]); // prettier-ignore
    expect(numbers(layer)).toEqual([[[2, 4]], [[1, 4]]]);
    await layer.adapt([[1, 1], [1, 1]]); // prettier-ignore
    expect(numbers(layer)).toEqual([[[1, 1]], [[0, 0]]]);
  });

  it('of all places together', async () => {
    const layer = new layers.Normalization({ axis: null });
    await layer.adapt([[1, 2], [3, 6]]); // prettier-ignore
    expect(numbers(layer)).toEqual([[[3]], [[3.5]]]);
  });

  it('of a layer that was given them, once it is built', () => {
    const layer = new layers.Normalization({ mean: 3, variance: 2 });
    expect(numbers(layer)).toEqual([null, null]);
    layer.build([null, 3]);
    expect(numbers(layer)).toEqual([[[3, 3, 3]], [[2, 2, 2]]]);
  });

  it('Discretization has the boundaries that it found', async () => {
    const layer = new layers.Discretization(null, { numBins: 2 });
    expect(layer.binBoundaries).toBeNull();
    await layer.adapt([1, 2, 3, 4]);
    // Equally many numbers lie on both sides of it.
    expect(layer.binBoundaries).toHaveLength(1);
    const [limit = NaN] = layer.binBoundaries ?? [];
    expect(layer.apply([1, 2, 3, 4]).toArray()).toEqual([1, 2, 3, 4].map((x) => Number(x >= limit))); // prettier-ignore
    expect(layer.getConfig()['bin_boundaries']).toEqual(layer.binBoundaries);
    const copy = layers.Discretization.fromConfig(layer.getConfig());
    expect([copy.binBoundaries, copy.numBins]).toEqual([layer.binBoundaries, 2]);
  });
});
