// What an operation leaves behind outside of any scope: its result and nothing else, and the result
// belongs to the caller alone.
import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import * as random from '../../../src/random.js';
import { memory, ones, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import * as create from '../../../src/engine/tensor/index.js';
import { normalize, toCategorical } from '../../../src/utils.js';
import { fillAll, operationOf, toTensor } from '../../specs/operation-spec.js';
import { operationSpecs } from '../../specs/operations.js';

const x = tensor([
  [0.25, -0.5, 1, 2],
  [3, 0.5, -1, 0.75],
]);
const whole = tensor(Int32Array.of(1, -2, 3, 0, 1, 2, -1, 3), { shape: [2, 4] });
const bytes = tensor(Uint8Array.of(1, 2, 3, 0, 1, 2, 0, 3), { shape: [2, 4] });
const kernel = ones([4, 2]);
const bias = tensor([0.5, -0.5]);
const labels = tensor(Uint8Array.of(0, 3));
const weight = new create.Variable([1, 2]);

type Call = () => Tensor | readonly Tensor[];

/** What makes tensors, and is no operation of `ops`. */
const others: Readonly<Record<string, Call[]>> = {
  tensor: [() => tensor([1, 2]), () => tensor(x)],
  full: [() => create.full([2], 3), () => create.full([2], true)],
  zeros: [() => create.zeros([2, 3], 'uint8')],
  ones: [() => create.ones([2])],
  eye: [() => create.eye(3)],
  arange: [() => create.arange(4)],
  linspace: [() => create.linspace(0, 1, 5)],
  normal: [() => random.normal([3])],
  truncatedNormal: [() => random.truncatedNormal([3])],
  uniform: [() => random.uniform([3])],
  randint: [() => random.randint([3], 0, 5)],
  permutation: [() => random.permutation(5)],
  shuffle: [() => random.shuffle(x)],
  categorical: [
    () => random.categorical(x, 3),
    () => random.categorical([[1, 2]], 3, { dtype: 'uint8' }),
    () => random.categorical(bytes, 3, { dtype: 'float32' }),
  ],
  sampleLogits: [
    () => random.sampleLogits(x),
    () => random.sampleLogits([[1, 2]], { temperature: 0 }),
    () => random.sampleLogits(bytes, { topK: 2, topP: 0.5 }),
  ],
  toCategorical: [() => toCategorical([0, 2]), () => toCategorical(labels)],
  normalize: [() => normalize(x), () => normalize([1, 2], 0, 3)],
  grad: [() => ops.grad((a: Tensor) => a.square().sum())([1, 2])],
  valueAndGrad: [() => ops.valueAndGrad((a: Tensor) => a.sum())(x)],
  'valueAndGrad of variables': [
    () => {
      const { value, gradients } = ops.valueAndGrad(() => weight.value.sum(), [weight]);
      return [value, ...gradients.filter((gradient) => gradient !== null)];
    },
  ],
  'T, astype, reshape': [() => x.T, () => x.astype('float32'), () => x.reshape(2, 4)],
};

/** `memory()` without what the system reserved, and without weights that a product packed for itself. */
const inUse = (): { tensors: number; bytes: number } => {
  const { tensors, bytes } = memory();
  return { tensors, bytes };
};

/** What a call leaves beside its results, and the number of these. */
function expectOwnResults(call: Call, what: string): void {
  const before = inUse();
  const made = [call()].flat<readonly (Tensor | readonly Tensor[])[]>();
  expect(memory().tensors - before.tensors, `${what}: tensors made`).toBe(made.length);
  for (const result of made) result.dispose();
  expect(inUse(), `${what}: after disposing the result`).toEqual(before);
}

describe('outside of any scope an operation leaves its result and nothing else', () => {
  it.each(Object.entries(operationSpecs))('%s', (name, { calls }) => {
    for (const [i, [args]] of calls.entries()) {
      const operands: Tensor[] = [];
      const given = fillAll(args, (operand) => {
        operands.push(toTensor(operand));
        return operands.at(-1);
      });
      expectOwnResults(() => operationOf(name)(...given), `call ${i}`);
      for (const operand of operands) {
        expect(operand.isDisposed, `call ${i}`).toBe(false);
        operand.dispose();
      }
    }
  });

  it.each(Object.entries(others))('%s', (_, variants) => {
    for (const [i, call] of variants.entries()) expectOwnResults(call, `call ${i}`);
  });

  it('and nothing at all where it refuses its operands', () => {
    const refused: (() => unknown)[] = [
      () => ops.add([1, 2], [1, 2, 3]),
      () => ops.reshape([1, 2], [3]),
      () => ops.gather(x, [7]),
      () => ops.oneHot([0, 5], 2),
      () => ops.where([true], [1, 2], [1, 2, 3]),
      () => ops.concat([x, [1]]),
      () => ops.matmul(x, whole),
      () => ops.dense([[1, 2]], kernel, bias),
      () => ops.einsum('ij,j', x, whole),
      () => ops.tensordot(x, [1], 1),
      () => ops.sort(x, 2),
      () => ops.topK(x, 5),
      () => create.full([2], 300, 'uint8'),
      () => random.normal([3], { seed: -1 }),
      () => random.randint([3], 0, 3, { seed: 0.5 }),
      () => random.permutation(3, { seed: -1 }),
      () => random.categorical(x, 3, { seed: -1 }),
      () => random.categorical([[NaN, 1]], 3),
      () => random.sampleLogits([[-Infinity, -Infinity]], { topK: 1 }),
    ];
    for (const call of refused) {
      const before = inUse();
      expect(call).toThrow();
      expect(inUse()).toEqual(before);
    }
  });
});

describe('a result that has all its operand has', () => {
  const unchanged: Readonly<Record<string, (a: Tensor) => Tensor>> = {
    reshape: (a) => a.reshape(2, 4),
    cast: (a) => a.astype('float32'),
    broadcastTo: (a) => a.broadcastTo([2, 4]),
    squeeze: (a) => a.squeeze(),
    moveAxis: (a) => ops.moveAxis(a, 0, 0),
    slice: (a) => a.slice(),
    upSample: (a) => ops.upSample(a, 0, 1),
  };

  it.each(Object.entries(unchanged))('%s: is a tensor of its own without a copy', (_, op) => {
    const before = memory().bytes;
    const result = op(x);
    expect(memory().bytes).toBe(before);
    expect(result).not.toBe(x);
    result.dispose();
    expect(x.data()[0]).toBe(0.25);
  });

  it.each(Object.entries(unchanged))('%s: outlives its operand', (_, op) => {
    const own = x.clone();
    const result = op(own);
    own.dispose();
    expect(result.data()[0]).toBe(0.25);
    result.dispose();
  });

  it.each(Object.entries(unchanged))('%s: lets gradients through', (_, op) => {
    const gradient = ops.grad((a: Tensor) => op(op(a).square()).sum())(x);
    expect(Array.from(gradient.data())).toEqual(Array.from(x.data(), (value) => 2 * value));
    gradient.dispose();
  });

  it('knows the logits of its operand', () => {
    const probabilities = ops.softmax(x);
    const same = probabilities.reshape(2, 4);
    expect(ops.logitsOf(same, 'softmax')).toBe(x);
    for (const each of [probabilities, same]) each.dispose();
  });
});
