import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as reference from '../reference/losses.js';
import { softmax } from '../reference/softmax.js';
import { expectClose, inOut, outputF32, runKernelForOutput } from './guarded.js';
import { rowsOf, values } from './values.js';

const shapes = [0, 1, 3, 5, 17].flatMap((rows) =>
  [1, 3, 4, 5, 10, 17].map((cols) => [rows, cols] as const),
);
const scales = [1, 20, 1e4];
const ignoreNone = -2147483648;

interface Problem {
  readonly rows: number;
  readonly cols: number;
  readonly logits: Float32Array;
  readonly z: readonly number[][];
  readonly dloss: Float32Array;
  readonly probabilities: Float32Array;
  readonly labels: Int32Array;
}

const problems: readonly Problem[] = shapes.flatMap(([rows, cols]) =>
  scales.map((scale) => {
    const logits = values(rows * cols, scale, 31 * rows + cols);
    const z = rowsOf(logits, rows, cols);
    const probabilities = Float32Array.from(z.flatMap(softmax));
    const labels = Int32Array.from({ length: rows }, (_, r) => (r * 7 + 3) % cols);
    return { rows, cols, logits, z, dloss: values(rows, 2, 5), probabilities, labels };
  }),
);

/** A row of `cols` with 1 at `label`. */
function indicator(label: number, cols: number): number[] {
  return Array.from({ length: cols }, (_, c) => (c === label ? 1 : 0));
}

describe('softmaxCrossEntropy', () => {
  it('agrees with float64 on one-hot, smoothed and unnormalized targets', () => {
    for (const { rows, cols, logits, z, labels } of problems) {
      const oneHot = [...labels].flatMap((label) => indicator(label, cols));
      const smoothed = oneHot.map((t) => 0.9 * t + 0.1 / cols);
      for (const t of [oneHot, smoothed, [...values(rows * cols, 3, 4).map(Math.abs)]]) {
        const targets = Float32Array.from(t);
        const out = outputF32(rows);
        const loss = runKernelForOutput('softmaxCrossEntropy', out, logits, targets, rows, cols);
        const byRow = rowsOf(targets, rows, cols);
        const expected = z.map((row, r) => reference.softmaxCrossEntropy(row, byRow[r] ?? []));
        expectClose(loss, expected, 2e-6, 2e-6);
      }
    }
  });

  it('keeps its relative accuracy when the loss is nearly 0', () => {
    const logits = Float32Array.of(20, 0, -3);
    const out = outputF32(1);
    const loss = runKernelForOutput(
      'softmaxCrossEntropy',
      out,
      logits,
      Float32Array.of(1, 0, 0),
      1,
      3,
    );
    expect((loss[0] ?? 0) / Math.log1p(Math.exp(-20) + Math.exp(-23))).toBeCloseTo(1, 6);
  });

  it('counts 0 · -inf as 0, and a sure error as infinite', () => {
    const logits = Float32Array.of(0, -Infinity, 0, 0, -Infinity, 0);
    const targets = Float32Array.of(1, 0, 0, 0, 1, 0);
    const loss = runKernelForOutput('softmaxCrossEntropy', outputF32(2), logits, targets, 2, 3);
    expectClose(loss, [Math.LN2, Infinity], 0, 1e-6);
  });

  it('shows a diverged network as NaN', () => {
    const targets = Float32Array.of(1, 0, 1, 0);
    const logits = Float32Array.of(NaN, 0, 0, Infinity);
    expect(runKernelForOutput('softmaxCrossEntropy', outputF32(2), logits, targets, 2, 2)).toEqual([
      NaN,
      NaN,
    ]);
  });
});

describe('softmaxCrossEntropyGradient', () => {
  it('agrees with float64', () => {
    for (const { rows, cols, z, dloss, probabilities } of problems) {
      const targets = values(rows * cols, 1, 6);
      const byRow = rowsOf(targets, rows, cols);
      const dx = runKernelForOutput(
        'softmaxCrossEntropyGradient',
        outputF32(rows * cols),
        dloss,
        probabilities,
        targets,
        rows,
        cols,
      );
      const expected = z.flatMap((row, r) =>
        reference.softmaxCrossEntropyGradient(dloss[r] ?? 0, row, byRow[r] ?? []),
      );
      expectClose(dx, expected, 2e-6, 2e-6);
    }
  });
});

describe('sparseSoftmaxCrossEntropy', () => {
  it('is the loss of the one-hot target, and 0 for the ignored label', () => {
    for (const { rows, cols, logits, z, labels } of problems) {
      for (const ignore of [ignoreNone, 3 % cols]) {
        const loss = runKernelForOutput(
          'sparseSoftmaxCrossEntropy',
          outputF32(rows),
          logits,
          labels,
          rows,
          cols,
          ignore,
        );
        const expected = z.map((row, r) => {
          const label = labels[r] ?? 0;
          if (label === ignore) return 0;
          return reference.softmaxCrossEntropy(row, indicator(label, cols));
        });
        expectClose(loss, expected, 2e-6, 2e-6);
      }
    }
  });

  it('ignores a label that is not a class', () => {
    const logits = Float32Array.of(1, 2, NaN, 4);
    const labels = Int32Array.of(0, -1);
    const loss = runKernelForOutput(
      'sparseSoftmaxCrossEntropy',
      outputF32(2),
      logits,
      labels,
      2,
      2,
      -1,
    );
    expectClose(loss, [Math.log1p(Math.E), 0], 0, 1e-6);
  });
});

describe('sparseSoftmaxCrossEntropyGradient', () => {
  it('is the gradient of the one-hot target, and 0 for the ignored label', () => {
    for (const { rows, cols, z, dloss, probabilities, labels } of problems) {
      for (const ignore of [ignoreNone, 3 % cols]) {
        const expected = z.flatMap((row, r) => {
          const label = labels[r] ?? 0;
          const upstream = label === ignore ? 0 : (dloss[r] ?? 0);
          return reference.softmaxCrossEntropyGradient(upstream, row, indicator(label, cols));
        });
        const sizes = [rows, cols, ignore];
        const kernel = 'sparseSoftmaxCrossEntropyGradient';
        const out = outputF32(rows * cols);
        const dx = runKernelForOutput(kernel, out, dloss, probabilities, labels, ...sizes);
        expectClose(dx, expected, 1e-6, 1e-6);
      }
    }
  });
});

describe('sigmoidCrossEntropy', () => {
  const special = [0, 20, -20, 1e4, -1e4, 88, -88, 1e-8, -104];

  it.each([0, 1, 3, 4, 5, 10, 17, 200])('agrees with float64 on %i logits', (n) => {
    const logits = values(n, 15, 3);
    logits.set(special.slice(0, n));
    const targets = values(n, 1, 4).map((value, i) => (i % 3 === 0 ? Math.abs(value) : i % 2));
    const loss = runKernelForOutput('sigmoidCrossEntropy', outputF32(n), logits, targets, n);
    const expected = [...logits].map((z, i) => reference.sigmoidCrossEntropy(z, targets[i] ?? 0));
    expectClose(loss, expected, 2e-6, 1e-6);

    const dloss = values(n, 2, 8);
    const out = outputF32(n);
    const dx = runKernelForOutput('sigmoidCrossEntropyGradient', out, dloss, logits, targets, n);
    const expectedDx = [...logits].map((z, i) =>
      reference.sigmoidCrossEntropyGradient(dloss[i] ?? 0, z, targets[i] ?? 0),
    );
    expectClose(dx, expectedDx, 3e-7, 1e-6);
  });

  it('keeps its relative accuracy when the loss is nearly 0', () => {
    const z = Float32Array.of(-20, -60, 30);
    const t = Float32Array.of(0, 0, 1);
    const loss = runKernelForOutput('sigmoidCrossEntropy', outputF32(3), z, t, 3);
    expectClose(loss, [Math.exp(-20), Math.exp(-60), Math.exp(-30)], 0, 1e-6);
  });
});

describe('oneHot', () => {
  it('marks the label’s column; a label out of range marks none', () => {
    for (const [n, classes] of shapes) {
      const labels = Int32Array.from({ length: n }, (_, i) => ((i * 5) % (classes + 2)) - 1);
      const y = runKernelForOutput('oneHot', outputF32(n * classes), labels, n, classes);
      expect(y).toEqual([...labels].flatMap((label) => indicator(label, classes)));
    }
  });
});

describe('gradients in place', () => {
  it('may overwrite the probabilities', () => {
    const p = Float32Array.from(softmax([1, 2, 3, 4, 5]));
    const alias = { aliasOf: 0 };
    const dloss = Float32Array.of(2);
    const labels = Int32Array.of(4);
    const sizes = [1, 5, ignoreNone];
    const kernel = 'sparseSoftmaxCrossEntropyGradient';
    const outOfPlace = runKernelForOutput(kernel, outputF32(5), dloss, p, labels, ...sizes);
    expectClose(
      outOfPlace,
      [...p].map((value, c) => 2 * (value - (c === 4 ? 1 : 0))),
      0,
      1e-6,
    );
    expect(runKernelForOutput(kernel, inOut(p), dloss, alias, labels, ...sizes)).toEqual(
      outOfPlace,
    );
  });
});

describe('numbers from Keras', () => {
  interface Matrix {
    readonly shape: readonly number[];
    readonly data: readonly number[];
  }
  interface Case {
    readonly class_name: string;
    readonly config: Readonly<Record<string, number | boolean | string | null>>;
    readonly y_true: Matrix;
    readonly y_pred: Matrix;
    readonly per_sample: Matrix;
  }
  const directory = process.env['LANEGRAD_GOLDEN_DIR'] ?? 'test/golden/data';
  const file = readFileSync(`${directory}/losses.json`, 'utf8');
  const { cases } = JSON.parse(file) as { cases: readonly Case[] };

  /** The unsmoothed cases from logits: what the kernels compute with nothing around them. */
  function casesOf(className: string): Case[] {
    return cases.filter(
      ({ class_name, config }) =>
        class_name === className &&
        config['from_logits'] === true &&
        !config['label_smoothing'] &&
        config['ignore_class'] == null,
    );
  }

  it.each(['CategoricalCrossentropy', 'SparseCategoricalCrossentropy', 'BinaryCrossentropy'])(
    '%s from logits',
    (className) => {
      const found = casesOf(className);
      expect(found.length).toBeGreaterThan(0);
      for (const { y_true, y_pred, per_sample } of found) {
        const [rows = 0, cols = 0] = y_pred.shape;
        const logits = Float32Array.from(y_pred.data);
        const targets = Float32Array.from(y_true.data);
        const out = outputF32(rows);
        let loss: number[];
        if (className === 'CategoricalCrossentropy') {
          loss = runKernelForOutput('softmaxCrossEntropy', out, logits, targets, rows, cols);
        } else if (className === 'SparseCategoricalCrossentropy') {
          const sizes = [rows, cols, ignoreNone];
          const labels = Int32Array.from(y_true.data);
          loss = runKernelForOutput('sparseSoftmaxCrossEntropy', out, logits, labels, ...sizes);
        } else {
          const n = rows * cols;
          const each = runKernelForOutput('sigmoidCrossEntropy', outputF32(n), logits, targets, n);
          loss = rowsOf(each, rows, cols).map((row) => row.reduce((a, b) => a + b, 0) / cols);
        }
        // Per sample, Keras gives the values before they are weighted.
        expectClose(loss, per_sample.data, 1e-5, 1e-4);
      }
    },
  );
});
