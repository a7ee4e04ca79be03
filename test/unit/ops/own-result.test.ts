// What an operation leaves behind outside of any scope: its result and nothing else, and the result
// belongs to the caller alone.
import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/ops/index.js';
import * as random from '../../../src/random/index.js';
import { memory, tensor } from '../../../src/tensor/index.js';
import type { Tensor } from '../../../src/tensor/index.js';
import * as create from '../../../src/tensor/index.js';
import { normalize, toCategorical } from '../../../src/utils/index.js';

/** Operands of every kind: each call gets the same ones. */
const x = tensor([
  [0.25, -0.5, 1, 2],
  [3, 0.5, -1, 0.75],
]);
const cube = tensor(
  [3, 1, 2, 5, 4, 6, 7, 8].map((value) => value / 8),
  { shape: [2, 2, 2] },
);
const whole = tensor(Int32Array.of(1, -2, 3, 0, 1, 2, -1, 3), { shape: [2, 4] });
const bytes = tensor(Uint8Array.of(1, 2, 3, 0, 1, 2, 0, 3), { shape: [2, 4] });
const flags = tensor([true, false, true, true]);
const kernel = tensor(
  [1, 2, 3, 4, 5, 6, 7, 8].map((value) => value / 8),
  { shape: [4, 2] },
);
const bias = tensor([0.5, -0.5]);
const sequence = tensor(new Float32Array(24).fill(0.5), { shape: [2, 6, 2] });
const image = tensor(new Float32Array(32).fill(0.5), { shape: [1, 4, 4, 2] });
const filters1d = tensor(new Float32Array(12), { shape: [3, 2, 2] });
const filters2d = tensor(new Float32Array(16), { shape: [2, 2, 2, 2] });
const volume = tensor(new Float32Array(36).fill(0.5), { shape: [1, 2, 3, 3, 2] });
const filters3d = tensor(new Float32Array(32), { shape: [2, 2, 2, 2, 2] });
const labels = tensor(Uint8Array.of(0, 3));
const targets = tensor([
  [1, 0, 0, 0],
  [0, 0, 0.5, 0.5],
]);
const operands = [x, cube, whole, bytes, flags, kernel, bias, sequence, image, volume];
const weight = new create.Variable([1, 2]);
const seed = new random.SeedGenerator(1);
const down = { descending: true };

type Call = () => Tensor | readonly Tensor[];

const unary = (f: (x: create.TensorLike) => Tensor): Call[] =>
  [x, whole, bytes, flags, 0.5, [[1, 2, 3]]].map((operand) => () => f(operand));

const binary = (f: (a: create.TensorLike, b: create.TensorLike) => Tensor): Call[] => [
  () => f(x, x),
  () => f(x, 1),
  () => f(2, x),
  () => f(x, [1, 2, 3, 4]),
  () => f(x, whole),
  () => f(whole, 1),
  () => f(bytes, flags),
  () => f(1, 2),
];

const reduction = (
  f: (x: create.TensorLike, axis?: number | number[], keepdims?: boolean) => Tensor,
): Call[] => [
  ...unary((operand) => f(operand)),
  () => f(x, 0),
  () => f(x, 1, true),
  () => f(cube, [0, 2]),
  () => f(cube, [0, 2], true),
  () => f([[1, 2]], -1),
];

const arg = (f: (x: create.TensorLike, axis?: number) => Tensor): Call[] => [
  ...unary((operand) => f(operand)),
  () => f(x, 0),
  () => f(bytes, 1),
];

const alongAxis = (f: (x: create.TensorLike, axis?: number) => Tensor): Call[] => [
  () => f(x),
  () => f(x, 0),
  () => f(whole),
  () => f([1, 2], -1),
];

const pooling = (f: (x: create.TensorLike) => Tensor, input: Tensor): Call[] => [
  () => f(input),
  () => f(input.toArray()),
];

const calls: Readonly<Record<string, Call[]>> = {
  add: binary(ops.add),
  sub: binary(ops.sub),
  mul: binary(ops.mul),
  div: binary(ops.div),
  pow: binary(ops.pow),
  mod: binary(ops.mod),
  maximum: binary(ops.maximum),
  minimum: binary(ops.minimum),
  equal: binary(ops.equal),
  notEqual: binary(ops.notEqual),
  less: binary(ops.less),
  lessEqual: binary(ops.lessEqual),
  greater: binary(ops.greater),
  greaterEqual: binary(ops.greaterEqual),
  logicalAnd: binary(ops.logicalAnd),
  logicalOr: binary(ops.logicalOr),
  logicalXor: binary(ops.logicalXor),
  ...Object.fromEntries(
    (
      [
        'abs ceil cos erf exp expm1 floor log log1p neg reciprocal round rsqrt sign sin sqrt square tanh',
        'relu leakyRelu relu6 elu selu celu gelu silu sigmoid softplus softsign hardSigmoid hardSilu',
        'logSigmoid mish tanhShrink hardTanh squareplus softShrink hardShrink sparsePlus sparseSigmoid',
        'clone stopGradient onesLike zerosLike flatten isFinite isInf isNaN logicalNot squeeze transpose',
      ]
        .join(' ')
        .split(' ') as (keyof typeof ops)[]
    ).map((name) => [name, unary(ops[name] as (x: create.TensorLike) => Tensor)]),
  ),
  clip: [...unary((a) => ops.clip(a, 0, 1)), ...unary((a) => ops.clip(a, -Infinity, 0.5))],
  threshold: unary((a) => ops.threshold(a, 1, 0)),
  sum: reduction(ops.sum),
  mean: reduction(ops.mean),
  prod: reduction(ops.prod),
  max: reduction(ops.max),
  min: reduction(ops.min),
  any: reduction(ops.any),
  all: reduction(ops.all),
  variance: reduction(ops.variance),
  std: reduction(ops.std),
  logsumexp: reduction(ops.logsumexp),
  argmax: arg(ops.argmax),
  argmin: arg(ops.argmin),
  softmax: alongAxis(ops.softmax),
  logSoftmax: alongAxis(ops.logSoftmax),
  sparsemax: alongAxis(ops.sparsemax),
  glu: alongAxis(ops.glu),
  cast: [
    () => ops.cast(x, 'float32'),
    () => ops.cast(x, 'int32'),
    () => ops.cast([1, 2], 'bool'),
    () => ops.cast([1, 2], 'float32'),
  ],
  reshape: [
    () => ops.reshape(x, [2, 4]),
    () => ops.reshape(x, [-1]),
    () => ops.reshape([1, 2], [2, 1]),
    () => ops.reshape([1, 2], [2]),
  ],
  expandDims: [() => ops.expandDims(x, 0), () => ops.expandDims([1], -1)],
  broadcastTo: [
    () => ops.broadcastTo(x, [2, 4]),
    () => ops.broadcastTo(x, [3, 2, 4]),
    () => ops.broadcastTo(1, [2, 2]),
  ],
  moveAxis: [() => ops.moveAxis(x, 1, 1), () => ops.moveAxis(cube, 0, 2)],
  concat: [() => ops.concat([x]), () => ops.concat([x, whole, [[1, 2, 3, 4]]])],
  stack: [() => ops.stack([x]), () => ops.stack([x, whole], -1)],
  pad: [() => ops.pad(x, [[0, 0], [0, 0]]), () => ops.pad([1, 2], [[1, 2]], 7)], // prettier-ignore
  tile: [() => ops.tile(x, 1), () => ops.tile(x, [2, 1, 3]), () => ops.tile([1, 2], 2)],
  slice: [
    () => ops.slice(x),
    () => ops.slice(x, 0),
    () => ops.slice(x, ':', 1),
    () => ops.slice(x, '::-1', [0, 2]),
    () => ops.slice([1, 2, 3], '1:'),
  ],
  split: [
    () => ops.split(x, 1),
    () => ops.split(x, 2),
    () => ops.split(x, [1, 3], 1),
    () => ops.split([1, 2], 2),
  ],
  gather: [
    () => ops.gather(x, [0]),
    () => ops.gather(x, [-1, 0]),
    () => ops.gather(x, labels, 1),
    () => ops.gather(x, 1, -1),
    () => ops.gather([1, 2, 3], [[0, 2]]),
  ],
  oneHot: [() => ops.oneHot([1, 0], 2), () => ops.oneHot(labels, 4)],
  where: [
    () => ops.where(flags, x, 0),
    () => ops.where(flags, x, x),
    () => ops.where([true, false], 1, [2, 3]),
    () => ops.where(whole, bytes, whole),
  ],
  dot: [
    () => ops.dot(x, kernel),
    () => ops.dot([1, 2], [3, 4]),
    () => ops.dot(x, 2),
    () => ops.dot(bias, cube),
  ],
  matmul: [
    () => ops.matmul(x, kernel),
    () => ops.matmul(whole, kernel),
    () => ops.matmul([1, 2, 3, 4], kernel),
    () => ops.matmul(kernel, bias),
  ],
  tensordot: [
    () => ops.tensordot(x, kernel, 1),
    () => ops.tensordot(whole, [1, 2], [0, 0]),
    () => ops.tensordot([1, 2], [3, 4], 0),
  ],
  outer: [() => ops.outer(bias, bytes), () => ops.outer(2, [1, 2])],
  einsum: [
    () => ops.einsum('ij->ij', x),
    () => ops.einsum('iji', cube),
    () => ops.einsum('ij,jk', whole, kernel),
    () => ops.einsum('...i,i,i', cube, [1, 2], bias),
  ],
  sort: [...alongAxis(ops.sort), () => ops.sort(cube, null), () => ops.sort(bytes, 0, down)],
  argsort: [
    ...alongAxis(ops.argsort),
    () => ops.argsort(cube, null),
    () => ops.argsort(x, 0, down),
  ],
  topK: [() => ops.topK(x, 2), () => ops.topK(bytes, 1), () => ops.topK([1, 2, 3], 3)],
  cumsum: [...arg(ops.cumsum), () => ops.cumsum(cube, 1)],
  dense: [
    () => ops.dense(x, kernel, bias, 'relu'),
    () => ops.dense(whole, kernel, null),
    () => ops.dense([[1, 2, 3, 4]], kernel, bias),
  ],
  dropout: [() => ops.dropout(x, 0.5, seed), () => ops.dropout([1, 2], 0.5, seed)],
  softmaxCrossEntropy: [() => ops.softmaxCrossEntropy(x, targets)],
  sparseSoftmaxCrossEntropy: [() => ops.sparseSoftmaxCrossEntropy(x, labels)],
  sigmoidCrossEntropy: [() => ops.sigmoidCrossEntropy(x, targets)],
  dotProductAttention: [
    () => ops.dotProductAttention(image, image, image),
    () => ops.dotProductAttention(image, image, image.toArray(), null, [[1, 1, 0, 1]]),
    () => ops.dotProductAttention(image, image, image, [[[[0.5]]]]),
  ],
  conv1d: [
    () => ops.conv1d(sequence, filters1d, bias),
    () => ops.conv1d(sequence.toArray(), filters1d, null, { padding: 'causal' }),
  ],
  conv2d: [
    () => ops.conv2d(image, filters2d, bias, { activation: 'relu' }),
    () => ops.conv2d(image.toArray(), filters2d, null, { padding: 'same' }),
  ],
  conv3d: [
    () => ops.conv3d(volume, filters3d, bias, { activation: 'relu' }),
    () => ops.conv3d(volume.toArray(), filters3d, null, { padding: 'same' }),
  ],
  embedding: [() => ops.embedding(kernel, [0, 1]), () => ops.embedding(kernel, labels)],
  maxPool1d: pooling(ops.maxPool1d, sequence),
  maxPool2d: pooling(ops.maxPool2d, image),
  maxPool3d: pooling(ops.maxPool3d, volume),
  averagePool3d: pooling(ops.averagePool3d, volume),
  averagePool1d: pooling(ops.averagePool1d, sequence),
  averagePool2d: pooling((a) => ops.averagePool2d(a, { poolSize: 3, padding: 'same' }), image),
  upSample: [
    () => ops.upSample(x, 0, 1),
    () => ops.upSample(x, 1, 2),
    () => ops.upSample(whole, 1, 3, 'bilinear'),
  ],
};

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
  integers: [() => random.integers([3], { maxval: 5 })],
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

describe('outside of any scope an operation leaves its result and nothing else', () => {
  it.each(Object.entries({ ...calls, ...others }))('%s', (_, variants) => {
    for (const [i, call] of variants.entries()) {
      const before = inUse();
      const made = [call()].flat<readonly (Tensor | readonly Tensor[])[]>();
      expect(memory().tensors - before.tensors, `call ${i}: tensors made`).toBe(made.length);
      for (const result of made) result.dispose();
      expect(inUse(), `call ${i}: after disposing the result`).toEqual(before);
      for (const operand of operands) expect(operand.isDisposed, `call ${i}`).toBe(false);
    }
  });

  it('is tested for every operation', () => {
    const noOperation = ['Tensor', 'grad', 'logitsOf', 'valueAndGrad', 'windowLength'];
    const exported = Object.keys(ops).filter((name) => !noOperation.includes(name));
    expect(Object.keys(calls).sort()).toEqual(exported.sort());
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
      () => random.integers([3], { maxval: 3, seed: 0.5 }),
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
