import { describe, expect, it } from 'vitest';
import * as rules from '../reference/update-rules.js';
import type { UpdateRule } from '../reference/update-rules.js';
import { expectClose, inOut, runKernel } from './guarded.js';
import { values } from './values.js';

const sizes = [0, 1, 3, 4, 5, 10, 17, 64, 1000];
const steps = 5;

/** One kernel with one setting: its slots' first values, its scalars at step t, and what it must compute. */
interface Setting {
  readonly kernel: string;
  readonly about: string;
  readonly slots: readonly number[];
  readonly scalars: (t: number) => readonly number[];
  readonly rule: UpdateRule;
}

function adamax(config: rules.MomentsConfig): Setting {
  const { learningRate, beta1, beta2, epsilon } = config;
  return {
    kernel: 'adamax',
    about: JSON.stringify(config),
    slots: [0, 0],
    scalars: (t) => [learningRate / (1 - beta1 ** t), 1 - beta1, beta2, epsilon],
    rule: rules.adamaxRule(config),
  };
}

function nadam(config: rules.MomentsConfig): Setting {
  const { learningRate, beta1, beta2, epsilon } = config;
  const momentum = (t: number): number => beta1 * (1 - 0.96 ** t / 2);
  return {
    kernel: 'nadam',
    about: JSON.stringify(config),
    slots: [0, 0],
    scalars: (t) => {
      const product = Array.from({ length: t }, (_, i) => momentum(i + 1)).reduce((p, u) => p * u);
      const next = momentum(t + 1);
      return [
        (learningRate * next) / (1 - product * next),
        (learningRate * (1 - momentum(t))) / (1 - product),
        1 / (1 - beta2 ** t),
        1 - beta1,
        1 - beta2,
        epsilon,
      ];
    },
    rule: rules.nadamRule(config),
  };
}

function adagrad(initial: number, learningRate: number, epsilon: number): Setting {
  return {
    kernel: 'adagrad',
    about: `from ${initial}`,
    slots: [initial],
    scalars: () => [learningRate, epsilon],
    rule: rules.adagradRule({ learningRate, epsilon }),
  };
}

function adadelta(learningRate: number, rho: number, epsilon: number): Setting {
  return {
    kernel: 'adadelta',
    about: `rho ${rho}`,
    slots: [0, 0],
    scalars: () => [learningRate, rho, epsilon],
    rule: rules.adadeltaRule({ learningRate, rho, epsilon }),
  };
}

function lion(learningRate: number, beta1: number, beta2: number): Setting {
  return {
    kernel: 'lion',
    about: `betas ${beta1}, ${beta2}`,
    slots: [0],
    scalars: () => [learningRate, beta1, beta2],
    rule: rules.lionRule({ learningRate, beta1, beta2 }),
  };
}

function ftrl(config: rules.FtrlConfig): Setting {
  const { learningRate, learningRatePower, l1, l2, shrinkage, beta } = config;
  return {
    kernel: 'ftrl',
    about: JSON.stringify(config),
    slots: [0.1, 0],
    scalars: () => [
      1 / learningRate,
      -learningRatePower,
      l1,
      2 * l2 + beta / learningRate,
      2 * shrinkage,
    ],
    rule: rules.ftrlRule(config),
  };
}

const moments = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
const plainFtrl = {
  learningRate: 0.1,
  learningRatePower: -0.5,
  l1: 0,
  l2: 0,
  shrinkage: 0,
  beta: 0,
};
const settings = [
  adamax(moments),
  adamax({ learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3 }),
  nadam(moments),
  nadam({ learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3 }),
  adagrad(0.1, 0.1, 1e-7),
  adagrad(0, 0.01, 1e-3),
  adadelta(1, 0.95, 1e-7),
  adadelta(0.1, 0.5, 1e-3),
  lion(0.01, 0.9, 0.99),
  lion(0.1, 0.5, 0.3),
  ftrl(plainFtrl),
  ftrl({ ...plainFtrl, l1: 0.3, l2: 0.2, shrinkage: 0.1, beta: 0.5 }),
  ftrl({ ...plainFtrl, learningRatePower: -0.8, l2: 0.1 }),
  ftrl({ ...plainFtrl, learningRatePower: 0, beta: 1 }),
];

/** The arrays after one step of the kernel. */
function step(setting: Setting, state: readonly Float32Array[], g: Float32Array, t: number) {
  const [w, ...slots] = state;
  if (w === undefined) throw new Error('No weights.');
  const args = [inOut(w), g, ...slots.map(inOut), w.length, ...setting.scalars(t)];
  return runKernel(setting.kernel, ...args) as Float32Array[];
}

function start(setting: Setting, w: Float32Array): Float32Array[] {
  return [w, ...setting.slots.map((value) => new Float32Array(w.length).fill(value))];
}

describe.each(settings)('$kernel, $about', (setting) => {
  it('agrees with float64', () => {
    for (const n of sizes) {
      let state = start(setting, values(n, 1, 1));
      let expected = Array.from(state[0] ?? [], (w) => [w, ...setting.slots.map(Math.fround)]);
      for (let t = 1; t <= steps; t++) {
        const g = values(n, 1, 100 + t).map((x, i) => (i % 5 === 0 ? 0 : x * 10 ** -(i % 4)));
        state = step(setting, state, g, t);
        expected = expected.map((weight, i) => setting.rule(weight, g[i] ?? 0, t));
        state.forEach((array, slot) => {
          const reached = expected.map((weight) => weight[slot] ?? NaN);
          expectClose([...array], reached, 2e-6, 2e-5);
        });
      }
    }
  });

  it('lets a NaN of the gradient show', () => {
    const [after] = step(
      setting,
      start(setting, values(5, 1, 3)),
      new Float32Array(5).fill(NaN),
      1,
    );
    expect(after?.every(Number.isNaN)).toBe(true);
  });
});

describe('a weight whose gradient was always 0', () => {
  it.each(settings.filter(({ kernel }) => kernel !== 'ftrl'))('stays with $kernel', (setting) => {
    const w = values(6, 1, 2);
    const [after] = step(setting, start(setting, w), new Float32Array(6), 1);
    expect(after).toEqual(w);
  });

  it('is 0 with ftrl, also where nothing was accumulated yet', () => {
    const setting = { ...ftrl(plainFtrl), slots: [0, 0] };
    const [after] = step(setting, start(setting, values(6, 1, 2)), new Float32Array(6), 1);
    expect([...(after ?? [])].map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
