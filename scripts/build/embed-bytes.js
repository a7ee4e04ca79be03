// Bytes as text that a module can hold, in the layout that src/engine/wasm/binary.ts describes and reads.

const LETTERS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
  (letter) => !'"$\'<\\`'.includes(letter),
);
const SINGLES = LETTERS.length - 2;
/** The byte whose letter is the first; the others follow downwards, and from 255 on. */
const FIRST = 79;

/** @param {Uint8Array} bytes @returns {string} */
export function embedBytes(bytes) {
  return Array.from(bytes, (byte) => {
    const place = (FIRST - byte) & 255;
    if (place < SINGLES) return LETTERS[place];
    const rest = place - SINGLES;
    return LETTERS[SINGLES + Math.floor(rest / LETTERS.length)] + LETTERS[rest % LETTERS.length];
  }).join('');
}
