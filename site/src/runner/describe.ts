// Values as text and tables.
import type { Tensor } from 'lanegrad';
import type { Shown, Table } from './protocol.js';

const MAX_CELLS = 12;
const MAX_ITEMS = 100;
const MAX_DEPTH = 4;
/** No text is longer. */
const MAX_LENGTH = 20_000;

const number = (value: number): string =>
  Number.isInteger(value) || !Number.isFinite(value)
    ? String(value)
    : String(Number(value.toPrecision(5)));

/** A tensor is a table if a table shows more than its text. */
export function describeTensor(tensor: Tensor, isValue: boolean): Shown {
  const { shape, dtype } = tensor;
  const [rows = 0, columns = 0] = shape;
  const text = isValue ? `${tensor.toString()} ${dtype}` : tensor.toString();
  if (shape.length !== 2 || rows * columns === 0) return { kind: 'text', text: cut(text) };
  const data = tensor.data();
  const cells: Table['rows'] = Array.from({ length: Math.min(rows, MAX_CELLS) }, (_, i) =>
    Array.from({ length: Math.min(columns, MAX_CELLS) }, (_, j) =>
      number(Number(data[i * columns + j])),
    ),
  );
  const title = `${dtype} [${shape.join(', ')}]`;
  return {
    kind: 'table',
    title,
    text: cut(text),
    rows: cells,
    isCut: rows > MAX_CELLS || columns > MAX_CELLS,
  };
}

function cut(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)} …` : text;
}

/** A value as a console shows it. */
export function describeValue(value: unknown): string {
  return cut(textOf(value, 0, new Set()));
}

function textOf(value: unknown, depth: number, above: ReadonlySet<unknown>): string {
  if (typeof value === 'string') return depth === 0 ? value : `'${value}'`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `[Function: ${value.name || 'anonymous'}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (above.has(value)) return '[Circular]';
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const inner = new Set(above).add(value);
  const ownText = tensorText(value);
  if (ownText !== undefined) return ownText;
  if (depth > MAX_DEPTH) return Array.isArray(value) ? '[Array]' : '[Object]';
  const next = (item: unknown): string => textOf(item, depth + 1, inner);
  if (Array.isArray(value)) return listed('', '[', value, ']', next);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const items = value as unknown as ArrayLike<number>;
    return listed(`${value.constructor.name}(${items.length}) `, '[', items, ']', next);
  }
  if (value instanceof Map) {
    const entries = Array.from(value, ([key, item]) => `${next(key)} => ${next(item)}`);
    return `Map(${value.size}) { ${entries.slice(0, MAX_ITEMS).join(', ')} }`;
  }
  if (value instanceof Set) return listed(`Set(${value.size}) `, '{ ', [...value], ' }', next);
  return objectText(value, next);
}

/** Tensors, variables and their like say themselves what they hold. */
function tensorText(value: object): string | undefined {
  const isTensor = 'dtype' in value && 'shape' in value && 'data' in value;
  return isTensor ? String(value) : undefined;
}

function listed(
  name: string,
  open: string,
  items: ArrayLike<unknown>,
  close: string,
  next: (item: unknown) => string,
): string {
  const shown = Array.from({ length: Math.min(items.length, MAX_ITEMS) }, (_, i) => next(items[i]));
  if (items.length > MAX_ITEMS) shown.push(`… ${items.length - MAX_ITEMS} more`);
  return `${name}${open}${shown.join(', ')}${close}`;
}

function objectText(value: object, next: (item: unknown) => string): string {
  const prototype = Object.getPrototypeOf(value) as {
    readonly constructor?: { readonly name: string };
  } | null;
  const name = prototype?.constructor?.name ?? 'Object';
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  const body = entries.map(
    ([key, item]) => `${/^\w+$/.test(key) ? key : `'${key}'`}: ${next(item)}`,
  );
  const start = name === 'Object' ? '' : `${name} `;
  return body.length === 0 ? `${start}{}` : `${start}{ ${body.join(', ')} }`;
}
