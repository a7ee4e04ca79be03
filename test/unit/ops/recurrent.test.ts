// The fused walks through recurrent layers, against float64 step by step.
import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import {
  gruSequence,
  lstmSequence,
  simpleRnnSequence,
} from '../../../src/engine/ops/neural/recurrent/recurrent.js';
import type { RecurrentOptions } from '../../../src/engine/ops/neural/recurrent/recurrent.js';
import { memory, tensor, tidy, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { gru, lstm, simpleRnn } from '../../reference/recurrent.js';
import type { WalkOptions } from '../../reference/recurrent.js';
import {
  expectAgreement,
  expectNear,
  expectSecondOrder,
  gradientsOf,
  random,
  toTensor,
} from './agreement.js';
import type { Op, Reference } from './agreement.js';

/** Outputs and states as one tensor, [n, steps + states, units], as the reference gives them. */
const joined = ([sequence, ...states]: readonly Tensor[]): Tensor =>
  ops.concat([sequence as Tensor, ...states.map((state) => ops.expandDims(state, 1))], 1);

interface Kind {
  readonly gates: number;
  readonly states: number;
  readonly biasShape: (units: number) => number[];
  readonly call: (options: RecurrentOptions, args: readonly Tensor[]) => Tensor[];
  readonly reference: (options: WalkOptions) => Reference;
}

const kindOf = (
  gates: number,
  reference: Kind['reference'],
  call: Kind['call'],
  states = 1,
  biases = 1,
): Kind => ({
  gates,
  states,
  biasShape: (units) => (biases === 1 ? [gates * units] : [biases, gates * units]),
  call,
  reference,
});

const opOf =
  ({ call }: Kind, options: RecurrentOptions): Op =>
  (...args) =>
    joined(call(options, args));

type Args = [Tensor, Tensor, Tensor, Tensor];

const gruKind = (resetAfter: boolean): Kind =>
  kindOf(
    3,
    (options) => gru(resetAfter, options),
    (options, [x, h, w, u, b]) =>
      gruSequence(...([x, h, w, u] as Args), b ?? null, { ...options, resetAfter }),
    1,
    resetAfter ? 2 : 1,
  );

const simpleKind = (activation: 'tanh' | 'relu'): Kind =>
  kindOf(
    1,
    (options) => simpleRnn(activation, options),
    (options, [x, h, w, u, b]) =>
      simpleRnnSequence(...([x, h, w, u] as Args), b ?? null, { ...options, activation }),
  );

const kinds: Readonly<Record<string, Kind>> = {
  lstm: kindOf(
    4,
    (options) => lstm(options),
    (options, [x, h, c, w, u, b]) =>
      lstmSequence(...([x, h, c, w, u] as [...Args, Tensor]), b ?? null, options),
    2,
  ),
  'gru, reset after the product': gruKind(true),
  'gru, reset before the product': gruKind(false),
  'simple rnn, tanh': simpleKind('tanh'),
  'simple rnn, relu': simpleKind('relu'),
};

interface Size {
  readonly n: number;
  readonly steps: number;
  readonly inputs: number;
  readonly units: number;
  readonly hasBias?: boolean;
}

function operandsOf({ gates, states, biasShape }: Kind, size: Size): DenseArray[] {
  const { n, steps, inputs, units, hasBias = true } = size;
  return [
    random([n, steps, inputs]),
    ...Array.from({ length: states }, () => random([n, units])),
    random([inputs, gates * units]),
    random([units, gates * units], -0.5, 0.5),
    ...(hasBias ? [random(biasShape(units))] : []),
  ];
}

/** Masks of several forms: holes, an end that does not count, a beginning that does not, nothing that does. */
const counts = (row: number, time: number): boolean =>
  [(row + time) % 3 !== 0, time < 2, time > 1, false][row % 4] ?? true;

const maskOf = (n: number, steps: number): Tensor =>
  tensor(
    Array.from({ length: n * steps }, (_, i) => counts(Math.floor(i / steps), i % steps)),
    { dtype: 'bool', shape: [n, steps] },
  );

const sizes: readonly Size[] = [
  { n: 1, steps: 1, inputs: 1, units: 1 },
  { n: 2, steps: 3, inputs: 2, units: 3 },
  { n: 5, steps: 4, inputs: 3, units: 4 },
  { n: 4, steps: 2, inputs: 5, units: 5, hasBias: false },
  { n: 3, steps: 7, inputs: 1, units: 6 },
  { n: 9, steps: 2, inputs: 2, units: 7 },
  { n: 2, steps: 2, inputs: 2, units: 13 },
];

const variants: readonly Omit<RecurrentOptions & { isMasked?: boolean }, 'mask'>[] = [
  {},
  { goBackwards: true },
  { isMasked: true },
  { isMasked: true, goBackwards: true },
  { isMasked: true, zeroOutputForMask: true },
  { isMasked: true, zeroOutputForMask: true, goBackwards: true },
];

describe.each(Object.entries(kinds))('%s', (name, kind) => {
  describe.each(variants)('%o', ({ isMasked = false, ...options }) => {
    it.each(sizes)('agrees with float64, values and gradients, for %o', (size) => {
      tidy(() => {
        const mask = isMasked ? maskOf(size.n, size.steps) : null;
        const op = opOf(kind, { ...options, mask });
        const reference = kind.reference({ ...options, counts: isMasked ? counts : undefined });
        expectAgreement(name, op, reference, ...operandsOf(kind, size));
      });
    });
  });

  it.each([
    { n: 4, steps: 3, inputs: 5, units: 37 },
    { n: 26, steps: 2, inputs: 2, units: 100 },
  ])(
    'agrees where units fill several panels and blocks of the recurrent kernel, for %o',
    (size) => {
      tidy(() => {
        const operands = operandsOf(kind, size);
        const mask = maskOf(size.n, size.steps);
        const op = opOf(kind, { mask });
        const reference = kind.reference({ counts });
        const expected = reference(...operands);
        expectNear(op(...operands.map(toTensor)).data(), expected.data, `value of ${name}`, 1e-5);
        const weights = random(expected.shape);
        const loss = (...args: Tensor[]): Tensor =>
          op(...args)
            .mul(toTensor(weights))
            .sum();
        const gradients = gradientsOf(loss, operands.map(toTensor));
        // The derivative along a random direction of each operand.
        operands.forEach((operand, which) => {
          const direction = random(operand.shape);
          const side = (h: number): number => {
            const moved = operand.data.map((value, i) => value + h * (direction.data[i] ?? NaN));
            const out = reference(...operands.with(which, { shape: operand.shape, data: moved }));
            return out.data.reduce((sum, value, i) => sum + value * (weights.data[i] ?? NaN), 0);
          };
          const gradient = gradients[which]?.data() ?? [];
          const slope = direction.data.reduce((sum, d, i) => sum + d * (gradient[i] ?? NaN), 0);
          const central = (side(1e-5) - side(-1e-5)) / 2e-5;
          const norm = Math.hypot(...direction.data) * Math.hypot(...gradient);
          expect(Math.abs(slope - central), `${name}, operand ${which}`).toBeLessThan(2e-6 * norm);
        });
      });
    },
  );

  it('has second derivatives', () => {
    tidy(() => {
      const size = { n: 2, steps: 3, inputs: 2, units: 2 };
      for (const isMasked of [false, true]) {
        const mask = isMasked ? maskOf(size.n, size.steps) : null;
        const options = { goBackwards: isMasked };
        const op = opOf(kind, { ...options, mask });
        const reference = kind.reference({ ...options, counts: isMasked ? counts : undefined });
        expectSecondOrder(name, op, reference, ...operandsOf(kind, size));
      }
    });
  });

  it('computes the same whether there is a backward pass or not', () => {
    tidy(() => {
      const operands = operandsOf(kind, { n: 5, steps: 4, inputs: 3, units: 18 }).map(toTensor);
      const op = opOf(kind, { mask: maskOf(5, 4) });
      const alone = op(...operands).data();
      let recorded: ArrayLike<number> = [];
      gradientsOf((...args) => {
        const out = op(...args);
        recorded = out.data();
        return out.sum();
      }, operands);
      expect(recorded).toEqual(alone);
    });
  });

  it('gives its memory back', () => {
    const operands = operandsOf(kind, { n: 3, steps: 4, inputs: 3, units: 5 }).map(toTensor);
    const mask = maskOf(3, 4);
    const run = (): void => {
      for (const result of kind.call({ mask }, operands)) result.dispose();
      const loss = (...args: Tensor[]): Tensor => opOf(kind, { mask })(...args).sum();
      for (const gradient of gradientsOf(loss, operands)) gradient.dispose();
    };
    run();
    const before = memory();
    run();
    expect(memory()).toEqual(before);
    for (const operand of [...operands, mask]) operand.dispose();
  });

  it('has no subnormal numbers where the gradient vanishes, step by step', () => {
    tidy(() => {
      const [x, ...rest] = operandsOf(kind, { n: 2, steps: 200, inputs: 3, units: 4 }).map(
        toTensor,
      );
      const [dx] = gradientsOf(
        (...args) => ops.slice(kind.call({}, args)[0] as Tensor, ':', -1).sum(),
        [x as Tensor, ...rest.map((operand) => operand.mul(0.05))],
      );
      const sizes = Array.from(dx?.data() ?? [], Math.abs);
      expect(Math.min(...sizes.filter((size) => size > 0))).toBeGreaterThan(2 ** -126);
      expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(2 * 3);
      expect(sizes[0]).toBe(0);
    });
  });

  it('returns the states where there are no steps, and nothing where there are no rows', () => {
    tidy(() => {
      const operands = operandsOf(kind, { n: 2, steps: 0, inputs: 3, units: 4 });
      expectAgreement(name, opOf(kind, {}), kind.reference({}), ...operands);
      const [x, ...rest] = operandsOf(kind, { n: 0, steps: 3, inputs: 3, units: 4 }).map(toTensor);
      expect(opOf(kind, {})(x as Tensor, ...rest).shape).toEqual([0, 3 + kind.states, 4]);
    });
  });
});

describe('wrong operands are refused', () => {
  const [x, h, w, u, b] = [zeros([2, 3, 4]), zeros([2, 5]), zeros([4, 20]), zeros([5, 20]), zeros([20])]; // prettier-ignore

  it('a bias, a state, a kernel or a mask of another shape', () => {
    expect(() => lstmSequence(x, h, h, w, u, zeros([19]))).toThrow(ShapeError);
    expect(() => lstmSequence(x, h, zeros([2, 4]), w, u, b)).toThrow(
      /lstmSequence: the initial state c/,
    );
    expect(() => lstmSequence(x, h, h, zeros([3, 20]), u, b)).toThrow(/lstmSequence: the kernel/);
    expect(() => lstmSequence(x, h, h, w, zeros([5, 15]), b)).toThrow(/the recurrent kernel/);
    expect(() => lstmSequence(zeros([2, 4]), h, h, w, u, b)).toThrow(/\(batch, steps, inputs\)/);
    const mask = zeros([2, 2], 'bool');
    expect(() => lstmSequence(x, h, h, w, u, b, { mask })).toThrow(/lstmSequence: the mask/);
  });

  it('a mask that is not bool', () => {
    expect(() => lstmSequence(x, h, h, w, u, b, { mask: zeros([2, 3]) })).toThrow(DTypeError);
  });
});
