// The only module that names the parser: a chunk of its own, loaded when the first file is read.
import Papa from 'papaparse';

/** What the parser makes of a text. */
export interface ParsedText {
  readonly data: readonly (readonly string[])[];
  /** Quotes that do not match, with the row in which they are. */
  readonly errors: readonly { readonly row: number; readonly code: string }[];
  /** Where the last whole row ends. */
  readonly meta: { readonly cursor: number };
}

/** Splits text into rows of fields; lines end in \n. Without `isLast` the last row is taken for incomplete. */
export function parseText(text: string, delimiter: string, isLast: boolean): ParsedText {
  const parser = new Papa.Parser({ delimiter, newline: '\n' });
  return parser.parse(text, 0, !isLast) as ParsedText;
}
