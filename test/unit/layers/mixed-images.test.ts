// Layers that mix images: what they draw, what they refuse, and how they go with models. Their numbers are in test/golden.
import { describe, expect, it } from 'vitest';
import {
  Input,
  layers,
  models,
  ops,
  optimizers,
  random,
  tensor,
  zeros,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { memory, tidy } from '../../../src/engine/tensor/index.js';

const DRAWS = 10_000;
/** By how many standard deviations a mean of this many draws is off once in a million times. */
const SIGMAS = 5 / Math.sqrt(DRAWS);

const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
const variance = (xs: readonly number[]): number => mean(xs.map((x) => (x - mean(xs)) ** 2));

/** What a layer draws for this many images, as numbers. */
function drawn(layer: layers.BaseImagePreprocessingLayer, shape: readonly number[], key: string): number[] {
  return tidy(() => {
    const all = layer.getRandomTransformation(zeros(shape)) as Readonly<Record<string, Tensor>>;
    return [...(all[key]?.data() ?? [])];
  });
} // prettier-ignore

const images = (): Tensor => random.uniform([4, 5, 6, 3], { seed: 3 });

describe('MixUp', () => {
  it.each([0.2, 1, 4])('draws weights of the beta distribution of %d and %d', (alpha) => {
    const weights = drawn(new layers.MixUp({ alpha, seed: 1 }), [DRAWS, 1, 1, 1], 'mixWeight');
    const spread = 1 / (4 * (2 * alpha + 1));
    expect(Math.abs(mean(weights) - 0.5)).toBeLessThan(SIGMAS * Math.sqrt(spread));
    // No number is further from ½ than ½, so the squares have a standard deviation of less than ¼.
    expect(Math.abs(variance(weights) - spread)).toBeLessThan(SIGMAS / 4);
  });

  it('takes each image of the batch once', () => {
    const order = drawn(new layers.MixUp({ seed: 1 }), [50, 1, 1, 1], 'permutationOrder');
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });

  it('mixes images alone, and leaves them without training', () => {
    const x = images();
    const mixUp = new layers.MixUp({ alpha: 2, seed: 1 });
    const mixed = mixUp.apply(x);
    expect(mixed.shape).toEqual(x.shape);
    expect(mixed.toArray()).not.toEqual(x.toArray());
    expect(mixUp.apply(x, { training: false }).toArray()).toEqual(x.toArray());
    const alone = x.slice(0);
    expect(ops.sub(mixUp.apply(alone), alone).abs().max().item()).toBeLessThan(1e-6);
  });
});

describe('CutMix', () => {
  it('cuts rectangles of the area that the labels tell of', () => {
    // α is 1: the area is evenly distributed.
    const layer = new layers.CutMix({ factor: [1, 1], seed: 1 });
    const shares = drawn(layer, [DRAWS, 1, 1, 1], 'mixWeight');
    expect(Math.abs(mean(shares) - 0.5)).toBeLessThan(SIGMAS * Math.sqrt(1 / 12));
    expect(Math.abs(variance(shares) - 1 / 12)).toBeLessThan(SIGMAS * Math.sqrt(1 / 180));
  });

  it('has as many pixels in a rectangle as its area says', () => {
    const layer = new layers.CutMix({ factor: [1, 1], seed: 2 });
    const { mixWeight, batchMasks } = layer.getRandomTransformation(zeros([2000, 20, 30, 3]));
    const pixels = batchMasks.astype('float32').mean([1, 2, 3]);
    // A side is at most one pixel off. Pixels begin at whole numbers, so large rectangles have fewer, as in Keras.
    const gap = ops.sub(ops.sub(1, mixWeight.flatten()), pixels);
    expect(Math.abs(gap.mean().item())).toBeLessThan(0.01);
    expect(gap.abs().max().item()).toBeLessThan(1 / 20 + 1 / 30);
    expect(batchMasks.shape).toEqual([2000, 20, 30, 1]);
  });

  it('shows pixels of one or the other image at each place', () => {
    const x = images();
    const layer = new layers.CutMix({ factor: [1, 1], seed: 4 });
    const [found, given] = [layer.apply(x), x].map((all) => all.toArray() as number[][][][]) as [
      number[][][][],
      number[][][][],
    ];
    for (const image of found) {
      image.forEach((row, i) => {
        row.forEach((pixel, j) => {
          const sources = given.map((other) => JSON.stringify(other[i]?.[j]));
          expect(sources).toContain(JSON.stringify(pixel));
        });
      });
    }
  });

  it('refuses bounding boxes', () => {
    const boundingBoxes = { boxes: zeros([4, 1, 4]), labels: zeros([4, 1]) };
    const layer = new layers.CutMix({ boundingBoxFormat: 'xyxy', name: 'cut' });
    expect(() => layer.apply({ images: images(), boundingBoxes })).toThrow(
      "CutMix layer 'cut' does not take boundingBoxes",
    );
  });
});

describe('Mosaic', () => {
  it('draws three other images of the batch, and centers between its limits', () => {
    const layer = new layers.Mosaic({ offset: [0.2, 0.6], seed: 1 });
    const order = drawn(layer, [DRAWS, 10, 10, 1], 'permutationOrder');
    expect(order.filter((_, i) => i % 4 === 0)).toEqual(Array.from({ length: DRAWS }, (_, i) => i));
    const others = order.filter((_, i) => i % 4 > 0).map((i) => i / DRAWS);
    expect(Math.abs(mean(others) - 0.5)).toBeLessThan(SIGMAS * Math.sqrt(1 / 12));
    const centers = drawn(layer, [DRAWS, 10, 10, 1], 'mosaicCenters');
    expect(Math.min(...centers)).toBeGreaterThanOrEqual(0.2 - 1e-6);
    expect(Math.max(...centers)).toBeLessThanOrEqual(0.6 + 1e-6);
    expect(Math.abs(mean(centers) - 0.4)).toBeLessThan(0.4 * SIGMAS * Math.sqrt(1 / 12));
  });

  it('shows a single image four times', () => {
    const x = tensor([[[1], [2]], [[3], [4]]]); // prettier-ignore
    const layer = new layers.Mosaic({ offset: [0.5, 0.5] });
    expect(layer.apply(x).flatten().toArray()).toEqual([4, 3, 2, 1]);
  });
});

describe.each([
  ['MixUp', () => new layers.MixUp({ name: 'layer' })],
  ['CutMix', () => new layers.CutMix({ name: 'layer' })],
  ['Mosaic', () => new layers.Mosaic({ name: 'layer' })],
])('%s and labels', (name, make) => {
  it('refuses numbers of classes', () => {
    const layer = make();
    const before = memory();
    const x = images();
    const message = `${name} layer 'layer': labels of shape (4,) are numbers of classes`;
    expect(() => layer.apply({ images: x, labels: [0, 1, 2, 0] })).toThrow(message);
    expect(() => layer.apply({ images: x, labels: [0, 1, 2, 0] })).toThrow('utils.toCategorical');
    x.dispose();
    expect(memory()).toEqual(before);
  });

  it('mixes one-hot rows, of whole numbers too, to rows of the same sum', () => {
    const { labels } = make().apply({ images: images(), labels: ops.oneHot([0, 1, 2, 0], 3).astype('int32') }); // prettier-ignore
    expect(labels?.dtype).toBe('float32');
    for (const sum of labels?.sum(1).data() ?? []) expect(sum).toBeCloseTo(1, 5);
  });

  it('gives in graphs the shapes and types that it computes', () => {
    const [image, label] = [Input([5, 6, 3]), Input([3], { dtype: 'int32' })];
    const symbolic = make().apply({ images: image, labels: label });
    expect([symbolic.labels?.shape, symbolic.labels?.dtype]).toEqual([[null, 3], 'float32']);
    expect(symbolic.images.shape).toEqual([null, 5, 6, 3]);
  });
});

describe('MaxNumBoundingBoxes', () => {
  it('fills or cuts boxes in any format, and needs none', () => {
    const boundingBoxes = { boxes: tensor([[[0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1]]]), labels: tensor([[7, 8]], { dtype: 'uint8' }) }; // prettier-ignore
    const x = { images: zeros([1, 4, 4, 3]), boundingBoxes };
    const more = new layers.MaxNumBoundingBoxes(3).apply(x).boundingBoxes;
    expect(more?.labels.toArray()).toEqual([[7, 8, -1]]);
    expect(more?.boxes.slice(0, '1:').toArray()).toEqual([[0, 0, 1, 1], [-1, -1, -1, -1]]); // prettier-ignore
    const less = new layers.MaxNumBoundingBoxes(1).apply(x).boundingBoxes;
    expect([less?.boxes.shape, less?.labels.toArray()]).toEqual([[1, 1, 4], [[7]]]);
  });
});

describe('RandAugment', () => {
  it('takes each of eleven changes as often as others', () => {
    const layer = new layers.RandAugment({ numOps: DRAWS, seed: 1 });
    const { layerIdxes } = layer.getRandomTransformation(zeros([1, 2, 2, 3]));
    const counts = new Array<number>(11).fill(0);
    for (const i of layerIdxes.data()) counts[i] = (counts[i] ?? 0) + 1;
    const expected = DRAWS / 11;
    // χ² of 10 degrees of freedom is above 42 once in 100,000 times.
    expect(counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)).toBeLessThan(42);
  });

  it('draws again for each batch, and is the same for the same seed', () => {
    const make = (): layers.RandAugment => new layers.RandAugment({ valueRange: [0, 1], seed: 5 });
    const [layer, other] = [make(), make()];
    const results = Array.from({ length: 4 }, () => layer.apply(images()).toArray());
    expect(results).toEqual(Array.from({ length: 4 }, () => other.apply(images()).toArray()));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBeGreaterThan(1);
  });
});

describe('AugMix', () => {
  it('draws shares of the chains that are together 1, each distributed alike', () => {
    const shares = Array.from({ length: 3 }, (): number[] => []);
    const layer = new layers.AugMix({ alpha: 0.7, numChains: 3, chainDepth: 1, seed: 1 });
    const count = 3000;
    for (let i = 0; i < count; i++) {
      const weights = drawn(layer, [1, 1, 1, 3], 'chainMixingWeights');
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      weights.forEach((weight, chain) => shares[chain]?.push(weight));
    }
    // Of the parameters α each: mean 1 / 3, variance 2 / 9 / (3 α + 1).
    const spread = 2 / 9 / (3 * 0.7 + 1);
    for (const chain of shares) {
      expect(Math.abs(mean(chain) - 1 / 3)).toBeLessThan(
        (5 * Math.sqrt(spread)) / Math.sqrt(count),
      );
      expect(Math.abs(variance(chain) - spread)).toBeLessThan(5 / 4 / Math.sqrt(count));
    }
  });

  it('has no NaN where α is tiny', () => {
    const layer = new layers.AugMix({ alpha: 1e-6, seed: 1 });
    for (let i = 0; i < 20; i++) {
      const weights = drawn(layer, [1, 4, 4, 3], 'chainMixingWeights');
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
  });
});

describe('Pipeline', () => {
  it('trains by default as its layers do', () => {
    const x = images();
    const cut = new layers.CenterCrop(2, 2);
    expect(new layers.Pipeline([cut]).trainsByDefault).toBe(false);
    const augment = new layers.Pipeline([new layers.MixUp({ alpha: 2, seed: 1 }), cut]);
    expect(augment.trainsByDefault).toBe(true);
    expect(augment.apply(x).toArray()).not.toEqual(cut.apply(x).toArray());
    expect(augment.apply(x, { training: false }).toArray()).toEqual(cut.apply(x).toArray());
  });

  it('hands on labels and boxes, and knows their shapes', () => {
    const made = new layers.Pipeline([
      new layers.MixUp({ boundingBoxFormat: 'xyxy', seed: 1 }),
      new layers.Resizing(3, 2, { boundingBoxFormat: 'xyxy' }),
    ]);
    const labels = ops.oneHot([0, 1, 2, 0], 3);
    const boundingBoxes = { boxes: tensor([[[1, 1, 3, 3]], [[0, 0, 2, 2]], [[2, 1, 4, 4]], [[1, 2, 3, 4]]]), labels: zeros([4, 1]) }; // prettier-ignore
    const found = made.apply({ images: images(), labels, boundingBoxes });
    expect(found.images.shape).toEqual([4, 3, 2, 3]);
    expect([found.labels?.shape, found.boundingBoxes?.boxes.shape]).toEqual([
      [4, 3],
      [4, 2, 4],
    ]);
    const symbolic = made.apply({ images: Input([5, 6, 3]), boundingBoxes: { boxes: Input([1, 4]), labels: Input([1]) } }); // prettier-ignore
    expect(symbolic.images.shape).toEqual([null, 3, 2, 3]);
    expect(symbolic.boundingBoxes?.boxes.shape).toEqual([null, 2, 4]);
  });

  it('comes back from its config, which has layers and a name alone', () => {
    const made = new layers.Pipeline([new layers.RandomFlip('vertical', { seed: 1 }), new layers.Resizing(2, 3)], { name: 'both' }); // prettier-ignore
    const config = made.getConfig();
    expect(Object.keys(config)).toEqual(['layers', 'name']);
    const again = layers.Pipeline.fromConfig(JSON.parse(JSON.stringify(config)) as typeof config);
    expect(again.getConfig()).toEqual(config);
    expect(() => new layers.Pipeline([])).toThrow('layers is an empty list');
    expect(() => new layers.Pipeline([1 as never])).toThrow('layers[0] must be a layer');
  });

  it('passes masks through its layers', () => {
    const made = new layers.Pipeline([new layers.Masking(), new layers.Dense(2)]);
    expect(made.apply(tensor([[[0, 0], [1, 2]]])).mask?.toArray()).toEqual([[false, true]]); // prettier-ignore
  });
});

describe('steps of models with such layers', () => {
  it.each([
    ['MixUp', () => new layers.MixUp({ alpha: 2, seed: 1 })],
    ['CutMix', () => new layers.CutMix({ factor: [1, 1], seed: 1 })],
    ['Mosaic', () => new layers.Mosaic({ seed: 1 })],
    ['RandAugment', () => new layers.RandAugment({ valueRange: [0, 1], seed: 1 })],
  ])('%s draws again in each, repeated or not', (_, make) => {
    // What each step sees is the loss of a layer that adds its input up.
    const model = new models.Sequential([
      make(),
      new layers.GlobalAveragePooling2D(),
      new layers.Dense(1, { kernelInitializer: 'ones', trainable: false }),
      new layers.Dense(1, { kernelInitializer: 'ones' }),
    ]);
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0 }), loss: 'mse' });
    const x = images();
    const y = tensor([[1], [-2], [3], [5]]);
    const losses: number[] = [];
    for (let i = 0; i < 14; i++) losses.push(Number(model.trainOnBatch(x, y)));
    expect(new Set(losses).size).toBeGreaterThan(8);
  }); // prettier-ignore
});
