// Tensors as text, in NumPy's layout: aligned columns, 75 characters a line, and only the edges of
// tensors of more than 1000 elements.
import type { DType, TensorData } from './dtype.js';
import { elementFormatter, formatScalar } from './print-number.js';
import { sizeOf, stridesOf } from './shape.js';
import type { Shape } from './shape.js';

const LINE_WIDTH = 75;
const SUMMARY_THRESHOLD = 1000;
const EDGE_ITEMS = 3;

/** The elements as NumPy's `str(array)` shows them. */
export function formatTensor(data: TensorData, shape: Shape, dtype: DType): string {
  if (shape.length === 0) return formatScalar(data[0] ?? NaN, dtype);
  if (sizeOf(shape) === 0) return '[]';
  const summarize = sizeOf(shape) > SUMMARY_THRESHOLD;
  const strides = stridesOf(shape);
  const shown = shownElements(data, shape, strides, summarize);
  const format = elementFormatter(shown, dtype);

  const recurse = (axis: number, offset: number, indent: string, width: number): string => {
    const length = shape[axis];
    if (length === undefined) return format(data[offset] ?? NaN);
    const items = itemsOf(length, summarize).map((i) =>
      i === undefined
        ? '...'
        : recurse(axis + 1, offset + i * (strides[axis] ?? 0), `${indent} `, width - 1),
    );
    if (axis === shape.length - 1) return `[${wrap(items, indent, width - 1)}]`;
    const separator = `${'\n'.repeat(shape.length - axis - 1)}${indent}`;
    return `[${items.join(separator)}]`;
  };
  return recurse(0, 0, ' ', LINE_WIDTH);
}

/** Indices along an axis; `undefined` stands for those left out. */
function itemsOf(length: number, summarize: boolean): (number | undefined)[] {
  const all = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, i) => from + i);
  if (!summarize || length <= 2 * EDGE_ITEMS) return all(0, length);
  return [...all(0, EDGE_ITEMS), undefined, ...all(length - EDGE_ITEMS, length)];
}

/** The elements that will be shown: they alone decide how wide columns are. */
function shownElements(
  data: TensorData,
  shape: Shape,
  strides: readonly number[],
  summarize: boolean,
): number[] {
  if (!summarize) return Array.from(data);
  const shown: number[] = [];
  const visit = (axis: number, offset: number): void => {
    const length = shape[axis];
    if (length === undefined) {
      shown.push(data[offset] ?? NaN);
      return;
    }
    for (const i of itemsOf(length, true)) {
      if (i !== undefined) visit(axis + 1, offset + i * (strides[axis] ?? 0));
    }
  };
  visit(0, 0);
  return shown;
}

/** Items separated by spaces, broken into lines of at most `width` characters. */
function wrap(items: readonly string[], indent: string, width: number): string {
  let text = '';
  let line = indent;
  for (const item of items) {
    const first = line.length <= indent.length;
    if (!first && line.length + item.length > width) {
      text += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += `${item} `;
  }
  return (text + line).slice(indent.length, -1);
}
