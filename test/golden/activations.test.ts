import { describe, expect, it } from 'vitest';
import * as activations from '../../src/activations.js';
import { camelCase } from '../../src/config/names.js';
import { mul, sum } from '../../src/engine/ops/index.js';
import type { Tensor } from '../../src/engine/tensor/tensor.js';
import { gradientOf } from '../unit/layers/gradient.js';
import { expectClose, readGolden, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

interface ActivationCase {
  readonly name: string;
  readonly args: Readonly<Record<string, number>>;
  readonly x: GoldenArray;
  readonly y: GoldenArray;
  readonly dy: GoldenArray;
  readonly dx: GoldenArray;
}

/** The activation of a case, its additional arguments bound. */
function activationOf({ name, args }: ActivationCase): (x: Tensor) => Tensor {
  if (name !== 'threshold') {
    expect(Object.keys(args), 'additional arguments').toEqual([]);
    return activations.get(name);
  }
  const { threshold = NaN, default_value: value = NaN } = args;
  return (x) => activations.threshold(x, threshold, value);
}

const { source, cases } = readGolden<ActivationCase>('activations');

describe(`activations agree with ${source}`, () => {
  it.each(cases.map((golden) => [golden.name, golden] as const))('%s', (_name, golden) => {
    const f = activationOf(golden);
    const x = toTensor(golden.x);
    expectClose(f(x), golden.y, 'y');
    const dx = gradientOf((input) => sum(mul(f(input), toTensor(golden.dy))), x);
    expectClose(dx, golden.dx, 'dx');
  });

  it('is known by both spellings of each name', () => {
    for (const { name } of cases) {
      expect(activations.get(camelCase(name)), name).toBe(activations.get(name));
    }
  });
});
