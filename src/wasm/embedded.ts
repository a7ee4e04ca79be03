// Bytes as printable ASCII, in a form that compresses as well as the bytes themselves: a server's gzip finds the
// same repetitions in it (base64 hides them, and costs a third more). The most frequent 87 byte values are one
// letter each, the others two, the first of which is one of the last two letters of the alphabet.

/** Bytes that are embedded in a module; scripts/embed-bytes.js writes them. */
export interface EmbeddedBytes {
  /** A bit for each byte value, four a hex digit, lowest first: 1 if it is one letter. */
  readonly frequent: string;
  readonly text: string;
}

/** Characters that are no letters: those that need an escape in some string literal or in HTML. */
const NO_LETTERS = '"$\'<\\`';

/** The bytes again. */
export function embeddedBytes({ frequent, text }: EmbeddedBytes): Uint8Array<ArrayBuffer> {
  /** Place of a character in the alphabet. */
  const places = new Uint8Array(127);
  let letters = 0;
  for (let code = 32; code < 127; code++) {
    if (!NO_LETTERS.includes(String.fromCharCode(code))) places[code] = letters++;
  }
  const singles = letters - 2;
  /** The byte of one letter, then those of a pair. */
  const values: [number[], number[]] = [[], []];
  for (let byte = 0; byte < 256; byte++) {
    const isSingle = (parseInt(frequent.charAt(byte >> 2), 16) >> (byte & 3)) & 1;
    values[isSingle ? 0 : 1].push(byte);
  }
  const place = (i: number): number => places[text.charCodeAt(i)] ?? 0;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const first = place(i);
    bytes[length++] =
      (first < singles ? values[0][first] : values[1][(first - singles) * letters + place(++i)]) ??
      0;
  }
  return bytes.slice(0, length);
}
