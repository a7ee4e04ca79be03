import { describe, expect, it } from 'vitest';
import {
  DisposedError,
  keep,
  memory,
  Tensor,
  tensor,
  tidy,
  ValueError,
  zeros,
} from '../../../src/index.js';

/** What `f` leaves behind: tensors and bytes. */
function growth(f: () => void): { tensors: number; bytes: number } {
  const before = memory();
  f();
  const after = memory();
  return { tensors: after.tensors - before.tensors, bytes: after.bytes - before.bytes };
}

const nothing = { tensors: 0, bytes: 0 };

describe('an object with the prototype of a tensor', () => {
  const message = /^Tensor: this object has the prototype of a tensor, and no elements.*clone\(\)/;

  it('cannot be made as programs copy objects', () => {
    const copy = Object.create(Tensor.prototype) as object;
    expect(() => Object.assign(copy, tensor([1, 2]))).toThrow(message);
  });

  it('is refused wherever its elements, shape or dtype are needed', () => {
    const forged = Object.create(Tensor.prototype) as Tensor;
    const uses = [
      () => forged.data(),
      () => forged.add(1),
      () => `${forged}`,
      () => tensor(forged),
    ];
    for (const use of uses) expect(use).toThrow(message);
    expect(() => forged.dispose()).not.toThrow();
  });
});

describe('dispose', () => {
  it('gives memory back, once', () => {
    const dispose = growth(() => {
      const x = zeros([100]);
      expect(x.isDisposed).toBe(false);
      x.dispose();
      x.dispose();
      expect(x.isDisposed).toBe(true);
    });
    expect(dispose).toEqual(nothing);
  });

  it('makes every use throw an error that says what and what to do', () => {
    const x = zeros([2, 3], 'int32');
    x.dispose();
    const uses: (() => unknown)[] = [
      () => x.data(),
      () => x.toArray(),
      () => x.toString(),
      () => zeros([1], 'int32').mul(x),
      () => x.add(1),
      () => x.reshape([6]),
      () => x.slice('1:'),
      () => x.sum(),
      () => tensor(x),
    ];
    for (const use of uses) {
      expect(use).toThrow(DisposedError);
      expect(use).toThrow(/shape \(2, 3\), int32, was disposed.*clone\(\)/s);
    }
    const scalar = tensor(1);
    scalar.dispose();
    expect(() => scalar.item()).toThrow(DisposedError);
    // What does not need the elements still works.
    expect([x.shape, x.size, x.dtype]).toEqual([[2, 3], 6, 'int32']);
  });

  it('is what Symbol.dispose does', () => {
    const x = zeros([3]);
    // Node 20 has the symbol; elsewhere TypeScript’s `using` looks for this one.
    const symbol = (Symbol as { dispose?: symbol }).dispose ?? Symbol.for('Symbol.dispose');
    const dispose = (x as unknown as Record<symbol, (() => void) | undefined>)[symbol];
    expect(dispose).toBeTypeOf('function');
    dispose?.call(x);
    expect(x.isDisposed).toBe(true);
  });

  it('happens at the end of a block with `using`', () => {
    let seen: Tensor | undefined;
    {
      using x = zeros([3]);
      seen = x;
      expect(seen.isDisposed).toBe(false);
    }
    expect(seen.isDisposed).toBe(true);
  });
});

describe('views', () => {
  it('share memory: reshape and slices of whole rows take none', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    const views: Tensor[] = [];
    const added = growth(() => {
      views.push(x.reshape([9]), x.slice('1:'), x.slice('2:'), x.slice([0, 2]), x.flatten());
    });
    expect(added).toEqual({ tensors: 5, bytes: 0 });
    expect(views[1]?.toArray()).toEqual([
      [4, 5, 6],
      [7, 8, 9],
    ]);
    for (const view of views) view.dispose();
    expect(x.slice(0).toArray()).toEqual([1, 2, 3]);
  });

  it('hold the memory until the last of them goes', () => {
    const rest = growth(() => {
      const x = tensor([1, 2, 3, 4]);
      const middle = x.reshape([2, 2]);
      const view = middle.slice('1:');
      x.dispose();
      middle.dispose();
      expect(view.toArray()).toEqual([[3, 4]]);
      expect(memory().bytes).toBeGreaterThanOrEqual(16);
      view.dispose();
    });
    expect(rest).toEqual(nothing);
  });

  it('of a part do not let an operation see the rest', () => {
    tidy(() => {
      const part = tensor([1, 2, 3, 4, 5, 6]).slice('1:4');
      expect(part.sum().item()).toBe(9);
      expect(part.mul(part).toArray()).toEqual([4, 9, 16]);
      expect(part.matmul(part).item()).toBe(29);
      expect(part.clone().slice('::-1').toArray()).toEqual([4, 3, 2]);
    });
  });

  it('clone does not share', () => {
    const x = tensor([1, 2]);
    let copy: Tensor | undefined;
    expect(growth(() => (copy = x.clone()))).toEqual({ tensors: 1, bytes: 8 });
    x.dispose();
    expect(copy?.toArray()).toEqual([1, 2]);
  });
});

describe('tidy', () => {
  it('frees what was made in it', () => {
    const rest = growth(() => {
      const norm = tidy(() => tensor([3, 4]).square().sum().sqrt().item());
      expect(norm).toBe(5);
    });
    expect(rest).toEqual(nothing);
  });

  it('leaves alone what was made before it and what it returns', () => {
    const x = zeros([2]);
    const result = tidy(() => ({ sum: x.add(1), list: [x.add(2), { deep: x.add(3) }], n: 7 }));
    expect(x.isDisposed).toBe(false);
    expect(result.sum.toArray()).toEqual([1, 1]);
    const [second, third] = result.list;
    expect((second as Tensor).toArray()).toEqual([2, 2]);
    expect((third as { deep: Tensor }).deep.toArray()).toEqual([3, 3]);
    expect(result.n).toBe(7);
    expect(tidy(() => x)).toBe(x);
    expect(x.isDisposed).toBe(false);
  });

  it('takes objects that refer to themselves', () => {
    interface Loop {
      x: Tensor;
      self?: Loop;
    }
    const loop = tidy(() => {
      const made: Loop = { x: tensor([1]) };
      made.self = made;
      return made;
    });
    expect(loop.x.isDisposed).toBe(false);
  });

  it('nests: what the inner one returns belongs to the outer one', () => {
    let inner: Tensor | undefined;
    let gone: Tensor | undefined;
    const rest = growth(() => {
      const result = tidy(() => {
        inner = tidy(() => {
          gone = tensor([1, 2]);
          return gone.add(1);
        });
        expect(gone?.isDisposed).toBe(true);
        expect(inner.toArray()).toEqual([2, 3]);
        return inner.sum();
      });
      expect(result.item()).toBe(5);
      result.dispose();
    });
    expect(inner?.isDisposed).toBe(true);
    expect(rest).toEqual(nothing);
  });

  it('frees everything when the function throws, and passes the error on', () => {
    const rest = growth(() => {
      expect(() =>
        tidy(() => {
          tidy(() => {
            zeros([10]).add(1);
            throw new RangeError('mine');
          });
        }),
      ).toThrow(new RangeError('mine'));
    });
    expect(rest).toEqual(nothing);
    // The scope is closed: what is made now stays.
    const x = zeros([1]);
    expect(x.isDisposed).toBe(false);
  });

  it('does not mind tensors disposed in it by hand', () => {
    const rest = growth(() => {
      tidy(() => {
        const x = zeros([4]);
        x.dispose();
        return x;
      });
    });
    expect(rest).toEqual(nothing);
  });

  it('refuses asynchronous functions and frees what they made', async () => {
    const rest = growth(() => {
      const run = (): unknown =>
        tidy(async () => {
          const x = zeros([3]);
          await Promise.resolve();
          return x.add(1);
        });
      expect(run).toThrow(ValueError);
      expect(run).toThrow(/tidy: the function is asynchronous/);
    });
    expect(rest).toEqual(nothing);
    // Its later failure, on a freed tensor, must not surface as an unhandled rejection.
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
});

describe('keep', () => {
  it('lets a tensor outlive all scopes', () => {
    let kept: Tensor | undefined;
    const rest = growth(() => {
      tidy(() => {
        tidy(() => {
          kept = keep(tensor([1, 2, 3]).mul(2));
        });
      });
    });
    expect(rest).toEqual({ tensors: 1, bytes: 12 });
    expect(kept?.toArray()).toEqual([2, 4, 6]);
    kept?.dispose();
  });

  it('returns the tensor, and does nothing outside of scopes or twice', () => {
    const rest = growth(() => {
      const x = zeros([2]);
      expect(keep(keep(x))).toBe(x);
      x.dispose();
    });
    expect(rest).toEqual(nothing);
  });

  it('does not hinder dispose, within the scope and later', () => {
    const rest = growth(() => {
      tidy(() => {
        keep(zeros([2])).dispose();
      });
    });
    expect(rest).toEqual(nothing);
  });
});

describe('memory', () => {
  it('counts tensors and bytes of every dtype', () => {
    let made: Tensor[] = [];
    const added = growth(() => {
      made = [zeros([10]), zeros([10], 'int32'), zeros([10], 'uint8'), zeros([10], 'bool')];
    });
    expect(added).toEqual({ tensors: 4, bytes: 100 });
    for (const x of made) x.dispose();
  });

  it('is where it was after an operation that fails', () => {
    const x = zeros([2, 3]);
    const y = zeros([4, 1, 1]);
    const z = zeros([2, 2]);
    const rest = growth(() => {
      expect(() => x.add(z)).toThrow();
      expect(() => x.matmul(y)).toThrow();
      expect(() => tensor([1, 300], { dtype: 'uint8' })).toThrow();
      expect(() => x.reshape([5])).toThrow();
      expect(() => x.slice(5)).toThrow();
    });
    expect(rest).toEqual(nothing);
  });

  it('is used again: work in a loop does not take more of it', () => {
    const step = (): number => tidy(() => zeros([1000]).add(1).sum().item());
    step();
    const { reserved } = memory();
    for (let i = 0; i < 2000; i++) step();
    expect(memory().reserved).toBe(reserved);
  });
});
