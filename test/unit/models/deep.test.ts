// A model of many layers is made in a time that grows as they do: each layer is asked a few times, whatever their number.
import { describe, expect, it } from 'vitest';
import { memory } from '../../../src/index.js';
import { Dense, Input, Layer, ReLU } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import {
  keep,
  ones,
  type PartialShape,
  type Tensor,
  tidy,
} from '../../../src/engine/tensor/index.js';

let calls = { build: 0, computeOutputShape: 0, weights: 0 };

/** Counts what it is asked. */
class Counting extends Layer {
  static override readonly className = 'Counting';

  override build(): void {
    calls.build++;
    this.addWeight('w', []);
  }

  override call(x: Tensor): Tensor {
    return x;
  }

  override computeOutputShape(shape: PartialShape): PartialShape {
    calls.computeOutputShape++;
    return shape;
  }

  override get ownWeights(): Layer['ownWeights'] {
    calls.weights++;
    return super.ownWeights;
  }
}

function added(count: number): typeof calls {
  calls = { build: 0, computeOutputShape: 0, weights: 0 };
  const model = new Sequential([Input([3])]);
  for (let i = 0; i < count; i++) {
    model.add(new Counting());
    expect(model.outputShape).toEqual([null, 3]);
  }
  const made = { ...calls };
  expect(model.weights).toHaveLength(count);
  model.dispose();
  return made;
}

describe('a Sequential of many layers', () => {
  it('asks each layer as often as one of few', () => {
    const [few, many] = [added(10), added(1000)];
    for (const key of ['build', 'computeOutputShape', 'weights'] as const) {
      expect(many[key], key).toBe(100 * few[key]);
    }
    expect(few.build).toBe(10);
    expect(few.computeOutputShape).toBeLessThanOrEqual(20);
  });

  it('asks each model inside as often as one of few', () => {
    let asked = 0;
    class Inside extends Sequential {
      override get outputShape(): PartialShape | undefined {
        asked++;
        return super.outputShape;
      }
    }
    const made = (count: number): number => {
      asked = 0;
      const model = new Sequential([Input([3])]);
      for (let i = 0; i < count; i++) model.add(new Inside([new ReLU()]));
      expect(model.outputShape).toEqual([null, 3]);
      return asked;
    };
    const few = made(10);
    expect(made(1000)).toBeLessThanOrEqual(100 * few);
    // A change inside is still seen.
    const inside = new Sequential([new ReLU()]);
    const model = new Sequential([Input([3]), new Sequential([inside]), new ReLU()]);
    expect(model.outputShape).toEqual([null, 3]);
    inside.add(new Dense(5));
    expect(model.outputShape).toEqual([null, 5]);
  });

  it('is made of 4,000', { timeout: 20_000 }, () => {
    const before = memory();
    const model = new Sequential([Input([2])]);
    for (let i = 0; i < 4_000; i++) model.add(new ReLU());
    expect(model.layers).toHaveLength(4_000);
    expect(model.outputShape).toEqual([null, 2]);
    model.dispose();
    expect(memory()).toEqual(before);
  });

  it('knows what it gives after layers have come and gone', () => {
    const model = new Sequential([new Dense(4, { inputShape: [2], name: 'a' })]);
    model.add(new Dense(5, { name: 'b' }));
    model.add(new Dense(6, { name: 'c' }));
    expect(model.outputShape).toEqual([null, 6]);
    model.pop()?.dispose();
    expect(model.outputShape).toEqual([null, 5]);
    model.pop()?.dispose();
    model.add(new Dense(7, { name: 'c' }));
    expect(model.outputShape).toEqual([null, 7]);
    expect(model.layers.at(-1)?.weights[0]?.shape).toEqual([4, 7]);
    model.pop()?.dispose();
    model.pop()?.dispose();
    expect(model.outputShape).toBeUndefined();
    model.add(new Dense(3, { inputShape: [9], name: 'a' }));
    expect(model.outputShape).toEqual([null, 3]);
    model.dispose();
  });

  it('knows what it gives after a model inside of it has changed', () => {
    const inner = new Sequential([new Dense(4, { name: 'in' })]);
    const outer = new Sequential([Input([2]), inner, new ReLU()]);
    expect(outer.outputShape).toEqual([null, 4]);
    inner.add(new Dense(5, { name: 'more' }));
    expect(outer.outputShape).toEqual([null, 5]);
    outer.add(new Dense(1, { name: 'top' }));
    const y = tidy(() => keep(outer.apply(ones([3, 2]))));
    expect(y.shape).toEqual([3, 1]);
    y.dispose();
    outer.dispose();
  });

  it('knows what it gives once it is built', () => {
    const model = new Sequential([new Dense(4), new Dense(5)]);
    expect(model.outputShape).toBeUndefined();
    model.build([null, 3]);
    expect(model.outputShape).toEqual([null, 5]);
    model.add(new Dense(6));
    expect(model.outputShape).toEqual([null, 6]);
    model.dispose();
  });
});
