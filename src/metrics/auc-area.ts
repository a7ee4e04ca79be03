import type { Confusion } from './confusion-counts.js';
import { divideNoNan } from './quotient.js';

/** Recall against false positive rate, precision against recall, or precision gain against recall gain. */
export type Curve = 'ROC' | 'PR' | 'PRGAIN';

/** Trapezoids, the larger or the smaller side of each strip. */
export type SummationMethod = 'interpolation' | 'majoring' | 'minoring';

/** The area under the curve through `points`, one a threshold, thresholds ascending. */
export function areaUnder(
  curve: Curve,
  method: SummationMethod,
  points: readonly Confusion[],
): number {
  const isInterpolatedPR = curve === 'PR' && method === 'interpolation';
  let area = 0;
  for (let i = 0; i + 1 < points.length; i++) {
    const left = points[i];
    const right = points[i + 1];
    if (left === undefined || right === undefined) continue;
    if (isInterpolatedPR) {
      area += precisionStrip(left, right);
      continue;
    }
    const [x0, y0] = pointOn(curve, left);
    const [x1, y1] = pointOn(curve, right);
    area += (x0 - x1) * height(method, y0, y1);
  }
  return area;
}

function height(method: SummationMethod, a: number, b: number): number {
  if (method === 'interpolation') return (a + b) / 2;
  return method === 'minoring' ? Math.min(a, b) : Math.max(a, b);
}

function pointOn(curve: Curve, counts: Confusion): [x: number, y: number] {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = counts;
  const recall = divideNoNan(tp, tp + fn);
  if (curve === 'ROC') return [divideNoNan(fp, fp + tn), recall];
  if (curve === 'PR') return [recall, divideNoNan(tp, tp + fp)];
  // Flach and Kull 2015. Without true positives both gains are undefined: Keras takes 0 and 1.
  if (tp === 0) return [0, 1];
  const ratio = divideNoNan(tp + fn, tn + fp);
  return [Math.max(1 - ratio * divideNoNan(fn, tp), 0), 1 - ratio * divideNoNan(fp, tp)];
}

/**
 * The area between two thresholds where true positives grow linearly with predicted ones (Davis and
 * Goadrich 2006): precision itself is no straight line there.
 */
function precisionStrip(left: Confusion, right: Confusion): number {
  const predictedLeft = left.truePositives + left.falsePositives;
  const predictedRight = right.truePositives + right.falsePositives;
  const gained = left.truePositives - right.truePositives;
  const slope = divideNoNan(gained, Math.max(predictedLeft - predictedRight, 0));
  const intercept = right.truePositives - slope * predictedRight;
  const ratio = predictedLeft > 0 && predictedRight > 0 ? predictedLeft / predictedRight : 1;
  const positives = right.truePositives + right.falseNegatives;
  return divideNoNan(slope * (gained + intercept * Math.log(ratio)), Math.max(positives, 0));
}
