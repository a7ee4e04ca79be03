// Predictions of models of several kinds are repeated, with the bits of the layers.
import { describe, expect, it } from 'vitest';
import * as layers from '../../../src/layers.js';
import { Model, Sequential } from '../../../src/models.js';
import { conv2d, matmul } from '../../../src/engine/ops/index.js';
import { mul } from '../../../src/engine/ops/generated/public-operations.js';
import { memory, ones, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { bitsOfAll, expectRepeated, expectSame, nasty, warmUp } from './repeated.js';

describe('predictions of these models', () => {
  it('have several inputs and outputs, and a structure', () => {
    setRandomSeed(1);
    const a = layers.Input([3]);
    const b = layers.Input([2]);
    const sum = new layers.Add().apply([
      new layers.Dense(4).apply(a),
      new layers.Dense(4).apply(b),
    ]);
    const model = new Model({
      inputs: { a, b },
      outputs: { sum, twice: mul(sum, 2), a },
    });
    const given = (kind: number) => ({
      b: tensor(nasty(4, kind), { shape: [2, 2] }),
      a: tensor(nasty(6, kind), { shape: [2, 3] }),
    });
    warmUp(() => model.predictOnBatch(given(0)));
    expect(model.predictions.count).toBe(1);
    for (let kind = 0; kind < 8; kind++) {
      const x = given(kind);
      const y = model.predictOnBatch(x);
      expect(Object.keys(y).sort()).toEqual(['a', 'sum', 'twice']);
      expect(bitsOfAll(y)).toEqual(tidy(() => bitsOfAll(model.apply(x))));
      expect(bitsOfAll(y.a)).toEqual(bitsOfAll(x.a));
    }
  });

  it('are convolutions, which are computed as the numbers say', () => {
    setRandomSeed(2);
    const model = new Sequential([
      new layers.Conv2D(8, 3, { padding: 'same', activation: 'relu', inputShape: [12, 12, 4] }),
      new layers.BatchNormalization(),
      new layers.MaxPooling2D(2),
      new layers.Conv2D(8, 3, { padding: 'same' }),
      new layers.Flatten(),
      new layers.Dense(10, { activation: 'softmax' }),
    ]);
    const x = (kind: number): Tensor => tensor(nasty(2 * 576, kind), { shape: [2, 12, 12, 4] });
    expectRepeated(model, x(0));
    for (let kind = 0; kind < 8; kind++) expectSame(model, x(kind));
  });

  it('are sequences of words with a mask inside', () => {
    setRandomSeed(3);
    const model = new Sequential([
      new layers.Embedding(10, 6, { maskZero: true, inputShape: [7] }),
      new layers.LSTM(5, { returnSequences: true }),
      new layers.GRU(4),
      new layers.Dense(3, { activation: 'softmax' }),
    ]);
    const x = (kind: number, dtype: 'int32' | 'float32' = 'int32'): Tensor =>
      tensor(Array.from({ length: 3 }, (_, i) => Array.from({ length: 7 }, (_, j) => (i * 7 + j * kind) % 10)), { dtype }); // prettier-ignore
    expectRepeated(model, x(1));
    for (let kind = 0; kind < 10; kind++) expectSame(model, x(kind));
    warmUp(() => model.predictOnBatch(x(1, 'float32')));
    expect(model.predictions.count).toBe(2);
    expectSame(model, x(4, 'float32'));
    const wrong = tensor(new Int32Array(21).fill(10), { shape: [3, 7] });
    expect(() => model.predictOnBatch(wrong)).toThrow(/index 10 at position 0/);
    expect(() => model.predictOnBatch(x(1, 'float32').add(0.5))).toThrow(/whole numbers/);
    expectSame(model, x(1));
  });

  it('are transformer blocks', () => {
    setRandomSeed(4);
    const input = layers.Input([6, 8]);
    const attended = new layers.MultiHeadAttention(2, 4).apply([input, input]);
    const normal = new layers.LayerNormalization().apply(new layers.Add().apply([input, attended]));
    const model = new Model({ inputs: input, outputs: new layers.Dense(8, { activation: 'gelu' }).apply(normal) }); // prettier-ignore
    const x = (kind: number): Tensor => tensor(nasty(96, kind), { shape: [2, 6, 8] });
    expectRepeated(model, x(0));
    for (let kind = 0; kind < 8; kind++) expectSame(model, x(kind));
  });

  it('are large, so that threads share them', () => {
    setRandomSeed(5);
    const model = new Sequential([
      new layers.Dense(256, { activation: 'relu', inputShape: [200] }),
      new layers.Dense(10, { activation: 'softmax' }),
    ]);
    const x = (kind: number): Tensor => tensor(nasty(12_800, kind), { shape: [64, 200] });
    expectRepeated(model, x(0));
    for (let kind = 0; kind < 8; kind++) expectSame(model, x(kind));
  });

  it('are one row, whose matrices have panels or none', () => {
    for (const units of [1, 16, 47, 48, 64, 500]) {
      const model = new Sequential([
        new layers.Dense(units, { activation: 'tanh', inputShape: [30] }),
        new layers.Dense(10, { activation: 'softmax' }),
      ]);
      const x = (kind: number): Tensor => tensor(nasty(30, kind), { shape: [1, 30] });
      expectRepeated(model, x(0));
      for (let kind = 0; kind < 8; kind++) expectSame(model, x(kind));
    }
  });

  it('look twice at the same numbers, for two reasons', () => {
    // A product with one row asks whether the images are finite, Winograd's convolution whether they are moderate.
    const kernel = tensor(nasty(576, 0), { shape: [3, 3, 8, 8] });
    class Both extends layers.Layer {
      static override readonly className = 'Both';
      static override readonly isPure = true;
      override computeOutputShape(): PartialShape {
        return [1, 16, 16, 8];
      }
      override call(x: Tensor): Tensor {
        const sums = matmul(ones([1, 256]), x.reshape([256, 8]));
        return conv2d(x, kernel, null, { padding: 'same' }).add(sums.reshape([1, 1, 1, 8]));
      }
    }
    const model = new Sequential([layers.Input([16, 16, 8]), new Both()]);
    const x = (kind: number): Tensor => tensor(nasty(2048, kind), { shape: [1, 16, 16, 8] });
    expectRepeated(model, x(0));
    for (const kind of [7, 0, 5, 0, 4, 0]) expectSame(model, x(kind));
    kernel.dispose();
  });

  it('have an error in the call that would be recorded', () => {
    const model = new Sequential([new layers.Embedding(5, 2, { inputShape: [3] })]);
    const good = tensor([[1, 2, 3]], { dtype: 'int32' });
    const bad = tensor([[1, 7, 3]], { dtype: 'int32' });
    const before = memory();
    for (let i = 0; i < 5; i++) model.predictOnBatch(good).dispose();
    expect(() => model.predictOnBatch(bad)).toThrow(/index 7 at position 1/);
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    expectRepeated(model, good);
    expect(() => model.predictOnBatch(bad)).toThrow(/index 7 at position 1/);
    expectSame(model, good);
  });
});
