// How fast products are right now, in lanegrad and in native code: what a step of many products is compared with.
import { ops, random } from 'lanegrad';
import { startNatives } from './native/native.js';
import type { Native } from './native/native.js';
import { interleave } from './timing.js';

const N = 512;
const ROUNDS = 30;
const LIMIT_ROUNDS = 3;

/** GFLOP/s, the best of some rounds. */
export interface ProductRates {
  /** A 512³ product of lanegrad's, in this process with its build and threads. */
  readonly own: number;
  /** The register tile of bench/native on one core, the best of its encodings: what vectors of 128 bits allow. */
  readonly limit: number | undefined;
}

export class ProductRate {
  private constructor(private readonly natives: readonly Native[]) {}

  static async start(): Promise<ProductRate> {
    return new ProductRate(await startNatives());
  }

  async measure(rounds = ROUNDS): Promise<ProductRates> {
    using square = random.normal([N, N], { seed: 1 });
    const { product } = await interleave(
      { product: () => ops.matmul(square, square).dispose() },
      rounds,
    );
    const limits: number[] = [];
    for (let round = 0; round < LIMIT_ROUNDS; round++) {
      for (const { limit } of this.natives) limits.push(await limit());
    }
    return {
      own: (2 * N ** 3) / product.min / 1e6,
      limit: limits.length === 0 ? undefined : Math.max(...limits),
    };
  }

  async close(): Promise<void> {
    for (const native of this.natives) await native.close();
  }
}

/** Milliseconds of this many operations at a rate in GFLOP/s. */
export const atRate = (flops: number, rate: number): number => flops / rate / 1e6;
