import { describe, expect, it } from 'vitest';
import { ATTENTION_KEYS, ATTENTION_QUERIES } from '../../../assembly/tuning.js';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Input, models, ops } from '../../../src/index.js';
import { dotProductAttention } from '../../../src/engine/ops/neural/attention.js';
import { memory, tensor, tidy, zeros } from '../../../src/engine/tensor/index.js';
import type { Shape, Tensor } from '../../../src/engine/tensor/index.js';
import { leavingNothing, refuses } from '../refusals.js';
import { attention } from '../../reference/attention.js';
import type { AttentionSettings } from '../../reference/attention.js';
import type { DenseArray } from '../../reference/dense-array.js';
import {
  expectAgreement,
  expectNear,
  expectSecondOrder,
  gradientsOf,
  random,
  toTensor,
} from './agreement.js';
import type { Reference } from './agreement.js';

/** [batch, queries, keys, heads, groups, depth, depth of values] */
const SIZES = [
  [1, 1, 1, 1, 1, 1, 1],
  [2, 3, 4, 2, 2, 3, 3],
  [1, 4, 3, 4, 2, 2, 3],
  [1, 2, 5, 3, 1, 4, 1],
] as const;

const inputs = ([
  batch = 0,
  queries = 0,
  keys = 0,
  heads = 0,
  groups = 0,
  depth = 0,
  size = 0,
]: readonly number[]) =>
  [
    random([batch, queries, heads, depth]),
    random([batch, keys, groups, depth]),
    random([batch, keys, groups, size]),
  ] as const;

const NONE: DenseArray = { shape: [0], data: [] };

/** The reference with these settings. */
const by =
  (settings: AttentionSettings): Reference =>
  (q = NONE, k = NONE, v = NONE) =>
    attention(q, k, v, settings);

describe('dotProductAttention', () => {
  it.each(SIZES)('of %i × %i queries, %i keys, %i heads in %i groups', (...sizes) => {
    expectAgreement(
      'attention',
      (q, k, v) => dotProductAttention(q, k, v),
      by({}),
      ...inputs(sizes),
    );
  });

  it.each(SIZES)('that sees no later keys, of %i × %i queries and %i keys', (...sizes) => {
    const settings: AttentionSettings = { isCausal: true, scale: 0.3 };
    expectAgreement(
      'causal attention',
      (q, k, v) => dotProductAttention(q, k, v, null, null, { isCausal: true, scale: 0.3 }),
      by(settings),
      ...inputs(sizes),
    );
  });

  /** The second query sees nothing. */
  const mask = tensor([[[[true, false, true, true], [false, false, false, false], [false, true, false, false]]]]); // prettier-ignore
  const seen = [[true, false, true, true], [], [false, true]];
  const masked: AttentionSettings = { counts: (_b, _h, q, k) => seen[q]?.[k] === true };

  it('leaves out what a mask leaves out; a query that sees nothing gets the mean, and its scores no gradient', () => {
    expectAgreement(
      'masked attention',
      (q, k, v) => dotProductAttention(q, k, v, null, mask),
      by(masked),
      ...inputs(SIZES[1]),
    );
  });

  it('adds a bias, which has a gradient', () => {
    expectAgreement(
      'attention with a bias',
      (q, k, v, bias) => dotProductAttention(q, k, v, bias, mask),
      (q, k, v, bias = NONE) => by({ ...masked, bias })(q, k, v),
      ...inputs(SIZES[1]),
      random([2, 2, 3, 4]),
    );
  });

  it('has second derivatives', () => {
    expectSecondOrder(
      'masked attention',
      (q, k, v) => dotProductAttention(q, k, v, null, mask, { isCausal: true }),
      by({ ...masked, isCausal: true }),
      ...inputs([1, 3, 4, 2, 1, 2, 2]),
    );
  });

  it('gives its memory back, recorded or not, with the same bits', () => {
    const tensors = inputs(SIZES[1]).map(toTensor);
    const op = (...[q, k, v]: Tensor[]): Tensor =>
      dotProductAttention(q as Tensor, k as Tensor, v as Tensor, null, mask);
    let recorded: ArrayLike<number> = [];
    const run = (): void => {
      const gradients = gradientsOf((...args) => {
        const out = op(...args);
        recorded = out.data();
        return ops.sum(out);
      }, tensors);
      for (const gradient of gradients) gradient.dispose();
      const alone = op(...tensors);
      expect(recorded).toEqual(alone.data());
      alone.dispose();
    };
    run();
    const before = memory();
    run();
    expect(memory()).toEqual(before);
    for (const operand of tensors) operand.dispose();
  });

  const [queries, keys] = [2 * ATTENTION_QUERIES + 5, 2 * ATTENTION_KEYS + 7];
  const seesSome = (q: number, k: number): boolean => q % 7 !== 3 && (5 * q + k) % 11 < 8;
  it.each<[string, AttentionSettings]>([
    ['all keys', {}],
    ['no later keys', { isCausal: true }],
    ['some keys', { counts: (_b, _h, q, k) => seesSome(q, k) }],
    ['some that come before', { isCausal: true, counts: (_b, _h, q, k) => seesSome(q, k) }],
  ])('of many tiles to %s has the numbers of scores in memory', (_, settings) => {
    tidy(() => {
      const operands = inputs([1, queries, keys, 4, 2, 3, 5]);
      const tensors = operands.map(toTensor);
      const counts =
        settings.counts &&
        tensor(
          Array.from({ length: queries * keys }, (_, i) =>
            seesSome(Math.floor(i / keys), i % keys),
          ),
          { shape: [queries, keys] },
        );
      const { isCausal = false } = settings;
      const opOf = (flashAttention: boolean) => (...[q, k, v]: Tensor[]) =>
        dotProductAttention(q as Tensor, k as Tensor, v as Tensor, null, counts ?? null, { isCausal, flashAttention }); // prettier-ignore
      const expected = by(settings)(...operands);
      expectNear(opOf(true)(...tensors).data(), expected.data, 'value', 1e-5);
      const weights = toTensor(random(expected.shape));
      const [tiled, stored] = [true, false].map((flash) =>
        gradientsOf((...args) => ops.sum(ops.mul(opOf(flash)(...args), weights)), tensors),
      );
      tiled?.forEach((gradient, i) => {
        expectNear(gradient.data(), [...(stored?.[i]?.data() ?? [])], `gradient ${i}`, 1e-5);
      });
    });
  });

  it('takes masks of other types, that broadcast', () => {
    tidy(() => {
      const [q, k, v] = [zeros([2, 3, 1, 2]), zeros([2, 4, 1, 2]), tensor([1, 2, 3, 6, 1, 2, 3, 6], { shape: [2, 4, 1, 1] })]; // prettier-ignore
      const y = dotProductAttention(q, k, v, null, [[[[1, 0, 0, 1]]], [[[0, 1, 0, 0]]]]);
      expect(y.toArray()).toEqual([
        [[[3.5]], [[3.5]], [[3.5]]],
        [[[2]], [[2]], [[2]]],
      ]);
    });
  });

  it('keeps NaN in the rows of its queries', () => {
    tidy(() => {
      const q = tensor([NaN, 1], { shape: [1, 2, 1, 1] });
      const y = dotProductAttention(q, [[[[1]], [[2]]]], [[[[3]], [[5]]]]);
      const [first, second] = y.data();
      expect(first).toBeNaN();
      expect(second).toBeGreaterThan(3);
    });
  });

  it('leaves nothing behind', () => {
    const [q, k, v] = inputs(SIZES[1]).map(({ shape }) => zeros(shape)) as [never, never, never];
    const before = memory();
    dotProductAttention(q, k, v, null, mask, { isCausal: true }).dispose();
    expect(memory()).toEqual(before);
  });

  it('is a node of a graph, mask and bias too', () => {
    const [x, counts] = [Input([3, 2, 4]), Input([1, 3, 3], { dtype: 'bool' })];
    const y = ops.dotProductAttention(x, x, x, null, counts, { isCausal: true });
    expect(y.shape).toEqual([null, 3, 2, 4]);
    const model = new models.Model({ inputs: [x, counts], outputs: y });
    const again = models.Model.fromConfig(model.getConfig());
    tidy(() => {
      const given = [
        tensor(
          Float32Array.from({ length: 48 }, (_, i) => Math.sin(i)),
          { shape: [2, 3, 2, 4] },
        ),
        zeros([2, 1, 3, 3], 'bool'),
      ] as const;
      const expected = ops.dotProductAttention(given[0], given[0], given[0], null, given[1]);
      expect(model.apply(given).data()).toEqual(expected.data());
      expect((again.apply(given as never) as typeof expected).data()).toEqual(expected.data());
    });
  });

  const leavingTidy = (check: () => void): void => leavingNothing(() => tidy(check));
  type Further =
    Parameters<typeof dotProductAttention> extends [unknown, unknown, unknown, ...infer Rest]
      ? Rest
      : never;
  const attend = (query: Shape, key: Shape, value: Shape, ...further: Further): Tensor =>
    dotProductAttention(zeros(query), zeros(key), zeros(value), ...further);
  const fitting = (...further: Further): Tensor =>
    attend([1, 2, 1, 4], [1, 3, 1, 4], [1, 3, 1, 4], ...further);
  refuses(
    ShapeError,
    {
      'each must have 4 axes': () => attend([1, 2, 3], [1, 2, 3], [1, 2, 3]),
      '(1, 2, 3, 4), key (1, 2, 2, 4) and value (1, 2, 2, 4) do not fit: the 3 heads of the query are not a multiple of the 2':
        () => attend([1, 2, 3, 4], [1, 2, 2, 4], [1, 2, 2, 4]),
      batches: () => attend([2, 2, 1, 4], [1, 2, 1, 4], [1, 2, 1, 4]),
      depths: () => attend([1, 2, 1, 4], [1, 2, 1, 3], [1, 2, 1, 4]),
      'a value for each key': () => attend([1, 2, 1, 4], [1, 2, 1, 4], [1, 3, 1, 4]),
      'the mask, of shape (2, 2), does not broadcast to the scores, of shape (1, 1, 2, 3)': () =>
        fitting(null, zeros([2, 2], 'bool')),
      'the bias': () => fitting(zeros([4, 1, 1, 2, 3])),
    },
    leavingTidy,
  );
  refuses(
    ValueError,
    {
      'flashAttention = true does not go with a bias': () =>
        fitting(zeros([2, 3]), null, { flashAttention: true }),
      'scale must be a finite number': () => fitting(null, null, { scale: NaN }),
    },
    leavingTidy,
  );
});
