// Random functional models, compiled: the same bits as `predictOnBatch`. `LANEGRAD_FUZZ_COMPILED` says how many: 50 by default, 500
// on demand. One that fails is made again by LANEGRAD_FUZZ_SEED, the number in the message, and LANEGRAD_FUZZ_COMPILED=1.
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { expectSameBits } from '../unit/compile/compiled.js';
import { randomModel } from './random-case.js';

const MODELS = Number(process.env['LANEGRAD_FUZZ_COMPILED'] ?? 50);
const SEED = Number(process.env['LANEGRAD_FUZZ_SEED'] ?? 1);

describe('random models', () => {
  // Recurrent layers say that masks end there.
  beforeAll(() => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  for (let seed = SEED; seed < SEED + MODELS; seed++) {
    it(`compiled, ${seed}`, async () => {
      const { model, inputs, owned } = randomModel(seed);
      const batchSize = inputs[0]?.shape[0] ?? 1;
      const below = (i: number): number | undefined => {
        const data = inputs[i]?.data ?? [];
        return data.every(Number.isInteger) ? 1 + Math.max(...data) : undefined;
      };
      await expectSameBits(model, { batchSize, below });
      for (const each of owned) each.dispose();
      model.dispose();
    });
  }
});
