import { FormatError } from '../../errors.js';
import { maybeInflated } from '../gzip.js';
import { sourceChunks, sourceName, type Source } from '../source.js';
import type { CsvOptions } from './options.js';

/** Rows of a file as fields, and where they are in it. */
export interface Records {
  readonly rows: readonly (readonly string[])[];
  /** The line, counted from 1, on which a row begins. */
  readonly line: (row: number) => number;
}

/** No row is longer: a quote that nobody closes must not collect the rest of the file. */
const MAX_ROW = 1 << 24;

/**
 * The rows of a CSV file (RFC 4180: quotes, "" in quotes, line breaks in quotes; lines end in \n, \r\n or \r), some at
 * a time as the bytes arrive. Lines that are empty are rows of one empty field.
 *
 * @throws FormatError naming the line for quotes that do not match and text that is not of the encoding.
 */
export async function* csvRecords(
  source: Source,
  options: CsvOptions,
): AsyncGenerator<Records, void, undefined> {
  const name = sourceName(source, 'CSV');
  const { parseText } = await import('./parser.js');
  let line = 1;
  let rest = '';
  const parse = (text: string, isLast: boolean): Records | undefined => {
    const { data, errors, meta } = parseText(text, options.delimiter ?? ',', isLast);
    const first = line;
    const records = { rows: data, line: (row: number) => first + linesBefore(data, row) };
    const broken = errors.find(({ row }) => isLast || row < data.length);
    if (broken !== undefined) throw quoteError(name, records.line(broken.row), broken.code);
    const end = isLast ? text.length : meta.cursor;
    rest = text.slice(end);
    if (rest.length > MAX_ROW) throw quoteError(name, line, 'MissingQuotes');
    line += count(text.slice(0, end), '\n');
    return data.length > 0 ? records : undefined;
  };
  for await (const text of decoded(
    maybeInflated(sourceChunks(source, options), name),
    options,
    name,
  )) {
    const records = parse(rest + text, false);
    if (records !== undefined) yield records;
  }
  if (rest === '') return;
  const records = parse(rest, true);
  if (records !== undefined) yield records;
}

/** The text, line ends made alike. */
async function* decoded(
  bytes: AsyncIterable<Uint8Array>,
  { encoding }: CsvOptions,
  name: string,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (piece?: Uint8Array): string => {
    try {
      return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch (error) {
      throw new FormatError(
        `${name}: the text is not ${decoder.encoding}. Give encoding, for instance 'latin1'.`,
        { cause: error },
      );
    }
  };
  let wasReturn = false;
  for await (const piece of bytes) {
    const text = decode(piece);
    if (text === '') continue;
    // A \r at the end of a piece may be the half of \r\n.
    const whole = wasReturn && text.startsWith('\n') ? text.slice(1) : text;
    wasReturn = text.endsWith('\r');
    yield whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole;
  }
  yield decode();
}

function linesBefore(rows: readonly (readonly string[])[], end: number): number {
  let lines = 0;
  for (const row of rows.slice(0, end)) {
    lines += row.reduce((sum, field) => sum + count(field, '\n'), 1);
  }
  return lines;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found++;
  return found;
}

function quoteError(name: string, line: number, code: string): FormatError {
  const problem =
    code === 'MissingQuotes'
      ? 'a quoted field that begins in this row is never closed'
      : 'text follows the closing quote of a field';
  return new FormatError(`${name}, line ${line}: ${problem}. A quote within quotes is written "".`);
}
