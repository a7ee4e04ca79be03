// Charts of many numbers: how often they occur, and matrices of them.
import { checkNumber, isPlainObject, requireObject } from '../../config/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { frameOf, label, labelsOf, leftOut, makeSpec, requirePoints, valuesOf } from './spec.js';
import type { ChartOptions, Spec } from './spec.js';

/** Options of `histogram`. */
export interface HistogramOptions extends ChartOptions {
  /** The number of bins, which have the same width. Default 30. */
  readonly bins?: number;
  /** The label of the x-axis. Default `'value'`. */
  readonly xLabel?: string;
}

/** Histograms of one chart. */
const MAX_PARTS = 30;

/**
 * How often values occur in weights, gradients, activations or any other tensor; for several tensors, a plot for each.
 *
 * @param values a tensor, or tensors by name
 * @throws ValueError if there is no finite value.
 * @example
 * const named = model.weights.map(({ path, value }) => [path, value]);
 * const spec = vis.histogram(Object.fromEntries(named), { bins: 40 });
 */
export function histogram(
  values: TensorLike | Readonly<Record<string, TensorLike>>,
  options: HistogramOptions = {},
): Spec {
  const owner = 'histogram';
  const parts = isPlainObject(values) ? Object.entries(values) : [['', values] as const];
  const isMany = parts.length > 1;
  const size = isMany ? { width: 200, height: 120 } : { width: 400, height: 240 };
  const frame = frameOf(owner, options, ['bins', 'xLabel'], { title: 'Distribution', ...size });
  const bins = checkNumber(owner, 'bins', options.bins ?? 30, { min: 1, max: 1000, integer: true });
  const shown = parts.slice(0, MAX_PARTS);
  const notes: string[] = [];
  if (shown.length < parts.length) notes.push(`${shown.length} of ${parts.length} tensors drawn`);
  const rows = shown.flatMap(([name, part]) => {
    const { data } = valuesOf(owner, name === '' ? 'values' : name, part);
    const { rows: counted, skipped } = binned(data, bins);
    notes.push(...leftOut(skipped).map((note) => (name === '' ? note : `${name}: ${note}`)));
    const of = label(owner, 'name', name);
    return counted.map(([from, to, count]) => ({ of, from, to, count }));
  });
  requirePoints(owner, 'values', rows.length);
  const bars = {
    mark: { type: 'bar', binSpacing: 0.5 },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        bin: 'binned',
        title: label(owner, 'xLabel', options.xLabel ?? 'value'),
        scale: { zero: false },
        axis: { tickCount: 5 },
      },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', title: 'count', axis: { tickMinStep: 1 } },
    },
  };
  if (!isMany) return makeSpec(frame, notes, { data: { values: rows }, ...bars });
  return makeSpec(frame, notes, {
    data: { values: rows },
    facet: {
      field: 'of',
      type: 'nominal',
      sort: shown.map(([name]) => label(owner, 'name', name)),
      title: null,
    },
    columns: 3,
    resolve: { scale: { x: 'independent', y: 'independent' } },
    spec: { width: frame.width, height: frame.height, ...bars },
  });
}

/** Bins of the same width: where each begins and ends, and how many values lie in it. */
function binned(
  data: Float32Array | Int32Array | Uint8Array,
  bins: number,
): { readonly rows: readonly (readonly [number, number, number])[]; readonly skipped: number } {
  let [least, most, finite] = [Infinity, -Infinity, 0];
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    [least, most] = [Math.min(least, value), Math.max(most, value)];
    finite++;
  }
  const skipped = data.length - finite;
  if (finite === 0) return { rows: [], skipped };
  // One value alone stands in the middle of a bin.
  if (least === most) return { rows: [[least - 0.5, least + 0.5, finite]], skipped };
  const width = (most - least) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(bins - 1, Math.floor((value - least) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const rows = counts.map(
    (count, i) => [least + i * width, least + (i + 1) * width, count] as const,
  );
  return { rows, skipped };
}

/** Options of `heatmap`. */
export interface HeatmapOptions extends ChartOptions {
  /** Names of the columns. Default: their numbers. */
  readonly xLabels?: readonly string[];
  /** Names of the rows. Default: their numbers. */
  readonly yLabels?: readonly string[];
  /** The title of the columns. Default: none. */
  readonly xTitle?: string;
  /** The title of the rows. Default: none. */
  readonly yTitle?: string;
}

/** Cells that are drawn on a side; a larger matrix is drawn as means of blocks. */
const MOST_CELLS = 128;

/**
 * A matrix in colours, with row 0 at the top. If there are values of both signs, they have two colours, with white at
 * zero.
 *
 * @param matrix numbers [rows, columns]
 * @throws ShapeError for a wrong shape, ValueError if there is no finite value.
 * @example const spec = vis.heatmap([[1, 0.2], [0.2, 1]], { xLabels: ['a', 'b'], yLabels: ['a', 'b'] });
 */
export function heatmap(matrix: TensorLike, options: HeatmapOptions = {}): Spec {
  const owner = 'heatmap';
  const { shape, data } = valuesOf(owner, 'matrix', matrix, 2);
  return cellsSpec(owner, [{ name: '', rows: shape[0] ?? 0, columns: shape[1] ?? 0, data }], options, 'Heatmap'); // prettier-ignore
}

/** Options of `attention`. */
export interface AttentionOptions extends ChartOptions {
  /** The keys, which are attended to: a text for each. Default: their numbers. */
  readonly keys?: readonly string[];
  /** The queries, which attend: a text for each. Default: those of the keys, if there are as many. */
  readonly queries?: readonly string[];
}

/**
 * Weights of attention: how much each query (row) attends to each key (column), a plot for each head.
 *
 * @param scores weights [queries, keys] or [heads, queries, keys], as `MultiHeadAttention` returns for one sample with
 * `returnAttentionScores: true`
 * @throws ShapeError for another shape.
 * @example const spec = vis.attention([[0.9, 0.1], [0.4, 0.6]], { keys: ['the', 'cat'] });
 */
export function attention(scores: TensorLike, options: AttentionOptions = {}): Spec {
  const owner = 'attention';
  requireObject(owner, 'options', options);
  const { shape, data } = valuesOf(owner, 'scores', scores);
  if (shape.length < 2 || shape.length > 3) {
    throw new ShapeError(`${owner}: scores must be [queries, keys] or [heads, queries, keys], got the shape (${shape.join(', ')}).`); // prettier-ignore
  }
  const [columns = 0, rows = 0, heads = 1] = [...shape].reverse();
  const { keys, queries, ...rest } = options;
  const size = rows * columns;
  const all = Array.from({ length: heads }, (_, head) => ({
    name: heads > 1 ? `head ${head + 1}` : '',
    ...{ rows, columns, data: data.subarray(head * size, (head + 1) * size) },
  }));
  const yLabels = queries ?? (rows === columns ? keys : undefined);
  const titles = { xTitle: 'key', yTitle: 'query', title: 'Attention' };
  return cellsSpec(owner, all, { ...titles, ...rest, ...(keys && { xLabels: keys }), ...(yLabels && { yLabels }) }, 'Attention'); // prettier-ignore
}

interface Cells {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly data: ArrayLike<number>;
}

function cellsSpec(
  owner: string,
  parts: readonly Cells[],
  options: HeatmapOptions,
  title: string,
): Spec {
  const [first] = parts;
  if (first === undefined || first.rows * first.columns === 0) {
    throw new ValueError(`${owner}: there is no cell to draw.`);
  }
  const isMany = parts.length > 1;
  const cell = Math.min(
    36,
    Math.max(4, (isMany ? 200 : 420) / Math.max(first.rows, first.columns)),
  );
  const side = (count: number): number =>
    Math.max(80, Math.round(cell * Math.min(count, MOST_CELLS)));
  const frame = frameOf(owner, options, ['xLabels', 'yLabels', 'xTitle', 'yTitle'], { title, width: side(first.columns), height: side(first.rows) }); // prettier-ignore
  // Labels may be equal, as words of a sentence are: what tells cells apart is their place.
  const xLabels = labelsOf(owner, 'xLabels', options.xLabels, first.columns);
  const yLabels = labelsOf(owner, 'yLabels', options.yLabels, first.rows);
  const step = Math.ceil(Math.max(first.rows, first.columns) / MOST_CELLS);
  const notes = step > 1 ? [`means of blocks of ${step} × ${step} cells`] : [];
  const values: { of: string; x: number; y: number; value: number }[] = [];
  let skipped = 0;
  for (const part of parts) {
    for (let y = 0; y < part.rows; y += step) {
      for (let x = 0; x < part.columns; x += step) {
        const value = blockMean(part, x, y, step);
        if (Number.isFinite(value)) values.push({ of: part.name, x: x / step, y: y / step, value });
        else skipped++;
      }
    }
  }
  requirePoints(owner, 'the matrix', values.length);
  const [least, most] = values.reduce(
    ([low, high], { value }) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  const isSigned = least < 0 && most > 0;
  const axis = (name: string | undefined, labels: readonly string[]) => ({
    type: 'ordinal',
    title: name === undefined ? null : label(owner, 'title', name),
    axis: {
      ...{ grid: false, labelOverlap: true, ticks: false, domain: false },
      // Short ones have room side by side.
      ...(labels.every((text) => text.length <= 4) ? { labelAngle: 0 } : {}),
      labelExpr: `${JSON.stringify(labels.filter((_, i) => i % step === 0))}[datum.value]`,
    },
  });
  const marks = {
    mark: { type: 'rect' },
    encoding: {
      x: { field: 'x', ...axis(options.xTitle, xLabels) },
      y: { field: 'y', ...axis(options.yTitle, yLabels) },
      color: {
        field: 'value',
        type: 'quantitative',
        title: null,
        scale: isSigned ? { scheme: 'blueorange', domainMid: 0 } : {},
      },
    },
  };
  const shownNotes = [...notes, ...leftOut(skipped)];
  if (!isMany) return makeSpec(frame, shownNotes, { data: { values }, ...marks });
  return makeSpec(frame, shownNotes, {
    data: { values },
    facet: { field: 'of', type: 'nominal', sort: parts.map(({ name }) => name), title: null },
    columns: 4,
    spec: { width: frame.width, height: frame.height, ...marks },
  });
}

/** The mean of a block of cells; NaN where one of them is not finite. */
function blockMean({ rows, columns, data }: Cells, x: number, y: number, step: number): number {
  let [sum, count] = [0, 0];
  for (let row = y; row < Math.min(rows, y + step); row++) {
    for (let column = x; column < Math.min(columns, x + step); column++) {
      sum += data[row * columns + column] ?? NaN;
      count++;
    }
  }
  return sum / count;
}
