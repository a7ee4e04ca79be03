// Charts of lines: what training has brought, and predictions compared with the truth.
import { describeValue } from '../../config/describe-value.js';
import { isListOf, isPlainObject } from '../../config/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { frameOf, label, linePoints, makeSpec, requirePoints, valuesOf } from './spec.js';
import type { ChartOptions, Spec } from './spec.js';

/** Options of `history`. */
export interface HistoryOptions extends ChartOptions {
  /** The names of the losses and metrics to draw, without `val_`. Default: all. */
  readonly metrics?: readonly string[];
}

/** The result of `fit`, or its logs: lists of numbers by name. */
export type HistoryLike =
  | {
      /** The values of each loss and metric, epoch by epoch. */
      readonly history: Readonly<Record<string, readonly number[]>>;
    }
  | Readonly<Record<string, readonly number[]>>;

/**
 * The loss and metrics over the epochs, with a plot for each that shows training and validation.
 *
 * @param logs the result of `fit`, or lists of numbers by name
 * @throws ValueError for anything else, and if there is nothing to draw.
 * @example
 * const history = await model.fit(x, y, { epochs: 10, validationSplit: 0.2 });
 * await vis.show(vis.history(history), 'history.svg');
 */
export function history(logs: HistoryLike, options: HistoryOptions = {}): Spec {
  const owner = 'history';
  const frame = frameOf(owner, options, ['metrics'], {
    title: 'Training',
    width: 260,
    height: 180,
  });
  const { metrics: chosen } = options;
  if (chosen !== undefined && !isListOf(chosen, (name) => typeof name === 'string')) {
    throw new ValueError(
      `${owner}: metrics must be a list of names, got ${describeValue(chosen)}.`,
    );
  }
  const lists = listsOf(owner, logs);
  const base = (name: string): string => name.replace(/^val_/, '');
  const metrics = chosen ?? [...new Set(Object.keys(lists).map(base))];
  const notes: string[] = [];
  const values: object[] = [];
  for (const [name, list] of Object.entries(lists)) {
    if (!metrics.includes(base(name))) continue;
    const drawn = linePoints(list);
    notes.push(...drawn.notes.map((note) => `${name}: ${note}`));
    const of = name.startsWith('val_') ? 'validation' : 'training';
    for (const [epoch, value] of drawn.points) {
      values.push({ metric: label(owner, 'name', base(name)), of, epoch: epoch + 1, value });
    }
  }
  requirePoints(owner, 'the history', values.length);
  const names = [...new Set(values.map((value) => (value as { of: string }).of))];
  const isShort = Object.values(lists).every(({ length }) => length <= 30);
  return makeSpec(frame, notes, {
    data: { values },
    facet: { field: 'metric', type: 'nominal', sort: [...metrics], title: null },
    columns: Math.min(2, metrics.length),
    resolve: { scale: { y: 'independent' } },
    spec: {
      width: frame.width,
      height: frame.height,
      mark: { type: 'line', point: isShort },
      encoding: {
        x: {
          field: 'epoch',
          type: 'quantitative',
          title: 'epoch',
          axis: { tickMinStep: 1, format: 'd' },
          scale: { nice: false },
        },
        y: { field: 'value', type: 'quantitative', title: null, scale: { zero: false } },
        color: {
          field: 'of',
          type: 'nominal',
          title: null,
          sort: null,
          ...(names.length > 1 ? {} : { legend: null }),
        },
      },
    },
  });
}

function listsOf(owner: string, logs: unknown): Readonly<Record<string, readonly number[]>> {
  const inner = (logs as { readonly history?: unknown } | null | undefined)?.history;
  const found = isPlainObject(inner) ? inner : logs;
  const isList = (list: unknown): boolean =>
    Array.isArray(list) && list.every((value) => typeof value === 'number');
  if (isPlainObject(found) && Object.values(found).every(isList)) {
    return found as Readonly<Record<string, readonly number[]>>;
  }
  throw new ValueError(
    `${owner}: expected what fit returns, or lists of numbers by name such as { loss: [1, 0.5] }, got ${describeValue(logs)}.`,
  );
}

/** Options of `predictions`. */
export interface PredictionsOptions extends ChartOptions {
  /** The positions of the values on the x-axis. Default: 0, 1, 2 … */
  readonly x?: TensorLike;
  /** The label of the x-axis. Default `'step'`. */
  readonly xLabel?: string;
  /** The label of the y-axis. Default `'value'`. */
  readonly yLabel?: string;
}

/**
 * A series and a model's predictions of it.
 *
 * @param yTrue the truth, [n] or [n, 1]
 * @param yPred the predictions, of the same length
 * @throws ShapeError for different lengths, ValueError if there is nothing to draw.
 * @example const spec = vis.predictions([1, 2, 3], [1.1, 1.8, 3.2], { yLabel: 'degrees' });
 */
export function predictions(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: PredictionsOptions = {},
): Spec {
  const owner = 'predictions';
  const frame = frameOf(owner, options, ['x', 'xLabel', 'yLabel'], { title: 'Predictions', width: 480, height: 240 }); // prettier-ignore
  const truth = valuesOf(owner, 'yTrue', yTrue).data;
  const predicted = valuesOf(owner, 'yPred', yPred).data;
  const xs = options.x === undefined ? undefined : valuesOf(owner, 'x', options.x).data;
  if (truth.length !== predicted.length || (xs !== undefined && xs.length !== truth.length)) {
    throw new ShapeError(
      `${owner}: yTrue, yPred and x must have as many values, got ${truth.length}, ${predicted.length}` +
        `${xs === undefined ? '' : ` and ${xs.length}`}.`,
    );
  }
  const lines = { truth: linePoints(truth, xs), predicted: linePoints(predicted, xs) };
  const values = Object.entries(lines).flatMap(([of, { points }]) =>
    points.map(([x, y]) => ({ of, x, y })),
  );
  requirePoints(owner, 'the series', values.length);
  const notes = Object.entries(lines).flatMap(([of, each]) => each.notes.map((note) => `${of}: ${note}`)); // prettier-ignore
  return makeSpec(frame, notes, {
    data: { values },
    mark: { type: 'line' },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: label(owner, 'xLabel', options.xLabel ?? 'step'),
        scale: { nice: false, zero: false },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        title: label(owner, 'yLabel', options.yLabel ?? 'value'),
        scale: { zero: false },
      },
      color: { field: 'of', type: 'nominal', title: null, sort: null },
      strokeDash: { field: 'of', type: 'nominal', title: null, sort: null },
    },
  });
}
