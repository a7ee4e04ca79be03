// Loops, branches and functions with gradients of the program's: what they compute, differentiate and refuse.
import { describe, expect, it } from 'vitest';
import { grad, memory, ops, tensor, tidy, valueAndGrad } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';

const untyped = (value: unknown): never => value as never;

describe('scan', () => {
  it('carries structures, and stacks those that f gives', () => {
    const xs = { a: tensor([1, 2, 3]), b: [tensor([[1], [2], [3]])] } as const;
    const [carry, ys] = ops.scan(
      ({ sum }, { a, b: [b] }) => {
        const all: Tensor = sum.add(a);
        return [
          { sum: all, count: 1 },
          { all, twice: [b.mul(2), b] },
        ];
      },
      { sum: 0, count: 1 },
      xs,
    );
    const sum: Tensor = carry.sum;
    expect([sum.item(), carry.count.item()]).toEqual([6, 1]);
    expect(ys.all.toArray()).toEqual([1, 3, 6]);
    expect(ys.twice[0].toArray()).toEqual([[2], [4], [6]]);
    expect(ys.twice[1].shape).toEqual([3, 1]);
  });

  it('counts without xs, and gives null where there is no y', () => {
    const [carry, ys] = ops.scan((c, x) => [c.mul(2), x], tensor(1), null, {
      length: 5,
      unroll: true,
    });
    const none: null = ys;
    expect([carry.item(), none]).toEqual([32, null]);
  });

  it('of no entries gives what it began with, and no results of the shape that f says', () => {
    const init = tensor([1, 2]);
    const [carry, ys] = ops.scan(
      (c, x) => [c.add(x), c.mul(x)],
      init,
      tensor([], { shape: [0, 2] }),
    );
    expect(carry).not.toBe(init);
    expect([carry.toArray(), ys.shape, ys.dtype]).toEqual([[1, 2], [0, 2], 'float32']);
  });

  it('goes backwards, and leaves each result at the place of its entry', () => {
    const [, ys] = ops.scan((c, x) => [c.add(x), c.add(x)], tensor(0), tensor([1, 2, 3]), {
      reverse: true,
    });
    expect(ys.toArray()).toEqual([6, 5, 3]);
  });

  it('has gradients of what it carries, of its entries and of what f takes from outside, twice', () => {
    // cₙ = w · cₙ₋₁ + xₙ, so c₃ = w³ c₀ + w² x₁ + w x₂ + x₃.
    const last = (w: Tensor, c: Tensor, xs: Tensor): Tensor =>
      ops.scan((a, x) => [w.mul(a).add(x), null], c, xs)[0];
    const [dw, dc, dxs] = grad(last)(2, 5, [1, 3, 7]);
    expect(dw?.item()).toBe(3 * 4 * 5 + 2 * 2 * 1 + 3);
    expect([dc?.item(), dxs?.toArray()]).toEqual([8, [4, 2, 1]]);
    const slope = (w: Tensor): Tensor =>
      grad((v: Tensor) => last(v, tensor(5), tensor([1, 3, 7])))(w);
    expect(grad(slope)(2).item()).toBe(6 * 2 * 5 + 2 * 1);
  });

  it.each([
    ['f must be a function, got null', () => ops.scan(untyped(null), 0, tensor([1]))],
    ['f must give a pair [carry, y], got a tensor of shape []', () => ops.scan(untyped((c: Tensor) => c), 0, tensor([1]))],
    ["init must be a tensor, or lists and objects of tensors, got 'a'", () => ops.scan((c) => [c, null], untyped('a'), tensor([1]))],
    ['init.a must be a tensor, or lists and objects of tensors, got null', () => ops.scan((c) => [c, null], untyped({ a: null }), tensor([1]))],
    ['must have the structure, shapes and dtypes () float32, got (2,) float32', () => ops.scan((c) => [c.add([1, 2]), null], 0, tensor([1]))],
    ['must have the structure, shapes and dtypes () float32, got () int32', () => ops.scan((c) => [c.astype('int32'), null], 0, tensor([1]))],
    ['must have the structure, shapes and dtypes [() float32], got {a:() float32}', () => ops.scan((c) => [{ a: c[0] }, null], [0], tensor([1]))],
    ['the y of entry 1 must have', () => ops.scan((c, x) => [c, x.item() > 1 ? [x] : x], 0, tensor([1, 2]))],
    ['xs[0] is a number, which has no entries', () => ops.map((x) => x, [1, 2])],
    ['xs[1] of shape (3,) has 3 entries, expected 2, as the others have', () => ops.map(([x]) => x, [tensor([1, 2]), tensor([1, 2, 3])])],
    ['has 2 entries, expected 3, as length says', () => ops.scan((c) => [c, null], 0, tensor([1, 2]), { length: 3 })],
    ['without tensors in xs give { length }', () => ops.scan((c) => [c, null], 0)],
    ['length must be a whole number from 0', () => ops.scan((c) => [c, null], 0, null, { length: -1 })],
    ['unroll must be a whole number of at least 1', () => ops.scan((c) => [c, null], 0, null, { length: 1, unroll: 0 })],
    ["unknown option 'lenght'", () => ops.scan((c) => [c, null], 0, null, untyped({ lenght: 1 }))],
  ])('refuses: %s', (message, call) => {
    expect(call).toThrow(message);
  }); // prettier-ignore
});

describe('associativeScan', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 13])('of %d entries combines all beginnings', (n) => {
    const numbers = Array.from({ length: n }, (_, i) => (i % 3) + 1);
    const expected = numbers.map((_, i) => numbers.slice(0, i + 1).reduce((a, b) => a * b));
    const x = tensor(numbers, { shape: [n, 1] });
    expect(
      ops
        .associativeScan((a, b) => a.mul(b), x)
        .flatten()
        .toArray(),
    ).toEqual(expected);
    const y = tensor(numbers, { shape: [1, n] });
    expect(
      ops
        .associativeScan((a, b) => a.mul(b), y, { axis: -1 })
        .flatten()
        .toArray(),
    ).toEqual(expected);
  });

  it('combines structures: the recurrence c ← a · c + b', () => {
    const [a, b] = [tensor([2, 3, 4, 5, 6]), tensor([1, 1, 2, 1, 1])];
    const [, c] = ops.associativeScan(([p, q], [r, s]) => [p.mul(r), r.mul(q).add(s)], [a, b]);
    expect(c.toArray()).toEqual([1, 4, 18, 91, 547]);
  });

  it('refuses axes of several lengths, and an f that changes a shape', () => {
    const [x, y] = [tensor([1, 2]), tensor([1, 2, 3])];
    expect(() => ops.associativeScan((a) => a, [x, y])).toThrow(
      'must have one length along the axis, got (2,), (3,)',
    );
    expect(() => ops.associativeScan((a) => a.sum(), y)).toThrow(
      'what f gives must have the structure',
    );
    expect(() => ops.associativeScan((a) => a, [])).toThrow('elems holds no tensor');
  });
});

describe('whileLoop and foriLoop', () => {
  it('take one variable, a list or an object', () => {
    expect(ops.whileLoop((x) => x.sum().less(100), (x) => x.mul(2), tensor([3, 4])).toArray()).toEqual([48, 64]); // prettier-ignore
    const { n, x } = ops.whileLoop(({ n }) => n.less(4), ({ n, x }) => ({ n: n.add(1), x: x.mul(n) }), { n: 1, x: 1 }); // prettier-ignore
    expect([n.item(), x.item()]).toEqual([4, 6]);
    expect(ops.whileLoop((x) => x.item() < 3, (x) => x.add(1), [0])[0].item()).toBe(3); // prettier-ignore
    expect(
      ops.foriLoop(2, 5, (i, [a, b]) => [a.add(i), b.mul(i)], [0, 1]).map((v) => v.item()),
    ).toEqual([9, 24]);
  });

  it('take limits of tensors, and run nothing where there is nothing to run', () => {
    const x = tensor(1);
    expect(
      ops.foriLoop(tensor(1), tensor(4, { dtype: 'int32' }), (i, v) => v.mul(i), x).item(),
    ).toBe(6);
    const same = ops.foriLoop(3, 3, () => 7, x);
    expect([same.item(), same === x]).toEqual([1, false]);
    expect(ops.whileLoop(() => true, (v) => v.mul(2), x, { maximumIterations: 3 }).item()).toBe(8); // prettier-ignore
  });

  it('differentiate through the iterations that were run', () => {
    const cube = (x: Tensor): Tensor => ops.whileLoop((i) => i.less(2), (i, y) => [i.add(1), y.mul(x)], [0, x])[1]; // prettier-ignore
    expect(grad(cube)(3).item()).toBe(27);
    expect(grad((x: Tensor) => grad(cube)(x))(3).item()).toBe(18);
  });

  it.each([
    ['what cond gives must be a tensor of one element, got shape (2,)', () => ops.whileLoop((x) => x, (x) => x, tensor([1, 2]))],
    ['what cond gives must be a number, true or false', () => ops.whileLoop(untyped(() => 'no'), (x) => x, 0)],
    ['what body gives must have the structure, shapes and dtypes () float32, got [() float32]', () => ops.whileLoop(() => true, (x) => [x], 0)],
    ['lower must be a whole number, got 0.5', () => ops.foriLoop(0.5, 2, (_, x) => x, 0)],
    ['upper must be a tensor of one element', () => ops.foriLoop(0, tensor([1, 2]), (_, x) => x, 0)],
  ])('refuse: %s', (message, call) => {
    expect(call).toThrow(message);
  }); // prettier-ignore
});

describe('cond and switch', () => {
  it('call one function, by a tensor or a value', () => {
    const x = tensor([1, 2]);
    const never = (): Tensor => {
      throw new Error('called');
    };
    expect(ops.cond(x.sum().greater(2), () => x.neg(), never).toArray()).toEqual([-1, -2]);
    const pair: readonly [Tensor, Tensor] = ops.cond(0, () => [x, x], () => [x, 1]); // prettier-ignore
    expect(pair.map((y) => y.toArray())).toEqual([[1, 2], 1]);
    expect(ops.cond(NaN, () => null, never)).toBeNull();
    expect(
      ops.switch(tensor(1), [never, (a, { b }) => a.mul(b), never], x, { b: 3 }).toArray(),
    ).toEqual([3, 6]);
  });

  it('give tensors of their own, never those of the program', () => {
    const x = tensor([1, 2]);
    const [a, b] = ops.cond(true, () => [x, x] as const, () => [x, x] as const); // prettier-ignore
    a.dispose();
    expect([b.toArray(), x.toArray()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(ops.switch(0, [(y) => y], x)).not.toBe(x);
  });

  it.each([
    ['pred must be a tensor of one element, got shape (2,)', () => ops.cond(tensor([1, 2]), () => 1, () => 2)],
    ['what function 1 gives must be a tensor, or lists and objects of tensors, got undefined', () => ops.cond(false, () => 1, untyped(() => undefined))],
    ['branches must be a list of functions, at least one, got []', () => ops.switch(0, [])],
    ['branches[1] must be a function, got 3', () => ops.switch(0, untyped([() => 1, 3]))],
    ['index must be a whole number, got 0.5', () => ops.switch(0.5, [() => 1])],
  ])('refuse: %s', (message, call) => {
    expect(call).toThrow(message);
  }); // prettier-ignore
});

describe('customGradient', () => {
  const log1pexp = ops.customGradient((x: Tensor) => {
    const e = x.exp();
    return [e.add(1).log(), (dy) => dy.mul(ops.reciprocal(e.add(1)).neg().add(1))];
  });

  it('has the gradient that f says, which can be differentiated again', () => {
    const slope = grad((x: Tensor) => log1pexp(x).sum());
    expect(slope([100]).toArray()).toEqual([1]);
    const s = 1 / (1 + Math.exp(-0.5));
    expect(slope([0.5]).toArray()).toEqual([expect.closeTo(s, 6)]);
    const second = grad((x: Tensor) => slope(x).sum())([0.5]);
    expect(second.toArray()).toEqual([expect.closeTo(s * (1 - s), 6)]);
  });

  it('takes several arguments and gives several results', () => {
    const f = ops.customGradient((x: Tensor, y: Tensor) => [
      { sum: x.add(y), all: [x.mul(y)] },
      ({ sum, all: [product] }) => [sum.mul(10).add(product), null],
    ]);
    const [dx, dy] = grad((x: Tensor, y: Tensor) => {
      const { sum, all: [product] } = f(x, y); // prettier-ignore
      return sum.mul([1, 2]).sum().add(product.sum());
    })([1, 2], [3, 4]);
    expect(dx?.toArray()).toEqual([11, 21]);
    expect(dy?.toArray()).toEqual([0, 0]);
  });

  it('keeps what f has made until the backward pass, through scopes in between', () => {
    const through = grad((x: Tensor) =>
      tidy(() => log1pexp(x))
        .mul(2)
        .sum(),
    );
    expect(through([100]).toArray()).toEqual([2]);
    // Gradients that are what f was given, or made: the straight-through estimator.
    const rounded = ops.customGradient((x: Tensor) => [x.round(), (dy: Tensor) => dy]);
    const made = ops.customGradient((x: Tensor) => [x, () => x]);
    expect(grad((x: Tensor) => rounded(x).mul(3).sum())([0.4, 1.7]).toArray()).toEqual([3, 3]);
    expect(grad((x: Tensor) => made(x).sum())([4, 5]).toArray()).toEqual([4, 5]);
  });

  it('keeps it for an outer gradient when the inner one is computed', () => {
    const both = (x: Tensor): Tensor => {
      const [value, slope] = valueAndGrad((y: Tensor) => log1pexp(y).sum())(x);
      return value.add(slope.sum());
    };
    const s = 1 / (1 + Math.exp(-0.5));
    const before = memory().tensors;
    const result = grad(both)([0.5]);
    expect(result.toArray()).toEqual([expect.closeTo(s + s * (1 - s), 6)]);
    result.dispose();
    expect(memory().tensors).toBe(before);
  });

  it.each([
    ['f must give a pair [output, gradient]', () => ops.customGradient(untyped((x: Tensor) => x))(1)],
    ['the output of f must be float32, got int32', () => ops.customGradient((x: Tensor) => [x.astype('int32'), (dy) => dy])(1)],
    ['the gradient must give one tensor for each of 1 arguments, got []', () => grad(ops.customGradient((x: Tensor) => [x, () => []]) as never)(1)],
    ['the gradient of argument 0 must have its shape (), got (2,)', () => grad(ops.customGradient((x: Tensor) => [x, () => tensor([1, 2])]) as never)(1)],
    ['the gradient of argument 0 must be a tensor', () => grad(ops.customGradient((x: Tensor) => [x, untyped(() => 'a')]) as never)(1)],
  ])('refuses: %s', (message, call) => {
    expect(call).toThrow(message);
  }); // prettier-ignore
});
