// Writes the weights with which the federation begins: those of the classifier before any training.
//   npx tsx examples/federated/initial-weights.ts weights.npz
import { parseArgs } from 'node:util';
import type { Tensor } from 'lanegrad';
import { writeNpz } from 'lanegrad/io/npz';
import { isMain } from '../is-main.js';
import { loadRows, makeClassifier } from './shares.js';

/** Writes weights under the names '0', '1' and so on, as the ServerApp reads them. */
export async function writeWeights(file: string, weights: readonly Tensor[]): Promise<void> {
  await writeNpz(file, Object.fromEntries(weights.map((weight, i) => [String(i), weight])));
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { embedded: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [[x]] = await loadRows(values.embedded);
  await writeWeights(positionals[0] ?? 'weights.npz', makeClassifier(x.shape[1] ?? 0).getWeights());
}

if (isMain(import.meta.url)) await main();
