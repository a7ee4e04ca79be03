import { describe, expect, it } from 'vitest';
import { adamStep } from '../reference/adam.js';
import type { AdamConfig } from '../reference/adam.js';
import { expectClose, inOut, runKernel } from './guarded.js';
import { values } from './values.js';

const sizes = [0, 1, 3, 4, 5, 10, 17, 64, 1000];
const steps = 5;

/** w, mean, meanSquare and, with amsgrad, largest after one step of the kernel. */
function adam(
  state: readonly Float32Array[],
  g: Float32Array,
  config: AdamConfig,
  { gradient, weight } = { gradient: 1, weight: 1 },
): Float32Array[] {
  const [w, mean, meanSquare, largest] = state;
  if (w === undefined || mean === undefined || meanSquare === undefined) {
    throw new Error('Too few slots.');
  }
  return runKernel(
    'adam',
    inOut(w),
    g,
    inOut(mean),
    inOut(meanSquare),
    largest === undefined ? 0 : inOut(largest),
    w.length,
    config.stepSize,
    1 - config.beta1,
    1 - config.beta2,
    config.epsilon,
    gradient,
    weight,
  ) as Float32Array[];
}

/** The weights and as many slots of zeros as the rule has. */
function start(w: Float32Array, { amsgrad }: AdamConfig): Float32Array[] {
  return [w, ...Array.from({ length: amsgrad ? 3 : 2 }, () => new Float32Array(w.length))];
}

describe('adam', () => {
  const base = { stepSize: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false };
  const configs: readonly AdamConfig[] = [
    base,
    { ...base, amsgrad: true },
    { ...base, stepSize: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3, amsgrad: true },
  ];

  it.each(configs)('agrees with float64 for %o', (config) => {
    for (const n of sizes) {
      let state = start(values(n, 1, 1), config);
      let expected = Array.from(state[0] ?? [], (w) => ({ w, mean: 0, meanSquare: 0, largest: 0 }));
      for (let step = 0; step < steps; step++) {
        const g = values(n, 1, 100 + step).map((x, i) => (i % 5 === 0 ? 0 : x * 10 ** -(i % 4)));
        state = adam(state, g, config);
        expected = expected.map((weight, i) => adamStep(weight, g[i] ?? 0, config));
        const names = ['w', 'mean', 'meanSquare', 'largest'] as const;
        state.forEach((array, slot) => {
          const reached = expected.map((weight) => weight[names[slot] ?? 'w']);
          expectClose([...array], reached, slot === 0 ? 1e-6 : 1e-7, 1e-5);
        });
      }
    }
  });

  it('first multiplies gradient and weights by their factors', () => {
    const [w, g] = [values(37, 1, 2), values(37, 1, 3)];
    const factors = { gradient: Math.fround(0.3), weight: Math.fround(0.9) };
    const scaled = (x: Float32Array, by: number): Float32Array => x.map((value) => value * by);
    const before = start(scaled(w, factors.weight), base);
    const expected = adam(before, scaled(g, factors.gradient), base);
    expect(adam(start(w, base), g, base, factors)).toEqual(expected);
  });

  it('leaves a weight alone where its gradient was always 0', () => {
    const w = values(6, 1, 2);
    const [after] = adam(start(w, base), new Float32Array(6), base);
    expect(after).toEqual(w);
  });

  it('remembers nothing subnormal after gradients have been 0 for long', () => {
    let state = adam(start(values(6, 1, 2), base), values(6, 1, 4), base);
    const zero = new Float32Array(6);
    for (let step = 0; step < 1500; step++) state = adam(state, zero, base);
    const isSubnormal = (x: number): boolean => x !== 0 && Math.abs(x) < 2 ** -126;
    for (const array of state) expect(array.some(isSubnormal)).toBe(false);
    expect(adam(state, zero, base)[0]).toEqual(state[0]);
  });

  it('lets a NaN of the gradient show, with amsgrad too', () => {
    const config = { ...base, amsgrad: true };
    const [after] = adam(start(values(5, 1, 3), config), new Float32Array(5).fill(NaN), config);
    expect(after?.every(Number.isNaN)).toBe(true);
  });
});
