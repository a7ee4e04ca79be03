import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError, ValueError } from '../../../src/errors.js';
import { ctcDecode, ctcLoss, grad, mul, sum } from '../../../src/engine/ops/index.js';
import { tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { expectAllClose } from '../../golden/cases.js';

interface Fixture {
  readonly source: string;
  readonly decoded: readonly {
    readonly shape: readonly number[];
    readonly inputs: readonly number[];
    readonly lengths: readonly number[];
    readonly options: object;
    readonly labels: readonly number[];
    readonly scores: readonly (number | '-Infinity')[];
  }[];
  readonly lost: readonly {
    readonly shape: readonly number[];
    readonly output: readonly number[];
    readonly target: readonly number[][];
    readonly targetLength: readonly number[];
    readonly outputLength: readonly number[];
    readonly loss: readonly number[];
    readonly gradient: readonly number[];
  }[];
}

const file = new URL('../../fixtures/keras-ctc.json', import.meta.url);
const { source, decoded, lost } = JSON.parse(readFileSync(file, 'utf8')) as Fixture;

const steps = [
  [
    [0, 9, 0],
    [9, 0, 0],
    [0, 0, 9],
  ],
];

describe(`as ${source}`, () => {
  it.each(decoded)('beams find $options in $shape', (one) => {
    tidy(() => {
      const inputs = tensor(Float32Array.from(one.inputs), { shape: one.shape });
      const options = { strategy: 'beam_search', ...one.options } as const;
      const [labels, scores] = ctcDecode(inputs, one.lengths, options);
      expect([...labels.data()]).toEqual(one.labels);
      expectAllClose(scores.data(), one.scores.map(Number), 'scores');
    });
  });

  it.each(lost)('steps $shape lose $loss', (one) => {
    tidy(() => {
      const output = tensor(Float32Array.from(one.output), { shape: one.shape });
      const lossOf = (x: Tensor): Tensor =>
        ctcLoss(one.target, x, one.targetLength, one.outputLength);
      expectAllClose(lossOf(output).data(), one.loss, 'loss');
      const weights = one.loss.map((_, i) => i + 1);
      const gradient = grad((x: Tensor) => sum(mul(lossOf(x), weights)))(output);
      // Beside 1e5, which labels cost that do not fit, float32 has no more than two digits.
      const absolute = one.loss.some((value) => value > 1e4) ? 1e-2 : 1e-4;
      expectAllClose(gradient.data(), one.gradient, 'gradient', { absolute, relative: 1e-3 });
    });
  });
});

describe('ctcLoss', () => {
  it('sees nothing of the steps and the labels that do not count', () => {
    const output = tensor([
      [
        [1, 2, 0],
        [0, 3, 1],
        [NaN, NaN, NaN],
      ],
    ]);
    const short = ctcLoss([[1]], output.slice(':', ':2'), [1], [2]).item();
    expect(ctcLoss([[1, 99]], output, [1], [2]).item()).toBe(short);
  });

  it('is the sum of all steps’ blanks where there are no labels', () => {
    const loss = ctcLoss([[]], [[[0, 0], [0, 0]]], [0], [2]); // prettier-ignore
    expect(loss.item()).toBeCloseTo(2 * Math.LN2, 6);
  });

  it.each<[() => unknown, new (...args: never[]) => Error, string]>([
    [() => ctcLoss([[1]], [[0, 0]], [1], [1]), ShapeError, 'output must have shape (batch, steps'],
    [() => ctcLoss([1], steps, [1], [3]), ShapeError, 'target must have shape (1, labels)'],
    [() => ctcLoss([[1]], steps, [1, 1], [3]), ShapeError, 'targetLength must have shape (1,)'],
    [() => ctcLoss([[1]], steps, [2], [3]), ValueError, 'targetLength must be from 0 to 1, got 2'],
    [() => ctcLoss([[1]], steps, [1], [4]), ValueError, 'outputLength must be from 0 to 3, got 4'],
    [() => ctcLoss([[1, 3]], steps, [2], [3]), ValueError, 'label 3 at position [0, 1] of target'],
    [() => ctcLoss([[1.5]], steps, [1], [3]), DTypeError, 'target must hold whole numbers'],
    [() => ctcLoss([[1]], steps, [1], [3], 3), ValueError, 'maskIndex must be a whole number'],
  ])('refuses what does not fit: %s', (call, type, message) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});

describe('ctcDecode', () => {
  it('takes the best class of each step, without blanks and what is held', () => {
    const [labels, scores] = ctcDecode(steps, [3]);
    expect(labels.toArray()).toEqual([[[1, 2, -1]]]);
    expect(scores.toArray()).toEqual([[-27]]);
    const held = [[[0, 9], [0, 9], [9, 0], [0, 9]]]; // prettier-ignore
    expect([...ctcDecode(held, [4])[0].data()]).toEqual([1, 1, -1, -1]);
    expect([...ctcDecode(held, [4], { mergeRepeated: false })[0].data()]).toEqual([1, 1, 1, -1]);
    expect([...ctcDecode(held, [1])[0].data()]).toEqual([1, -1, -1, -1]);
  });

  it.each<[object, string]>([
    [{ strategy: 'widest' }, "strategy must be 'greedy' or 'beam_search'"],
    [{ beamWidth: 0 }, 'beamWidth must be a whole number from 1 to 65536'],
    [{ topPaths: 2 ** 17 }, 'topPaths must be a whole number from 1 to 65536'],
    [{ maskIndex: 3 }, 'maskIndex must be a whole number from 0 to 2'],
    [{ mergeRepeated: 1 }, 'mergeRepeated'],
  ])('refuses %s', (options, message) => {
    expect(() => ctcDecode(steps, [3], options)).toThrow(message);
  });
});
