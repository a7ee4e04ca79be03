import { describe, expect, it } from 'vitest';
import { Constant } from '../../../src/initializers.js';
import * as layers from '../../../src/layers.js';
import { Input } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { valueAndGrad } from '../../../src/engine/ops/control/grad.js';
import { ones, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const { Dense, SpectralNormalization } = layers;

/** The largest singular value, by many steps of the power iteration in float64. */
function spectralNorm(matrix: readonly (readonly number[])[]): number {
  let u = matrix.map(() => 1);
  let size = 0;
  for (let step = 0; step < 500; step++) {
    const v = (matrix[0] ?? []).map((_, j) =>
      matrix.reduce((sum, row, i) => sum + (row[j] ?? NaN) * (u[i] ?? NaN), 0),
    );
    u = matrix.map((row) => row.reduce((sum, value, j) => sum + value * (v[j] ?? NaN), 0));
    size = Math.sqrt(Math.hypot(...u) / Math.hypot(...v)) ** 2;
    const length = Math.hypot(...u);
    u = u.map((value) => value / length);
  }
  return size;
}

/** To the digits of float32. */
function expectClose(found: Tensor | null | undefined, expected: readonly number[]): void {
  const values = [...(found?.data() ?? [])];
  expect(values.map((value, i) => value / (expected[i] ?? NaN))).toEqual(
    expected.map(() => expect.closeTo(1, 5) as number),
  );
}

const numbers = (shape: readonly number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(7 * i + 1)),
    { shape },
  );
};

describe('SpectralNormalization', () => {
  it('brings the largest singular value of the kernel to 1 while training, and not in inference', () => {
    const layer = new SpectralNormalization(new Dense(3), { powerIterations: 200 });
    layer.build([null, 4]);
    const before = layer.kernel.value.toArray();
    layer.apply(ones([1, 4]));
    expect(layer.kernel.value.toArray()).toEqual(before);
    layer.apply(ones([1, 4]), { training: true });
    const after = layer.kernel.value.toArray() as number[][];
    expect(spectralNorm(after)).toBeCloseTo(1, 4);
    expect(spectralNorm(before as number[][])).not.toBeCloseTo(1, 1);
  });

  it('leaves a kernel of zeros alone', () => {
    const layer = new SpectralNormalization(new Dense(3, { kernelInitializer: 'zeros' }));
    layer.build([null, 4]);
    const before = layer.getWeights().map((weight) => weight.toArray());
    layer.apply(ones([1, 4]), { training: true });
    expect(layer.getWeights().map((weight) => weight.toArray())).toEqual(before);
  });

  it('has the kernel first, and each weight once', () => {
    const layer = new SpectralNormalization(new Dense(3), { name: 'normal' });
    layer.build([null, 4]);
    expect(layer.weights.map(({ name }) => name)).toEqual(['kernel', 'vector_u', 'bias']);
    expect(layer.trainableWeights.map(({ name }) => name)).toEqual(['kernel', 'bias']);
    expect(layer.countParams()).toBe(12 + 3 + 3);
  });

  it('gives the dtype of its input, as Keras', () => {
    const layer = new SpectralNormalization(new layers.Embedding(5, 2, { embeddingsInitializer: new Constant(2.5) })); // prettier-ignore
    const y = layer.apply(tensor([[1, 2, 3]], { dtype: 'int32' }));
    expect([y.shape, y.dtype, [...y.data()]]).toEqual([[1, 3, 2], 'int32', [2, 2, 2, 2, 2, 2]]); // prettier-ignore
    const symbolic = layer.apply(Input({ shape: [3], dtype: 'int32' }));
    expect([symbolic.shape, symbolic.dtype]).toEqual([[null, 3, 2], 'int32']);
  });

  it.each([['sgd'], ['adam']])(
    'is trained by repeated steps as by others, %s',
    async (optimizer) => {
      const run = async (isRepeated: boolean): Promise<unknown> => {
        const inner = new layers.Conv1D(2, 2, { kernelInitializer: 'ones' });
        const layer = new SpectralNormalization(inner, { inputShape: [5, 3] });
        if (!isRepeated) layer.call = (x, options) => SpectralNormalization.prototype.call.call(layer, x, options); // prettier-ignore
        const model = new Sequential([layer, new layers.Flatten(), new Dense(1, { kernelInitializer: 'ones' })]); // prettier-ignore
        model.compile({ optimizer: optimizer as never, loss: 'mse' });
        model.build([null, 5, 3]);
        model.setWeights(model.weights.map(({ shape }) => numbers(shape)));
        await model.fit(numbers([20, 5, 3]), ones([20, 1]), { epochs: 4, batchSize: 4, shuffle: false, verbose: 0 }); // prettier-ignore
        return model.getWeights().map((weight) => weight.toArray());
      };
      expect(await run(true)).toEqual(await run(false));
    },
  );

  it('has gradients by valueAndGrad, of two calls as well', () => {
    // Keras 3.15.1 with TensorFlow.
    const layer = new SpectralNormalization(new Dense(2, { useBias: false }));
    layer.build([null, 2]);
    layer.kernel.assign([[1, 2], [3, 4]]); // prettier-ignore
    layer.weights.find(({ name }) => name === 'vector_u')?.assign([[0.6, 0.8]]);
    const x = tensor([[1, 2], [3, 4]]); // prettier-ignore
    const squares = (factor: number): Tensor =>
      layer.apply(x.mul(factor), { training: true }).square().sum();
    const once = valueAndGrad(() => squares(1), layer.trainableWeights);
    expect(once.value.item()).toBeCloseTo(28.72837, 4);
    expectClose(once.gradients[0], [19.030281, 27.813486, 27.081553, 39.52443]);
    const twice = valueAndGrad(() => squares(1).add(squares(2)), layer.trainableWeights);
    expect(twice.value.item()).toBeCloseTo(143.64125, 3);
    expectClose(twice.gradients[0], [95.15121, 139.06715, 135.40747, 197.62175]);
    expectClose(layer.kernel.value, [0.18298309, 0.36596617, 0.54894924, 0.73193234]);
  });

  it('refuses what it cannot normalize', () => {
    expect(() => new SpectralNormalization('dense' as never)).toThrow(/layer must be a layer, such as layers.Dense/); // prettier-ignore
    expect(() => new SpectralNormalization(new Dense(2), { powerIterations: 0 })).toThrow(/powerIterations/); // prettier-ignore
    expect(() => new SpectralNormalization(new layers.ReLU()).apply(ones([1, 2]))).toThrow(
      /has no weight kernel or embeddings that could be normalized. Wrap a dense/,
    );
    expect(() => new SpectralNormalization(new Dense(2)).kernel).toThrow(/is not built/);
  });
});
