// Loops, branches and functions with gradients of the program's: what they leave in memory, in graphs and in repeated steps.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  grad,
  Input,
  layers,
  losses,
  models,
  ops,
  optimizers,
  tensor,
  tidy,
} from '../../../src/index.js';
import { memory } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/index.js';
import { repeatedSteps, withoutRepetition } from '../models/repeated.js';

const untyped = (value: unknown): never => value as never;

describe('memory() is as before', () => {
  let before: { tensors: number; bytes: number };
  beforeEach(() => {
    const { tensors, bytes } = memory();
    before = { tensors, bytes };
  });
  afterEach(() => {
    expect(memory()).toMatchObject(before);
  });

  const x = tensor([1, 2, 3]);
  const wrong = (y: Tensor): never => {
    y.mul(2).add(1);
    throw new Error('mine');
  };
  const calls: readonly [string, () => Tensor | readonly Tensor[]][] = [
    ['scan', () => { const [c, [a, b]] = ops.scan((carry, r) => [carry.add(r.mul(2)), [carry, r]], 0, x); return [c, a, b]; }],
    ['map', () => ops.map((r) => r.mul(2), x)],
    ['associativeScan', () => ops.associativeScan(([a, b], [c, d]) => [a.add(c), b.add(d)], [x, x])],
    ['whileLoop', () => ops.whileLoop((i) => i.less(3), (i, y) => [i.add(1), y.mul(i)], [0, x])],
    ['foriLoop', () => ops.foriLoop(0, 3, (i, y) => y.mul(i), x)],
    ['cond', () => ops.cond(x.sum(), () => x.mul(2), () => x)],
    ['switch', () => ops.switch(0, [(y) => [y, y.mul(2).add(1)] as const], x)],
    ['customGradient', () => ops.customGradient((y: Tensor) => [y.mul(2).add(1), (dy) => dy])(x)],
    ['the gradient of customGradient', () => grad((z: Tensor) => ops.customGradient((y: Tensor) => [y.mul(2).add(1), (dy) => dy.mul(y)])(z).sum())(x)],
    ['the gradient of scan', () => grad((z: Tensor) => ops.scan((c, r) => [c.mul(r), null], 1, z)[0])(x)],
  ]; // prettier-ignore

  it.each(calls)('after %s whose results are disposed', (name, call) => {
    tidy(() => void call());
    const [result] = [call()];
    for (const each of [result].flat()) each.dispose();
    // The condition of cond is the test's.
    if (name === 'cond') before = { tensors: before.tensors + 1, bytes: memory().bytes };
  });

  it.each<[string, () => unknown]>([
    ['scan', () => ops.scan((c, r) => [c.add(r), wrong(c)], 0, x)],
    ['map', () => ops.map(wrong, x)],
    ['associativeScan', () => ops.associativeScan(wrong, x)],
    ['whileLoop', () => ops.whileLoop(() => true, wrong, x)],
    ['foriLoop', () => ops.foriLoop(0, 3, (_, y) => wrong(y), x)],
    ['cond', () => ops.cond(true, () => wrong(x), () => x)],
    ['switch', () => ops.switch(0, [wrong], x)],
    ['customGradient', () => ops.customGradient(wrong)(x)],
    ['the gradient of customGradient', () => grad((z: Tensor) => ops.customGradient((y: Tensor) => [y.mul(2).add(1), wrong])(z).sum())(x)],
  ])('after an exception in a function of %s', (_, call) => {
    expect(() => tidy(call)).toThrow('mine');
  }); // prettier-ignore

  it('holds no more with many iterations than with few', () => {
    const most = (n: number): number => {
      let largest = 0;
      ops.foriLoop(0, n, (_, y) => {
        largest = Math.max(largest, memory().bytes);
        return y.mul(2).add(1);
      }, x).dispose(); // prettier-ignore
      return largest;
    };
    expect(most(1000)).toBe(most(3));
  });
});

describe('in a graph', () => {
  const input = Input([3]);

  it('run with the tensors of each call, and know their shapes', () => {
    const [carry, ys] = ops.scan((c, x) => [c.add(x), c], tensor([0, 0, 0]), input);
    expect([carry.shape, ys.shape]).toEqual([[3], [null, 3]]);
    const doubled = ops.map((row) => ({ row: row.mul(2), sum: row.sum() }), input);
    expect([doubled.row.shape, doubled.sum.shape]).toEqual([[null, 3], [null]]);
    const chosen = ops.switch(
      input.sum().greater(0).astype('int32'),
      [(x) => x, (x) => x.neg()],
      input,
    );
    const [, powers] = ops.whileLoop((i) => i.less(2), (i, x) => [i.add(1), x.mul(x)], [0, input]); // prettier-ignore
    const counted = ops.foriLoop(0, 3, (i, x) => x.add(i), input);
    const sums = ops.associativeScan((a, b) => a.add(b), input, { axis: 1 });
    const custom = ops.customGradient((x: Tensor) => [x.mul(5), (dy) => dy])(input);
    const outputs = { ys, row: doubled.row, chosen, powers, counted, sums, custom };
    const model = new models.Model({ inputs: input, outputs });
    const y = model.predictOnBatch(tensor([[1, 2, 3], [4, 5, 6]])) as Record<string, Tensor>; // prettier-ignore
    expect(Object.fromEntries(Object.entries(y).map(([name, value]) => [name, value.toArray()]))).toEqual({
      ys: [[0, 0, 0], [1, 2, 3]],
      row: [[2, 4, 6], [8, 10, 12]],
      chosen: [[-1, -2, -3], [-4, -5, -6]],
      powers: [[1, 16, 81], [256, 625, 1296]],
      counted: [[4, 5, 6], [7, 8, 9]],
      sums: [[1, 3, 6], [4, 9, 15]],
      custom: [[5, 10, 15], [20, 25, 30]],
    }); // prettier-ignore
  });

  it('compare the shapes of all branches', () => {
    const pred = input.sum().greater(0);
    expect(ops.cond(pred, () => tensor([1]), () => tensor([2])).shape).toEqual([1]); // prettier-ignore
    expect(() => ops.cond(pred, () => tensor([1]), () => tensor(2))).toThrow("operation 'cond"); // prettier-ignore
  });

  it('refuse symbolic tensors that a function takes from outside', () => {
    expect(() => ops.map((row) => row.add(untyped(input.sum())), input)).toThrow(
      'a symbolic tensor from outside has no values',
    );
  });

  it('cannot be saved, and say why', () => {
    const scanned = ops.map((row) => row.mul(2), input);
    const model = new models.Model({ inputs: input, outputs: new layers.Dense(1).apply(scanned) });
    expect(() => model.getConfig()).toThrow(
      /operation 'map.*calls functions, which have no config.*registerLayer/s,
    );
    expect(() => models.cloneModel(model)).toThrow('calls functions');
  });

  it('are run at each step, as their functions may do anything', () => {
    let calls = 0;
    const counted = ops.map((row) => {
      calls++;
      return row.mul(2);
    }, input); // prettier-ignore
    const model = new models.Model({ inputs: input, outputs: counted });
    calls = 0;
    for (let i = 0; i < 20; i++) model.predictOnBatch(tensor([[1, 2, 3]]));
    expect(calls).toBe(20);
  });
});

describe('in a repeated step', () => {
  class Decaying extends layers.Layer {
    static override readonly className = 'Decaying';
    static override readonly isPure = true;
    override call(x: Tensor): Tensor {
      const [, ys] = ops.scan((c, r) => [c.mul(0.5).add(r), c.add(r)], tensor([0, 0]), x);
      return ops.foriLoop(
        0,
        2,
        (i, y) => y.add(i),
        ops.map((r) => r.tanh(), ys),
      );
    }
  }

  /** Halves its input until it is small, or leaves it. */
  class Deciding extends layers.Layer {
    static override readonly className = 'Deciding';
    static override readonly isPure = true;
    override call(x: Tensor): Tensor {
      const small = ops.whileLoop((y) => y.abs().max().greater(1), (y) => y.mul(0.5), x); // prettier-ignore
      return ops.cond(x.sum().greater(0), () => small, () => small.neg()); // prettier-ignore
    }
  }

  it('loops of known length are repeated, with the same gradients', () => {
    const make = (): models.Sequential => {
      const model = new models.Sequential([
        new layers.Dense(2, { inputShape: [2], kernelInitializer: 'ones' }),
        new Decaying(),
      ]);
      model.compile({
        optimizer: new optimizers.SGD({ learningRate: 0.1 }),
        loss: new losses.MeanSquaredError(),
      });
      return model;
    };
    const [model, other] = [make(), make()];
    const [x, y] = [tensor([[1, 2], [3, 4]]), tensor([[0.5, 0.5], [0.5, 0.5]])]; // prettier-ignore
    const weights = (m: models.Sequential): unknown => m.getWeights().map((w) => w.toArray());
    for (let i = 0; i < 12; i++) model.trainOnBatch(x, y);
    expect(repeatedSteps(model)).toBe(1);
    withoutRepetition(other);
    for (let i = 0; i < 12; i++) other.trainOnBatch(x, y);
    expect(weights(model)).toEqual(weights(other));
  });

  it('decisions are taken again', () => {
    const model = new models.Sequential([
      new layers.Dense(2, { inputShape: [2], kernelInitializer: 'identity' }),
      new Deciding(),
    ]);
    const inputs = [[1, 2], [-4, 1], [0.5, 0.25], [9, 9], [-1, -2], [1, 2]]; // prettier-ignore
    const halved = ([a = 0, b = 0]: readonly number[]): number[] => {
      let [p, q] = [a, b];
      while (Math.max(Math.abs(p), Math.abs(q)) > 1) [p, q] = [p / 2, q / 2];
      return a + b > 0 ? [p, q] : [-p, -q];
    };
    for (const row of inputs.flatMap((each) => Array.from({ length: 9 }, () => each))) {
      expect(model.predictOnBatch(tensor([row])).toArray()).toEqual([halved(row)]);
    }
  });
});
