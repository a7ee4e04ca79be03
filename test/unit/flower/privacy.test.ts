// Clipping, noise and the proximal term, by formulas in float64.
import { describe, expect, it } from 'vitest';
import { ArrayRecord, ConfigRecord, MetricRecord } from '../../../src/flower.js';
import type { LocalDpOptions } from '../../../src/flower.js';
import { inWorker } from '../../../src/remote.js';
import { layers, memory, optimizers, random, Sequential, tensor } from '../../../src/index.js';
import { joined, network, numbers, weightsOf, x, y } from './nodes.js';
import { superLink } from './superlink.js';

const quiet = { verbose: 0, batchSize: 8, shuffle: false } as const;

function arraysOf(records: ReadonlyMap<string, unknown>): number[][] {
  return numbers((records.get('arrays') as ArrayRecord).values());
}

/** The L2 norm of what has changed, in float64. */
function normOf(sent: ArrayRecord, answered: readonly number[][]): number {
  const before = numbers(sent.values()).flat();
  return Math.hypot(...answered.flat().map((value, i) => value - (before[i] ?? NaN)));
}

const bitOf = (records: ReadonlyMap<string, unknown>): unknown =>
  (records.get('metrics') as MetricRecord).get('norm_bit');

describe('clipping_norm', () => {
  it.each([0.3, 0.01, 1e-6, 1e-12])('is the most that an update has: %d', async (clipping_norm) => {
    const server = await superLink();
    await joined(server, { model: network(1), data: [x, y], ...quiet });
    const arrays = weightsOf(network(2));
    const free = await server.send({ arrays });
    const config = new ConfigRecord({ clipping_norm });
    const { records } = await server.send({ arrays, config }, { runId: 12n });
    const norm = normOf(arrays, arraysOf(records));
    expect(normOf(arrays, arraysOf(free.records))).toBeGreaterThan(0.3);
    expect(norm).toBeLessThanOrEqual(clipping_norm);
    // Changes below the spacing of float32 are lost.
    if (clipping_norm >= 0.01) expect(norm).toBeGreaterThan(0.999 * clipping_norm);
    expect(bitOf(records)).toBe(1);
    // The direction is that of the whole update.
    if (clipping_norm !== 0.3) return;
    const [before, all, some] = [
      numbers(arrays.values()),
      arraysOf(free.records),
      arraysOf(records),
    ].map((lists) => lists.flat()) as [number[], number[], number[]];
    const factor = norm / normOf(arrays, [all]);
    some.forEach((value, i) => {
      const from = before[i] ?? NaN;
      expect(value).toBeCloseTo(from + factor * ((all[i] ?? NaN) - from), 5);
    });
  });

  it('leaves a smaller update alone, bit for bit', async () => {
    const server = await superLink();
    await joined(server, { model: network(1), data: [x, y], ...quiet });
    const arrays = weightsOf(network(2));
    const free = await server.send({ arrays });
    const config = new ConfigRecord({ clipping_norm: 1e3 });
    const { records } = await server.send({ arrays, config }, { runId: 12n });
    expect(arraysOf(records)).toEqual(arraysOf(free.records));
    expect(bitOf(records)).toBe(0);
    expect(bitOf(free.records)).toBeUndefined();
  });

  it('holds for the answers of handlers of the caller, which must have the arrays of the message', async () => {
    const server = await superLink();
    let factor = 100;
    await joined(server, {
      train: ({ arrays }) => ({
        arrays: new ArrayRecord(new Map([...arrays].map(([k, v]) => [k, v.add(factor)]))),
        metrics: new MetricRecord({ loss: 1 }),
      }),
    });
    const arrays = new ArrayRecord([x, random.normal([3], { seed: 3 })]);
    const config = new ConfigRecord({ 'clipping-norm': 2 });
    const { records } = await server.send({ arrays, config });
    expect(normOf(arrays, arraysOf(records))).toBeLessThanOrEqual(2);
    expect([...(records.get('metrics') as MetricRecord).keys()]).toEqual(['norm_bit', 'loss']);
    factor = Infinity;
    const { error } = await server.send({ arrays, config });
    expect(error?.reason).toMatch(/the answer of train: array '0' .*not finite/);
  });

  it('is refused where there is no update to clip, and leaves no tensor behind', async () => {
    const server = await superLink();
    const { tells } = await joined(server, {
      train: () => ({ metrics: new MetricRecord({ n: 1 }) }),
    });
    const config = new ConfigRecord({ clipping_norm: 1 });
    const before = memory().tensors;
    const none = await server.send({ config });
    expect(none.error?.reason).toMatch(/expected one ArrayRecord, got 0/);
    const arrays = new ArrayRecord([x]);
    const lost = await server.send({ config, arrays });
    expect(lost.error?.reason).toMatch(/must have one ArrayRecord, got 0/);
    await tells('failed', 2);
    expect(memory().tensors).toBeLessThanOrEqual(before + 1);
  });
});

describe('localDp', () => {
  const localDp = { clippingNorm: 0.1, sensitivity: 0.5, epsilon: 2, delta: 1e-5 };
  // σ = 0.5 · √(2 ln(1.25 / 1e-5)) / 2
  const deviation = 1.2112;

  it('adds noise of the stated deviation, another one each time', async () => {
    const server = await superLink();
    const size = 200_000;
    const arrays = new ArrayRecord([tensor(new Float32Array(size)), y]);
    await joined(server, {
      localDp,
      train: (message) => ({ arrays: message.arrays, metrics: new MetricRecord({ n: 1 }) }),
    });
    const answers = [await server.send({ arrays }), await server.send({ arrays })];
    const [first = [], second = []] = answers.map(({ records }) => arraysOf(records)[0] ?? []);
    for (const values of [first, second]) {
      const mean = values.reduce((sum, value) => sum + value, 0) / size;
      const power = (n: number): number =>
        values.reduce((sum, value) => sum + value ** n, 0) / size;
      // Five standard errors of mean, variance, skewness and the fourth moment.
      expect(Math.abs(mean)).toBeLessThan((5 * deviation) / Math.sqrt(size));
      expect(Math.abs(power(2) / deviation ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / size) + 1e-4);
      expect(Math.abs(power(3) / deviation ** 3)).toBeLessThan(5 * Math.sqrt(15 / size));
      expect(Math.abs(power(4) / deviation ** 4 - 3)).toBeLessThan(5 * Math.sqrt(96 / size) + 1e-3);
    }
    const product = first.reduce((sum, value, i) => sum + value * (second[i] ?? NaN), 0) / size;
    expect(Math.abs(product)).toBeLessThan((5 * deviation ** 2) / Math.sqrt(size));
    // Whole numbers would say something without noise: they go back as they came.
    expect(answers.map(({ records }) => arraysOf(records)[1])).toEqual([
      [...y.data()],
      [...y.data()],
    ]);
    expect(bitOf(answers[0]?.records ?? new Map())).toBeUndefined();
  });

  it('clips before it adds noise, and the clipping of the server comes last', async () => {
    const server = await superLink();
    const quietly = { ...localDp, sensitivity: 0 };
    await joined(server, { model: network(1), data: [x, y], localDp: quietly, ...quiet });
    const arrays = weightsOf(network(2));
    const clipped = await server.send({ arrays });
    expect(normOf(arrays, arraysOf(clipped.records))).toBeLessThanOrEqual(0.1);
    const noisy = await superLink();
    await joined(noisy, { model: network(1), data: [x, y], localDp, ...quiet });
    const config = new ConfigRecord({ clipping_norm: 0.5 });
    const { records } = await noisy.send({ arrays, config });
    expect(normOf(arrays, arraysOf(records))).toBeLessThanOrEqual(0.5);
    expect(bitOf(records)).toBe(1);
  });

  it('keeps variances above 0', async () => {
    const server = await superLink();
    const model = network(1);
    await joined(server, { model, data: [x, y], localDp, ...quiet });
    const at = model.weights.findIndex(({ name }) => name === 'moving_variance');
    for (let i = 0; i < 5; i++) {
      const { records } = await server.send({ arrays: weightsOf(network(2)) });
      expect(arraysOf(records)[at]?.every((variance) => variance > 0)).toBe(true);
    }
  });

  it.each([
    [{ ...localDp, clippingNorm: 0 }, /localDp: clippingNorm/],
    [{ ...localDp, sensitivity: -1 }, /localDp: sensitivity/],
    [{ ...localDp, epsilon: 0 }, /localDp: epsilon/],
    [{ ...localDp, delta: 0 }, /localDp: delta/],
    [{ ...localDp, delta: 1 }, /localDp: delta/],
    [{ ...localDp, noise: 1 }, /'noise'/],
    [{}, /clippingNorm/],
    [5, /localDp/],
    [{ ...localDp, sensitivity: 1e308, epsilon: 1e-300 }, /deviation/],
  ])('is checked: %o', async (options, message) => {
    const server = await superLink();
    const given = { model: network(1), data: [x, y] as const, localDp: options as LocalDpOptions };
    await expect(joined(server, given)).rejects.toThrow(message);
  });
});

describe('FedProx', () => {
  const [rows, columns, rate, mu, steps] = [12, 3, 0.1, 0.7, 20];
  const inputs = random.normal([rows, columns], { seed: 5 });
  const targets = random.normal([rows, 1], { seed: 6 });
  const linear = (): Sequential => {
    const model = new Sequential([new layers.Dense(1, { inputShape: [columns] })]);
    model.compile({ optimizer: new optimizers.SGD({ learningRate: rate }), loss: 'mse' });
    return model;
  };

  /** Gradient descent on ‖Xw + b − y‖² / n + μ/2 · ‖(w, b) − (w₀, b₀)‖², and the loss before each step. */
  function reference(start: readonly number[]): { weights: number[]; losses: number[] } {
    const [X, Y] = [inputs, targets].map((one) => [...one.data()]) as [number[], number[]];
    let weights = [...start];
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      const residuals = Y.map((target, r) => {
        const products = weights.map((w, c) => (c === columns ? w : w * (X[r * columns + c] ?? 0)));
        return products.reduce((a, b) => a + b, 0) - target;
      });
      const squares = (list: readonly number[]): number => list.reduce((sum, v) => sum + v * v, 0);
      const moved = weights.map((w, c) => w - (start[c] ?? 0));
      losses.push(squares(residuals) / rows + (mu / 2) * squares(moved));
      weights = weights.map((w, c) => {
        const slope = residuals.reduce(
          (sum, residual, r) => sum + residual * (c === columns ? 1 : (X[r * columns + c] ?? 0)),
          0,
        );
        return w - rate * ((2 / rows) * slope + mu * (moved[c] ?? 0));
      });
    }
    return { weights, losses };
  }

  it('that cannot be taken away does not hide why training has failed', async () => {
    const server = await superLink();
    // What a worker that has ended does.
    const fails = (text: string) => () => Promise.reject(new Error(text));
    const remote = {
      model: linear(),
      fit: fails('the worker has ended'),
      setWeights: () => undefined,
      addProximalTerm: () => Promise.resolve(fails('there is no worker')),
    };
    await joined(server, { model: remote as never, data: [inputs, targets] });
    const config = new ConfigRecord({ 'proximal-mu': mu });
    const { error } = await server.send({ arrays: weightsOf(linear()), config });
    expect(error?.reason).toBe('Error: the worker has ended');
  });

  it.each(['here', 'in a worker'])('adds μ/2 · Σ‖w − w₀‖² to the loss %s', async (where) => {
    const server = await superLink();
    const model = linear();
    const remote =
      where === 'here' ? undefined : await inWorker(model, { runtime: { threads: 1 } });
    const { told } = await joined(server, {
      model: remote ?? model,
      data: [inputs, targets],
      batchSize: rows,
      epochs: steps,
      shuffle: false,
    });
    try {
      for (const [runId, name] of [
        [1n, 'proximal-mu'],
        [2n, 'proximal_mu'],
      ] as const) {
        const arrays = weightsOf(linear());
        const expected = reference(numbers(arrays.values()).flat());
        const config = new ConfigRecord({ [name]: mu });
        const { records, error } = await server.send({ arrays, config }, { runId });
        expect(error).toBeUndefined();
        arraysOf(records)
          .flat()
          .forEach((weight, i) => expect(weight).toBeCloseTo(expected.weights[i] ?? NaN, 5));
        const losses = told('epoch')
          .slice(-steps)
          .map(({ logs }) => logs['loss']);
        losses.forEach((loss, i) => expect(loss).toBeCloseTo(expected.losses[i] ?? NaN, 5));
      }
      // Without the setting there is no term.
      const arrays = weightsOf(linear());
      const alone = linear();
      alone.setWeights([...arrays.values()]);
      await alone.fit(inputs, targets, { ...quiet, batchSize: rows, epochs: steps });
      const { records } = await server.send({ arrays }, { runId: 3n });
      expect(arraysOf(records)).toEqual(numbers(alone.weights));
    } finally {
      remote?.dispose();
    }
  });
});
