import { describe, expect, it } from 'vitest';
import { DisposedError, DTypeError, ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import { grad, stopGradient, valueAndGrad } from '../../../src/engine/ops/index.js';
import { Dense } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { keep, memory, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { DType } from '../../../src/config/dtype.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const sumOfSquares = (x: Tensor): Tensor => ops.sum(ops.square(x));

describe('grad and valueAndGrad', () => {
  it('give the value and one gradient for one argument', () => {
    const [value, gradient] = valueAndGrad(sumOfSquares)(tensor([1, 2, 3]));
    expect(value.item()).toBe(14);
    expect(gradient.toArray()).toEqual([2, 4, 6]);
  });

  it('give a list for several arguments, each of the shape of its argument', () => {
    const f = (x: Tensor, w: Tensor, b: Tensor): Tensor => ops.sum(ops.add(ops.matmul(x, w), b));
    const [dx, dw, db] = grad(f)(tensor([[1, 2]]), tensor([[3], [4]]), tensor(5));
    expect(dx.toArray()).toEqual([[3, 4]]);
    expect(dw.toArray()).toEqual([[1], [2]]);
    expect(db.toArray()).toBe(1);
  });

  it('take numbers, nested arrays and typed arrays for tensors', () => {
    expect(grad((x: Tensor) => ops.mul(x, x))(3).item()).toBe(6);
    expect(grad(sumOfSquares)([[1, 2]]).toArray()).toEqual([[2, 4]]);
    expect(grad(sumOfSquares)(new Float32Array([1, 2])).toArray()).toEqual([2, 4]);
  });

  it('add up the ways from a value that is used more than once', () => {
    // y = x² + 3x + x·x = 2x² + 3x
    const f = (x: Tensor): Tensor =>
      ops.sum(ops.add(ops.add(ops.square(x), ops.mul(x, 3)), ops.mul(x, x)));
    expect(grad(f)([1, -2]).toArray()).toEqual([7, -5]);
    // One intermediate value, used by three others: t = eˣ, y = t + t·t + t.
    const g = (x: Tensor): Tensor => {
      const t = ops.exp(x);
      return ops.sum(ops.add(ops.add(t, ops.mul(t, t)), t));
    };
    expect(grad(g)([0]).toArray()).toEqual([4]);
  });

  it('tell the places of an argument that is given twice apart', () => {
    const x = tensor([2, 3]);
    const [da, db] = grad((a: Tensor, b: Tensor) => ops.sum(ops.mul(a, ops.square(b))))(x, x);
    expect(da.toArray()).toEqual([4, 9]);
    expect(db.toArray()).toEqual([8, 18]);
  });

  it('give zeros for arguments that are read and do not influence the result', () => {
    const zero = [0, 0];
    const b = [3, 4];
    for (const use of [
      (t: Tensor) => ops.sum(ops.mul(t, 0)),
      (t: Tensor) => ops.sum(stopGradient(t)),
      (t: Tensor) => ops.sum(ops.cast(ops.greater(t, 1), 'float32')),
      (t: Tensor) => ops.cast(ops.argmax(t), 'float32'),
      (t: Tensor) => ops.sum(t).mul(0),
    ]) {
      const f = (a: Tensor, t: Tensor): Tensor => ops.add(ops.sum(a), use(t));
      expect(grad(f)([1, 2], b)[1].toArray()).toEqual(zero);
    }
    // Read, and then left unused.
    const g = (a: Tensor, t: Tensor): Tensor => {
      ops.square(t);
      return ops.sum(a);
    };
    expect(grad(g)([1, 2], b).map((x) => x.toArray())).toEqual([[1, 1], zero]);
    expect(grad((x: Tensor) => ops.sum(stopGradient(x)))([1, 2]).toArray()).toEqual(zero);
  });

  it('refuse an argument that nothing reads, and say what to do', () => {
    const before = memory();
    const w = tensor([1, 2]);
    const refuse = (position: number, f: (...all: Tensor[]) => Tensor, ...args: Tensor[]): void => {
      const call = (): unknown => grad(f)(...args);
      expect(call).toThrow(ValueError);
      expect(call).toThrow(
        `grad: no operation of the function reads argument ${position} of shape`,
      );
      expect(call).toThrow('Compute with the parameters of the function');
    };
    // The argument is captured instead of taken: zeros would be wrong.
    refuse(0, () => ops.sum(ops.square(w)), w);
    refuse(1, (a = w) => ops.sum(ops.mul(a, w)), w, w);
    refuse(1, (a = w) => ops.sum(a), w, w);
    // Numbers carry no gradient.
    refuse(0, (a = w) => ops.sum(tensor(a.data())), w);
    refuse(0, () => tensor(7), w);
    w.dispose();
    expect(memory().tensors).toBe(before.tensors);
  });

  it("refuse a model's weights as arguments of a function that captures the model", () => {
    const model = new Sequential([new Dense(2, { inputShape: [3] })]);
    const x = tensor([[1, 2, 3]]);
    const weights = model.trainableWeights.map((variable) => variable.value);
    const loss = (..._weights: Tensor[]): Tensor => ops.sum(ops.square(model.apply(x)));
    expect(() => valueAndGrad(loss)(...weights)).toThrow('reads argument 0 of shape (3, 2)');
    model.dispose();
    x.dispose();
  });

  it('count an argument that a nested gradient reads', () => {
    const linear = (x: Tensor): Tensor => ops.sum(ops.mul(x, 3));
    expect(grad((x: Tensor) => ops.sum(grad(linear)(x)))([1, 2]).toArray()).toEqual([0, 0]);
    // Captured by the inner function, and so a constant there; read on the outer tape.
    const outer = (x: Tensor): Tensor =>
      ops.sum(grad((y: Tensor) => ops.sum(ops.mul(ops.square(y), x)))([5, 7]));
    expect(grad(outer)([1, 2]).toArray()).toEqual([10, 14]);
    expect(grad((x: Tensor) => grad((y: Tensor) => y)(x))(2).item()).toBe(0);
  });

  it('give no gradient to captured tensors, nor to the tensor behind an argument', () => {
    const c = tensor([10, 20]);
    const x = tensor([1, 2]);
    const f = (a: Tensor): Tensor => ops.sum(ops.add(ops.mul(a, c), ops.mul(x, x)));
    expect(grad(f)(x).toArray()).toEqual([10, 20]);
    expect(c.toArray()).toEqual([10, 20]);
  });

  it('give tensors of their own, so that one can be disposed without the others', () => {
    const [da, db] = grad((a: Tensor, b: Tensor) => ops.sum(ops.add(a, b)))([1], [2]);
    da.dispose();
    expect(db.toArray()).toEqual([1]);
    const [value, dx] = valueAndGrad((x: Tensor) => x)(4);
    value.dispose();
    expect(dx.item()).toBe(1);
  });

  it('take results of one element in any shape', () => {
    expect(grad((x: Tensor) => ops.sum(x, null, true))([[1, 2]]).toArray()).toEqual([[1, 1]]);
    expect(grad((x: Tensor) => x)([5]).toArray()).toEqual([1]);
  });

  it('see through operations that return their input', () => {
    const f = (x: Tensor): Tensor =>
      ops.sum(ops.cast(ops.broadcastTo(ops.reshape(x, x.shape), x.shape), 'float32'));
    expect(grad(f)([1, 2]).toArray()).toEqual([1, 1]);
  });
});

describe('stopGradient', () => {
  it('keeps the value and lets no gradient through', () => {
    const f = (x: Tensor): Tensor => ops.sum(ops.mul(x, stopGradient(x)));
    const [value, gradient] = valueAndGrad(f)([2, 3]);
    expect(value.item()).toBe(13);
    expect(gradient.toArray()).toEqual([2, 3]);
    expect(grad((x: Tensor) => ops.sum(stopGradient(x)))([1, 2]).toArray()).toEqual([0, 0]);
  });

  it('stops second derivatives as well', () => {
    // f = x · sg(x²): f′ = sg(x²), f″ = 0.
    const f = (x: Tensor): Tensor => ops.sum(ops.mul(x, stopGradient(ops.square(x))));
    const slope = (x: Tensor): Tensor => ops.sum(grad(f)(x));
    expect(slope(tensor([3])).item()).toBe(9);
    expect(grad(slope)([3]).toArray()).toEqual([0]);
  });
});

describe('lifetimes within the function', () => {
  it('gradients flow through a tidy', () => {
    const f = (x: Tensor): Tensor =>
      tidy(() => ops.sum(ops.exp(tidy(() => ops.mul(ops.square(x), 0.5)))));
    // d exp(x²/2) / dx = x exp(x²/2)
    expect(grad(f)([1]).item()).toBeCloseTo(Math.exp(0.5), 5);
  });

  it('what was saved for the backward pass survives dispose()', () => {
    const f = (x: Tensor): Tensor => {
      const square = ops.square(x);
      const exponential = ops.exp(square);
      const product = ops.mul(exponential, square);
      square.dispose();
      exponential.dispose();
      const result = ops.sum(product);
      product.dispose();
      return result;
    };
    // d (x² exp(x²)) / dx = 2x exp(x²) (1 + x²)
    expect(grad(f)([0.5]).item()).toBeCloseTo(Math.exp(0.25) * 1.25, 5);
  });

  it('captured tensors and arguments can be disposed within it', () => {
    const captured = tensor([3, 4]);
    const f = (x: Tensor): Tensor => {
      const y = ops.sum(ops.mul(ops.square(x), captured));
      captured.dispose();
      x.dispose();
      return y;
    };
    const x = tensor([1, 2]);
    expect(grad(f)(x).toArray()).toEqual([6, 16]);
    expect(x.toArray()).toEqual([1, 2]);
    expect(() => captured.data()).toThrow(DisposedError);
  });

  it('keep() takes an intermediate value out', () => {
    let kept: Tensor | undefined;
    const gradient = grad((x: Tensor) => {
      kept = keep(ops.square(x));
      return ops.sum(kept);
    })([1, 2]);
    expect(kept?.toArray()).toEqual([1, 4]);
    expect(gradient.toArray()).toEqual([2, 4]);
    kept?.dispose();
  });

  it('a disposed argument is refused', () => {
    const x = tensor([1]);
    x.dispose();
    expect(() => grad(sumOfSquares)(x)).toThrow(DisposedError);
  });
});

describe('what is refused', () => {
  it.each(['int32', 'uint8', 'bool'] as const)('arguments of %s', (dtype: DType) => {
    const call = () => grad((_a: Tensor, b: Tensor) => ops.sum(b))([1], tensor([1], { dtype }));
    expect(call).toThrow(DTypeError);
    expect(call).toThrow(
      `grad: argument 1 is ${dtype}; gradients exist only for float32. Convert it with astype('float32').`,
    );
  });

  it('a result of more than one element', () => {
    const call = () => grad((x: Tensor) => ops.square(x))([1, 2]);
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(
      'grad: the function must return one float32 number as a tensor, got a tensor of shape (2,), float32. ' +
        'Reduce it with sum() or mean().',
    );
    expect(() => grad((x: Tensor) => ops.slice(x, '0:0'))([1, 2])).toThrow(/shape \(0,\)/);
  });

  it('a result that is an integer, or no tensor', () => {
    expect(() => grad((x: Tensor) => ops.argmax(x))([1, 2])).toThrow(
      /got a tensor of shape \(\), int32/,
    );
    expect(() => grad((() => 3) as unknown as () => Tensor)()).toThrow(/got 3/);
    expect(() => grad((() => undefined) as unknown as () => Tensor)()).toThrow(/got undefined/);
  });
});

describe('nested gradients', () => {
  it('second and third derivatives of a polynomial', () => {
    const f = (x: Tensor): Tensor => ops.sum(ops.pow(x, 4));
    const f1 = (x: Tensor): Tensor => ops.sum(grad(f)(x));
    const f2 = (x: Tensor): Tensor => ops.sum(grad(f1)(x));
    const f3 = (x: Tensor): Tensor => ops.sum(grad(f2)(x));
    expect(f1(tensor([2])).item()).toBe(32);
    expect(f2(tensor([2])).item()).toBe(48);
    expect(f3(tensor([2])).item()).toBe(48);
    expect(grad(f3)([2]).item()).toBe(24);
  });

  it('the Hessian of a small function, row by row', () => {
    // f = x²y + exp(yz): Hessian [[2y, 2x, 0], [2x, z² e, (1 + yz) e], [0, (1 + yz) e, y² e]].
    const f = (v: Tensor): Tensor => {
      const [x, y, z] = ops.split(v, 3).map((part) => ops.squeeze(part)) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      return ops.add(ops.mul(ops.square(x), y), ops.exp(ops.mul(y, z)));
    };
    const [x, y, z] = [1.5, -0.5, 0.25];
    const rows = [0, 1, 2].map((i) => {
      const slope = (v: Tensor): Tensor => ops.slice(grad(f)(v), i);
      return [...grad(slope)([x, y, z]).data()];
    });
    const e = Math.exp(y * z);
    const expected = [
      [2 * y, 2 * x, 0],
      [2 * x, z * z * e, (1 + y * z) * e],
      [0, (1 + y * z) * e, y * y * e],
    ];
    rows.flat().forEach((value, i) => {
      expect(value).toBeCloseTo(expected.flat()[i] ?? NaN, 5);
    });
  });

  it('keep the variables of different levels apart', () => {
    // d/dx (x · d/dy (x + y)) = 1, d/dx (x · d/dy (x · y)) = 2x.
    const inner = (f: (x: Tensor, y: Tensor) => Tensor) => (x: Tensor) =>
      ops.mul(x, grad((y: Tensor) => f(x, y))(1));
    expect(grad(inner(ops.add))(5).item()).toBe(1);
    expect(grad(inner(ops.mul))(5).item()).toBe(10);
  });

  it('the value of an inner valueAndGrad carries a gradient too', () => {
    const f = (x: Tensor): Tensor => {
      const [value, slope] = valueAndGrad(sumOfSquares)(x);
      return ops.mul(value, ops.sum(slope));
    };
    // (Σ x²) (2 Σ x): at (1, 2) the gradient is 2x · 6 + 2 · 5.
    expect(grad(f)([1, 2]).toArray()).toEqual([22, 34]);
  });

  it('gradient of a gradient norm through a product', () => {
    // f = ½ |A x|² has the gradient AᵀA x; |AᵀA x|² has the gradient 2 (AᵀA)² x.
    const a = tensor([
      [1, 2],
      [0, 1],
    ]);
    const f = (x: Tensor): Tensor => ops.mul(sumOfSquares(ops.matmul(a, x)), 0.5);
    const penalty = (x: Tensor): Tensor => sumOfSquares(grad(f)(x));
    // AᵀA = [[1, 2], [2, 5]], its square [[5, 12], [12, 29]].
    expect(grad(penalty)([1, 1]).toArray()).toEqual([34, 82]);
  });

  it('an inner function that ignores the outer argument has no gradient in it', () => {
    const f = (x: Tensor): Tensor => ops.add(ops.mul(x, 0), grad((y: Tensor) => ops.mul(y, y))(3));
    expect(grad(f)(1).item()).toBe(0);
  });
});

describe('operations without a gradient', () => {
  const float = (x: Tensor): Tensor => ops.cast(x, 'float32');
  const only: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    greater: (x) => ops.sum(float(ops.greater(x, 1))),
    equal: (x) => ops.sum(ops.mul(float(ops.equal(x, 1)), 3)),
    argmax: (x) => float(ops.argmax(x)),
    argsort: (x) => ops.sum(ops.square(float(ops.argsort(x)))),
    'the indices of topK': (x) => ops.sum(float(ops.topK(x, 1)[1])),
    "astype('int32')": (x) => float(ops.sum(ops.add(ops.cast(x, 'int32'), 1))),
    any: (x) => float(ops.logicalNot(ops.any(ops.logicalAnd(ops.cast(x, 'bool'), true)))),
    less: (x) => ops.sum(ops.where(ops.less(x, 1), 5, 6)),
  };

  it.each(Object.entries(only))(
    '%s: as the only way to the result it is refused by name',
    (name, f) => {
      const x = tensor([1, 2]);
      const call = (): unknown => grad(f)(x);
      expect(call).toThrow(ValueError);
      // What comes first on the way is named.
      const first = name === 'any' ? "astype('bool')" : name;
      expect(call).toThrow(`only through ${first}, which has no gradient`);
      x.dispose();
    },
  );

  it('beside another way they are constants', () => {
    const f = (x: Tensor): Tensor => ops.sum(ops.mul(x, float(ops.greater(x, 1))));
    expect(grad(f)([1, 2, 3]).toArray()).toEqual([0, 1, 1]);
    const g = (x: Tensor): Tensor => ops.sum(ops.where(ops.greater(x, 1), ops.square(x), 0));
    expect(grad(g)([1, 2, 3]).toArray()).toEqual([0, 4, 6]);
  });

  it('a gradient that is constant has zeros as its gradient', () => {
    for (const f of [
      (x: Tensor) => ops.max(x),
      (x: Tensor) => ops.sum(ops.maximum(x, 1)),
      (x: Tensor) => ops.sum(ops.mul(x, float(ops.greater(x, 1)))),
      (x: Tensor) => ops.sum(ops.abs(x)),
    ]) {
      const slope = (x: Tensor): Tensor => ops.sum(grad(f)(x));
      expect(grad(slope)([1, 2, 3]).toArray()).toEqual([0, 0, 0]);
    }
  });

  it('stopGradient says that zeros are meant', () => {
    const f = (x: Tensor): Tensor => ops.sum(float(ops.greater(stopGradient(x), 1)));
    expect(grad(f)([1, 2]).toArray()).toEqual([0, 0]);
  });
});
