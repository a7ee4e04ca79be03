// Against scikit-learn (test/oracles/fixtures/projections.py).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memory, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { pca, precisionRecall, rocCurve, tsne } from '../../../src/vis.js';

const sklearn = JSON.parse(
  readFileSync(new URL('../../fixtures/projections.json', import.meta.url), 'utf8'),
) as Readonly<Record<'pca' | 'wide', readonly number[]>> &
  Readonly<Record<'klDivergence' | 'rocAuc' | 'averagePrecision', number>>;

function samples(count: number, features: number): Tensor {
  const values = Float32Array.from({ length: count * features }, (_, at) => {
    const [i, k] = [Math.floor(at / features), at % features];
    return ((37 * i + 61 * k + 13 * i * k) % 97) / 48 - 1 + 2 * (i % 3) * (k % 2);
  });
  return tensor(values, { shape: [count, features] });
}

const truth = Array.from({ length: 60 }, (_, i) => Number((i * 7) % 5 < 2));
const scores = truth.map((label, i) => ((i * 23) % 41) / 41 + 0.3 * label);

describe('pca', () => {
  it.each([
    ['of many samples', samples(150, 6), sklearn.pca],
    ['of many features', samples(12, 30), sklearn.wide],
  ] as const)('has the components and signs of scikit-learn: %s', (_, x, expected) => {
    const before = memory().tensors;
    const plane = pca(x);
    expect(memory().tensors).toBe(before + 1);
    plane.data().forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 3));
    plane.dispose();
  });

  it('refuses too many components, and NaN', () => {
    expect(() => pca([[1, 2]], { components: 2 })).toThrow(/from 1 to 1, got 2/);
    expect(() => pca([[1, NaN], [1, 2]])).toThrow(/x must be of finite numbers, got NaN/); // prettier-ignore
  });
});

describe('tsne', () => {
  it('comes as near to the neighbourhoods as scikit-learn, and to the same plane again', async () => {
    const x = samples(150, 6);
    const before = memory().tensors;
    const first = await tsne(x, { perplexity: 20 });
    expect(memory().tensors).toBe(before + 1);
    expect(first.klDivergence).toBeGreaterThan(0);
    expect(first.klDivergence).toBeLessThan(sklearn.klDivergence * 1.1);
    const [second, third] = [await tsne(x, { maxIter: 250 }), await tsne(x, { maxIter: 250 })];
    expect([...second.embedding.data()]).toEqual([...third.embedding.data()]);
    for (const { embedding } of [first, second, third]) embedding.dispose();
  });

  it('lets others run meanwhile', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const { embedding } = await tsne(samples(400, 6), { maxIter: 250 });
    isDone = true;
    embedding.dispose();
    // As often as fit: steps of more than half of 16 ms each have a pause.
    expect(turns).toBeGreaterThan(20);
  });

  it('refuses a perplexity that is not below the number of samples', async () => {
    await expect(tsne([[1, 2], [3, 4]])).rejects.toThrow(/perplexity must be .* below 2, got 30/); // prettier-ignore
  });
});

describe('areas below curves', () => {
  const legendOf = (spec: unknown): string => JSON.stringify(spec);
  it('are those of scikit-learn', () => {
    expect(legendOf(rocCurve(truth, scores))).toContain(`AUC ${sklearn.rocAuc.toFixed(3)}`);
    const expected = `AP ${sklearn.averagePrecision.toFixed(3)}`;
    expect(legendOf(precisionRecall(truth, scores))).toContain(expected);
  });

  it('are there for each class, and say of which class there are no samples', () => {
    const spec = legendOf(rocCurve([0, 1, 0, 1], [[0.9, 0.1, 0], [0.2, 0.8, 0], [0.6, 0.4, 0], [0.3, 0.6, 0.1]], { labels: ['a', 'b', 'c'] })); // prettier-ignore
    expect(spec).toContain('a: AUC 1.000');
    expect(spec).toContain('no samples, or no others, of class c');
    expect(() => rocCurve([1, 1], [0.2, 0.3])).toThrow(/of no class there are both/);
  });
});
