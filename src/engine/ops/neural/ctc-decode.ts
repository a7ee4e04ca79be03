import { sever } from '../../autodiff/index.js';
import { checkBoolean, checkNumber, checkOptions, oneOf } from '../../../config/index.js';
import type { EitherSpelling } from '../../../config/index.js';
import { arange, decideBy, full, requireRoom, scoped, tensor } from '../../tensor/index.js';
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
import { takeAlongRows } from '../indexing/take-along-rows.js';
import { argsort } from '../indexing/sort.js';
import { sum } from '../reductions/sum.js';
import { where } from '../elementwise/where.js';
import { searchBeams } from './beam-search.js';

const STRATEGIES = ['greedy', 'beam_search'] as const;

/** Options of `ctcDecode`. */
export interface CTCDecodeOptions {
  /** The most probable class of each step, or the most probable labels among the beams. Default `'greedy'`. */
  readonly strategy?: EitherSpelling<(typeof STRATEGIES)[number]>;
  /** How many beams are kept after each step, 1 … 65536; for `'beam_search'`. Default 100. */
  readonly beamWidth?: number;
  /** How many rows of labels come out of the beams, 1 … 65536; for `'beam_search'`. Default 1. */
  readonly topPaths?: number;
  /** Whether a class that follows itself is one label; for `'greedy'`. Default true. */
  readonly mergeRepeated?: boolean;
  /** The class that stands for a blank; null: the last one. Default 0. */
  readonly maskIndex?: number | null;
}

/**
 * The labels that the output of a network trained with `ctcLoss` spells: `[labels, scores]`, int32
 * [paths, batch, steps], −1 behind the last label, and float32 [batch, paths]. `'greedy'` takes the most probable class of
 * each step: one path, whose score is −Σ of the largest logits. `'beam_search'` adds up the probabilities of all ways to spell the
 * same labels: `topPaths` paths, the most probable first, with the logarithms of their probabilities, which have no gradient.
 *
 * @keras = ctcDecode
 * @param inputs logits [batch, steps, classes]
 * @param sequenceLengths one number of steps a sample: the others do not count
 * @throws ShapeError for shapes that do not fit, ValueError for a length or an option out of range.
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
  const hasElements = decideBy(logs, () => true, false);
  if (hasElements) {
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
