// Panels of two curves each, on logarithmic axes.
import { escape, frame, short } from './frame.js';

/** Pixels. */
const layout = {
  columns: 2,
  width: 390,
  height: 250,
  left: 60,
  right: 24,
  top: 38,
  bottom: 48,
} as const;
const HEAD = 70;
/** Of the line that says what a panel is about. */
const MOST_CHARACTERS = 62;

export interface Panel {
  readonly title: string;
  readonly about: string;
  /** What the axis below is. */
  readonly below: string;
  readonly x: readonly number[];
  /** Milliseconds at each x. */
  readonly ours: readonly number[];
  readonly other: readonly number[];
}

export interface CurveChart {
  readonly title: string;
  readonly note: string;
  readonly panels: readonly Panel[];
}

export function drawCurves({ title, note, panels }: CurveChart): string {
  const rows = Math.ceil(panels.length / layout.columns);
  const size = [layout.columns * layout.width, HEAD + rows * layout.height + 8] as const;
  const inside = panels.map((panel, i) => {
    const at = [
      (i % layout.columns) * layout.width,
      HEAD + Math.floor(i / layout.columns) * layout.height,
    ];
    return `<g transform="translate(${at.join(' ')})" font-size="12">\n${drawPanel(panel)}\n</g>`;
  });
  return frame({ title, note }, size, inside);
}

function drawPanel({ title, about, below, x, ours, other }: Panel): string {
  const values = [...ours, ...other];
  const decades = [
    Math.floor(Math.log10(Math.min(...values))),
    Math.ceil(Math.log10(Math.max(...values))),
  ] as const;
  const across = scale(
    [Math.log2(Math.min(...x)), Math.log2(Math.max(...x))],
    [layout.left, layout.width - layout.right],
  );
  const up = scale(decades, [layout.height - layout.bottom, layout.top]);
  const lines: string[] = [
    `<text class="name" x="${layout.left}" y="14">${escape(title)}</text>`,
    `<text class="tick" x="${layout.left}" y="28" font-size="10">${escape(shortened(about))}</text>`,
  ];
  for (let decade = decades[0]; decade <= decades[1]; decade++) {
    const y = up(decade).toFixed(1);
    lines.push(
      `<line class="line" x1="${layout.left}" y1="${y}" x2="${layout.width - layout.right}" y2="${y}"/>`,
      `<text class="tick" x="${layout.left - 6}" y="${y}" dy="4" text-anchor="end">${short(10 ** decade)}</text>`,
    );
  }
  const foot = layout.height - layout.bottom;
  for (const value of x) {
    lines.push(
      `<text class="tick" x="${across(Math.log2(value)).toFixed(1)}" y="${foot + 18}" ` +
        `text-anchor="middle" font-size="10">${value}</text>`,
    );
  }
  lines.push(
    `<text class="tick" x="${(layout.left + layout.width - layout.right) / 2}" y="${foot + 36}" ` +
      `text-anchor="middle">${escape(below)}</text>`,
  );
  for (const [kind, curve] of Object.entries({ other, ours })) {
    const points = curve.map((value, i) =>
      [across(Math.log2(x[i] ?? 1)), up(Math.log10(value))]
        .map((place) => place.toFixed(1))
        .join(','),
    );
    lines.push(`<polyline class="curve ${kind}" points="${points.join(' ')}"/>`);
  }
  return lines.join('\n');
}

/** From one range into another; the middle where the first is a point. */
function scale(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  if (to === from) return () => (start + end) / 2;
  return (value) => start + ((end - start) * (value - from)) / (to - from);
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
