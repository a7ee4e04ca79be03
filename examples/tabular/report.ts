import { ops, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import type { Table } from './csv-file.js';

/** Columns as wide as their widest cell; all but the first are aligned to the right. */
export function printColumns(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, j) => Math.max(...rows.map((row) => row[j]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, j) =>
      j === 0 ? cell.padEnd(widths[j] ?? 0) : cell.padStart(widths[j] ?? 0),
    );
    console.log(`  ${cells.join('  ')}`);
  }
}

/** Mean, deviation and range of the first features, and how many samples each class has. */
export function printTable({ x, y, featureNames, classNames }: Table, shown = 6): void {
  tidy(() => {
    const statistics = [x.mean(0), x.std(0), x.min(0), x.max(0)].map((values) => values.data());
    const rows = featureNames
      .slice(0, shown)
      .map((name, j) => [name, ...statistics.map((values) => (values[j] ?? NaN).toFixed(3))]);
    const counts = ops.oneHot(y, classNames.length).sum(0).data();
    console.log(`\n${x.shape[0]} samples of ${featureNames.length} features:`);
    printColumns([['', 'mean', 'std', 'min', 'max'], ...rows]);
    if (featureNames.length > shown) console.log(`  … and ${featureNames.length - shown} more`);
    console.log(`  ${classNames.map((name, k) => `${counts[k] ?? 0} ${name}`).join(', ')}\n`);
  });
}

/** Prints the matrix with names, and what share of the samples lies on its diagonal. */
export function printConfusion(matrix: Tensor, classNames: readonly string[]): void {
  const rows = matrix.toArray(2);
  console.log('\nConfusion matrix (rows: what it is, columns: what the network says):');
  printColumns([
    ['', ...classNames],
    ...rows.map((row, k) => [classNames[k] ?? '', ...row.map(String)]),
  ]);
  const right = tidy(() => ops.trace(matrix).item());
  const all = tidy(() => matrix.sum().item());
  console.log(`\n${right} of ${all} right (${((100 * right) / all).toFixed(1)} %)`);
}
