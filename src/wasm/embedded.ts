// Bytes as printable ASCII, in a form that compresses as well as the bytes themselves: a server's gzip finds the
// same repetitions in it (base64 hides them, and costs a third more). scripts/embed-bytes.js writes it.
//
// The letters are the characters from space to ~, but those that need an escape in some string literal or in HTML. There
// are 89. The bytes 79, 78, …, 0, 255, …, 249 are one letter each, in this order: Wasm has most of them, the prefix of SIMD
// (253) included. The others, downwards from 248, are two, the first of which is one of the last two letters.

const ESCAPED = '"$\'<\\`';

/** The byte whose letter is the first. */
const FIRST = 79;

/** The bytes again. */
export function embeddedBytes(text: string): Uint8Array<ArrayBuffer> {
  /** Place of a character among the letters. */
  const places = new Uint8Array(127);
  let letters = 0;
  for (let code = 32; code < 127; code++) {
    if (!ESCAPED.includes(String.fromCharCode(code))) places[code] = letters++;
  }
  const singles = letters - 2;
  const place = (i: number): number => places[text.charCodeAt(i)] ?? 0;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const first = place(i);
    const rest = first < singles ? first : singles + (first - singles) * letters + place(++i);
    // The array takes it modulo 256.
    bytes[length++] = FIRST - rest;
  }
  return bytes.slice(0, length);
}
