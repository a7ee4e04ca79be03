// Operations at random shapes and axes against float64, values and gradients: each row of the specs that has a call for any shape
// (`draw`). `LANEGRAD_FUZZ_OPERATIONS` says how many calls a row gets; LANEGRAD_FUZZ_SEED is another start. What NumPy makes of
// odd numbers, dtypes and arrays without elements is in test/unit/numpy.test.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ofOperands, operandsOf } from '../specs/operation-spec.js';
import { operationSpecs } from '../specs/operations.js';
import { expectAgreement } from '../unit/ops/agreement.js';
import { drawsFrom } from './draws.js';

const RUNS = Number(process.env['LANEGRAD_FUZZ_OPERATIONS'] ?? 10);
const SEED = Number(process.env['LANEGRAD_FUZZ_SEED'] ?? 1);

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
