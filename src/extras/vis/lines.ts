// Charts of lines: what training has brought, and predictions compared with the truth.
import { isListOf, isPlainObject } from '../../config/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { ShapeError } from '../../errors.js';
import { byKind, byNumber, frameOf, label, linePoints, makePlots, makeSpec, refuse, valuesOf } from './spec.js'; // prettier-ignore
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
  const frame = frameOf(owner, options, ['metrics'], 'Training', 260, 180);
  const { metrics: chosen } = options;
  if (chosen !== undefined && !isListOf(chosen, (name) => typeof name === 'string')) {
    refuse(owner, 'metrics', 'a list of names', chosen);
  }
  const lists = Object.entries(listsOf(owner, logs));
  const base = (name: string): string => name.replace(/^val_/, '');
  const metrics = chosen ?? [...new Set(lists.map(([name]) => base(name)))];
  const notes: string[] = [];
  const values = lists.flatMap(([name, list]) => {
    const plot = metrics.indexOf(base(name));
    if (plot < 0) return [];
    const drawn = linePoints(list);
    notes.push(...drawn.notes.map((note) => `${name}: ${note}`));
    const of = name.startsWith('val_') ? 'validation' : 'training';
    return drawn.points.map(([epoch, value]) => ({ plot, of, epoch: epoch + 1, value }));
  });
  const isOne = new Set(values.map(({ of }) => of)).size < 2;
  const marks = {
    mark: { type: 'line', point: lists.every(([, { length }]) => length <= 30) },
    encoding: {
      x: byNumber('epoch', 'epoch', { axis: { tickMinStep: 1, format: 'd' }, scale: { nice: false } }), // prettier-ignore
      y: byNumber('value', null),
      color: byKind('of', isOne ? { legend: null } : {}),
    },
  };
  const names = metrics.map((name) => label(owner, 'name', name));
  const spec = makePlots(frame, notes, values, marks, names, 2);
  return { ...spec, resolve: { scale: { y: 'independent' } } };
}

function listsOf(owner: string, logs: unknown): Readonly<Record<string, readonly number[]>> {
  const inner = (logs as { readonly history?: unknown } | null | undefined)?.history;
  const found = isPlainObject(inner) ? inner : logs;
  const isList = (list: unknown): boolean =>
    Array.isArray(list) && list.every((value) => typeof value === 'number');
  if (isPlainObject(found) && Object.values(found).every(isList)) {
    return found as Readonly<Record<string, readonly number[]>>;
  }
  return refuse(owner, 'the logs', 'what fit returns, or lists of numbers by name such as { loss: [1, 0.5] }', logs); // prettier-ignore
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
  const frame = frameOf(owner, options, ['x', 'xLabel', 'yLabel'], 'Predictions', 480, 240);
  const truth = valuesOf(owner, 'yTrue', yTrue).data;
  const predicted = valuesOf(owner, 'yPred', yPred).data;
  const xs = options.x === undefined ? undefined : valuesOf(owner, 'x', options.x).data;
  const counts = [truth, predicted, xs ?? truth].map(({ length }) => length);
  if (new Set(counts).size > 1) {
    throw new ShapeError(
      `${owner}: yTrue, yPred and x must have as many values, got ${counts.join(', ')}.`,
    );
  }
  const notes: string[] = [];
  const values = Object.entries({ truth, predicted }).flatMap(([of, ys]) => {
    const line = linePoints(ys, xs);
    notes.push(...line.notes.map((note) => `${of}: ${note}`));
    return line.points.map(([x, y]) => ({ of, x, y }));
  });
  const named = (name: 'xLabel' | 'yLabel', otherwise: string): string =>
    label(owner, name, options[name] ?? otherwise);
  return makeSpec(frame, notes, values, {
    mark: 'line',
    encoding: {
      x: byNumber('x', named('xLabel', 'step'), { scale: { nice: false, zero: false } }),
      y: byNumber('y', named('yLabel', 'value')),
      color: byKind('of'),
      strokeDash: byKind('of'),
    },
  });
}
