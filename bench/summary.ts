// The rows of the table of `npm run bench:workloads`, from which `npm run bench:plot` draws its chart.
import type { TimingOf } from './runner/compare.js';
import type { Timing } from './timing.js';
import type { Workload } from './workloads/workload.js';

export const summaryHeader = [
  '',
  'threads',
  'strict, ms',
  'peer, ms',
  'strict ÷ peer',
  'wanted',
  'relaxed ÷ peer',
  'wanted',
  '1 thread ÷ this',
  'its products, ms',
  'at the limit, ms',
] as const;

/** Milliseconds of a step's products on one thread. */
export interface Products {
  readonly own: number;
  readonly limit: number | undefined;
}

/** A row for one thread and one for two, where something was measured. */
export function summaryRows(
  { name, wanted, peer = 'torch' }: Workload,
  timingOf: TimingOf,
  { own, limit }: Products,
): string[][] {
  const limitOf = (top: string, bottom: string): string => {
    const found = wanted.find((each) => each.top === top && each.bottom === bottom);
    return found?.atMost === undefined ? '' : `≤ ${found.atMost}`;
  };
  return [1, 2].flatMap((threads) => {
    const other = `${peer}-${threads}`;
    const [strict, relaxed] = [`lanegrad-${threads}`, `relaxed-${threads}`];
    if ([strict, relaxed, other].every((id) => timingOf(id) === undefined)) return [];
    return [
      [
        name,
        String(threads),
        milliseconds(timingOf(strict)),
        milliseconds(timingOf(other)),
        ratio(timingOf(strict), timingOf(other)),
        limitOf(strict, other),
        ratio(timingOf(relaxed), timingOf(other)),
        limitOf(relaxed, other),
        threads === 1 ? '' : ratio(timingOf('lanegrad-1'), timingOf(strict)),
        (own / threads).toFixed(2),
        limit === undefined ? '' : (limit / threads).toFixed(2),
      ],
    ];
  });
}

function milliseconds(timing: Timing | undefined): string {
  return timing === undefined ? '' : `${timing.min.toFixed(2)} / ${timing.median.toFixed(2)}`;
}

function ratio(top: Timing | undefined, bottom: Timing | undefined): string {
  if (top === undefined || bottom === undefined) return '';
  return `${(top.min / bottom.min).toFixed(2)} / ${(top.median / bottom.median).toFixed(2)}`;
}
