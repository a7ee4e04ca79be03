import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { grad, valueAndGrad } from '../../../src/engine/ops/index.js';
import { memory, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { random, toTensor } from '../ops/agreement.js';

const loss = (x: Tensor, w: Tensor, b: Tensor): Tensor =>
  ops.mean(ops.square(ops.tanh(ops.dense(x, w, b, 'relu'))));

// No test leaves a tensor behind, so that nothing that the garbage collector frees disturbs the next.
describe('memory() is as before', () => {
  let before: { tensors: number; bytes: number };
  beforeEach(() => {
    const { tensors, bytes } = memory();
    before = { tensors, bytes };
  });
  afterEach(() => {
    expect(memory()).toMatchObject(before);
  });

  it('after a gradient whose results are disposed', () => {
    const [x, w, b] = [[4, 3], [3, 5], [5]].map((shape) => toTensor(random(shape)));
    if (x === undefined || w === undefined || b === undefined) throw new Error('unreachable');
    const inputs = memory().tensors;
    const [value, gradients] = valueAndGrad(loss)(x, w, b);
    // The value and three gradients, nothing else.
    expect(memory().tensors).toBe(inputs + 4);
    for (const each of [value, ...gradients, x, w, b]) each.dispose();
  });

  it('after arguments that were no tensors', () => {
    grad((x: Tensor) => ops.sum(x))([1, 2, 3]).dispose();
  });

  it('after an exception in the function', () => {
    const f = (x: Tensor): Tensor => {
      const y = ops.exp(ops.mul(x, 2));
      tidy(() => ops.log(y));
      throw new Error('mine');
    };
    expect(() => grad(f)([1, 2])).toThrow('mine');
    expect(() => valueAndGrad(f)([1, 2])).toThrow('mine');
  });

  it('after an exception in an inner function, and the outer goes on', () => {
    const f = (x: Tensor): Tensor => {
      const inner = (y: Tensor): Tensor => {
        ops.exp(y);
        throw new Error('inner');
      };
      expect(() => grad(inner)(x)).toThrow('inner');
      return ops.sum(ops.square(x));
    };
    const gradient = grad(f)([1, 2]);
    expect(gradient.toArray()).toEqual([2, 4]);
    gradient.dispose();
  });

  it('after a wrong shape, a refused result and a refused argument', () => {
    expect(() => grad((x: Tensor) => ops.matmul(x, ops.add(x, [1, 2, 3])))([[1, 2]])).toThrow();
    expect(() => grad((x: Tensor) => ops.exp(x))([1, 2])).toThrow();
    const whole = tensor([1], { dtype: 'int32' });
    expect(() => grad((x: Tensor) => ops.sum(x))(whole)).toThrow();
    whole.dispose();
  });

  it('after an exception in the backward pass', () => {
    const failing = ops.customGradient((y: Tensor) => [
      y.mul(2),
      () => {
        throw new Error('no way');
      },
    ]);
    expect(() => grad((x: Tensor) => ops.sum(failing(ops.exp(x))))([1, 2])).toThrow('no way');
  });

  it('after nested gradients', () => {
    const f = (x: Tensor): Tensor => ops.sum(ops.pow(ops.matmul(x, x), 2));
    const slope = (x: Tensor): Tensor => ops.sum(ops.square(grad(f)(x)));
    grad(slope)([
      [1, 2],
      [3, 4],
    ]).dispose();
  });

  it('after many steps, which take no more memory from the system than the first', () => {
    const [x, y] = [toTensor(random([32, 8])), toTensor(random([32, 1]))];
    let w = toTensor(random([8, 1]));
    const squares = (weights: Tensor): Tensor =>
      ops.mean(ops.square(ops.sub(ops.matmul(x, weights), y)));
    const step = (): number =>
      tidy(() => {
        const [value, gradient] = valueAndGrad(squares)(w);
        const next = ops.sub(w, ops.mul(gradient, 0.1));
        w.dispose();
        w = next.clone();
        // The new weights leave the scope: returned together with the loss.
        return { w, loss: value.item() };
      }).loss;
    const losses = [step()];
    const first = memory();
    for (let i = 1; i < 300; i++) losses.push(step());
    expect(memory()).toEqual(first);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2);
    for (const each of [x, y, w]) each.dispose();
  });
});
