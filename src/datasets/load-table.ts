import { tensor } from '../tensor/create.js';
import { checkTestSplit, rowsOf, splitByClass, type TestSplitOptions } from './split-by-class.js';
import { decodeTable, type PackedTable } from './table-codec.js';
import type { TrainTestTensors } from './tensors.js';

/** The samples of an embedded table in two parts: float32 features [n, columns], uint8 labels [n]. */
export async function loadTable(
  name: string,
  options: TestSplitOptions,
  load: () => Promise<PackedTable>,
): Promise<TrainTestTensors> {
  const testSplit = checkTestSplit(`datasets.${name}.loadData`, options);
  const table = await load();
  const { features, labels } = await decodeTable(table, name);
  const { train, test } = splitByClass(labels, testSplit);
  const part = (samples: readonly number[]): TrainTestTensors[number] => [
    tensor(rowsOf(features, samples, table.columns), { shape: [samples.length, table.columns] }),
    tensor(rowsOf(labels, samples, 1)),
  ];
  return [part(train), part(test)];
}
