import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { data } from 'lanegrad';
import type { Tensor } from 'lanegrad';

/** A data set that the library has built in. */
interface BuiltIn {
  readonly featureNames: readonly string[];
  readonly classNames: readonly string[];
  readonly loadData: (options: {
    testSplit: number;
  }) => Promise<readonly [readonly [Tensor, Tensor], readonly [Tensor, Tensor]]>;
}

/** The content of a CSV file, read. */
export interface Table {
  /** [rows, features], float32 */
  readonly x: Tensor;
  /** [rows], int32: numbers of classes */
  readonly y: Tensor;
  readonly featureNames: readonly string[];
  readonly classNames: readonly string[];
}

/** Reads a CSV file whose first line names the columns and whose last column is the class. */
export async function readTable(file: string, label: string): Promise<Table> {
  const { x, y, columnNames, categories } = await data.readCsv(file, {
    label,
    dtypes: { [label]: 'category' },
  });
  if (y === undefined) throw new Error(`${file} has no column '${label}'`);
  return { x, y, featureNames: columnNames, classNames: categories[label] ?? [] };
}

/** The same of a built-in data set, by way of a CSV file: the examples need no file of their own. */
export async function readBuiltIn(source: BuiltIn, label: string): Promise<Table> {
  const [[x, y]] = await source.loadData({ testSplit: 0 });
  const rows = x.toArray(2);
  const classes = y.data();
  const lines = rows.map((row, i) => {
    // float32 holds 7 digits: more are not in the data.
    const features = row.map((value) => String(Number(value.toPrecision(7))));
    return [...features, source.classNames[classes[i] ?? 0]].join(',');
  });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lanegrad-'));
  try {
    const file = path.join(folder, 'table.csv');
    const header = [...source.featureNames, label].join(',');
    await writeFile(file, `${[header, ...lines].join('\n')}\n`);
    return await readTable(file, label);
  } finally {
    await rm(folder, { recursive: true });
  }
}
