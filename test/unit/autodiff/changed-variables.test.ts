// Variables that the function changes whose gradient is computed.
import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import {
  grad,
  layers,
  memory,
  ops,
  optimizers,
  tensor,
  tidy,
  valueAndGrad,
  Variable,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { sumOfSquares } from '../optimizers/sum-of-squares.js';

const variable = (value: number[], name = 'w'): Variable => new Variable(value, { name });

describe('a variable that changes in the function', () => {
  it('counts with the values that were read, before and after, as Keras with TensorFlow', () => {
    const v = variable([1, 2]);
    const squares = (): Tensor => {
      const y = v.value.square();
      v.assign(y);
      return y.sum().add(v.value.square().sum());
    };
    // 2 · [1, 2] + 2 · [1, 4]
    expect(grad(squares, [v])[0]?.toArray()).toEqual([4, 12]);
    expect(v.value.toArray()).toEqual([1, 4]);
  });

  it('does so in layers, trainable or not, and leaves nothing behind', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    class Trained extends layers.Layer {
      w = this.addWeight('w', [2], { initializer: 'ones' });
      override call(given: Tensor): Tensor {
        const h = given.mul(this.w.value);
        this.w.assign(this.w.value.mul(2));
        return h.mul(this.w.value);
      }
    }
    class Moving extends layers.Layer {
      n = this.addWeight('n', [2], { initializer: 'ones', trainable: false });
      w = this.addWeight('w', [2], { initializer: 'ones' });
      override call(given: Tensor): Tensor {
        const h = given.mul(this.w.value).mul(this.n.value);
        this.n.assign(this.n.value.mul(0.5).add(h.mean(0)));
        return h.square().mul(this.n.value);
      }
    }
    // Keras 3.15.1 with TensorFlow: value, gradient and the weight afterwards of two calls.
    const cases = [
      [new Trained(), [20, [12, 18], [2, 2]], [80, [24, 36], [4, 4]]],
      [new Moving(), [95, [50, 140], [2.5, 3.5]], [3391.875, [781.25, 6002.5], [6.25, 12.25]]],
    ] as const;
    for (const [layer, ...steps] of cases) {
      const before = memory();
      for (const expected of steps) {
        const found = tidy(() => {
          const weights = layer.trainableWeights;
          const { value, gradients } = valueAndGrad(() => layer.apply(x).sum(), weights);
          const changed = 'n' in layer ? layer.n : layer.w;
          return [value.item(), gradients[0]?.toArray(), changed.value.toArray()];
        });
        expect(found).toEqual(expected);
      }
      expect(memory()).toEqual(before);
    }
  });

  it('by a step of an optimizer as well', () => {
    const v = variable([1, 2]);
    const sgd = new optimizers.SGD({ learningRate: 0.25 });
    // v becomes v − 0.25 · 2 v: 2 · [1, 2] are the gradient of the first sum, 2 · [0.5, 1] that of the second.
    const f = (): Tensor => {
      const first = sumOfSquares(v);
      sgd.minimize(() => sumOfSquares(v), [v]);
      return first.add(sumOfSquares(v));
    };
    expect(grad(f, [v])[0]?.toArray()).toEqual([3, 6]);
  });

  it('and has second derivatives', () => {
    const v = variable([2, 3]);
    const cubes = (): Tensor => {
      const y = v.value.pow(3).sum();
      v.assign([7, 7]);
      return y;
    };
    const second = grad(() => (grad(cubes, [v])[0] as Tensor).sum(), [v]);
    // 6 v
    expect(second[0]?.toArray()).toEqual([12, 18]);
  });

  it('is refused where the gradient is a program’s own, which reads the variable itself', () => {
    const factor = variable([5, 6], 'factor');
    const scaled = ops.customGradient((x: Tensor, f: Tensor) => [
      x.mul(f),
      (dy: Tensor) => [dy.mul(f), dy.mul(x)],
    ]);
    const w = variable([1, 2]);
    const f = (): Tensor => {
      const y = scaled(w.value, factor.value).sum();
      factor.assign([0, 0]);
      return y;
    };
    const before = memory();
    expect(() => tidy(() => grad(f, [w]))).toThrow(/a variable was changed \(assign/);
    expect(memory()).toEqual(before);
  });
});
