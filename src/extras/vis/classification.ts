// Charts of classifiers: which classes are taken for which, and what a threshold costs.
import { checkBoolean, checkNumber, requireObject } from '../../config/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { frameOf, label, labelsOf, leftOut, makeSpec, valuesOf } from './spec.js';
import type { ChartOptions, Spec, Values } from './spec.js';

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
  if (shape.length > 2) {
    throw new ShapeError(`${owner}: ${name} must be classes [samples] or scores [samples, classes], got the shape (${shape.join(', ')}).`); // prettier-ignore
  }
  if (classes > MAX_CLASSES) {
    throw new ShapeError(`${owner}: ${name} must have scores of at most ${MAX_CLASSES} classes, got the shape (${shape.join(', ')}).`); // prettier-ignore
  }
  if (classes > 1) {
    const each = Array.from({ length: samples }, (_, i) =>
      placeOfLargest(data.subarray(i * classes, (i + 1) * classes)),
    );
    return { each, known: classes };
  }
  const range = { min: 0, max: MAX_CLASSES - 1, integer: true };
  return { each: Array.from(data, (value) => checkNumber(owner, name, value, range)), known: 0 };
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
  if (samples !== predicted.each.length || samples === 0) {
    throw new ShapeError(
      `${owner}: yTrue and yPred must have as many samples, at least one, got ${samples} and ${predicted.each.length}.`,
    );
  }
  const pairs = truth.each
    .map((row, i) => [row, predicted.each[i] ?? NONE] as const)
    .filter((pair) => !pair.includes(NONE));
  if (pairs.length === 0) {
    throw new ValueError(
      `${owner}: the scores of every sample are NaN or infinite, so there is nothing to draw.`,
    );
  }
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
 * @throws ShapeError for other shapes, other lengths and more than 200 classes; ValueError for classes that are no whole numbers from
 * 0 to 199 or have no label, and where no sample is left.
 * @example const spec = vis.confusionMatrix([0, 1, 1], [0, 1, 0], { labels: ['cat', 'dog'] });
 */
export function confusionMatrix(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: ConfusionMatrixOptions = {},
): Spec {
  const owner = 'confusionMatrix';
  requireObject(owner, 'options', options);
  const { pairs, known, skipped } = pairsOf(owner, yTrue, yPred);
  const classes = Math.max(
    known,
    options.labels?.length ?? pairs.reduce((most, pair) => Math.max(most, ...pair), 0) + 1,
  );
  const side = Math.min(480, Math.max(160, 44 * classes));
  const frame = frameOf(owner, options, ['labels', 'normalize'], { title: 'Confusion matrix', width: side, height: side }); // prettier-ignore
  const normalize = checkBoolean(owner, 'normalize', options.normalize ?? false);
  const names = labelsOf(owner, 'labels', options.labels, classes);
  const counts = new Map<number, number>();
  const totals = new Array<number>(classes).fill(0);
  for (const [row, column] of pairs) {
    if (row >= classes || column >= classes) {
      throw new ValueError(
        `${owner}: class ${Math.max(row, column)} has no label: there are ${classes}.`,
      );
    }
    counts.set(row * classes + column, (counts.get(row * classes + column) ?? 0) + 1);
    totals[row] = (totals[row] ?? 0) + 1;
  }
  const values = names.flatMap((name, row) =>
    names.map((other, column) => {
      const count = counts.get(row * classes + column) ?? 0;
      const value = normalize ? count / Math.max(1, totals[row] ?? 0) : count;
      return { truth: name, predicted: other, value };
    }),
  );
  const most = values.reduce((a, { value }) => Math.max(a, value), 0);
  const axis = (title: string) => ({ type: 'nominal', sort: null, title, axis: { labelAngle: 0, grid: false, labelOverlap: true } }); // prettier-ignore
  const encoding = {
    x: { field: 'predicted', ...axis('predicted class') },
    y: { field: 'truth', ...axis('true class') },
  };
  const cells = {
    mark: { type: 'rect' },
    encoding: {
      color: {
        field: 'value',
        type: 'quantitative',
        title: normalize ? 'share' : 'samples',
        scale: { scheme: 'blues', domainMin: 0 },
      },
    },
  };
  const numbers = {
    mark: { type: 'text' },
    encoding: {
      text: { field: 'value', type: 'quantitative', format: normalize ? '.2f' : 'd' },
      // Dark cells have white numbers, in both themes.
      color: {
        condition: { test: `datum.value > ${most * 0.55}`, value: '#ffffff' },
        value: '#1f2328',
      },
    },
  };
  return makeSpec(frame, leftOut(skipped), {
    data: { values },
    encoding,
    layer: classes <= 25 ? [cells, numbers] : [cells],
  });
}

/** Options of `rocCurve` and `precisionRecall`. */
export interface CurveOptions extends ChartOptions {
  /** The names of the classes. Default: their numbers, or none for two classes. */
  readonly labels?: readonly string[];
}

/** One curve: points from strict to lenient thresholds, and the area. */
interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly area: number;
}

/** Samples by falling score, each with whether it is of the class. */
function ranked(
  scores: ArrayLike<number>,
  isPositive: (i: number) => boolean,
): (readonly [number, boolean])[] {
  return Array.from({ length: scores.length }, (_, i) => [scores[i] ?? NaN, isPositive(i)] as const)
    .filter(([score]) => Number.isFinite(score))
    .sort(([a], [b]) => b - a);
}

/** Calls with the true and false positives after each group of equal scores. */
function forEachThreshold(
  samples: readonly (readonly [number, boolean])[],
  see: (truePositives: number, falsePositives: number) => void,
): void {
  let [hits, misses] = [0, 0];
  samples.forEach(([score, isPositive], i) => {
    if (isPositive) hits++;
    else misses++;
    if (score !== samples[i + 1]?.[0]) see(hits, misses);
  });
}

type CurveOf = (samples: readonly (readonly [number, boolean])[]) => Omit<Curve, 'name'>;

/** Points of a curve that are drawn. */
const MOST = 500;

function curves(
  owner: string,
  yTrue: TensorLike,
  yScore: TensorLike,
  options: CurveOptions,
  curveOf: CurveOf,
): { readonly found: readonly Curve[]; readonly notes: readonly string[] } {
  requireObject(owner, 'options', options);
  const scores = valuesOf(owner, 'yScore', yScore);
  const { each: truth } = classesOf(owner, 'yTrue', yTrue);
  const [samples = 0, columns = 1] = scores.shape;
  if (scores.shape.length > 2 || samples !== truth.length) {
    throw new ShapeError(
      `${owner}: yScore must be [samples] or [samples, classes] with the ${truth.length} samples of yTrue, got the shape ` +
        `(${scores.shape.join(', ')}).`,
    );
  }
  const isBinary = columns === 1;
  const names =
    isBinary && options.labels === undefined
      ? ['']
      : labelsOf(owner, 'labels', options.labels, columns);
  const found = names.map((name, column) => {
    const wanted = isBinary ? 1 : column;
    const own = columnOf(scores, columns, column).map((score, i) =>
      truth[i] === NONE ? NaN : score,
    );
    const { points, area } = curveOf(ranked(own, (i) => truth[i] === wanted));
    const step = Math.max(1, Math.ceil(points.length / MOST));
    const kept = points.filter((_, i) => i % step === 0 || i === points.length - 1);
    return { name, points: kept, area };
  });
  let bad = 0;
  scores.data.forEach((score: number, i: number) => {
    if (!Number.isFinite(score) || truth[Math.floor(i / columns)] === NONE) bad += 1;
  });
  return { found, notes: leftOut(bad) };
}

function columnOf({ data }: Values, columns: number, column: number): number[] {
  return Array.from({ length: data.length / columns }, (_, i) => data[i * columns + column] ?? NaN);
}

function curveSpec(
  owner: string,
  options: CurveOptions,
  { found, notes }: ReturnType<typeof curves>,
  text: { readonly title: string; readonly area: string; readonly x: string; readonly y: string },
  baseline: readonly object[],
): Spec {
  const frame = frameOf(owner, options, ['labels'], { title: text.title, width: 320, height: 320 });
  const known = found.filter(({ area }) => Number.isFinite(area));
  if (known.length === 0) {
    throw new ValueError(
      `${owner}: there must be samples of the class and others; of no class there are both.`,
    );
  }
  const missing = found.filter(({ area }) => !Number.isFinite(area)).map(({ name }) => name);
  const said =
    missing.length > 0 ? [`no samples, or no others, of class ${missing.join(', ')}`] : [];
  const nameOf = ({ name, area }: Curve): string =>
    `${name === '' ? '' : `${name}: `}${text.area} ${area.toFixed(3)}`;
  const values = known.flatMap((curve) =>
    curve.points.map(([x, y]) => ({ of: label(owner, 'label', nameOf(curve)), x, y })),
  );
  const axis = (title: string) => ({ type: 'quantitative', title, scale: { domain: [0, 1] } });
  return makeSpec(frame, [...notes, ...said], {
    layer: [
      ...baseline,
      {
        data: { values },
        mark: { type: 'line', interpolate: 'linear' },
        encoding: {
          x: { field: 'x', ...axis(text.x) },
          y: { field: 'y', ...axis(text.y) },
          color: { field: 'of', type: 'nominal', title: null, sort: null },
        },
      },
    ],
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
  const owner = 'rocCurve';
  const found = curves(owner, yTrue, yScore, options, (samples) => {
    const positives = samples.filter(([, isPositive]) => isPositive).length;
    const negatives = samples.length - positives;
    const points: [number, number][] = [[0, 0]];
    let area = 0;
    forEachThreshold(samples, (hits, misses) => {
      const [x, y] = [misses / negatives, hits / positives];
      const [before, above] = points.at(-1) ?? [0, 0];
      area += ((x - before) * (y + above)) / 2;
      points.push([x, y]);
    });
    return { points, area: positives * negatives === 0 ? NaN : area };
  });
  const diagonal = {
    data: { values: [{ x: 0, y: 0 }, { x: 1, y: 1 }] }, // prettier-ignore
    mark: { type: 'line', strokeDash: [4, 4], strokeWidth: 1, color: '#8b949e' },
    encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
  };
  return curveSpec(owner, options, found, { title: 'ROC curve', area: 'AUC', x: 'false positive rate', y: 'true positive rate' }, [diagonal]); // prettier-ignore
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
  const owner = 'precisionRecall';
  const found = curves(owner, yTrue, yScore, options, (samples) => {
    const positives = samples.filter(([, isPositive]) => isPositive).length;
    const points: [number, number][] = [[0, 1]];
    let area = 0;
    forEachThreshold(samples, (hits, misses) => {
      const [recall, precision] = [hits / positives, hits / (hits + misses)];
      area += (recall - (points.at(-1)?.[0] ?? 0)) * precision;
      points.push([recall, precision]);
    });
    return { points, area: positives === 0 || positives === samples.length ? NaN : area };
  });
  return curveSpec(owner, options, found, { title: 'Precision and recall', area: 'AP', x: 'recall', y: 'precision' }, []); // prettier-ignore
}
