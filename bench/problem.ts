// A problem as raw files, so that every contender trains the same weights on the same batches: see
// bench/peers/protocol.js.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { optimizers, random, utils } from 'lanegrad';
import type { models, Tensor } from 'lanegrad';
import type { Samples } from './workloads/workload.js';

export interface WrittenProblem {
  readonly folder: string;
  readonly rows: number;
  readonly stepsPerEpoch: number;
  /** Deletes the folder. */
  readonly remove: () => void;
}

/** What a problem holds beside samples and weights. */
export interface ProblemOptions {
  readonly batchSize: number;
  /** How many orders of the samples. */
  readonly orders: number;
  /** What contenders must know beyond the architecture. */
  readonly sizes?: Readonly<Record<string, unknown>>;
  /** Default 'train'. */
  readonly task?: 'train' | 'predict';
}

/** Writes samples, the architecture and the initial weights of `model`, and orders to a temporary folder. */
export function writeProblem(
  { x, y }: Pick<Samples, 'x' | 'y'>,
  model: models.AnyModel,
  { batchSize, orders, sizes = {}, task = 'train' }: ProblemOptions,
): WrittenProblem {
  const rows = x.shape[0] ?? 0;
  const { folder, remove } = temporaryFolder();
  const write = (name: string, data: string | ArrayBufferView): void => {
    writeFileSync(
      path.join(folder, name),
      typeof data === 'string'
        ? data
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  };
  const meta = {
    task,
    rows,
    batchSize,
    inputs: x.size / rows,
    classes: y.size / rows,
    x: describe(x),
    y: describe(y),
    weightShapes: model.weights.map(({ shape }) => shape),
    weightPaths: model.weights.map((weight) => weight.path),
    architecture: model.toJSON(),
    optimizer: model.optimizer && optimizers.serialize(model.optimizer),
    ...sizes,
  };
  write('meta.json', JSON.stringify(meta));
  write('x.bin', x.data());
  write('y.bin', y.data());
  model.getWeights().forEach((weight, i) => write(`w${i}.f32`, weight.data()));
  for (let order = 0; order < orders; order++) {
    // The order that `fit` shuffles to with this seed: it draws from a generator of its own.
    utils.setRandomSeed(order);
    using permutation = random.permutation(rows, { seed: new random.SeedGenerator() });
    write(`order-${order}.i32`, permutation.data());
  }
  return { folder, rows, stepsPerEpoch: Math.ceil(rows / batchSize), remove };
}

const folders = new Set<string>();

/** A folder that is gone when the process ends, by a signal too. */
function temporaryFolder(): Pick<WrittenProblem, 'folder' | 'remove'> {
  if (folders.size === 0) {
    process.once('exit', () => {
      for (const left of folders) rmSync(left, { recursive: true, force: true });
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => process.exit(1));
    }
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-bench-'));
  folders.add(folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The shape of a row, and the type of its elements. */
function describe({ shape, dtype }: Tensor): { shape: readonly number[]; dtype: string } {
  return { shape: shape.slice(1), dtype };
}
