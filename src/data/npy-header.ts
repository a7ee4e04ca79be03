import { FormatError } from '../errors.js';

/** What the header of an NPY file says. */
export interface NpyHeader {
  /** Element type: '<f4'. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

// The few forms of a Python literal that a header of plain arrays has; `L` comes from Python 2.
const ENTRY = /^\s*'(\w+)'\s*:\s*('[^']*'|True|False|\(\s*(?:\d+L?\s*,?\s*)*\)|\[)\s*(,|\})/;

/**
 * Reads the header, a Python dict literal with the keys descr, fortran_order and shape.
 *
 * @throws FormatError if it is anything else.
 */
export function parseNpyHeader(text: string, name: string): NpyHeader {
  const wrong = (): FormatError =>
    new FormatError(
      `${name}: the NPY header must be a dict with descr, fortran_order and shape, got ` +
        `${JSON.stringify(text.slice(0, 100).trim())}.`,
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
  if (!isComplete || found.size !== 3) throw wrong();
  return {
    descr: descr.slice(1, -1),
    fortranOrder: order === 'True',
    shape: [...shape.matchAll(/\d+/g)].map(([digits]) => Number(digits)),
  };
}
