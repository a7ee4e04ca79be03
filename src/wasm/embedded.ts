// Bytes as printable ASCII, in a form that compresses as well as the bytes themselves: a server's gzip finds the
// same repetitions in it (base64 hides them, and costs a third more). The most frequent 87 byte values are one
// letter each, the others two, the first of which is one of the last two letters.

/** Bytes that are embedded in a module; scripts/embed-bytes.js writes them. */
export interface EmbeddedBytes {
  /** The byte values that are one letter each, in the order of the letters: two hex digits each. */
  readonly frequent: string;
  readonly text: string;
}

/**
 * All but those that need an escape in some string literal or in HTML. Those that minified JavaScript has most of come
 * first and stand for the most frequent bytes, so that gzip's codes for the program and for the text differ less where
 * they share a block (0.4 kB of the whole package).
 */
const LETTERS =
  'etrni as,o()=.lhuc{}dpmf:g;wby0v?[]>1#xS&!2kNCzA|-_+MLEOB3RDj*PTI/WFUGqV4HK58Z6JYQX79%^@~';

/** The bytes again. */
export function embeddedBytes({ frequent, text }: EmbeddedBytes): Uint8Array<ArrayBuffer> {
  /** Place of a character among the letters. */
  const places = new Uint8Array(127);
  for (let i = 0; i < LETTERS.length; i++) places[LETTERS.charCodeAt(i)] = i;
  const singles = LETTERS.length - 2;
  /** The byte of one letter, then those of a pair. */
  const values = Array.from({ length: singles }, (_, i) =>
    parseInt(frequent.slice(2 * i, 2 * i + 2), 16),
  );
  for (let byte = 0; byte < 256; byte++) if (!values.includes(byte)) values.push(byte);
  const place = (i: number): number => places[text.charCodeAt(i)] ?? 0;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const first = place(i);
    const value =
      first < singles ? first : singles + (first - singles) * LETTERS.length + place(++i);
    bytes[length++] = values[value] ?? 0;
  }
  return bytes.slice(0, length);
}
