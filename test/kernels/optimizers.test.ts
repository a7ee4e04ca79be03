import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as reference from '../reference/optimizers.js';
import { expectClose, inOut, runKernel, type Output } from './guarded.js';
import { values } from './values.js';

const sizes = [0, 1, 3, 4, 5, 10, 17, 64, 1000];
const steps = 5;

/** A slot argument: an array updated in place, or the null pointer. */
function slot(data: Float32Array | undefined): Output | 0 {
  return data === undefined ? 0 : inOut(data);
}

/** The weights and slots after one step of `sgd`; an absent velocity stays absent. */
function sgd(
  w: Float32Array,
  g: Float32Array,
  velocity: Float32Array | undefined,
  config: reference.SgdConfig,
): Float32Array[] {
  const { learningRate, momentum, nesterov } = config;
  const scalars = [w.length, learningRate, momentum, Number(nesterov)];
  return runKernel('sgd', inOut(w), g, slot(velocity), ...scalars) as Float32Array[];
}

interface RmspropSlots {
  readonly meanSquare: Float32Array;
  readonly meanGradient: Float32Array | undefined;
  readonly momentumBuffer: Float32Array | undefined;
}

function rmsprop(
  w: Float32Array,
  g: Float32Array,
  slots: RmspropSlots,
  config: reference.RmspropConfig,
): [Float32Array, RmspropSlots] {
  const { learningRate, rho, momentum, epsilon } = config;
  const outputs = runKernel(
    'rmsprop',
    inOut(w),
    g,
    inOut(slots.meanSquare),
    slot(slots.meanGradient),
    slot(slots.momentumBuffer),
    w.length,
    learningRate,
    rho,
    momentum,
    epsilon,
  ) as Float32Array[];
  const [newW, meanSquare] = outputs;
  if (newW === undefined || meanSquare === undefined) throw new Error('Too few outputs.');
  const rest = outputs.slice(2);
  return [
    newW,
    {
      meanSquare,
      meanGradient: slots.meanGradient && rest.shift(),
      momentumBuffer: slots.momentumBuffer && rest.shift(),
    },
  ];
}

function emptySlots(n: number, config: reference.RmspropConfig): RmspropSlots {
  return {
    meanSquare: new Float32Array(n),
    meanGradient: config.centered ? new Float32Array(n) : undefined,
    momentumBuffer: config.momentum > 0 ? new Float32Array(n) : undefined,
  };
}

/** Gradients as networks have them: some exactly 0, over several magnitudes. */
function gradients(n: number, step: number): Float32Array {
  return values(n, 1, 100 + step).map((g, i) => (i % 5 === 0 ? 0 : g * 10 ** -(i % 4)));
}

const isSubnormal = (x: number): boolean => x !== 0 && Math.abs(x) < 2 ** -126;

describe('sgd', () => {
  const configs: readonly reference.SgdConfig[] = [
    { learningRate: 0.1, momentum: 0, nesterov: false },
    { learningRate: 0.1, momentum: 0.9, nesterov: false },
    { learningRate: 0.05, momentum: 0.9, nesterov: true },
  ];

  it.each(configs)('agrees with float64 for %o', (config) => {
    for (const n of sizes) {
      let w: Float32Array = values(n, 1, 1);
      let velocity: Float32Array | undefined =
        config.momentum === 0 ? undefined : new Float32Array(n);
      let expected = [...w].map((value) => ({ w: value, velocity: 0 }));
      for (let step = 0; step < steps; step++) {
        const g = gradients(n, step);
        const [newW, newVelocity] = sgd(w, g, velocity, config);
        w = newW ?? w;
        velocity = newVelocity;
        expected = expected.map((state, i) => reference.sgdStep(state, g[i] ?? 0, config));
        expectClose(
          [...w],
          expected.map((state) => state.w),
          1e-6,
          1e-6,
        );
      }
      if (velocity !== undefined) {
        expectClose(
          [...velocity],
          expected.map((state) => state.velocity),
          1e-7,
          1e-6,
        );
      }
    }
  });
});

describe('rmsprop', () => {
  const base = { learningRate: 0.01, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false };
  const configs: readonly reference.RmspropConfig[] = [
    base,
    { ...base, momentum: 0.5 },
    { ...base, rho: 0.8, centered: true },
    { ...base, momentum: 0.9, centered: true, epsilon: 1e-3 },
  ];

  it.each(configs)('agrees with float64 for %o', (config) => {
    for (const n of sizes) {
      let w: Float32Array = values(n, 1, 1);
      let slots = emptySlots(n, config);
      let expected = [...w].map((value) => ({
        w: value,
        meanSquare: 0,
        meanGradient: 0,
        momentumBuffer: 0,
      }));
      for (let step = 0; step < steps; step++) {
        const g = gradients(n, step);
        [w, slots] = rmsprop(w, g, slots, config);
        expected = expected.map((state, i) => reference.rmspropStep(state, g[i] ?? 0, config));
        const names = ['meanSquare', 'meanGradient', 'momentumBuffer'] as const;
        for (const name of names) {
          const actual = slots[name];
          if (actual === undefined) continue;
          const reached = expected.map((state) => state[name]);
          expectClose([...actual], reached, 1e-7, name === 'momentumBuffer' ? 1e-4 : 2e-6);
        }
        expectClose(
          [...w],
          expected.map((state) => state.w),
          1e-6,
          1e-5,
        );
      }
    }
  });

  it('leaves a weight alone where its gradient was always 0', () => {
    const w = values(6, 1, 2);
    const [after] = rmsprop(w, new Float32Array(6), emptySlots(6, base), base);
    expect(after).toEqual(w);
  });

  it('remembers nothing subnormal after gradients have been 0 for long', () => {
    for (const config of [base, { ...base, momentum: 0.5, centered: true }]) {
      let w: Float32Array = values(6, 1, 2);
      let slots = emptySlots(6, config);
      [w, slots] = rmsprop(w, values(6, 1, 4), slots, config);
      const zero = new Float32Array(6);
      for (let step = 0; step < 1500; step++) [w, slots] = rmsprop(w, zero, slots, config);
      for (const slot of Object.values(slots) as (Float32Array | undefined)[]) {
        expect(slot?.some(isSubnormal) ?? false).toBe(false);
      }
      expect(rmsprop(w, zero, slots, config)[0]).toEqual(w);
    }
  });

  it('follows tiny gradients where epsilon is 0', () => {
    const config = { ...base, epsilon: 0 };
    const g = Float32Array.of(1e-18, -3e-18, 1e-15);
    const [w] = rmsprop(new Float32Array(3), g, emptySlots(3, config), config);
    // The first step is learningRate / √(1 - rho) whatever the gradient is.
    const step = 0.01 / Math.sqrt(0.1);
    expectClose([...w], [-step, step, -step], 0, 1e-3);
  });

  it('stays finite, centered, under a gradient that never changes', () => {
    const config = { ...base, centered: true };
    let w: Float32Array = new Float32Array(8);
    let slots = emptySlots(8, config);
    const g = values(8, 30, 3);
    for (let step = 0; step < 300; step++) [w, slots] = rmsprop(w, g, slots, config);
    expect([...w].every(Number.isFinite)).toBe(true);
  });
});

describe('numbers from Keras', () => {
  interface Tensor {
    readonly data: readonly number[];
  }
  interface Case {
    readonly class_name: string;
    readonly config: Readonly<Record<string, number | boolean | null>>;
    readonly w0: readonly Tensor[];
    readonly grads: readonly (readonly Tensor[])[];
    readonly w: readonly (readonly Tensor[])[];
  }
  const directory = process.env['LANEGRAD_GOLDEN_DIR'] ?? 'test/golden/data';
  const file = readFileSync(`${directory}/optimizers.json`, 'utf8');
  const { cases } = JSON.parse(file) as { cases: readonly Case[] };
  /** What changes the gradient or the weights outside of the update rule is not the kernel's. */
  const outside = [
    'weight_decay',
    'clipnorm',
    'clipvalue',
    'global_clipnorm',
    'use_ema',
    'gradient_accumulation_steps',
  ];

  function casesOf(className: string): Case[] {
    return cases.filter(
      ({ class_name, config }) => class_name === className && outside.every((key) => !config[key]),
    );
  }

  /** Runs `step` on every variable of a case and compares the weights after every step. */
  function follow(
    { w0, grads, w }: Case,
    start: (n: number) => (w: Float32Array, g: Float32Array) => Float32Array,
  ): void {
    w0.forEach((initial, variable) => {
      let weights: Float32Array = Float32Array.from(initial.data);
      const step = start(weights.length);
      grads.forEach((gradient, i) => {
        weights = step(weights, Float32Array.from(gradient[variable]?.data ?? []));
        expectClose([...weights], w[i]?.[variable]?.data ?? [], 1e-5, 1e-4);
      });
    });
  }

  it('SGD', () => {
    const found = casesOf('SGD');
    expect(found.length).toBeGreaterThan(0);
    for (const each of found) {
      const config = {
        learningRate: Number(each.config['learning_rate']),
        momentum: Number(each.config['momentum']),
        nesterov: Boolean(each.config['nesterov']),
      };
      follow(each, (n) => {
        let velocity: Float32Array | undefined =
          config.momentum === 0 ? undefined : new Float32Array(n);
        return (w, g) => {
          const [newW, newVelocity] = sgd(w, g, velocity, config);
          velocity = newVelocity;
          return newW ?? w;
        };
      });
    }
  });

  it('RMSprop', () => {
    const found = casesOf('RMSprop');
    expect(found.length).toBeGreaterThan(0);
    for (const each of found) {
      const config = {
        learningRate: Number(each.config['learning_rate']),
        rho: Number(each.config['rho']),
        momentum: Number(each.config['momentum']),
        epsilon: Number(each.config['epsilon']),
        centered: Boolean(each.config['centered']),
      };
      follow(each, (n) => {
        let slots = emptySlots(n, config);
        return (w, g) => {
          const [newW, newSlots] = rmsprop(w, g, slots, config);
          slots = newSlots;
          return newW;
        };
      });
    }
  });
});
