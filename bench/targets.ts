// The project's targets, next to what was measured. A run reports them and never fails because of them.
import type { Timing } from './timing.js';

/** A ratio of two timings, and its target. */
export interface Target {
  readonly what: string;
  readonly top: Timing | undefined;
  readonly bottom: Timing | undefined;
  /** Exactly one of both. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

export const targetHeader = ['', 'target', 'of minima', 'of medians', ''] as const;

/** A row of a table of targets: the ratio of minima and of medians, and whether both keep the target. */
export function targetRow({ what, top, bottom, atMost, atLeast }: Target): string[] {
  const wanted = atMost === undefined ? `≥ ${atLeast ?? NaN}` : `≤ ${atMost}`;
  if (top === undefined || bottom === undefined) return [what, wanted, '', '', 'not measured'];
  const ratios = [top.min / bottom.min, top.median / bottom.median];
  return [what, wanted, ...ratios.map(formatSmall), verdict(ratios, atMost, atLeast)];
}

/** The same for a number that is no ratio of timings. */
export function valueRow(
  what: string,
  value: number | undefined,
  limits: { readonly atMost?: number; readonly atLeast?: number },
  unit = '',
): string[] {
  const { atMost, atLeast } = limits;
  const wanted = atMost === undefined ? `≥ ${atLeast ?? NaN}${unit}` : `≤ ${atMost}${unit}`;
  if (value === undefined) return [what, wanted, '', '', 'not measured'];
  return [what, wanted, `${formatSmall(value)}${unit}`, '', verdict([value], atMost, atLeast)];
}

function verdict(values: readonly number[], atMost = Infinity, atLeast = -Infinity): string {
  const kept = values.filter((value) => value <= atMost && value >= atLeast).length;
  if (kept === values.length) return 'met';
  return kept === 0 ? 'not met' : 'met by one of both';
}

function formatSmall(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}
