// Functions of functions against Keras: the file says in words which function each case is.
import { describe, expect, it } from 'vitest';
import { flattenNest } from '../../src/config/index.js';
import { differentiate } from '../../src/engine/ops/control/grad.js';
import * as ops from '../../src/engine/ops/index.js';
import { Tensor, tidy } from '../../src/engine/tensor/index.js';
import { expectClose, isGoldenArray, readGolden, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

interface FunctionCase {
  readonly name: string;
  /** The call in words; undefined for operations without functions. */
  readonly fn?: string;
  readonly inputs: readonly GoldenArray[];
  readonly output: unknown;
  readonly dy: unknown;
  readonly dx: readonly GoldenArray[];
}

const { source, cases } = readGolden<FunctionCase>('ops');

const step = (c: Tensor, x: Tensor): [Tensor, Tensor] => [c.mul(0.5).add(x), c];
const branches = [
  (x: Tensor): Tensor => x.mul(2),
  (x: Tensor): Tensor => x.add(1),
  (x: Tensor): Tensor => x.neg(),
];
const squares = (x: Tensor, maximumIterations: number | null): Tensor =>
  ops.whileLoop(
    (i) => i.less(3),
    (i, y) => [i.add(1), y.mul(y)],
    [0, x],
    { maximumIterations },
  )[1];

const calls: Readonly<Record<string, (x: Tensor, y: Tensor) => unknown>> = {
  'map(x => sum(x * x), xs)': (xs) => ops.map((x) => x.mul(x).sum(), xs),
  'map(([a, b]) => [a + b, a * b], [xs, ys])': (xs, ys) =>
    ops.map(([a, b]) => [a.add(b), a.mul(b)], [xs, ys]),
  'vectorizedMap(x => matmul(x, x), xs)': (xs) => ops.vectorizedMap((x) => x.matmul(x), xs),
  'scan((c, x) => [c * 0.5 + x, c], init, xs)': (init, xs) => ops.scan(step, init, xs),
  'the same with reverse': (init, xs) => ops.scan(step, init, xs, { reverse: true }),
  'associativeScan((a, b) => a + b, xs)': (xs) => ops.associativeScan((a, b) => a.add(b), xs),
  'associativeScan((a, b) => a * b, xs, reverse, axis 1)': (xs) =>
    ops.associativeScan((a, b) => a.mul(b), xs, { reverse: true, axis: 1 }),
  'foriLoop(0, 4, (i, x) => x * 0.5 + i, x)': (init) =>
    ops.foriLoop(0, 4, (i, x) => x.mul(0.5).add(i), init),
  'whileLoop((i, x) => i < 3, (i, x) => [i + 1, x * x], [0, x])[1]': (x) => squares(x, null),
  'the same with at most 2 iterations': (x) => squares(x, 2),
  'cond(true, () => x * 2, () => -x)': (x) =>
    ops.cond(
      true,
      () => x.mul(2),
      () => x.neg(),
    ),
  'cond(false, () => x * 2, () => -x)': (x) =>
    ops.cond(
      false,
      () => x.mul(2),
      () => x.neg(),
    ),
  ...Object.fromEntries(
    [0, 1, 7, -1].map((index) => [
      `switch(${index}, [x => x * 2, x => x + 1, x => -x], x)`,
      (x: Tensor) => ops.switch(index, branches, x),
    ]),
  ),
};

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

describe(`functions of functions agree with ${source}`, () => {
  const running = cases.flatMap(({ fn, ...rest }) => (fn === undefined ? [] : [{ fn, ...rest }]));

  it('has every function of the file', () => {
    expect(new Set(running.map(({ fn }) => fn))).toEqual(new Set(Object.keys(calls)));
  });

  it.each(running.map((golden, i) => [`${i} ${golden.fn}`, golden] as const))('%s', (_, golden) => {
    tidy(() => {
      const { fn, inputs, output, dy, dx } = golden;
      const [x, y] = inputs.map(toTensor) as [Tensor, Tensor];
      const run = (): Tensor[] => flattenNest(calls[fn]?.(x, y), isTensor);
      const expected = flattenNest(output, isGoldenArray);
      const results = run();
      expect(results).toHaveLength(expected.length);
      expected.forEach((array, i) => {
        expectClose(results[i] as Tensor, array, `output ${i}`);
      });
      const upstream = flattenNest(dy, isGoldenArray).map(toTensor);
      const weighted = (): Tensor =>
        run()
          .map((result, i) => result.mul(upstream[i] as Tensor).sum())
          .reduce((a, b) => a.add(b));
      const { gradients } = differentiate('test', weighted, inputs.length === 1 ? [x] : [x, y]);
      dx.forEach((array, i) => {
        expectClose(gradients[i] as Tensor, array, `gradient of input ${i}`);
      });
    });
  });
});
