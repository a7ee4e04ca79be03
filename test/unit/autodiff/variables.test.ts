// Gradients with respect to variables.
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  DisposedError,
  DTypeError,
  grad,
  layers,
  losses,
  memory,
  ops,
  optimizers,
  Sequential,
  ShapeError,
  tensor,
  tidy,
  valueAndGrad,
  ValueError,
  Variable,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { sumOfSquares, untyped } from '../optimizers/sum-of-squares.js';
import { centralGradient } from '../../reference/gradients.js';

const variable = (value: number | number[] | number[][], name = 'w'): Variable =>
  new Variable(value, { name });
/** The gradient of a function of float64. */
const differences = (f: (x: readonly number[]) => number, at: readonly number[]): number[] =>
  centralGradient(
    (x) => ({ shape: [], data: [f(x?.data ?? [])] }),
    [{ shape: [at.length], data: [...at] }],
    0,
    [1],
  );

describe('valueAndGrad of variables', () => {
  it('gives the value, a gradient for each variable in its shape, and null where there is none', () => {
    const [w, b, other] = [variable([[1, 2]]), variable(5, 'b'), variable([7], 'other')];
    const { value, gradients, aux } = valueAndGrad(
      () =>
        w.value
          .mul([[3, 4]])
          .sum()
          .add(b.value)
          .square(),
      [w, b, other],
    );
    // (3 w₀ + 4 w₁ + b)² at 16
    expect(value.item()).toBe(256);
    expect(gradients.map((gradient) => gradient?.toArray() ?? null)).toEqual([
      [[96, 128]],
      32,
      null,
    ]);
    expect(aux).toBeUndefined();
  });

  it('grad gives the gradients alone', () => {
    const [w, other] = [variable([1, 2]), variable(1, 'other')];
    const [gradient, none] = grad(() => sumOfSquares(w), [w, other]);
    expect(gradient?.toArray()).toEqual([2, 4]);
    expect(none).toBeNull();
  });

  it('reads variables through tensors taken before, views and models', () => {
    const w = variable([1, 2]);
    const before = w.value;
    const view = w.value.alias();
    expect(grad(() => before.mul(view).sum(), [w])[0]?.toArray()).toEqual([2, 4]);
    const model = new Sequential([
      new layers.Dense(1, { inputShape: [2], kernelInitializer: 'ones' }),
    ]);
    const gradients = grad(
      () => model.apply([[3, 4]], { training: true }).sum(),
      model.trainableWeights,
    );
    expect(gradients.map((gradient) => gradient?.toArray())).toEqual([[[3], [4]], [1]]);
  });

  it('counts a variable that stands in the list twice each time, as tensors of their own', () => {
    const w = variable([3]);
    const [first, second] = grad(() => sumOfSquares(w), [w, w]);
    first?.dispose();
    expect(second?.toArray()).toEqual([6]);
    const [a, b] = [variable([1], 'a'), variable([2], 'b')];
    const [da, db] = grad(() => a.value.add(b.value).sum(), [a, b]);
    da?.dispose();
    expect(db?.toArray()).toEqual([1]);
  });

  it('leaves the variable alone where the value is the variable itself', () => {
    const w = variable(3);
    const { value, gradients } = valueAndGrad(() => w.value, [w]);
    expect(gradients[0]?.item()).toBe(1);
    value.dispose();
    expect(w.value.item()).toBe(3);
    const dy = tensor(2);
    const [same] = grad(() => w.value, [w], { dy });
    same?.dispose();
    expect(dy.item()).toBe(2);
  });

  it('watches variables that are not trainable, where they are given', () => {
    const w = new Variable([2], { trainable: false });
    expect(grad(() => sumOfSquares(w), [w])[0]?.toArray()).toEqual([4]);
  });

  it('with dy multiplies by the gradient of what follows', () => {
    const w = variable([1, 2]);
    const f = (): Tensor => ops.stack([w.value.sum(), w.value.prod()]);
    // Jacobian [[1, 1], [2, 1]]
    expect(grad(f, [w], { dy: [10, 1] })[0]?.toArray()).toEqual([12, 11]);
    const { value, gradients } = valueAndGrad(f, [w], { dy: tensor([0, 1]) });
    expect(value.toArray()).toEqual([3, 2]);
    expect(gradients[0]?.toArray()).toEqual([2, 1]);
  });

  it('agrees with differences in float64', () => {
    const at = [0.3, -0.7, 1.1];
    const w = variable(at);
    const f = (): Tensor => w.value.tanh().mul(w.value.exp()).sum();
    const reference = (x: readonly number[]): number =>
      x.reduce((sum, each) => sum + Math.tanh(each) * Math.exp(each), 0);
    const expected = differences(reference, at);
    [...(grad(f, [w])[0]?.data() ?? [])].forEach((each, i) => {
      expect(each).toBeCloseTo(expected[i] ?? NaN, 5);
    });
  });
});

describe('types', () => {
  it('say what aux is', () => {
    const w = variable([1]);
    const loss = (): Tensor => sumOfSquares(w);
    expectTypeOf(valueAndGrad(loss, [w]).aux).toEqualTypeOf<undefined>();
    const one = valueAndGrad(() => [loss(), w.value.add(1)], [w]);
    expectTypeOf(one.aux).toEqualTypeOf<Tensor>();
    const several = valueAndGrad(
      () => [loss(), { y: w.value.add(1), parts: [loss(), 'a text'] }],
      [w],
    );
    expectTypeOf(several.aux.y).toEqualTypeOf<Tensor>();
    expectTypeOf(several.aux.parts[0]).toEqualTypeOf<Tensor>();
    expectTypeOf(several.gradients).toEqualTypeOf<(Tensor | null)[]>();
    expectTypeOf(grad(loss, [w])).toEqualTypeOf<(Tensor | null)[]>();
    expectTypeOf(grad((x: Tensor) => x.sum())).returns.toEqualTypeOf<Tensor>();
    expectTypeOf(valueAndGrad((x: Tensor) => x.sum())).returns.toEqualTypeOf<
      [value: Tensor, gradients: Tensor]
    >();
  });
});

describe('lifetimes', () => {
  it('what the function makes lives in the scope around: aux, and what is captured', () => {
    const w = variable([1, 2]);
    const before = memory();
    tidy(() => {
      let captured: Tensor | undefined;
      const { value, gradients, aux } = valueAndGrad(() => {
        captured = w.value.exp();
        const y = captured.mul(2);
        return [y.sum(), { y, list: [y.add(1)], text: 'a text' }];
      }, [w]);
      for (const each of [value, ...gradients, captured, aux.y, ...aux.list]) {
        expect(each?.isDisposed).toBe(false);
      }
      expect(aux.text).toBe('a text');
      return undefined;
    });
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    w.dispose();
  });

  it('outside of scopes it lives until dispose, and what the backward pass makes is freed', () => {
    const w = variable([1, 2]);
    const before = memory();
    const made: Tensor[] = [];
    const note = (x: Tensor): Tensor => {
      made.push(x);
      return x;
    };
    const { value, gradients, aux } = valueAndGrad(() => {
      const y = note(note(w.value.exp()).mul(w.value));
      return [note(y.sum()), [y]];
    }, [w]);
    expect(value).toBe(made[2]);
    expect(aux[0]).toBe(made[1]);
    expect(memory().tensors).toBe(before.tensors + made.length + 1);
    for (const each of [...made, ...gradients]) {
      expect(each?.isDisposed).toBe(false);
      each?.dispose();
    }
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    w.dispose();
  });

  it('predictions meet metrics outside of scopes', () => {
    const model = new Sequential([new layers.Dense(2, { activation: 'softmax', inputShape: [2] })]);
    const before = memory().tensors;
    const { value, gradients, aux } = valueAndGrad(() => {
      const yPred = model.apply([[1, 2]], { training: true });
      return [yPred.square().sum(), yPred];
    }, model.trainableWeights);
    expect(aux.sum().item()).toBeCloseTo(1, 5);
    // yPred and its logits, its square, the value, two gradients, the sum of above.
    expect(memory().tensors - before).toBeLessThanOrEqual(7);
    for (const each of [value, aux, ...gradients]) each?.dispose();
    model.dispose();
  });

  it('an exception leaves nothing behind in the scope, and the next call works', () => {
    const w = variable([1, 2]);
    const before = memory().tensors;
    const fails = (): Tensor => {
      w.value.exp();
      throw new Error('mine');
    };
    expect(() => tidy(() => valueAndGrad(fails, [w]))).toThrow('mine');
    expect(() => tidy(() => valueAndGrad(() => w.value.exp(), [w]))).toThrow(ShapeError);
    expect(memory().tensors).toBe(before);
    expect(tidy(() => grad(() => sumOfSquares(w), [w])[0]?.toArray())).toEqual([2, 4]);
    w.dispose();
  });
});

describe('derivatives of derivatives', () => {
  it('a Hessian times a vector', () => {
    // f = w₀² w₁: Hessian [[2 w₁, 2 w₀], [2 w₀, 0]]
    const w = variable([3, 5]);
    const f = (): Tensor => w.value.slice(0).square().mul(w.value.slice(1));
    const product = (): Tensor => {
      const [gradient] = grad(f, [w]);
      return gradient?.mul([1, 2]).sum() ?? tensor(0);
    };
    expect(grad(product, [w])[0]?.toArray()).toEqual([10 + 12, 6]);
  });

  it('the gradient penalty of a WGAN-GP', () => {
    // D(x) = v · tanh(Wᵀx + b); L = mean D(fake) − mean D(real) + λ mean (|∂D/∂x| − 1)² at points between.
    const LAMBDA = 10;
    const real = [[0.5, -0.2], [1, 0.3]]; // prettier-ignore
    const fake = [[-0.4, 0.9], [0.1, -0.6]]; // prettier-ignore
    const between = real.map((row, i) => row.map((x, j) => 0.3 * x + 0.7 * (fake[i]?.[j] ?? NaN)));
    const start = [0.3, -0.5, 0.8, 0.2, 0.7, -0.1, 0.1, -0.2, 0.05, 0.6, -0.9, 0.4];

    const reference = (p: readonly number[]): number => {
      const weight = (j: number, k: number): number => p[3 * j + k] ?? NaN;
      const units = [0, 1, 2];
      const hidden = (x: readonly number[]): number[] =>
        units.map((k) =>
          Math.tanh(x.reduce((sum, each, j) => sum + each * weight(j, k), p[6 + k] ?? NaN)),
        );
      const score = (x: readonly number[]): number =>
        hidden(x).reduce((sum, t, k) => sum + t * (p[9 + k] ?? NaN), 0);
      const penalty = (x: readonly number[]): number => {
        const t = hidden(x);
        const slope = [0, 1].map((j) =>
          units.reduce(
            (sum, k) => sum + weight(j, k) * (p[9 + k] ?? NaN) * (1 - (t[k] ?? NaN) ** 2),
            0,
          ),
        );
        return (Math.hypot(...slope) - 1) ** 2;
      };
      const mean = (f: (x: readonly number[]) => number, rows: number[][]): number =>
        rows.reduce((sum, x) => sum + f(x), 0) / rows.length;
      return mean(score, fake) - mean(score, real) + LAMBDA * mean(penalty, between);
    };

    const critic = new Sequential([
      new layers.Dense(3, { activation: 'tanh', inputShape: [2] }),
      new layers.Dense(1, { useBias: false }),
    ]);
    critic.setWeights([
      tensor(start.slice(0, 6), { shape: [2, 3] }),
      tensor(start.slice(6, 9)),
      tensor(start.slice(9), { shape: [3, 1] }),
    ]);
    const before = memory().tensors;
    tidy(() => {
      const { value, gradients, aux } = valueAndGrad(() => {
        const score = (x: number[][] | Tensor): Tensor => critic.apply(x, { training: true });
        const slope = grad((x: Tensor) => score(x).sum())(between);
        const penalty = slope.square().sum(1).sqrt().sub(1).square().mean();
        const loss = score(fake).mean().sub(score(real).mean()).add(penalty.mul(LAMBDA));
        return [loss, penalty];
      }, critic.trainableWeights);
      expect(value.item()).toBeCloseTo(reference(start), 5);
      expect(aux.item()).toBeGreaterThan(0);
      const expected = differences(reference, start);
      const actual = gradients.flatMap((gradient) => [...(gradient?.data() ?? [])]);
      expect(actual).toHaveLength(start.length);
      actual.forEach((each, i) => {
        expect(each).toBeCloseTo(expected[i] ?? NaN, 4);
      });
    });
    expect(memory().tensors).toBe(before);
    critic.dispose();
  });
});

describe('what is refused', () => {
  const w = variable([1, 2]);

  it.each<[string, () => unknown, new (message?: string) => Error, RegExp]>([
    ['no list', () => valueAndGrad(() => sumOfSquares(w), untyped(w)), ValueError, /^valueAndGrad: variables must be a list/],
    ['a list that is not there', () => grad(() => sumOfSquares(w), untyped(undefined)), ValueError, /^grad: variables must be a list, got undefined/],
    ['a tensor in the list', () => grad(() => sumOfSquares(w), untyped([w.value])), ValueError, /the list of variables holds/],
    ['an empty list', () => grad(() => sumOfSquares(w), []), ValueError, /list of variables is empty.*once it is built/],
    ['no function', () => valueAndGrad(untyped(3), [w]), ValueError, /^valueAndGrad: f must be a function/],
    ['an unknown option', () => grad(() => sumOfSquares(w), [w], untyped({ dx: 1 })), ValueError, /unknown option 'dx'/],
    ['integers', () => grad(() => sumOfSquares(w), [w, new Variable(tensor([1], { dtype: 'int32' }), { name: 'count' })]), DTypeError, /^grad: variable 'count' is int32/],
    ['several numbers', () => valueAndGrad(() => w.value.square(), [w]), ShapeError, /must return one float32 number.*shape \(2,\).*or give \{ dy \}/],
    ['another shape of dy', () => valueAndGrad(() => w.value.square(), [w], { dy: 1 }), ShapeError, /dy must be float32 of shape \(2,\).*got float32 of shape \(\)/],
    ['integers as dy', () => grad(() => w.value.square(), [w], { dy: Int32Array.of(1, 2) }), ShapeError, /got int32 of shape \(2,\)/],
    ['integers as value', () => grad(() => w.value.argmax(), [w], { dy: 1 }), ShapeError, /must return a float32 tensor/],
    ['a number as value', () => valueAndGrad(untyped(() => 3), [w]), ShapeError, /got 3/],
    ['three results', () => valueAndGrad(untyped(() => [1, 2, 3]), [w]), ShapeError, /got \[1, 2, 3\]/],
    ['a pair given to grad', () => grad(untyped(() => [sumOfSquares(w), 1]), [w]), ShapeError, /must return one float32 number/],
    ['an asynchronous function', () => valueAndGrad(untyped(async () => Promise.reject(new Error('late'))), [w]), ValueError, /function is asynchronous/],
    ['a value that uses no variable', () => valueAndGrad(() => tensor(1), [w]), ValueError, /does not depend on variable 'w'.*inside the function/],
    ['a value of what was computed before', () => { const y = w.value.square(); return valueAndGrad(() => y.sum(), [w, w]); }, ValueError, /does not depend on any of the 2 variables/],
    ['a stopped gradient', () => grad(() => ops.stopGradient(w.value).sum(), [w]), ValueError, /does not depend on/],
    ['an operation without a gradient', () => grad(() => w.value.argmax().astype('float32'), [w]), ValueError, /depends on the variables only through argmax/],
  ])('%s', (_, call, type, message) => {
    const before = memory().tensors;
    expect(() => tidy(call)).toThrow(type);
    expect(() => tidy(call)).toThrow(message);
    // The variable of integers belongs to no scope.
    expect(memory().tensors - before).toBeLessThanOrEqual(2);
  }); // prettier-ignore

  it('a disposed variable', () => {
    const gone = variable([1]);
    gone.dispose();
    expect(() => grad(() => sumOfSquares(w), [w, gone])).toThrow(DisposedError);
  });

  it('gradients of weights asked as those of arguments say how to ask', () => {
    expect(() => valueAndGrad(untyped(() => sumOfSquares(w)))(untyped(w.value))).toThrow(
      'give the variables: grad(f, model.trainableWeights)',
    );
  });
});

describe('a custom loop', () => {
  it('trains as documented', () => {
    const model = new Sequential([new layers.Dense(1, { inputShape: [1] })]);
    const [x, y] = [tensor([[0], [1], [2], [3]]), tensor([[1], [3], [5], [7]])];
    const loss = new losses.MeanSquaredError();
    const optimizer = new optimizers.SGD({ learningRate: 0.1 });
    const step = (): number =>
      tidy(() => {
        const { value, gradients } = valueAndGrad(
          () => loss.apply(y, model.apply(x, { training: true })),
          model.trainableWeights,
        );
        optimizer.apply(gradients, model.trainableWeights);
        return value.item();
      });
    step();
    const before = memory();
    for (let i = 0; i < 300; i++) step();
    expect(step()).toBeLessThan(1e-4);
    expect(memory()).toEqual(before);
  });
});
