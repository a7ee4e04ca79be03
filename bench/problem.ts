// A problem as raw files, so that every contender trains the same weights on the same batches: see
// bench/peers/protocol.js.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { random, utils } from 'lanegrad';
import type { models } from 'lanegrad';
import type { SeedData } from './seed-data.js';

export interface WrittenProblem {
  readonly folder: string;
  readonly rows: number;
  readonly stepsPerEpoch: number;
  /** Deletes the folder. */
  readonly remove: () => void;
}

/** The sizes of a network that its contenders need to know. */
export interface NetworkSizes {
  readonly inputs: number;
  readonly classes: number;
  readonly batchSize: number;
}

/** Writes images, labels, the initial weights of `network` and `orders` orders to a temporary folder. */
export function writeProblem(
  { x, y }: SeedData,
  orders: number,
  network: models.Sequential,
  sizes: NetworkSizes,
): WrittenProblem {
  const rows = x.shape[0] ?? 0;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const write = (name: string, data: string | ArrayBufferView): void => {
    writeFileSync(
      path.join(folder, name),
      typeof data === 'string'
        ? data
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  };
  const weights = network.getWeights();
  const weightShapes = weights.map(({ shape }) => shape);
  write('meta.json', JSON.stringify({ rows, ...sizes, weightShapes }));
  write('x.f32', x.data());
  write('y.f32', y.data());
  weights.forEach((weight, i) => write(`w${i}.f32`, weight.data()));
  for (let order = 0; order < orders; order++) {
    // The order that `fit` shuffles to with this seed: it draws from a generator of its own.
    utils.setRandomSeed(order);
    using permutation = random.permutation(rows, { seed: new random.SeedGenerator() });
    write(`order-${order}.i32`, permutation.data());
  }
  return { folder, rows, stepsPerEpoch: Math.ceil(rows / sizes.batchSize), remove };
}
