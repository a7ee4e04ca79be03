// Every public operation and activation: its second derivatives, compared with second differences in float64; or the error
// that says that there is none; or why there is nothing to differentiate. A new operation needs a row.
import { describe, expect, it } from 'vitest';
import * as activations from '../../../src/activations/index.js';
import { ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/ops/index.js';
import * as publicOperations from '../../../src/ops/generated/public-operations.js';
import { tensor } from '../../../src/tensor/index.js';
import type { Tensor } from '../../../src/tensor/index.js';
import { expectSecondOrder } from './agreement.js';
import { WITH_SECOND_DERIVATIVE } from './second-derivative-rows.js';

const targets = tensor([[0, 1, 0]]);

/** What says that it has no second derivative. */
const REFUSED: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  celu: (x) => ops.celu(x),
  elu: (x) => ops.elu(x),
  erf: ops.erf,
  gelu: (x) => ops.gelu(x),
  hardShrink: (x) => ops.hardShrink(x),
  hardSigmoid: ops.hardSigmoid,
  hardSilu: ops.hardSilu,
  hardTanh: ops.hardTanh,
  logSigmoid: ops.logSigmoid,
  mish: ops.mish,
  selu: ops.selu,
  sigmoidCrossEntropy: (x) => ops.sigmoidCrossEntropy(x, targets),
  silu: ops.silu,
  softShrink: (x) => ops.softShrink(x),
  softmaxCrossEntropy: (x) => ops.softmaxCrossEntropy(x, targets),
  softplus: ops.softplus,
  softsign: ops.softsign,
  sparsePlus: ops.sparsePlus,
  sparseSigmoid: ops.sparseSigmoid,
  sparseSoftmaxCrossEntropy: (x) =>
    ops.sparseSoftmaxCrossEntropy(x, tensor([1], { dtype: 'int32' })),
  squareplus: (x) => ops.squareplus(x),
  tanhShrink: ops.tanhShrink,
  threshold: (x) => ops.threshold(x, 1, 0),
};

/** What has no gradient at all, since its result does not move with the operands or is no float32. */
const WITHOUT_GRADIENT = [
  ...['all', 'any', 'argmax', 'argmin', 'argsort'],
  ...['equal', 'greater', 'greaterEqual', 'less', 'lessEqual', 'notEqual'],
  ...['isFinite', 'isInf', 'isNaN'],
  ...['logicalAnd', 'logicalNot', 'logicalOr', 'logicalXor'],
  ...['oneHot', 'onesLike', 'stopGradient', 'zerosLike'],
];

/** What is no operation. */
const OTHERS = ['grad', 'valueAndGrad', 'logitsOf', 'Tensor'];

it('the tables have every public operation, each once', () => {
  const listed = [
    ...Object.keys(WITH_SECOND_DERIVATIVE),
    ...Object.keys(REFUSED),
    ...WITHOUT_GRADIENT,
    ...OTHERS,
  ];
  expect(listed.sort()).toEqual(Object.keys(ops).sort());
});

it('every activation is a public operation, but those that are made of others', () => {
  const others = ['linear', 'hardSigmoidKeras2', 'get', 'serialize', 'deserialize'];
  const all = new Set<unknown>(Object.values(publicOperations));
  for (const [name, f] of Object.entries(activations)) {
    expect([name, all.has(f)]).toEqual([name, !others.includes(name)]);
  }
});

describe('second derivatives agree with second differences in float64', () => {
  it.each(Object.entries(WITH_SECOND_DERIVATIVE))('%s', (name, row) => {
    expectSecondOrder(name, ...row());
  });
});

describe('what has no second derivative says so', () => {
  it.each(Object.entries(REFUSED))('%s', (name, op) => {
    const slope = (x: Tensor): Tensor =>
      ops.sum(ops.square(ops.grad((a: Tensor) => ops.sum(op(a)))(x)));
    const second = (): Tensor => ops.grad(slope)(tensor([[0.5, 2, -0.25]]));
    expect(second).toThrow(ValueError);
    expect(second).toThrow(new RegExp(`^${name}: there is no second derivative`));
  });
});
