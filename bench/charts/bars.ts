// Bars with names on a logarithmic axis.
import { escape, frame, short } from './frame.js';

/** Pixels. */
const layout = {
  labels: 246,
  axis: 442,
  row: 28,
  bar: 18,
  top: 76,
  bottom: 40,
  right: 92,
} as const;

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly kind: 'ours' | 'second' | 'other';
  /** A value that is wanted at most, drawn as a line across the bar. */
  readonly mark?: number | undefined;
}

export interface BarChart {
  readonly title: string;
  readonly note: string;
  readonly bars: readonly Bar[];
  /** Values below the axis. */
  readonly ticks: readonly number[];
  /** Where bars begin. Default: at the first tick. */
  readonly from?: number;
  /** Behind each value. */
  readonly unit: string;
}

export function drawBars({ title, note, bars, ticks, unit, ...options }: BarChart): string {
  const values = [...ticks, ...bars.flatMap(({ value, mark = value }) => [value, mark])];
  const [first, last] = [Math.min(...values), Math.max(...values)];
  const from = options.from ?? first;
  const x = (value: number): number =>
    layout.labels + (layout.axis * Math.log(value / first)) / Math.log(last / first);
  const foot = layout.top + layout.row * bars.length;
  const rows = bars.map(({ name, value, kind, mark = from }, i) => {
    const y = layout.top + i * layout.row;
    const middle = y + layout.row / 2 + 5;
    const [left, right] = [Math.min(x(value), x(from)), Math.max(x(value), x(from))];
    const lines = [
      `<text class="${kind === 'ours' ? 'ours name' : 'name'}" x="${layout.labels - 10}" y="${middle}" ` +
        `text-anchor="end">${escape(name)}</text>`,
      `<rect class="${kind}" x="${left.toFixed(1)}" y="${y + (layout.row - layout.bar) / 2}" ` +
        `width="${Math.max(1, right - left).toFixed(1)}" height="${layout.bar}" rx="2"/>`,
      `<text class="value" x="${(Math.max(right, x(mark)) + 8).toFixed(1)}" y="${middle}">${short(value)}${unit}</text>`,
    ];
    if (mark !== from) {
      const at = x(mark).toFixed(1);
      lines.push(
        `<line class="mark" x1="${at}" y1="${y + 3}" x2="${at}" y2="${y + layout.row - 3}"/>`,
      );
    }
    return lines.join('\n');
  });
  const axis = ticks.flatMap((value) => {
    const at = x(value).toFixed(1);
    return [
      `<line class="line" x1="${at}" y1="${layout.top - 4}" x2="${at}" y2="${foot}"/>`,
      `<text class="tick" x="${at}" y="${foot + 20}" text-anchor="middle">${short(value)}${unit}</text>`,
    ];
  });
  const size = [layout.labels + layout.axis + layout.right, foot + layout.bottom] as const;
  return frame({ title, note }, size, [...axis, ...rows]);
}
