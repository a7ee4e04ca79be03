// Functions of functions in random programs: scan, map, vectorizedMap, associativeScan, foriLoop, whileLoop, cond, switch and
// customGradient nested, over random structures and shapes, with values, gradients and some second derivatives against float64.
// LANEGRAD_FUZZ_OPERATIONS says how many programs begin with each of them; LANEGRAD_FUZZ_SEED is another start.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memory } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { random } from '../../specs/operation-spec.js';
import { expectAgreement, expectSecondOrder } from '../../unit/ops/agreement.js';
import { drawsFrom } from '../draws.js';
import { onArrays, onTensors, Undecided } from './machines.js';
import { BLOCKS } from './random-blocks.js';

const RUNS = Number(process.env['LANEGRAD_FUZZ_OPERATIONS'] ?? 10);
const SEED = Number(process.env['LANEGRAD_FUZZ_SEED'] ?? 1);

describe('programs of loops and branches agree with float64', () => {
  it.each(Object.entries(BLOCKS))('%s', (name, make) => {
    const numbers = fc.array(fc.nat(1_000_000), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(numbers, (list) => {
        const draws = drawsFrom(list, 6);
        const shapes = Array.from({ length: 1 + draws.below(3) }, () => draws.shape(0));
        // Second differences are too coarse for what loops in loops make steep.
        const isTwice = draws.below(4) === 0;
        const program = make(draws, shapes, isTwice ? 1 : 2);
        const tensors = (...inputs: Tensor[]): Tensor => onTensors.flat(program(onTensors, inputs));
        const arrays = (...inputs: DenseArray[]): DenseArray =>
          onArrays.flat(program(onArrays, inputs));
        const inputs = shapes.map((shape) => random(shape));
        const before = memory().tensors;
        try {
          arrays(...inputs);
        } catch (error) {
          if (error instanceof Undecided) fc.pre(false);
          throw error;
        }
        expectAgreement(name, tensors, arrays, ...inputs);
        if (isTwice) expectSecondOrder(name, tensors, arrays, ...inputs);
        expect(memory().tensors).toBe(before);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
