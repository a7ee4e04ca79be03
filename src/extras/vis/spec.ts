// What all charts have in common: Vega-Lite specifications as plain objects, and the values that go into them.
import { describeValue, printable } from '../../config/describe-value.js';
import { checkNumber, checkOptions, isListOf } from '../../config/index.js';
import { tidy, toTensor } from '../../engine/tensor/index.js';
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

const COMMON = ['title', 'width', 'height'] as const;

/** Pixels that a plot may have on a side. */
const MAX_SIDE = 10_000;

/** What a kind of chart is unless options say otherwise. */
export interface Frame {
  readonly title: string;
  readonly width: number;
  readonly height: number;
}

/** Checks options: those of all charts, and some more. */
export function frameOf(
  owner: string,
  options: ChartOptions,
  more: readonly string[],
  defaults: Frame,
): Frame {
  checkOptions(owner, options, [...COMMON, ...more]);
  const range = { min: 10, max: MAX_SIDE, integer: true };
  return {
    title: label(owner, 'title', options.title ?? defaults.title),
    width: checkNumber(owner, 'width', options.width ?? defaults.width, range),
    height: checkNumber(owner, 'height', options.height ?? defaults.height, range),
  };
}

/** A specification with that frame. What was left out of the data stands below the title. */
export function makeSpec(
  { title, width, height }: Frame,
  notes: readonly string[],
  parts: Readonly<Record<string, unknown>>,
): Spec {
  const said = [...new Set(notes)];
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: title, ...(said.length > 0 ? { subtitle: said } : {}) },
    ...('facet' in parts || 'hconcat' in parts ? {} : { width, height }),
    ...parts,
  };
}

/** The longest label; a longer one would take the place of the chart. */
const LONGEST = 60;

/** A text as a label: without what a terminal acts on, and not too long. Renderers write it as text, whatever it holds. */
export function label(owner: string, name: string, text: unknown): string {
  if (typeof text !== 'string') {
    throw new ValueError(`${owner}: ${name} must be a text, got ${describeValue(text)}.`);
  }
  const shown = printable(text);
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST - 1)}…` : shown;
}

/** Labels for so many things: those given, or their numbers. */
export function labelsOf(
  owner: string,
  name: string,
  labels: readonly string[] | undefined,
  count: number,
): string[] {
  const isText = (item: unknown): boolean => typeof item === 'string';
  if (labels === undefined) return Array.from({ length: count }, (_, i) => String(i));
  if (!isListOf(labels, isText) || labels.length !== count) {
    throw new ValueError(
      `${owner}: ${name} must be a list of ${count} texts, got ${describeValue(labels)}.`,
    );
  }
  return labels.map((text) => label(owner, name, text));
}

/** The elements of what a tensor is made of, with its shape. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** Elements, with as many axes as asked for. */
export function valuesOf(owner: string, name: string, x: TensorLike, axes?: number): Values {
  const values = untracked(() => {
    const tensor = toTensor(x);
    return { shape: tensor.shape, data: tensor.data() };
  });
  if (axes === undefined || values.shape.length === axes) return values;
  throw new ShapeError(
    `${owner}: ${name} must have ${axes} ${axes === 1 ? 'axis' : 'axes'}, got the shape (${values.shape.join(', ')}).`,
  );
}

/** What a function makes of tensors, without the tensors that it makes on the way. */
export function untracked<T>(f: () => T): T {
  const results: T[] = [];
  tidy(() => {
    results.push(f());
  });
  return results[0] as T;
}

/** Points of one line, with what was left out. */
export interface Points {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly notes: readonly string[];
}

/** Points of a line that are drawn: a screen has fewer columns. */
export const MOST_OF_LINE = 2000;

/** Points of a cloud that are drawn. */
export const MOST_OF_CLOUD = 5000;

const words = (count: number): string => count.toLocaleString('en-US');

/**
 * The points of a line. Those that are not finite are left out. Of too many, the lowest and the highest of each stretch are kept,
 * so that no peak is lost.
 */
export function linePoints(ys: ArrayLike<number>, xs?: ArrayLike<number>): Points {
  const finite: [number, number][] = [];
  for (let i = 0; i < ys.length; i++) {
    const [x, y] = [xs === undefined ? i : (xs[i] ?? NaN), ys[i] ?? NaN];
    if (Number.isFinite(x) && Number.isFinite(y)) finite.push([x, y]);
  }
  const notes = leftOut(ys.length - finite.length);
  if (finite.length <= MOST_OF_LINE) return { points: finite, notes };
  const stretches = MOST_OF_LINE / 2;
  const points: [number, number][] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * finite.length) / stretches);
    const to = Math.floor(((stretch + 1) * finite.length) / stretches);
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      const y = finite[i]?.[1] ?? NaN;
      if (y < (finite[low]?.[1] ?? NaN)) low = i;
      if (y > (finite[high]?.[1] ?? NaN)) high = i;
    }
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      const point = finite[i];
      if (point !== undefined) points.push(point);
    }
  }
  return { points, notes: [...notes, thinned(finite.length, points.length)] };
}

/** What a chart says of values that it cannot draw. */
export function leftOut(count: number): string[] {
  return count > 0 ? [`${words(count)} NaN or infinite left out`] : [];
}

/** What a chart says of points that it does not draw. */
export function thinned(count: number, kept: number): string {
  return `${words(kept)} of ${words(count)} points drawn`;
}

/** Refuses a chart of nothing. */
export function requirePoints(owner: string, name: string, count: number): void {
  if (count > 0) return;
  throw new ValueError(`${owner}: ${name} has no finite value, so there is nothing to draw.`);
}
