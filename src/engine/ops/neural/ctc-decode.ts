import { arange, full, hasElements, requireRoom, scoped, tensor } from '../../tensor/index.js';
import { exp, log, log1p } from '../elementwise/unary.js';
import { sever } from '../../autodiff/index.js';
import { checkBoolean, checkNumber, checkOptions, oneOf } from '../../../config/index.js';
import type { EitherSpelling } from '../../../config/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { neg } from '../elementwise/arithmetic.js';
import { equal, less, logicalOr } from '../elementwise/compare.js';
import { concat } from '../shapes/concat.js';
import { checkedLengths, checkedMask, checkedSteps } from './ctc-loss.js';
import { expandDims } from '../shapes/reshape.js';
import { argmax, max } from '../reductions/reduce.js';
import { slice } from '../indexing/slice.js';
import { toFloat } from '../elementwise/operands.js';
import { logSoftmax } from './softmax.js';
import { takeAlongRows } from '../indexing/selection.js';
import { argsort } from '../indexing/sort.js';
import { sum } from '../reductions/sum.js';
import { where } from '../elementwise/where.js';

/** The labels of a beam: a leaf of the tree of all rows of labels that were met. */
interface Row {
  readonly parent: Row | undefined;
  readonly label: number;
  readonly next: Map<number, Row>;
}

/** A row of labels, and the logarithms of the probabilities to have spelled it and to be at its last label, or at a blank. */
interface Beam {
  readonly row: Row;
  readonly emitted: number;
  readonly masked: number;
}

/** What beams of a step come from: a row, and the logarithm of the probability of one way to it. */
type Ways = [rows: Row[], logs: number[]];

interface Settings {
  readonly beamWidth: number;
  readonly topPaths: number;
  readonly blank: number;
}

/**
 * The most probable rows of labels, and the logarithms of their probabilities, as far as the beams know. Of equal ones the row
 * with the smaller class comes first, as in Keras on JAX.
 *
 * @param logs logarithms of probabilities, [steps, classes]; the first step always counts
 */
function searchBeams(
  logs: Float32Array,
  steps: number,
  classes: number,
  { beamWidth, topPaths, blank }: Settings,
): { readonly path: readonly number[]; readonly score: number }[] {
  const root: Row = { parent: undefined, label: -1, next: new Map() };
  let beams = firstBeams(root, logs.subarray(0, classes), blank, beamWidth);
  for (let t = 1; t < steps; t++) {
    const step = logs.subarray(t * classes, (t + 1) * classes);
    const [emitted, masked] = waysOf(beams, step, blank);
    const [atLabel, atBlank] = [merged(emitted), merged(masked)];
    const rows = [...new Set([...atLabel.keys(), ...atBlank.keys()])];
    const all = rows.map((row) => {
      const least = -Infinity;
      return { row, emitted: atLabel.get(row) ?? least, masked: atBlank.get(row) ?? least };
    });
    beams = best(all, totals(all), beamWidth).map(([beam]) => beam);
  }
  const ends = merged([
    [...beams, ...beams].map(({ row }) => row),
    [...beams.map(({ emitted }) => emitted), ...beams.map(({ masked }) => masked)],
  ]);
  const rows = [...ends.keys()].map((row) => ({ row }));
  return best(rows, Float32Array.from(ends.values()), topPaths).map(([{ row }, score]) => {
    return { path: labelsOf(row), score };
  });
}

/** A beam for each of the most probable classes of the first step. */
function firstBeams(root: Row, step: Float32Array, blank: number, width: number): Beam[] {
  const all = Array.from(step, (value, label): Beam => {
    if (label === blank) return { row: root, emitted: -Infinity, masked: value };
    return { row: behind(root, label), emitted: value, masked: -Infinity };
  });
  // Among equal classes the blank counts by its number, and not by having no label.
  const order = all.map((_, label) => label);
  order.sort((a, b) => (step[b] ?? 0) - (step[a] ?? 0) || a - b);
  return order.slice(0, width).flatMap((label) => all[label] ?? []);
}

/** The row with one label more. */
function behind(row: Row, label: number): Row {
  const known = row.next.get(label);
  if (known !== undefined) return known;
  const made: Row = { parent: row, label, next: new Map() };
  row.next.set(label, made);
  return made;
}

/** The ways out of beams by one step: to labels, and to a blank. */
function waysOf(beams: readonly Beam[], step: Float32Array, blank: number): [Ways, Ways] {
  const [emitted, masked]: [Ways, Ways] = [
    [[], []],
    [[], []],
  ];
  const add = ([rows, logs]: Ways, row: Row, before: number, label: number): void => {
    if (before === -Infinity) return;
    rows.push(row);
    logs.push(Math.fround(before + (step[label] ?? 0)));
  };
  for (const beam of beams) {
    const { row } = beam;
    for (let label = 0; label < step.length; label++) {
      if (label === blank) {
        add(masked, row, beam.emitted, label);
        add(masked, row, beam.masked, label);
        continue;
      }
      // A label that follows itself is held; behind a blank it is a new one.
      const after = behind(row, label);
      add(emitted, label === row.label ? row : after, beam.emitted, label);
      add(emitted, after, beam.masked, label);
    }
  }
  return [emitted, masked];
}

/** f of all numbers, by the kernel that has the same bits in every engine. */
function mapped(f: typeof exp, values: readonly number[] | Float32Array): Float32Array {
  return scoped(() => Float32Array.from(f(tensor(Float32Array.from(values))).data()));
}

/** For each row the logarithm of the sum of its ways. */
function merged([rows, logs]: Ways): Map<Row, number> {
  const largest = logs.reduce((most, value) => Math.max(most, value), -Infinity);
  if (largest === -Infinity) return new Map();
  const parts = mapped(
    exp,
    logs.map((value) => value - largest),
  );
  const sums = new Map<Row, number>();
  rows.forEach((row, i) => sums.set(row, (sums.get(row) ?? 0) + (parts[i] ?? 0)));
  const results = mapped(log, [...sums.values()]);
  return new Map([...sums.keys()].map((row, i) => [row, Math.fround((results[i] ?? 0) + largest)]));
}

/** ln(e^emitted + e^masked) of each beam. */
function totals(beams: readonly Beam[]): Float32Array {
  const larger = beams.map(({ emitted, masked }) => Math.max(emitted, masked));
  const distance = beams.map(({ emitted, masked }, i) => {
    const smaller = Math.min(emitted, masked);
    return smaller === -Infinity ? -Infinity : smaller - (larger[i] ?? 0);
  });
  const rest = mapped(log1p, mapped(exp, distance));
  return Float32Array.from(larger, (value, i) => value + (rest[i] ?? 0));
}

/** The `count` largest that are possible at all, the largest first. */
function best<T extends { readonly row: Row }>(
  all: readonly T[],
  scores: Float32Array,
  count: number,
): [T, number][] {
  const ranked = all.map((one, i): [T, number] => [one, scores[i] ?? -Infinity]);
  return ranked
    .filter(([, score]) => score > -Infinity)
    .sort(([a, x], [b, y]) => y - x || compare(labelsOf(a.row), labelsOf(b.row)))
    .slice(0, count);
}

/** Which of two rows comes first: at the first difference the one with the smaller class, and the longer one before its part. */
function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((label, i) => label !== b[i]);
  if (at < 0) return a.length < b.length ? 1 : 0;
  const [ofA = 0, ofB] = [a[at], b[at]];
  return ofB === undefined ? -1 : ofA - ofB;
}

function labelsOf(row: Row): number[] {
  const labels: number[] = [];
  for (let at: Row | undefined = row; at?.parent !== undefined; at = at.parent) {
    labels.push(at.label);
  }
  return labels.reverse();
}

const STRATEGIES = ['greedy', 'beam_search'] as const;

/** Options of `ctcDecode`. */
export interface CTCDecodeOptions {
  /**
   * `'greedy'` for the most probable class of each step, or `'beam_search'` for the most probable labels among the beams. Default
   * `'greedy'`.
   */
  readonly strategy?: EitherSpelling<(typeof STRATEGIES)[number]>;
  /** The number of beams to keep after each step, 1 … 65536, for `'beam_search'`. Default 100. */
  readonly beamWidth?: number;
  /** The number of best rows of labels to return, 1 … 65536, for `'beam_search'`. Default 1. */
  readonly topPaths?: number;
  /** Whether to merge repeated classes into one label, for `'greedy'`. Default true. */
  readonly mergeRepeated?: boolean;
  /** The class that stands for a blank; null: the last one. Default 0. */
  readonly maskIndex?: number | null;
}

/**
 * Decodes the output of a network trained with `ctcLoss`. Returns `[labels, scores]`: int32 [paths, batch, steps], with −1 after
 * the last label, and float32 [batch, paths]. `'greedy'` takes the most probable class of each step: one path, whose score is −Σ
 * of the largest logits. `'beam_search'` adds up the probabilities of all alignments with the same labels and returns `topPaths`
 * paths, the most probable first, with the logarithms of their probabilities, which have no gradient.
 *
 * @keras = ctcDecode
 * @param inputs logits [batch, steps, classes]
 * @param sequenceLengths the number of steps of each sample; later steps are ignored
 * @throws ShapeError for shapes that do not match, ValueError for a length or an option out of range.
 * @example ops.ctcDecode([[[0, 9, 0], [9, 0, 0], [0, 0, 9]]], [3])[0] // [[[1, 2, -1]]]
 */
export function ctcDecode(
  inputs: TensorLike,
  sequenceLengths: TensorLike,
  options: CTCDecodeOptions = {},
): [labels: Tensor, scores: Tensor] {
  const op = 'ctcDecode';
  const known = ['strategy', 'beamWidth', 'topPaths', 'mergeRepeated', 'maskIndex'];
  checkOptions(op, options, known);
  const { strategy = 'greedy', mergeRepeated = true, maskIndex = 0 } = options;
  const way = oneOf(op, 'strategy', strategy, STRATEGIES);
  checkBoolean(op, 'mergeRepeated', mergeRepeated);
  const count = { min: 1, max: 2 ** 16, integer: true };
  const beamWidth = checkNumber(op, 'beamWidth', options.beamWidth ?? 100, count);
  const topPaths = checkNumber(op, 'topPaths', options.topPaths ?? 1, count);
  return scoped(() => {
    const x = toFloat(inputs);
    const [batch, steps, classes] = checkedSteps(op, 'inputs', x);
    const lengths = checkedLengths(op, 'sequenceLengths', sequenceLengths, batch, steps);
    const blank = maskIndex === null ? classes - 1 : checkedMask(op, maskIndex, classes);
    if (way === 'greedy') return greedy(x, lengths, blank, mergeRepeated);
    requireRoom([topPaths, batch, steps], 'int32', op);
    const [labels, scores] = beams(logSoftmax(x), lengths, { beamWidth, topPaths, blank });
    return [labels, sever('the scores of ctcDecode', [x], scores)];
  });
}

/** The most probable class of each step, without blanks. */
function greedy(x: Tensor, lengths: Tensor, blank: number, merge: boolean): [Tensor, Tensor] {
  const steps = x.shape[1] ?? 0;
  const counts = less(arange(steps), expandDims(lengths, -1));
  const classes = where(counts, argmax(x, -1), blank);
  const isBlank = equal(classes, blank);
  const isLeft = merge ? logicalOr(isBlank, repeats(classes)) : isBlank;
  const order = argsort(where(isLeft, steps, arange(steps)), -1);
  const labels = takeAlongRows(where(isLeft, -1, classes), order);
  const scores = neg(sum(where(counts, max(x, -1), 0), -1, true));
  return [expandDims(labels, 0), scores];
}

/** Where a class is that of the step before. */
function repeats(classes: Tensor): Tensor {
  const [batch = 0, steps = 0] = classes.shape;
  const first = full([batch, 1], false);
  if (steps === 1) return first;
  const behind = slice(classes, ':', '1:');
  const before = slice(classes, ':', ':-1');
  return concat([first, equal(behind, before)], 1);
}

function beams(
  logs: Tensor,
  lengths: Tensor,
  settings: { readonly beamWidth: number; readonly topPaths: number; readonly blank: number },
): [Tensor, Tensor] {
  const [batch = 0, steps = 0, classes = 0] = logs.shape;
  const { topPaths } = settings;
  const labels = new Int32Array(topPaths * batch * steps).fill(-1);
  const scores = new Float32Array(batch * topPaths).fill(-Infinity);
  // Where only shapes are asked for, there are no elements.
  if (hasElements()) {
    const [all, counts] = [logs.data() as Float32Array, lengths.data()];
    for (let b = 0; b < batch; b++) {
      const of = all.subarray(b * steps * classes, (b + 1) * steps * classes);
      const found = searchBeams(of, counts[b] ?? 0, classes, settings);
      found.forEach(({ path, score }, i) => {
        labels.set(path, (i * batch + b) * steps);
        scores[b * topPaths + i] = score;
      });
    }
  }
  return [
    tensor(labels, { shape: [topPaths, batch, steps] }),
    tensor(scores, { shape: [batch, topPaths] }),
  ];
}
