// Charts of many numbers: how often they occur, and matrices of them.
import { isPlainObject, requireObject } from '../../config/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { bucketsOf } from '../../nn/callbacks/buckets.js';
import { byKind, byNumber, frameOf, label, labelsOf, leftOut, makePlots, makeSpec, refuseShape, textsOf, valuesOf, wholeNumber } from './spec.js'; // prettier-ignore
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
  const frame = frameOf(owner, options, ['bins', 'xLabel'], 'Distribution', isMany ? 200 : 400, isMany ? 120 : 240); // prettier-ignore
  const bins = wholeNumber(owner, 'bins', options.bins ?? 30, 1000);
  const shown = parts.slice(0, MAX_PARTS);
  const notes: string[] = [];
  if (shown.length < parts.length) notes.push(`${shown.length} of ${parts.length} tensors drawn`);
  const rows = shown.flatMap(([name, part], plot) => {
    const { data } = valuesOf(owner, name || 'values', part);
    const edges = bucketsOf(data, bins);
    const bars = Array.from({ length: bins }, (_, i) => {
      const [from = 0, to = 0, count = 0] = edges.subarray(3 * i);
      return { plot, from, to, count };
    });
    const finite = bars.reduce((sum, { count }) => sum + count, 0);
    notes.push(...leftOut(data.length - finite).map((note) => (name === '' ? note : `${name}: ${note}`))); // prettier-ignore
    if (finite === 0) return [];
    const [from = 0, to = 0] = edges;
    // One value alone stands in the middle of a bin.
    return from < to ? bars : [{ plot, from: from - 0.5, to: to + 0.5, count: finite }];
  });
  const marks = {
    mark: { type: 'bar', binSpacing: 0.5 },
    encoding: {
      x: byNumber('from', label(owner, 'xLabel', options.xLabel ?? 'value'), { bin: 'binned', axis: { tickCount: 5 } }), // prettier-ignore
      x2: { field: 'to' },
      y: byNumber('count', 'count', { scale: {}, axis: { tickMinStep: 1 } }),
    },
  };
  if (!isMany) return makeSpec(frame, notes, rows, marks);
  const names = shown.map(([name]) => label(owner, 'name', name));
  const spec = makePlots(frame, notes, rows, marks, names, 3);
  return { ...spec, resolve: { scale: { x: 'independent', y: 'independent' } } };
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
  return cellsSpec(owner, data, shape, options, [], { title: 'Heatmap' });
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
    refuseShape(owner, 'scores', '[queries, keys] or [heads, queries, keys]', shape);
  }
  const [columns, rows] = shape.slice(-2);
  const { keys, queries = rows === columns ? keys : undefined, ...rest } = options;
  const labels = { ...(keys && { xLabels: keys }), ...(queries && { yLabels: queries }) };
  const titles = { xTitle: 'key', yTitle: 'query' };
  return cellsSpec(owner, data, shape, { ...titles, ...rest, ...labels }, [], {
    title: 'Attention',
  });
}

/** What differs between charts of cells. */
interface CellsStyle {
  readonly title: string;
  /** The sides of a cell and of the plot, at least, unless options say otherwise. */
  readonly cell?: number;
  readonly side?: number;
  /** The most cells on a side that are drawn apart. */
  readonly most?: number;
  /** The encoding of colours. */
  readonly color?: object;
  /** What is drawn over the cells. */
  readonly over?: object;
}

/** A chart of matrices [rows, columns] or [plots, rows, columns]. */
export function cellsSpec(
  owner: string,
  data: ArrayLike<number>,
  shape: readonly number[],
  options: HeatmapOptions,
  said: readonly string[],
  { title, cell = 36, side = 80, most = MOST_CELLS, color, over }: CellsStyle,
): Spec {
  const [columns = 0, rows = 0, plots = 1] = [...shape].reverse();
  const isMany = plots > 1;
  const size = Math.min(cell, Math.max(4, (isMany ? 200 : 420) / Math.max(rows, columns)));
  const sideOf = (count: number): number =>
    Math.max(side, Math.round(size * Math.min(count, MOST_CELLS)));
  const frame = frameOf(owner, options, ['xLabels', 'yLabels', 'xTitle', 'yTitle'], title, sideOf(columns), sideOf(rows)); // prettier-ignore
  const step = Math.ceil(Math.max(rows, columns) / most);
  const [high, wide] = [Math.ceil(rows / step), Math.ceil(columns / step)];
  const blocks = Array.from({ length: plots * high * wide }, () => ({ sum: 0, count: 0 }));
  for (let at = 0; at < data.length; at++) {
    const row = Math.floor(at / columns);
    const y = Math.floor(row / rows) * high + Math.floor((row % rows) / step);
    const block = blocks[y * wide + Math.floor((at % columns) / step)];
    if (block === undefined) continue;
    block.sum += data[at] ?? NaN;
    block.count++;
  }
  const values = blocks
    .map(({ sum, count }, at) => {
      const y = Math.floor(at / wide);
      return { plot: Math.floor(y / high), x: at % wide, y: y % high, value: sum / count };
    })
    .filter(({ value }) => Number.isFinite(value));
  const isSigned = values.some(({ value }) => value < 0) && values.some(({ value }) => value > 0);
  const axis = (field: 'x' | 'y', count: number) => {
    const name = options[`${field}Title`];
    const labels = labelsOf(owner, `${field}Labels`, options[`${field}Labels`], count);
    return byKind(field, {
      type: 'ordinal',
      ...(name !== undefined && { title: label(owner, `${field}Title`, name) }),
      axis: {
        ...{ grid: false, labelOverlap: true, ticks: false, domain: false },
        // Short ones have room side by side.
        ...(labels.every((text) => text.length <= 4) && { labelAngle: 0 }),
        labelExpr: textsOf(labels.filter((_, i) => i % step === 0)),
      },
    });
  };
  const scale = isSigned ? { domainMid: 0 } : {};
  const cells = { mark: 'rect', encoding: { color: byNumber('value', null, { scale, ...color }) } };
  const parts = {
    encoding: { x: axis('x', columns), y: axis('y', rows) },
    layer: over === undefined ? [cells] : [cells, over],
  };
  const notes = [
    ...said,
    ...(step > 1 ? [`means of blocks of ${step} × ${step} cells`] : []),
    ...leftOut(blocks.length - values.length),
  ];
  if (!isMany) return makeSpec(frame, notes, values, parts);
  const names = Array.from({ length: plots }, (_, i) => `head ${i + 1}`);
  return makePlots(frame, notes, values, parts, names, 4);
}
