// A vocabulary in a file: a term in each line, in UTF-8. `.keras` files hold one for each lookup, next to it the weights of its terms.
import { FormatError, ShapeError } from '../../../errors.js';
import type { FileArray } from '../../../files/formats/elements.js';
import type { LimitedReadOptions, Source } from '../../../files/locations/source.js';

/** What `.keras` files call it. */
export const VOCABULARY_FILE = 'vocabulary.txt';

/** What files call the weights of terms. */
const WEIGHTS = 'idf_weights';

/** Where Python, and so Keras, ends a line. */
const LINE_BREAK = /\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/;

/** The text of a file of terms. */
interface Lines {
  readonly text: string;
  /** Whether Keras reads the same terms: it takes other signs for ends of lines too, and leaves out blank lines at the end. */
  readonly isWhole: boolean;
}

const known = new WeakMap<object, Lines>();

/** The text of a file of terms, made once for each table that holds them. @param table is not changed after that */
export function linesOf(table: object, terms: () => readonly unknown[]): Lines {
  let lines = known.get(table);
  if (lines === undefined) {
    const texts = terms().map(String);
    const isWhole = texts.at(-1) !== '' && !texts.some((text) => LINE_BREAK.test(text));
    lines = { text: texts.join('\n'), isWhole };
    known.set(table, lines);
  }
  return lines;
}

/** The lines of a text, as Keras reads them. */
function fromLines(text: string): string[] {
  const lines = text.split(LINE_BREAK);
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The lines of a file that a user gives, and its name in messages. @throws FormatError for bytes that are no UTF-8. */
export async function readLines(
  owner: string,
  source: Source,
  options: LimitedReadOptions,
): Promise<{ readonly lines: readonly string[]; readonly name: string }> {
  const { readFile } = await import('../../data/file-arrays.js');
  const { bytes, name } = await readFile(owner, 'vocabulary', source, options);
  const lines = textOfFile(bytes, name).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return { lines, name };
}

function textOfFile(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(`${name}: is not a text in UTF-8.`);
  }
}

/** What a file keeps of the weights of terms. */
export function storedWeights(
  data: Float32Array<ArrayBuffer> | undefined,
): ReadonlyMap<string, FileArray> {
  return new Map(
    data === undefined ? [] : [[WEIGHTS, { shape: [data.length], dtype: 'float32', data }]],
  );
}

/**
 * The vocabulary that a file of a model keeps.
 *
 * @param size how many terms the config says, null if it does not, and how many of them the layer has without learning
 * @throws FormatError if there is none, or if it has another length.
 */
export function linesIn(
  label: string,
  assets: ReadonlyMap<string, string>,
  { stated, fixed }: { readonly stated: number | null; readonly fixed: number },
): string[] {
  const text = assets.get(VOCABULARY_FILE);
  if (text === undefined) {
    throw new FormatError(`${label}: the file lacks its vocabulary, ${VOCABULARY_FILE}.`);
  }
  const lines = fromLines(text);
  if (stated === null || stated === lines.length || Math.max(stated, lines.length) <= fixed)
    return lines;
  throw new FormatError(
    `${label}: ${VOCABULARY_FILE} in the file has ${lines.length} terms, but the config says ${stated}.`,
  );
}

/** The weights of so many terms in a file; those of places that are padded lie behind. @throws FormatError if there are too few. */
export function weightsIn(
  label: string,
  arrays: ReadonlyMap<string, FileArray>,
  count: number,
): ArrayLike<number> {
  const data = arrays.get(WEIGHTS)?.data;
  if (data !== undefined && data.length >= count) return data.subarray(0, count);
  throw new FormatError(
    `${label}: the file has ${data?.length ?? 'no'} ${WEIGHTS} for ${count} terms.`,
  );
}

/** The weights in a file in place of so many. @throws ShapeError for another number, unless `skipMismatch` leaves them alone. */
export function sameWeights(
  label: string,
  arrays: ReadonlyMap<string, FileArray>,
  weights: Float32Array<ArrayBuffer> | undefined,
  skipMismatch: boolean,
): Float32Array<ArrayBuffer> | undefined {
  if (weights === undefined) return undefined;
  const data = arrays.get(WEIGHTS)?.data;
  if (data?.length === weights.length) return Float32Array.from(data);
  if (skipMismatch) return weights;
  throw new ShapeError(
    `${label}: the file has ${data?.length ?? 'no'} ${WEIGHTS}, but there are ${weights.length} of the vocabulary. Load into a ` +
      `layer with the same vocabulary, or leave such weights alone with skipMismatch: true.`,
  );
}
