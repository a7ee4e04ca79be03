import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as initializers from '../../../src/initializers.js';
import * as layers from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { differentiate } from '../../../src/engine/ops/control/grad.js';
import * as ops from '../../../src/engine/ops/index.js';
import { mul, sum } from '../../../src/engine/ops/index.js';
import { Nadam, schedules } from '../../../src/optimizers.js';
import { normal } from '../../../src/random.js';
import { ones, tensor, zeros } from '../../../src/engine/tensor/create.js';
import { memory } from '../../../src/engine/tensor/memory.js';
import { tidy } from '../../../src/engine/tensor/scope.js';
import { expectAllClose } from '../../golden/cases.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { centralGradient } from '../../reference/gradients.js';
import { batchNormalize, momentsAlong } from '../../reference/normalization.js';
import type { Tensor } from '../../../src/engine/tensor/tensor.js';

const training = { training: true };
const dense = (x: Tensor): DenseArray => ({ shape: x.shape, data: [...x.data()] });

/** The layer with weights that are not the initial ones. */
function layerFor(shape: readonly number[], axis: number): layers.BatchNormalization {
  const layer = new layers.BatchNormalization({ axis, epsilon: 0.01, momentum: 0.8 });
  layer.build([null, ...shape.slice(1)]);
  layer.gamma?.assign(normal(layer.gamma.shape, { mean: 1, stddev: 0.5, seed: 1 }));
  layer.beta?.assign(normal(layer.beta.shape, { seed: 2 }));
  return layer;
}

describe('behind a fused relu', () => {
  it.each<[string, number[], number[]]>([
    ['conv2d', [2, 6, 5, 3], [3, 3, 3, 5]],
    ['conv1d', [3, 8, 2], [2, 2, 16]],
    ['dense', [40, 6], [6, 7]],
  ])('of %s the gradients are those behind relu, to the bit', (name, inputShape, kernelShape) => {
    const product = (x: Tensor, kernel: Tensor, activation: 'linear' | 'relu'): Tensor => {
      if (name === 'dense') return ops.dense(x, kernel, null, activation);
      return (name === 'conv2d' ? ops.conv2d : ops.conv1d)(x, kernel, null, { activation });
    };
    const layer = new layers.BatchNormalization();
    const [x, kernel] = [normal(inputShape, { seed: 5 }), normal(kernelShape, { seed: 6 })];
    const loss = (y: Tensor): Tensor => {
      const weights = normal(y.shape, { seed: 7 });
      return sum(mul(ops.square(layer.apply(y, training)), weights));
    };
    const both = (f: (x: Tensor, kernel: Tensor) => Tensor): number[][] => {
      const ofKernel = ops.grad((k: Tensor) => f(x, k));
      const ofInput = ops.grad((a: Tensor) => f(a, kernel));
      const second = ops.grad((a: Tensor) => sum(ops.square(ofInput(a))));
      return [ofKernel(kernel), ofInput(x), second(x)].map((gradient) => [...gradient.data()]);
    };
    const fused = both((a, k) => loss(product(a, k, 'relu')));
    expect(fused).toEqual(both((a, k) => loss(ops.relu(product(a, k, 'linear')))));
  });
});

describe('while training', () => {
  it.each<[readonly number[], number]>([
    [[5, 3], -1],
    [[4, 2, 3], 2],
    [[4, 3, 2], 1],
    [[3, 2, 4, 5], -1],
    [[3, 2, 4, 5], 1],
    [[7, 9], 1],
  ])('input %j, axis %i: values, statistics and gradients', (shape, axis) => {
    const layer = layerFor(shape, axis);
    const x = normal(shape, { mean: 0.5, stddev: 2, seed: 3 });
    const dy = normal(shape, { seed: 4 });
    const [gamma, beta] = layer.trainableWeights.map((weight) => weight.value);
    if (gamma === undefined || beta === undefined) throw new Error('no weights');
    const front = axis < 0 ? axis + shape.length : axis;
    const reference = (a: DenseArray, b: DenseArray, c: DenseArray): DenseArray =>
      batchNormalize(a, b, c, front, 0.01);
    const inputs = [dense(x), dense(gamma), dense(beta)] as const;

    tidy(() => {
      const { gradients } = differentiate(
        'test',
        () => {
          const y = layer.apply(x, training);
          expectAllClose(y.data(), reference(...inputs).data, 'y');
          return sum(mul(y, dy));
        },
        [x, gamma, beta],
      );
      gradients.forEach((gradient, which) => {
        const f = (...given: DenseArray[]): DenseArray =>
          reference(given[0] ?? inputs[0], given[1] ?? inputs[1], given[2] ?? inputs[2]);
        const expected = centralGradient(f, inputs, which, [...dy.data()]);
        expectAllClose(gradient?.data() ?? [], expected, `gradient ${which}`, {
          absolute: 2e-5,
          relative: 1e-4,
        });
      });
    });
    const { mean, variance } = momentsAlong(inputs[0], front);
    const moved = (from: number, to: readonly number[]) => to.map((b) => 0.8 * from + 0.2 * b);
    expectAllClose(layer.movingMean.value.data(), moved(0, mean), 'moving mean');
    expectAllClose(layer.movingVariance.value.data(), moved(1, variance), 'moving variance');
  });

  it('is in inference mode when it is frozen', () => {
    const layer = layerFor([2, 2], -1);
    layer.trainable = false;
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(layer.apply(x, training).toArray()).toEqual(layer.apply(x).toArray());
    expect(layer.movingMean.value.toArray()).toEqual([0, 0]);
  });
});

describe('otherwise', () => {
  it.each([-1, 1])('uses the moving statistics, which stay, along axis %i', (axis) => {
    const layer = layerFor([2, 3, 3], axis);
    layer.movingMean.assign([1, 2, 3]);
    layer.movingVariance.assign([4, 0.25, 1]);
    const x = normal([2, 3, 3], { seed: 5 });
    const [gamma, beta] = [layer.gamma?.value.data() ?? [], layer.beta?.value.data() ?? []];
    const expected = [...x.data()].map((value, flat) => {
      const place = axis === -1 ? flat % 3 : Math.floor(flat / 3) % 3;
      const deviation = Math.sqrt(([4, 0.25, 1][place] ?? 0) + 0.01);
      return ((gamma[place] ?? 0) * (value - place - 1)) / deviation + (beta[place] ?? 0);
    });
    expectAllClose(layer.apply(x).data(), expected, 'y', { absolute: 2e-5, relative: 1e-4 });
    expect(layer.movingMean.value.toArray()).toEqual([1, 2, 3]);
  });
});

it('has Keras weights by name, without those that are switched off', () => {
  const names = (options: layers.BatchNormalizationOptions): string[] => {
    const layer = new layers.BatchNormalization(options);
    layer.build([null, 2]);
    return layer.weights.map(({ name }) => name);
  };
  expect(names({})).toEqual(['gamma', 'beta', 'moving_mean', 'moving_variance']);
  expect(names({ scale: false })).toEqual(['beta', 'moving_mean', 'moving_variance']);
  expect(names({ scale: false, center: false })).toEqual(['moving_mean', 'moving_variance']);
});

it('reads the configs of Keras 2 and 3', () => {
  const read = (config: Record<string, unknown>) =>
    layers.deserialize({ class_name: 'BatchNormalization', config }).getConfig();
  expect(read({ axis: [3], momentum: 0.9 })).toMatchObject({ axis: 3, momentum: 0.9 });
  expect(read({ renorm: false, renorm_momentum: 0.5 })).toMatchObject({ renorm: false });
  const limits = { rmax: 3, rmin: null, dmax: 0.5 };
  expect(read({ renorm: true })).toMatchObject({ renorm_clipping: {}, renorm_momentum: 0.99 });
  expect(read({ renorm: true, renorm_clipping: limits })).toMatchObject({
    renorm_clipping: limits,
  });
  expect(read({ renorm_clipping: limits })).toMatchObject({
    renorm: false,
    renorm_clipping: limits,
  });
});

describe('renorm', () => {
  const named = (layer: layers.BatchNormalization): Record<string, number[]> =>
    Object.fromEntries(layer.weights.map(({ name, value }) => [name, value.toArray() as number[]]));

  it('has weights of its own, the roots of what the moving variance begins with', () => {
    const options = { renorm: true, movingVarianceInitializer: new initializers.Constant(4) };
    const layer = new layers.BatchNormalization({ ...options, scale: false });
    layer.build([null, 2]);
    expect(named(layer)).toEqual({
      beta: [0, 0],
      moving_mean: [0, 0],
      moving_variance: [4, 4],
      moving_stddev: [2, 2],
      renorm_mean: [0, 0],
      renorm_stddev: [2, 2],
    });
  });

  it.each([-1, 1])('corrects towards the moving statistics, axis %d', (axis) => {
    const layer = new layers.BatchNormalization({
      axis,
      renorm: true,
      renormClipping: { rmax: 1.5, dmax: 0.25 },
      momentum: 0.5,
      renormMomentum: 0.75,
      epsilon: 0.01,
    });
    const x = tensor([[1], [3], [8]]);
    const y = layer.apply(x, { training: true });
    // Mean 4, variance 26 / 3; both corrections are at their limits.
    const deviation = Math.sqrt(26 / 3 + 0.01);
    const expected = [1, 3, 8].map((value) => (1.5 * (value - 4)) / deviation + 0.25);
    expectAllClose(y.data(), expected, 'y', { absolute: 1e-5, relative: 1e-5 });
    const moving = (1 + deviation) / 2;
    const after = { ...named(layer), gamma: [1], beta: [0] };
    const wanted = {
      moving_mean: 2,
      moving_stddev: moving,
      moving_variance: moving ** 2 - 0.01,
      renorm_mean: 1,
      renorm_stddev: 0.75 + 0.25 * deviation,
    };
    for (const [name, value] of Object.entries(wanted)) {
      expect((after as Record<string, number[]>)[name]?.[0], name).toBeCloseTo(value, 5);
    }
    // In inference the moving statistics count, as ever.
    const [z] = layer.apply([[2 + moving]]).data();
    expect(z).toBeCloseTo(1, 5);
  });

  it('is trained by repeated steps as by steps that run the layers', async () => {
    const run = async (isRepeated: boolean): Promise<unknown> => {
      const layer = new layers.BatchNormalization({ renorm: true, inputShape: [3], momentum: 0.5 });
      if (!isRepeated) layer.call = (x, options) => layers.BatchNormalization.prototype.call.call(layer, x, options); // prettier-ignore
      const model = new Sequential([layer, new layers.Dense(1, { kernelInitializer: 'ones' })]);
      model.compile({ optimizer: 'sgd', loss: 'mse' });
      const x = tensor(
        Float32Array.from({ length: 60 }, (_, i) => Math.sin(i)),
        { shape: [20, 3] },
      );
      await model.fit(x, ones([20, 1]), { epochs: 5, batchSize: 4, shuffle: false, verbose: 0 });
      return model.getWeights().map((weight) => weight.toArray());
    };
    expect(await run(true)).toEqual(await run(false));
  });
});

describe('bad input', () => {
  it.each<[object, RegExp]>([
    [{ axis: 0.5 }, /axis/],
    [{ momentum: 1.5 }, /momentum/],
    [{ epsilon: -1 }, /epsilon/],
    [{ center: 'yes' }, /center/],
    [{ renorm: 1 }, /renorm must be/],
    [{ renorm: true, renormMomentum: 2 }, /renormMomentum/],
    [
      { renorm: true, renormClipping: 3 },
      /renormClipping must be an object with some of rmax, rmin, dmax, or null, got 3/,
    ],
    [
      { renorm: true, renormClipping: { rmax: 1, rmin: 2 } },
      /renormClipping.rmax must be at least rmin, got rmax 1/,
    ],
    [{ renorm: true, renormClipping: { dmax: -1 } }, /renormClipping.dmax/],
    [{ renorm: true, renormClipping: { max: 1 } }, /renormClipping: unknown option 'max'/],
    [{ synchronized: true }, /synchronized = true is not supported/],
    [{ momentom: 0.9 }, /Did you mean 'momentum'/],
  ])('%j', (options, message) => {
    expect(() => new layers.BatchNormalization(options)).toThrow(ValueError);
    expect(() => new layers.BatchNormalization(options)).toThrow(message);
  });

  it('of a shape without such an axis, or another than before', () => {
    const at = (axis: number) => new layers.BatchNormalization({ axis, name: 'bn' });
    expect(() => at(2).apply(zeros([2, 3]))).toThrow(ShapeError);
    expect(() => at(0).apply(zeros([2, 3]))).toThrow(/'bn'.*batch axis/);
    const layer = at(-1);
    layer.apply(zeros([2, 3]));
    expect(() => layer.apply(zeros([2, 4]))).toThrow(/'bn'.*\(2, 4\).*length 3/);
    expect(() => at(-1).movingMean).toThrow(/'bn' is not built/);
  });
});

it('is trained without leaving tensors', () => {
  const model = new Sequential([
    new layers.Dense(3, { inputShape: [2] }),
    new layers.BatchNormalization(),
    new layers.Dense(1),
  ]);
  const learningRate = new schedules.InverseTimeDecay(0.1, 10, 0.5);
  model.compile({ optimizer: new Nadam({ learningRate }), loss: 'mse' });
  const [x, y] = [normal([8, 2], { seed: 1 }), normal([8, 1], { seed: 2 })];
  const step = () => model.trainOnBatch(x, y);
  step();
  const before = memory().tensors;
  for (let i = 0; i < 3; i++) step();
  expect(memory().tensors).toBe(before);
});
