import { describeValue } from '../config/describe-value.js';
import { ValueError } from '../errors.js';

/** Below every prediction: with top-k, whatever was kept counts as predicted. */
export const NO_THRESHOLD = -1e10;

/** One or several thresholds within [0, 1]. */
export type Thresholds = number | readonly number[];

/** The thresholds as a list, `fallback` for none; a ValueError for one outside of [0, 1]. */
export function thresholdList(
  owner: string,
  thresholds: Thresholds | null | undefined,
  fallback: number,
): readonly number[] {
  if (thresholds === null || thresholds === undefined) return [fallback];
  const list = typeof thresholds === 'number' ? [thresholds] : thresholds;
  const given: unknown = list;
  const isWithin = (threshold: unknown): boolean =>
    typeof threshold === 'number' && threshold >= 0 && threshold <= 1;
  if (!Array.isArray(given) || list.length === 0 || !list.every(isWithin)) {
    throw new ValueError(
      `${owner}: thresholds must be numbers from 0 to 1, got ${describeValue(thresholds)}.`,
    );
  }
  return list;
}

/** Whether there are at least three and they are i / (n − 1) within 1e-7: Keras clips predictions for these. */
export function areEven(thresholds: readonly number[]): boolean {
  const last = thresholds.length - 1;
  return (
    last >= 2 &&
    thresholds.every((threshold, i) => {
      const even = i / last;
      return Math.abs(threshold - even) <= 1e-7 + 1e-5 * even;
    })
  );
}
