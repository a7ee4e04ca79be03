// Bytes as printable ASCII, in a form that compresses as well as the bytes themselves: a server's gzip finds the
// same repetitions in it (base64 hides them, and costs a third more). 87 byte values are one letter each, the others
// two, the first of which is one of the last two letters. scripts/embed-bytes.js writes it.

/**
 * All but those that need an escape in some string literal or in HTML. Those that minified JavaScript has most of come
 * first and stand for the most frequent bytes, so that gzip's codes for the program and for the text differ less where
 * they share a block (0.4 kB of the whole package).
 */
const LETTERS =
  'etrni as,o()=.lhuc{}dpmf:g;wby0v?[]>1#xS&!2kNCzA|-_+MLEOB3RDj*PTI/WFUGqV4HK58Z6JYQX79%^@~';

/** The byte values that are one letter each, in the order of the letters, two hex digits each: those of the core. */
const FREQUENT =
  '200001fd04410b2102036a05400c1022090706080a0d7fe68074e46b0e7b0f4a111b4e6c13ff123f46e52872' +
  '437348716d6f146536304217454916526160e01a152a7d1ff0505f18c02319aba06ee7fc37446967ae4f64';

/** The bytes again. */
export function embeddedBytes(text: string): Uint8Array<ArrayBuffer> {
  /** Place of a character among the letters. */
  const places = new Uint8Array(127);
  for (let i = 0; i < LETTERS.length; i++) places[LETTERS.charCodeAt(i)] = i;
  /** The byte values of single letters, then those of pairs. */
  const values = (FREQUENT.match(/../g) ?? []).map((digits) => parseInt(digits, 16));
  const singles = values.length;
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
