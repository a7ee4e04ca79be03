// Predictions are recorded and repeated: what ends that, and what is never repeated.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { grad } from '../../../src/engine/ops/index.js';
import { uniform } from '../../../src/random.js';
import * as activations from '../../../src/activations.js';
import * as layers from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { plainRuntime } from '../../../src/engine/runtime/index.js';
import { memory, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor, Variable } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { compiledTwoLayers, numbers, twoLayers } from './networks.js';
import {
  bitsOfAll,
  exhaustMemory,
  expectRepeated,
  expectSame,
  nasty,
  plain,
  Probe,
  warmUp,
} from './repeated.js';

const x23 = (start = 1): Tensor => tensor(numbers(6, start), { shape: [2, 3] });

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a recorded prediction', () => {
  it('runs no layer, and gives the bits that the layers give', () => {
    const model = twoLayers();
    model.add(new Probe());
    const x = x23();
    expectRepeated(model, x);
    for (let kind = 0; kind < 8; kind++) {
      const other = tensor(nasty(6, kind), { shape: [2, 3] });
      Probe.calls = 0;
      const y = bitsOfAll(model.predictOnBatch(other));
      expect(Probe.calls).toBe(0);
      expect(y).toEqual(plain(model, other));
    }
  });

  it('gives a tensor of its own at each call, in scopes and outside', () => {
    const model = twoLayers();
    expectRepeated(model, x23());
    const first = model.predictOnBatch(x23(1));
    const bits = bitsOfAll(first);
    const second = tidy(() => model.predictOnBatch(x23(50)));
    expect(bitsOfAll(first)).toEqual(bits);
    expect(second.isDisposed).toBe(false);
    expect(bitsOfAll(second)).toEqual(plain(model, x23(50)));
    first.dispose();
    expect(bitsOfAll(second)).toEqual(plain(model, x23(50)));
    const { tensors, bytes } = memory();
    tidy(() => void model.predictOnBatch(x23(7)));
    expect(memory()).toMatchObject({ tensors, bytes });
  });

  it('takes no more memory, however often it is repeated', () => {
    const model = twoLayers();
    const x = x23();
    expectRepeated(model, x);
    const { tensors, bytes } = memory();
    const pages = plainRuntime().reservedBytes;
    for (let i = 0; i < 10_000; i++) model.predictOnBatch(x).dispose();
    expect(memory()).toMatchObject({ tensors, bytes });
    expect(plainRuntime().reservedBytes).toBe(pages);
  });

  it('is one of at most four shapes, the last that were asked for', () => {
    const model = twoLayers();
    for (let batch = 1; batch <= 6; batch++) {
      const x = tensor(numbers(3 * batch), { shape: [batch, 3] });
      warmUp(() => model.predictOnBatch(x));
      expect(model.predictions.count).toBe(Math.min(batch, 4));
      expectSame(model, x);
    }
    expectSame(model, tensor(numbers(3), { shape: [1, 3] }));
  });

  it('depends on the dtype of the input', () => {
    const model = twoLayers();
    expectRepeated(model, x23());
    const whole = tensor([[1, 2, 3], [4, 5, 6]], { dtype: 'int32' }); // prettier-ignore
    expectSame(model, whole);
    expect(model.predictOnBatch([[1, 2, 3]]).shape).toEqual([1, 2]);
  });

  it('is used by predict as well', async () => {
    const model = twoLayers();
    const x = tensor(numbers(90), { shape: [30, 3] });
    const y = await model.predict(x, { batchSize: 2 });
    expect(model.predictions.count).toBe(1);
    expect(bitsOfAll(y)).toEqual(plain(model, x));
  });

  it('draws the numbers that the layers would draw', () => {
    const make = (): Sequential => {
      setRandomSeed(1);
      return new Sequential([layers.Input([3]), new Noisy()]);
    };
    const draw = (f: (model: Sequential) => number[][]): number[][][] => {
      const model = make();
      return Array.from({ length: 12 }, () => f(model));
    };
    const x = x23();
    expect(draw((model) => bitsOfAll(model.predictOnBatch(x)))).toEqual(
      draw((model) => tidy(() => bitsOfAll(model.apply(x)))),
    );
    const model = make();
    warmUp(() => model.predictOnBatch(x));
    expect(model.predictions.count).toBe(1);
  });

  it('gives its blocks back with the model', () => {
    const model = twoLayers();
    expectRepeated(model, x23());
    const release = vi.spyOn(plainRuntime(), 'releaseCache');
    model.dispose();
    expect(release).toHaveBeenCalled();
    expect(model.predictions.count).toBe(0);
    expect(() => model.predictOnBatch(x23())).toThrow(/disposed/);
  });
});

it('recording waits for longer where weights change before it has paid off', () => {
  const model = compiledTwoLayers();
  const y = tensor(numbers(4), { shape: [2, 2] });
  const callsUntilRecorded = (): number => {
    model.trainOnBatch(x23(), y);
    for (let call = 1; call < 100; call++) {
      model.predictOnBatch(x23()).dispose();
      if (model.predictions.count === 1) return call;
    }
    return NaN;
  };
  const calls = Array.from({ length: 4 }, callsUntilRecorded);
  expect(calls).toEqual([6, 11, 21, 41]);
  for (let i = 0; i < 10; i++) model.predictOnBatch(x23()).dispose();
  expect(callsUntilRecorded()).toBe(6);
});

describe('a recorded prediction is given up by', () => {
  const changes: readonly (readonly [string, (model: Sequential) => unknown])[] = [
    ['setWeights', (model) => model.setWeights(twoLayers(7).getWeights())],
    ['assign', (model) => model.weights[0]?.assign(numbers(12, 5).reduce<number[][]>((rows, v, i) => ((rows[i >> 2] ??= []).push(v), rows), []))],
    ['trainOnBatch', (model) => model.trainOnBatch(x23(), tensor(numbers(4), { shape: [2, 2] }))],
    ['fit', (model) => model.fit(x23(), tensor(numbers(4), { shape: [2, 2] }), { verbose: 0 })],
    ['loadWeights', async (model) => {
      const files = new Map<string, Uint8Array>();
      await twoLayers(9).saveWeights({ name: 'w.safetensors', write: (name: string, bytes: Uint8Array) => void files.set(name, bytes) } as never, { format: 'safetensors' } as never);
      await model.loadWeights([...files.values()][0] as never);
    }],
    ['another activation', (model) => Object.assign(model.layers[0] as object, { activation: activations.tanh })],
    ['another call', (model) => { const layer = model.layers[0] as layers.Dense; const call = layer.call.bind(layer); layer.call = (x) => call(x.mul(2)); }],
    ['add', (model) => model.add(new layers.Dense(3))],
    ['pop', (model) => model.pop()],
    ['quantize', (model) => model.quantize('int8')],
    ['weights that are not finite', (model) => model.weights[0]?.assign(tensor(nasty(12, 3), { shape: [3, 4] }))],
  ]; // prettier-ignore
  it.each(changes)('%s', async (_name, change) => {
    const model = compiledTwoLayers();
    const x = x23();
    expectRepeated(model, x);
    await change(model);
    expect(model.predictions.count).toBe(0);
    expectSame(model, x);
    warmUp(() => model.predictOnBatch(x));
    expectSame(model, x);
  });

  it('a change of a model inside', () => {
    const inner = new Sequential([new layers.Dense(4, { activation: 'relu' })]);
    const model = new Sequential([layers.Input([3]), inner, new layers.Flatten()]);
    expectRepeated(model, x23());
    inner.add(new layers.Dense(2));
    expect(model.predictions.count).toBe(0);
    expectSame(model, x23());
  });

  it('want of memory', () => {
    const model = twoLayers();
    expectRepeated(model, x23());
    exhaustMemory();
    expect(model.predictions.count).toBe(0);
    expectSame(model, x23());
    expectRepeated(model, x23());
  }, 60_000);

  it('nothing else: not by trainable, and not by another model', () => {
    const model = twoLayers();
    const other = compiledTwoLayers(3);
    expectRepeated(model, x23());
    model.trainable = false;
    other.trainOnBatch(x23(), tensor(numbers(4), { shape: [2, 2] }));
    other.add(new layers.Dense(1));
    expect(model.predictions.count).toBe(1);
    expectSame(model, x23());
  });
});

/** A layer of a user's, which counts its calls. */
class Counting extends layers.Layer {
  static override readonly className: string = 'Counting';
  calls = 0;
  override call(x: Tensor): Tensor {
    this.calls++;
    return x.mul(this.calls);
  }
}

class Doubling extends layers.Layer {
  static override readonly className: string = 'Doubling';
  static override readonly isPure = true;
  override call(x: Tensor): Tensor {
    return x.mul(2);
  }
}

class Reading extends layers.Layer {
  static override readonly className = 'Reading';
  static override readonly isPure = true;
  override call(x: Tensor): Tensor {
    return x.mul(x.data()[0] ?? 0);
  }
}

class Noisy extends layers.Layer {
  static override readonly className = 'Noisy';
  static override readonly isPure = true;
  override call(x: Tensor): Tensor {
    return x.add(uniform(x.shape));
  }
}

describe('is never repeated:', () => {
  let factor = 1;
  const never: readonly (readonly [string, () => layers.AnyLayer])[] = [
    ['a layer of a user', () => new Counting()],
    ['a subclass of a layer that says that it is pure', () => new (class Quiet extends Doubling {
      override call(x: Tensor): Tensor {
        return x.mul(factor);
      }
    })()],
    ['a layer that reads its input', () => new Reading()],
    ['a Lambda', () => new layers.Lambda((x) => x.mul(factor))],
    ['an activation of a user', () => new layers.Dense(3, { activation: (x) => x.mul(factor) })],
    ['a subclass of a layer of the library', () => new (class Own extends layers.Dense {})(3)],
  ]; // prettier-ignore
  it.each(never)('%s', (_name, make) => {
    const model = new Sequential([layers.Input([3]), make()]);
    warmUp(() => model.predictOnBatch(x23()));
    expect(model.predictions.count).toBe(0);
  });

  it('a stateful layer, whose states go on', () => {
    const make = (): Sequential => {
      setRandomSeed(1);
      return new Sequential([
        new layers.LSTM(3, { stateful: true, batchInputShape: [2, 4, 2] }),
        new layers.Dense(1),
      ]);
    };
    const [model, other] = [make(), make()];
    const x = tensor(numbers(16), { shape: [2, 4, 2] });
    for (let i = 0; i < 12; i++) {
      expect(bitsOfAll(model.predictOnBatch(x))).toEqual(tidy(() => bitsOfAll(other.apply(x))));
    }
    expect(model.predictions.count).toBe(0);
  });

  it('a step of a subclass', () => {
    class Own extends Sequential {
      override predictStep(x: Tensor): Tensor {
        return this.apply(x).mul(factor);
      }
    }
    const model = new Own([layers.Input([3]), new layers.Dense(2)]);
    warmUp(() => model.predictOnBatch(x23()));
    expect(model.predictions.count).toBe(0);
  });

  it('a layer of a user is, if it says that it is pure', () => {
    factor = 2;
    const model = new Sequential([layers.Input([3]), new Doubling()]);
    expectRepeated(model, x23());
    expectSame(model, x23(9));
  });
});

describe('is not repeated', () => {
  it('where a gradient is wanted', () => {
    const model = twoLayers();
    const x = x23();
    expectRepeated(model, x);
    const kernel = model.weights[0] as Variable;
    const viaModel = grad(() => model.predictOnBatch(x).sum(), [kernel]);
    const viaLayers = grad(() => model.apply(x).sum(), [kernel]);
    expect(viaModel[0]).not.toBeNull();
    expect(bitsOfAll(viaModel)).toEqual(bitsOfAll(viaLayers));
  });

  it('for an input with a mask, or one that is disposed', () => {
    const model = new Sequential([layers.Input([3, 2]), new layers.LSTM(2)]);
    const x = tensor(numbers(12), { shape: [2, 3, 2] });
    expectRepeated(model, x);
    const masked = x.clone();
    masked.attachMask(tensor([[true, true, false], [true, false, false]])); // prettier-ignore
    expectSame(model, masked);
    expect(bitsOfAll(model.predictOnBatch(masked))).not.toEqual(bitsOfAll(model.predictOnBatch(x)));
    masked.dispose();
    expect(() => model.predictOnBatch(masked)).toThrow(/disposed/);
  });
});
