// Bytes as text that a module can hold, in the layout that src/wasm/embedded.ts describes and reads.

const LETTERS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
  (letter) => !'"$\'<\\`'.includes(letter),
);
const SINGLES = LETTERS.length - 2;

/** @param {Uint8Array} bytes @returns {string} */
export function embedBytes(bytes) {
  return Array.from(bytes, (byte) => {
    if (byte < SINGLES) return LETTERS[byte];
    const rest = byte - SINGLES;
    return LETTERS[SINGLES + Math.floor(rest / LETTERS.length)] + LETTERS[rest % LETTERS.length];
  }).join('');
}
