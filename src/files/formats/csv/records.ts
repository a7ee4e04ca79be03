import { FormatError } from '../../../errors.js';
import { maybeInflated } from '../gzip.js';
import type { CsvOptions } from './options.js';

/** A file as it arrives. */
export interface CsvFile {
  /** The name in messages. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** Rows of a file as fields, and where they are in it. */
export interface Records {
  readonly rows: readonly (readonly string[])[];
  /** The line, counted from 1, on which a row begins. */
  readonly line: (row: number) => number;
}

/** No row is longer: a quote that is never closed must not collect the rest of the file. */
const MAX_ROW = 1 << 24;

/** No row has more fields: two characters make one, and each takes a hundred bytes of what is kept of columns. */
const MAX_FIELDS = 1 << 20;

/**
 * The rows of a CSV file (RFC 4180: quotes, "" in quotes, line breaks in quotes; lines end in \n, \r\n or \r), some at
 * a time as the bytes arrive. Lines that are empty are rows of one empty field.
 *
 * @param file its bytes, gzipped or not, and its name in messages
 * @param allowed the most bytes of text that there may be when so many of the file have come
 * @throws FormatError naming the line for quotes that do not match and text that is not of the encoding.
 */
export async function* csvRecords(
  file: CsvFile,
  options: CsvOptions,
  allowed: (arrived: number) => number,
): AsyncGenerator<Records, void, undefined> {
  const { name } = file;
  const { parseText } = await import('./parser.js');
  let line = 1;
  let rest = '';
  const parse = (text: string, isLast: boolean): Records | undefined => {
    const { data, errors, meta } = parseText(text, options.delimiter ?? ',', isLast);
    const records = { rows: data, line: lineNumbers(data, line, text.includes('"')) };
    const broken = errors.find(({ row }) => isLast || row < data.length);
    if (broken !== undefined) throw quoteError(name, records.line(broken.row), broken.code);
    const end = isLast ? text.length : meta.cursor;
    rest = text.slice(end);
    if (rest.length > MAX_ROW) throw quoteError(name, line, 'MissingQuotes');
    const wide = data.findIndex(({ length }) => length > MAX_FIELDS);
    if (wide !== -1) {
      throw new FormatError(
        `${name}, line ${records.line(wide)}: more than ${MAX_FIELDS} fields, the most that are read.`,
      );
    }
    line += count(text.slice(0, end), '\n');
    return data.length > 0 ? records : undefined;
  };
  // A row that is not complete is split again only when twice as much of it is there, so that a long one takes no more
  // than twice its time.
  const waiting: string[] = [];
  let length = 0;
  const bytes = maybeInflated(file.bytes, name, allowed);
  for await (const text of decoded(bytes, options, name)) {
    waiting.push(text);
    length += text.length;
    if (length < rest.length && rest.length + length <= MAX_ROW) continue;
    const records = parse(rest + waiting.splice(0).join(''), false);
    length = 0;
    if (records !== undefined) yield records;
  }
  const text = rest + waiting.join('');
  if (text === '') return;
  const records = parse(text, true);
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

/**
 * On which line each row begins, the first on line `first`. What knows it holds no field: it is kept as long as a table is read.
 */
function lineNumbers(
  rows: Records['rows'],
  first: number,
  hasQuotes: boolean,
): (row: number) => number {
  // Lines break in quotes only.
  if (!hasQuotes) return (row) => first + row;
  let line = first;
  const lines = Int32Array.from(rows, (fields) => {
    const begins = line;
    line += fields.reduce((breaks, field) => breaks + count(field, '\n'), 1);
    return begins;
  });
  return (row) => lines[row] ?? line;
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
