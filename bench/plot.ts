// `npm run bench:plot`: draws the last `bench:seed` as docs/performance.svg, seconds an epoch on a logarithmic axis.
import { writeFileSync } from 'node:fs';
import type { Bar } from './report.js';
import { readResults } from './results.js';

/** Pixels. */
const layout = {
  labels: 240,
  axis: 480,
  row: 30,
  bar: 18,
  top: 64,
  bottom: 60,
  right: 90,
} as const;

const results = readResults('seed');
if (results === undefined || results.bars.length === 0) {
  throw new Error('there is nothing to plot: run `npm run bench:seed` first');
}
const fact = (what: string): string => results.machine.find(([name]) => name === what)?.[1] ?? '';
const problem = results.sections[0]?.notes[0] ?? '';
const caption = `${problem} · ${fact('processor')} · ${fact('engine')} · ${results.date}`;
writeFileSync(new URL('../docs/performance.svg', import.meta.url), draw(results.bars, caption));
console.log('docs/performance.svg: drawn');

function draw(bars: readonly Bar[], caption: string): string {
  const sorted = bars.toSorted((a, b) => a.seconds - b.seconds);
  const seconds = sorted.map((bar) => bar.seconds);
  const first = 10 ** Math.floor(Math.log10(Math.min(...seconds)));
  const last = 10 ** Math.ceil(Math.log10(Math.max(...seconds)));
  const x = (value: number): number =>
    layout.labels + (layout.axis * Math.log(value / first)) / Math.log(last / first);
  const height = layout.top + layout.row * sorted.length + layout.bottom;
  const width = layout.labels + layout.axis + layout.right;
  const foot = layout.top + layout.row * sorted.length;

  const rows = sorted.map(({ name, seconds }, i) => {
    const y = layout.top + i * layout.row;
    const middle = y + layout.row / 2 + 4;
    const colour = name.startsWith('lanegrad') ? '#2563eb' : '#94a3b8';
    return [
      `<text x="${layout.labels - 10}" y="${middle}" text-anchor="end">${escape(name)}</text>`,
      `<rect x="${layout.labels}" y="${y + (layout.row - layout.bar) / 2}" ` +
        `width="${Math.max(1, x(seconds) - layout.labels).toFixed(1)}" height="${layout.bar}" fill="${colour}"/>`,
      `<text x="${(x(seconds) + 6).toFixed(1)}" y="${middle}">${format(seconds)} s</text>`,
    ].join('\n');
  });
  const ticks: string[] = [];
  for (let value = first; value <= last * 1.001; value *= 10) {
    const at = x(value).toFixed(1);
    ticks.push(
      `<line x1="${at}" y1="${layout.top - 4}" x2="${at}" y2="${foot}" stroke="#e2e8f0"/>`,
      `<text x="${at}" y="${foot + 18}" text-anchor="middle" fill="#64748b">${format(value)}</text>`,
    );
  }
  const title = 'Seconds an epoch of the seed program, median, logarithmic: less is better';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" fill="#0f172a">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="28" font-size="15" font-weight="bold">${escape(title)}</text>`,
    `<text x="16" y="48" fill="#64748b">${escape(caption)}</text>`,
    ...ticks,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

function format(seconds: number): string {
  return String(Number(seconds.toPrecision(3)));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
