// What all charts have in common: Vega-Lite specifications as plain objects, and the values that go into them.
import { describeValue, printable } from '../../config/describe-value.js';
import { checkNumber, checkOptions, isListOf } from '../../config/index.js';
import { formatShape, tidy, toTensor } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { ShapeError, ValueError } from '../../errors.js';

/** A specification of Vega-Lite: a plain object that can be stored as JSON. `show` and any other renderer of Vega-Lite can draw it. */
export interface Spec {
  /** The URL of Vega-Lite's schema, with its version. */
  readonly $schema: string;
  /** Data, marks and encodings: https://vega.github.io/vega-lite/docs/spec.html */
  readonly [property: string]: unknown;
}

/** Options of every chart. */
export interface ChartOptions {
  /** The title of the chart. Default: depends on the kind of chart. */
  readonly title?: string;
  /** Width of the plot in pixels. Default: depends on the kind of chart. */
  readonly width?: number;
  /** Height of the plot in pixels. Default: depends on the kind of chart. */
  readonly height?: number;
}

/** Pixels that a plot may have on a side. */
const MAX_SIDE = 10_000;

/** Whose chart it is, what stands above the plot, and its sides in pixels. */
export interface Frame {
  readonly owner: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
}

/** Refuses what is not as it must be. */
export function refuse(owner: string, name: string, wanted: string, value: unknown): never {
  throw new ValueError(`${owner}: ${name} must be ${wanted}, got ${describeValue(value)}.`);
}

/** Refuses a tensor of another shape. */
export function refuseShape(
  owner: string,
  name: string,
  wanted: string,
  shape: readonly number[],
): never {
  throw new ShapeError(`${owner}: ${name} must be ${wanted}, got the shape ${formatShape(shape)}.`);
}

/** A whole number of an option. */
export function wholeNumber(
  owner: string,
  name: string,
  value: unknown,
  max: number,
  min = 1,
): number {
  return checkNumber(owner, name, value, { min, max, integer: true });
}

/** Checks options: those of all charts, and some more. */
export function frameOf(
  owner: string,
  options: ChartOptions,
  more: readonly string[],
  title: string,
  width: number,
  height = 10,
): Frame {
  checkOptions(owner, options, ['title', 'width', 'height', ...more]);
  return {
    owner,
    title: label(owner, 'title', options.title ?? title),
    width: wholeNumber(owner, 'width', options.width ?? width, MAX_SIDE, 10),
    height: wholeNumber(owner, 'height', options.height ?? height, MAX_SIDE, 10),
  };
}

/**
 * A specification with that frame. What was left out of the data stands below the title.
 *
 * @throws ValueError for a chart of nothing
 */
export function makeSpec(
  { owner, title, width, height }: Frame,
  notes: readonly string[],
  values: readonly object[],
  parts: Readonly<Record<string, unknown>>,
): Spec {
  requireSome(owner, values);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: title, ...(notes.length > 0 ? { subtitle: [...new Set(notes)] } : {}) },
    data: { values },
    width,
    height,
    ...parts,
  };
}

/** A plot of that frame for each of some names, of which the rows have the numbers. */
export function makePlots(
  frame: Frame,
  notes: readonly string[],
  values: readonly object[],
  parts: Readonly<Record<string, unknown>>,
  names: readonly string[],
  columns: number,
): Spec {
  const { $schema, title, data, ...spec } = makeSpec(frame, notes, values, parts);
  const facet = byKind('plot', { sort: 'ascending', header: { labelExpr: textsOf(names) } });
  return { $schema, title, data, facet, columns: Math.min(columns, names.length), spec };
}

/** Refuses a chart of nothing. */
export function requireSome(owner: string, values: readonly unknown[]): void {
  if (values.length > 0) return;
  throw new ValueError(`${owner}: there is no finite value, so there is nothing to draw.`);
}

/** The place or the size of a mark by a number of each row. */
export function byNumber(field: string, title: string | null, more: object = {}): object {
  return { field, type: 'quantitative', title, scale: { zero: false }, ...more };
}

/** The colour of a mark by what a row belongs to, in the order of the rows. */
export function byKind(field: string, more: object = {}): object {
  return { field, type: 'nominal', title: null, sort: null, ...more };
}

/** What writes texts in place of their numbers, so that equal texts stay apart. */
export function textsOf(texts: readonly string[]): string {
  return `${JSON.stringify(texts)}[datum.value]`;
}

/** The longest label; a longer one would take the place of the chart. */
const LONGEST = 60;

/** A text as a label: without what a terminal acts on, and not too long. Renderers write it as text, whatever it holds. */
export function label(owner: string, name: string, text: unknown): string {
  if (typeof text !== 'string') refuse(owner, name, 'a text', text);
  const shown = printable(text);
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST - 1)}…` : shown;
}

/** Labels for so many things: those given, or others by their numbers. */
export function labelsOf(
  owner: string,
  name: string,
  labels: readonly (string | number)[] | undefined,
  count: number,
  otherwise: (i: number) => string = String,
): string[] {
  if (labels === undefined) return Array.from({ length: count }, (_, i) => otherwise(i));
  const isText = (item: unknown): boolean => typeof item === 'string' || typeof item === 'number';
  if (!isListOf(labels, isText) || labels.length !== count) {
    refuse(owner, name, `a list of ${count} texts`, labels);
  }
  return labels.map((text) => label(owner, name, String(text)));
}

/** The elements of what a tensor is made of, with its shape. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** Elements, with as many axes as asked for. */
export function valuesOf(owner: string, name: string, x: TensorLike, axes?: number): Values {
  const values = tidy(() => {
    const tensor = toTensor(x);
    return { shape: tensor.shape, data: tensor.data() };
  });
  if (axes === undefined || values.shape.length === axes) return values;
  return refuseShape(owner, name, `a tensor of ${axes} axes`, values.shape);
}

/** Points of one line, with what was left out. */
export interface Points {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly notes: readonly string[];
}

/** Points of a line that are drawn: a screen has fewer columns. */
const MOST_OF_LINE = 2000;

/**
 * The points of a line. Those that are not finite are left out. Of too many, the lowest and the highest of each stretch are kept,
 * so that no peak is lost.
 */
export function linePoints(ys: ArrayLike<number>, xs?: ArrayLike<number>): Points {
  const all = Array.from(ys, (y, i): [number, number] => [
    xs === undefined ? i : (xs[i] ?? NaN),
    y,
  ]);
  const finite = all.filter((point) => point.every(Number.isFinite));
  const notes = leftOut(all.length - finite.length);
  if (finite.length <= MOST_OF_LINE) return { points: finite, notes };
  const stretches = MOST_OF_LINE / 2;
  const points = Array.from({ length: stretches }, (_, i) => {
    const at = (end: number): number => Math.floor((end * finite.length) / stretches);
    const part = finite.slice(at(i), at(i + 1));
    const low = part.reduce((a, b) => (b[1] < a[1] ? b : a));
    const high = part.reduce((a, b) => (b[1] > a[1] ? b : a));
    return part.filter((point) => point === low || point === high);
  }).flat();
  return { points, notes: [...notes, thinned(finite.length, points.length)] };
}

const words = (count: number): string => count.toLocaleString('en-US');

/** What a chart says of values that it cannot draw. */
export function leftOut(count: number): string[] {
  return count > 0 ? [`${words(count)} NaN or infinite left out`] : [];
}

/** What a chart says of points that it does not draw. */
export function thinned(count: number, kept: number): string {
  return `${words(kept)} of ${words(count)} points drawn`;
}
