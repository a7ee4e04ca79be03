// The examples on tables, run as a reader runs them: from a CSV file to a confusion matrix.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

async function run(example: string, ...args: string[]): Promise<string> {
  const script = ['--import', 'tsx', `examples/${example}.ts`, ...args];
  return (await promisify(execFile)(process.execPath, script, { cwd: root })).stdout;
}

/** The numbers of the confusion matrix, row by row. */
function matrixOf(output: string, classes: readonly string[]): number[][] {
  const lines = output.slice(output.indexOf('Confusion matrix')).split('\n');
  expect(lines[1]?.trim().split(/\s+/)).toEqual(classes);
  return classes.map((name, k) => {
    const [label, ...cells] = lines[k + 2]?.trim().split(/\s+/) ?? [];
    expect(label).toBe(name);
    return cells.map(Number);
  });
}

/** The matrix counts every test sample once, and its diagonal is the accuracy that was printed. */
function expectConsistent(output: string, classes: readonly string[], samples: number): number {
  const matrix = matrixOf(output, classes);
  const right = matrix.reduce((sum, row, k) => sum + (row[k] ?? NaN), 0);
  expect(matrix.flat()).toHaveLength(classes.length ** 2);
  expect(matrix.flat().reduce((a, b) => a + b)).toBe(samples);
  const accuracy = Number(/test accuracy ([\d.]+)/i.exec(output)?.[1]);
  expect(accuracy).toBeCloseTo(right / samples, 4);
  expect(output).toContain(`${right} of ${samples} right`);
  return accuracy;
}

describe('the examples on tables', () => {
  // Means, deviations and ranges are NumPy's, of the files of scikit-learn.
  it('iris', async () => {
    const output = await run('iris');
    expect(output).toContain('150 samples of 4 features');
    expect(output).toMatch(/sepal length +5\.843 +0\.825 +4\.300 +7\.900/);
    expect(output).toMatch(/petal width +1\.199 +0\.760 +0\.100 +2\.500/);
    expect(output).toContain('50 setosa, 50 versicolor, 50 virginica');
    expect(expectConsistent(output, ['setosa', 'versicolor', 'virginica'], 45)).toBeGreaterThan(
      0.9,
    );
  });

  it('breast cancer', async () => {
    const output = await run('breast-cancer');
    expect(output).toContain('569 samples of 30 features');
    expect(output).toMatch(/mean radius +14\.127 +3\.521 +6\.981 +28\.110/);
    expect(output).toMatch(/mean area +654\.889 +351\.60\d +143\.500 +2501\.000/);
    expect(output).toContain('212 malignant, 357 benign');
    const accuracy = expectConsistent(output, ['malignant', 'benign'], 114);
    expect(accuracy).toBeGreaterThan(0.93);
    // Benign is class 1: precision and recall follow from the second column and row.
    const [[, falsePositives = NaN] = [], [missed = NaN, hits = NaN] = []] = matrixOf(output, [
      'malignant',
      'benign',
    ]);
    const valueOf = (name: string): number =>
      Number(new RegExp(`Test ${name} ([\\d.]+)`).exec(output)?.[1]);
    expect(valueOf('precision')).toBeCloseTo(hits / (hits + falsePositives), 4);
    expect(valueOf('recall')).toBeCloseTo(hits / (hits + missed), 4);
    expect(valueOf('auc')).toBeGreaterThan(0.95);
  });

  it('read a file of your own', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-'));
    try {
      const file = path.join(folder, 'flowers.csv');
      const lines = Array.from({ length: 40 }, (_, i) =>
        i % 2 === 0 ? `${1 + i / 100},2,rose` : `${3 + i / 100},1,tulip`,
      );
      writeFileSync(file, ['length,width,species', ...lines].join('\n'));
      const output = await run('iris', file);
      expect(output).toContain('40 samples of 2 features');
      expect(expectConsistent(output, ['rose', 'tulip'], 12)).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
