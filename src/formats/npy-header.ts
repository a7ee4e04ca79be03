import { describeValue } from '../config/describe-value.js';
import { FormatError } from '../errors.js';

/** What the header of an NPY file says. */
export interface NpyHeader {
  /** Element type: '<f4'. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

// The few forms of a Python literal that a header of plain arrays has.
const ENTRY = /^\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([^()]*\))\s*(,|\})/;

/**
 * Reads the header, a Python dict literal with the keys descr, fortran_order and shape.
 *
 * @throws FormatError if it is anything else.
 */
export function parseNpyHeader(text: string, name: string): NpyHeader {
  const wrong = (): FormatError =>
    new FormatError(
      `${name}: the NPY header must be a dict with descr, fortran_order and shape, got ` +
        `${describeValue(text.slice(0, 100).trim())}.`,
    );
  const found = new Map<string, string>();
  let rest = text.trim();
  if (!rest.startsWith('{')) throw wrong();
  rest = rest.slice(1);
  while (!/^\s*\}$/.test(rest)) {
    const [whole = '', key = '', value = '', end] = ENTRY.exec(rest) ?? [];
    if (/^\s*'descr'\s*:\s*\[/.test(rest)) {
      throw new FormatError(
        `${name}: the array has named fields (a structured type), which a tensor cannot hold. Save each field as ` +
          `an array of its own.`,
      );
    }
    if (whole === '' || found.has(key)) throw wrong();
    found.set(key, value);
    rest = rest.slice(whole.length - (end === '}' ? 1 : 0));
  }
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => found.get(key));
  const isComplete =
    descr?.startsWith("'") === true &&
    (order === 'True' || order === 'False') &&
    shape?.startsWith('(') === true;
  const lengths = isComplete ? parseTuple(shape) : undefined;
  if (!isComplete || lengths === undefined || found.size !== 3) throw wrong();
  return { descr: descr.slice(1, -1), fortranOrder: order === 'True', shape: lengths };
}

/** The numbers of `()`, `(3,)` or `(3, 4)`; undefined for any other text. Python 2 wrote `3L`. */
function parseTuple(text: string): number[] | undefined {
  const parts = text
    .slice(1, -1)
    .split(',')
    .map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  return parts.every((part) => /^\d+L?$/.test(part))
    ? parts.map((part) => parseFloat(part))
    : undefined;
}
