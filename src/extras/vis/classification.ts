// Charts of classifiers: which classes are taken for which, and what a threshold costs.
import { checkBoolean, checkOptions } from '../../config/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { ValueError } from '../../errors.js';
import { cellsSpec } from './distributions.js';
import { byKind, byNumber, frameOf, label, labelsOf, leftOut, makeSpec, refuse, refuseShape, requireSome, textsOf, valuesOf, wholeNumber } from './spec.js'; // prettier-ignore
import type { ChartOptions, Spec } from './spec.js';

/** Options of `confusionMatrix`. */
export interface ConfusionMatrixOptions extends ChartOptions {
  /** The names of the classes. Default: their numbers. */
  readonly labels?: readonly string[];
  /** Whether to show shares of the samples of a class. Default false: counts. */
  readonly normalize?: boolean;
}

/** The most classes of a chart. */
const MAX_CLASSES = 200;

/** The class of a sample whose scores are all NaN or infinite. */
const NONE = -1;

interface Classes {
  /** The class of each sample, or `NONE`. */
  readonly each: readonly number[];
  /** How many classes there are, as far as scores tell. */
  readonly known: number;
}

/** Classes of samples: those given, or the places of the largest scores, or of one-hot vectors. */
function classesOf(owner: string, name: string, x: TensorLike): Classes {
  const { shape, data } = valuesOf(owner, name, x);
  const [samples = 0, classes = 1] = shape;
  if (shape.length > 2 || classes > MAX_CLASSES) {
    refuseShape(owner, name, `classes [samples] or scores [samples, classes] of at most ${MAX_CLASSES} classes`, shape); // prettier-ignore
  }
  if (classes > 1) {
    const each = Array.from({ length: samples }, (_, i) =>
      placeOfLargest(data.subarray(i * classes, (i + 1) * classes)),
    );
    return { each, known: classes };
  }
  const each = Array.from(data, (value) => wholeNumber(owner, name, value, MAX_CLASSES - 1, 0));
  return { each, known: 0 };
}

/** The place of the first of the largest finite scores; `NONE` where no score is finite. */
function placeOfLargest(scores: ArrayLike<number>): number {
  let place = NONE;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? NaN;
    if (Number.isFinite(score) && (place === NONE || score > (scores[place] ?? NaN))) place = i;
  }
  return place;
}

/** The true class and the predicted one of each sample that has both. */
function pairsOf(owner: string, yTrue: TensorLike, yPred: TensorLike) {
  const [truth, predicted] = [classesOf(owner, 'yTrue', yTrue), classesOf(owner, 'yPred', yPred)];
  const samples = truth.each.length;
  if (samples !== predicted.each.length) {
    refuse(owner, 'yPred', `as many as the ${samples} samples of yTrue`, predicted.each.length);
  }
  const pairs = truth.each
    .map((row, i) => [row, predicted.each[i] ?? NONE] as const)
    .filter((pair) => !pair.includes(NONE));
  requireSome(owner, pairs);
  return {
    pairs,
    known: Math.max(truth.known, predicted.known),
    skipped: samples - pairs.length,
  };
}

/**
 * How many samples of each class are predicted as which class, with a row for each true class. Samples whose scores are all NaN or
 * infinite are left out, and the chart says how many.
 *
 * @param yTrue classes [samples], or one-hot vectors [samples, classes]
 * @param yPred classes [samples], or scores [samples, classes], of which the largest finite one counts
 * @throws ShapeError for other shapes and more than 200 classes; ValueError for other lengths, for classes that are no whole numbers from
 * 0 to 199 or have no label, and where no sample is left.
 * @example const spec = vis.confusionMatrix([0, 1, 1], [0, 1, 0], { labels: ['cat', 'dog'] });
 */
export function confusionMatrix(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: ConfusionMatrixOptions = {},
): Spec {
  const owner = 'confusionMatrix';
  checkOptions(owner, options, ['labels', 'normalize', 'title', 'width', 'height']);
  const { labels, normalize: share = false, ...rest } = options;
  const normalize = checkBoolean(owner, 'normalize', share);
  const { pairs, known, skipped } = pairsOf(owner, yTrue, yPred);
  const classes = Math.max(
    known,
    labels?.length ?? pairs.reduce((most, pair) => Math.max(most, ...pair), 0) + 1,
  );
  const names = labelsOf(owner, 'labels', labels, classes);
  const counts = new Float64Array(classes * classes);
  const totals = new Float64Array(classes);
  for (const [row, column] of pairs) {
    const largest = Math.max(row, column);
    if (largest >= classes) {
      throw new ValueError(`${owner}: class ${largest} has no label: there are ${classes}.`);
    }
    counts[row * classes + column] = (counts[row * classes + column] ?? 0) + 1;
    totals[row] = (totals[row] ?? 0) + 1;
  }
  const shares = counts.map(
    (count, i) => count / Math.max(1, totals[Math.floor(i / classes)] ?? 0),
  );
  const values = normalize ? shares : counts;
  const most = values.reduce((a, b) => Math.max(a, b));
  // Dark cells have white numbers, in both themes.
  const numbers = {
    mark: 'text',
    encoding: {
      text: byNumber('value', null, { format: normalize ? '.2f' : 'd' }),
      color: {
        condition: { test: `datum.value > ${most * 0.55}`, value: '#ffffff' },
        value: '#1f2328',
      },
    },
  };
  const titles = { xTitle: 'predicted class', yTitle: 'true class' };
  const named = { ...titles, ...rest, xLabels: names, yLabels: names };
  return cellsSpec(owner, values, [classes, classes], named, leftOut(skipped), {
    ...{ title: 'Confusion matrix', cell: 44, side: 160, most: MAX_CLASSES },
    color: { title: normalize ? 'share' : 'samples', scale: { scheme: 'blues', domainMin: 0 } },
    ...(classes <= 25 && { over: numbers }),
  });
}

/** Options of `rocCurve` and `precisionRecall`. */
export interface CurveOptions extends ChartOptions {
  /** The names of the classes. Default: their numbers, or none for two classes. */
  readonly labels?: readonly string[];
}

/** Points of a curve that are drawn. */
const MOST = 500;

/** Points from strict to lenient thresholds, and the area below them; undefined where there are no samples, or no others. */
function curveOf(
  ranked: readonly (readonly [score: number, isPositive: boolean])[],
  isRoc: boolean,
): { readonly points: readonly (readonly [number, number])[]; readonly area: number } | undefined {
  const positives = ranked.filter(([, isPositive]) => isPositive).length;
  const negatives = ranked.length - positives;
  if (positives * negatives === 0) return undefined;
  const points: [x: number, y: number][] = [[0, isRoc ? 0 : 1]];
  let [hits, area] = [0, 0];
  ranked.forEach(([score, isPositive], i) => {
    if (isPositive) hits++;
    // Equal scores are one threshold.
    if (score === ranked[i + 1]?.[0]) return;
    const recall = hits / positives;
    const [x, y] = isRoc ? [(i + 1 - hits) / negatives, recall] : [recall, hits / (i + 1)];
    const [before, above] = points.at(-1) ?? [0, 0];
    area += (x - before) * (isRoc ? (above + y) / 2 : y);
    points.push([x, y]);
  });
  return { points, area };
}

/** The ROC curve, or precision over recall. */
function curveSpec(
  owner: 'rocCurve' | 'precisionRecall',
  yTrue: TensorLike,
  yScore: TensorLike,
  options: CurveOptions,
): Spec {
  const isRoc = owner === 'rocCurve';
  const [title, sum, xTitle, yTitle] = isRoc
    ? ['ROC curve', 'AUC', 'false positive rate', 'true positive rate']
    : ['Precision and recall', 'AP', 'recall', 'precision'];
  const frame = frameOf(owner, options, ['labels'], title, 320, 320);
  const { shape, data } = valuesOf(owner, 'yScore', yScore);
  const { each: truth } = classesOf(owner, 'yTrue', yTrue);
  const [samples = 0, columns = 1] = shape;
  if (shape.length > 2 || samples !== truth.length) {
    refuseShape(owner, 'yScore', `[samples] or [samples, classes] with the ${truth.length} samples of yTrue`, shape); // prettier-ignore
  }
  const isBinary = columns === 1;
  // Two classes have one curve, which needs no name.
  const names = labelsOf(owner, 'labels', options.labels, columns, isBinary ? () => '' : String);
  const [missing, legend]: [string[], string[]] = [[], []];
  let skipped = 0;
  const values = names.flatMap((name, column) => {
    const wanted = isBinary ? 1 : column;
    const ranked = truth
      .map(
        (of, i) =>
          [of === NONE ? NaN : (data[i * columns + column] ?? NaN), of === wanted] as const,
      ) // prettier-ignore
      .filter(([score]) => Number.isFinite(score))
      .sort(([a], [b]) => b - a);
    skipped += samples - ranked.length;
    const curve = curveOf(ranked, isRoc);
    if (curve === undefined) {
      missing.push(name);
      return [];
    }
    const { points, area } = curve;
    const text = `${name && `${name}: `}${sum} ${area.toFixed(3)}`;
    const of = legend.push(label(owner, 'label', text)) - 1;
    const step = Math.ceil(points.length / MOST);
    const kept = points.filter((_, i) => i % step === 0 || i === points.length - 1);
    return kept.map(([x, y]) => ({ of, x, y }));
  });
  if (legend.length === 0) {
    throw new ValueError(
      `${owner}: there must be samples of the class and others; of no class there are both.`,
    );
  }
  const notes = leftOut(skipped);
  if (missing.length > 0) notes.push(`no samples, or no others, of class ${missing.join(', ')}`);
  const scale = { domain: [0, 1] };
  const diagonal = {
    data: { values: [{ x: 0, y: 0 }, { x: 1, y: 1 }] }, // prettier-ignore
    mark: { type: 'line', strokeDash: [4, 4], strokeWidth: 1, color: '#8b949e' },
  };
  const line = {
    mark: 'line',
    encoding: { color: byKind('of', { legend: { labelExpr: textsOf(legend) } }) },
  };
  return makeSpec(frame, notes, values, {
    encoding: { x: byNumber('x', xTitle, { scale }), y: byNumber('y', yTitle, { scale }) },
    layer: isRoc ? [diagonal, line] : [line],
  });
}

/**
 * The receiver operating characteristic: the share of the class that is found against the share of false alarms, over all
 * thresholds. The legend shows the area under the curve.
 *
 * @param yTrue classes [samples], 0 and 1, or one-hot vectors
 * @param yScore scores of class 1 [samples], or of each class [samples, classes]: then a curve for each class against the others
 * @throws ShapeError for wrong shapes, ValueError if no class has both positive and negative samples.
 * @example const spec = vis.rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // area 0.75
 */
export function rocCurve(yTrue: TensorLike, yScore: TensorLike, options: CurveOptions = {}): Spec {
  return curveSpec('rocCurve', yTrue, yScore, options);
}

/**
 * Precision against recall, over all thresholds: the share of findings that are right, against the share of the class that is
 * found. The legend shows the average precision, Σ (Rᵢ − Rᵢ₋₁) Pᵢ.
 *
 * @param yTrue classes [samples], 0 and 1, or one-hot vectors
 * @param yScore scores of class 1 [samples], or of each class [samples, classes]: then a curve for each class against the others
 * @throws ShapeError for wrong shapes, ValueError if no class has both positive and negative samples.
 * @example const spec = vis.precisionRecall([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // average precision 0.833
 */
export function precisionRecall(
  yTrue: TensorLike,
  yScore: TensorLike,
  options: CurveOptions = {},
): Spec {
  return curveSpec('precisionRecall', yTrue, yScore, options);
}
