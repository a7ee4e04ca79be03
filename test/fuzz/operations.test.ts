// Operations at random shapes and axes against float64, values and gradients: each row of the specs that has a call for any shape
// (`draw`). `LANEGRAD_FUZZ_OPERATIONS` says how many calls a row gets; LANEGRAD_FUZZ_SEED is another start. What NumPy makes of
// odd numbers, dtypes and arrays without elements is in test/unit/numpy.test.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ofOperands, operandsOf } from '../specs/operation-spec.js';
import type { Draws } from '../specs/operation-spec.js';
import { operationSpecs } from '../specs/operations.js';
import { expectAgreement } from '../unit/ops/agreement.js';

const RUNS = Number(process.env['LANEGRAD_FUZZ_OPERATIONS'] ?? 10);
const SEED = Number(process.env['LANEGRAD_FUZZ_SEED'] ?? 1);

/** Lengths around the lanes of a vector. */
const LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9];
const MOST_ELEMENTS = 120;

/** Draws that a list of numbers decides, which a failure can shrink. */
function drawsFrom(numbers: readonly number[]): Draws {
  let next = 0;
  const below = (n: number): number => (numbers[next++ % numbers.length] ?? 0) % n;
  return {
    below,
    shape: (rank) => {
      const lengths = Array.from({ length: rank + below(5 - rank) }, () => LENGTHS[below(LENGTHS.length)] ?? 1); // prettier-ignore
      let size = 1;
      return lengths.map((n) => {
        const length = size * n > MOST_ELEMENTS ? 1 : n;
        size *= length;
        return length;
      });
    },
  };
}

const rows = Object.entries(operationSpecs).filter(([, { draw }]) => draw !== undefined);

describe('at random shapes and axes', () => {
  it('there are many such operations', () => {
    expect(rows.length).toBeGreaterThanOrEqual(80);
  });

  it.each(rows)('%s agrees with float64', (name, { draw }) => {
    const numbers = fc.array(fc.nat(1_000_000), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(numbers, (list) => {
        const [args = [], reference] = draw?.(drawsFrom(list)) ?? [];
        if (reference === undefined) throw new Error(`${name}: a drawn call has no reference.`);
        const what = `${name} ${JSON.stringify(args.slice(1))}`;
        expectAgreement(what.slice(0, 80), ofOperands(name, args), reference, ...operandsOf(args));
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
