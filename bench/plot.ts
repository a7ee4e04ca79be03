// `npm run bench:plot`: draws the seconds an epoch of docs/measurements.md as docs/performance.svg, on a logarithmic axis.
// The picture has a ground of its own and follows the theme of the reader, so it can be read in light and dark.
import { writeFileSync } from 'node:fs';
import { milliseconds, readMeasurements } from './measurements.js';

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

const style = `
.ground { fill: #ffffff; stroke: #d0d7de }
.title, .name, .value { fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.note, .tick { fill: #59636e }
.ours { fill: #0969da; font-weight: 600 }
.other { fill: #afb8c1 }
.line { stroke: #d8dee4 }
@media (prefers-color-scheme: dark) {
  .ground { fill: #0d1117; stroke: #3d444d }
  .title, .name, .value { fill: #f0f6fc }
  .note, .tick { fill: #9198a1 }
  .ours { fill: #58a6ff }
  .other { fill: #656c76 }
  .line { stroke: #2a313c }
}
`;

/** A contender and its median. */
interface Bar {
  readonly name: string;
  readonly seconds: number;
}

const { date, facts, sections } = readMeasurements('seed');
const table = sections[0]?.tables[0];
const median = table?.header.indexOf('median') ?? -1;
const bars = (table?.rows ?? []).map((row) => ({
  name: row[0]?.replace('PyTorch, raw loop,', 'PyTorch (native),') ?? '',
  seconds: milliseconds(row[median] ?? '') / 1000,
}));
if (bars.length === 0 || !bars.every((bar) => bar.seconds > 0)) {
  throw new Error('docs/measurements.md has no medians of `npm run bench:seed`');
}
const where = [facts.get('processor'), facts.get('engine')?.replace(/ \(.*/, ''), date];
writeFileSync(new URL('../docs/performance.svg', import.meta.url), draw(bars, where.join(' · ')));
console.log('docs/performance.svg: drawn');

function draw(unsorted: readonly Bar[], where: string): string {
  const sorted = unsorted.toSorted((a, b) => a.seconds - b.seconds);
  const seconds = sorted.map((bar) => bar.seconds);
  const first = 10 ** Math.floor(Math.log10(Math.min(...seconds)));
  const last = Math.max(...seconds);
  const x = (value: number): number =>
    layout.labels + (layout.axis * Math.log(value / first)) / Math.log(last / first);
  const height = layout.top + layout.row * sorted.length + layout.bottom;
  const width = layout.labels + layout.axis + layout.right;
  const foot = layout.top + layout.row * sorted.length;

  const rows = sorted.map(({ name, seconds }, i) => {
    const y = layout.top + i * layout.row;
    const middle = y + layout.row / 2 + 5;
    const kind = name.startsWith('lanegrad') ? 'ours' : 'other';
    return [
      `<text class="${kind === 'ours' ? kind : 'name'}" x="${layout.labels - 10}" y="${middle}" ` +
        `text-anchor="end">${escape(name)}</text>`,
      `<rect class="${kind}" x="${layout.labels}" y="${y + (layout.row - layout.bar) / 2}" ` +
        `width="${Math.max(1, x(seconds) - layout.labels).toFixed(1)}" height="${layout.bar}" rx="2"/>`,
      `<text class="value" x="${(x(seconds) + 8).toFixed(1)}" y="${middle}">${format(seconds)} s</text>`,
    ].join('\n');
  });
  const ticks: string[] = [];
  for (let value = first; value <= last; value *= 10) {
    const at = x(value).toFixed(1);
    ticks.push(
      `<line class="line" x1="${at}" y1="${layout.top - 4}" x2="${at}" y2="${foot}"/>`,
      `<text class="tick" x="${at}" y="${foot + 20}" text-anchor="middle">${format(value)} s</text>`,
    );
  }
  const title = 'Training on MNIST: seconds an epoch, less is better';
  const note = `784-512-10, RMSprop, batch 128, logarithmic axis · ${where}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="14" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${style}</style>`,
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    `<text class="title" x="20" y="32">${escape(title)}</text>`,
    `<text class="note" x="20" y="54">${escape(note)}</text>`,
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
