import { didYouMean } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { CsvOptions, ColumnRef, ColumnType } from './options.js';

/** A column that is read. */
export interface Column {
  /** The column's place in a row. */
  readonly index: number;
  readonly name: string;
  readonly type: ColumnType;
}

/** What is read of each row. */
export interface Columns {
  /** Names of all columns of the file. */
  readonly names: readonly string[];
  readonly features: readonly Column[];
  readonly labels: readonly Column[];
}

/**
 * The columns that options choose among those of a file.
 *
 * @param owner for messages
 * @throws ValueError for a column that the file does not have or that is chosen twice.
 */
export function chooseColumns(
  owner: string,
  names: readonly string[],
  { label, columns, dtypes = {} }: CsvOptions,
): Columns {
  const places = placesOf(names);
  const find = (ref: ColumnRef): number => findColumn(owner, names, places, ref);
  const labels = label === undefined ? [] : [label].flat().map(find);
  const isLabel = new Set(labels);
  const chosen =
    columns === undefined
      ? names.map((_, index) => index).filter((index) => !isLabel.has(index))
      : columns.map(find);
  const all = new Set<number>();
  for (const index of [...chosen, ...labels]) {
    if (all.has(index)) {
      throw new ValueError(`${owner}: column '${names[index] ?? ''}' is chosen twice.`);
    }
    all.add(index);
  }
  if (chosen.length === 0) {
    throw new ValueError(
      `${owner}: no column is left for x: the file has ${listed(names)}, all of which are labels.`,
    );
  }
  const types = new Map<number, ColumnType>();
  for (const [key, type] of Object.entries(dtypes)) {
    const index = find(places.has(key) || !/^-?\d+$/.test(key) ? key : Number(key));
    if (!all.has(index)) {
      throw new ValueError(`${owner}: dtypes names column '${key}', which is not read.`);
    }
    types.set(index, type);
  }
  const column = (index: number): Column => ({
    index,
    name: names[index] ?? '',
    type: types.get(index) ?? 'float32',
  });
  return { names, features: chosen.map(column), labels: labels.map(column) };
}

/** Where each name stands; undefined if several columns have it. */
function placesOf(names: readonly string[]): ReadonlyMap<string, number | undefined> {
  const places = new Map<string, number | undefined>();
  names.forEach((name, index) => places.set(name, places.has(name) ? undefined : index));
  return places;
}

function findColumn(
  owner: string,
  names: readonly string[],
  places: ReturnType<typeof placesOf>,
  ref: ColumnRef,
): number {
  if (typeof ref === 'number') {
    const index = ref < 0 ? names.length + ref : ref;
    if (Number.isInteger(ref) && index >= 0 && index < names.length) return index;
    throw new ValueError(`${owner}: there is no column ${ref}, the file has ${names.length}.`);
  }
  const index = places.get(ref);
  if (index !== undefined) return index;
  if (places.has(ref)) {
    throw new ValueError(`${owner}: several columns are called '${ref}'. Give numbers instead.`);
  }
  throw new ValueError(
    `${owner}: there is no column '${ref}'.${didYouMean(ref, names)} Columns: ${listed(names)}.`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} … (${names.length})` : shown;
}
