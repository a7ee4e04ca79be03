// Bytes as text that a module can hold, in the layout that src/wasm/embedded.ts describes and reads.

/** Every character that needs no escape in any kind of string literal, in any encoding, or inside of HTML. */
const alphabet = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
  (character) => !'"$\'<\\`'.includes(character),
);
const SINGLE = alphabet.length - 2;

/** @param {Uint8Array} bytes @returns {{ frequent: string, text: string }} */
export function embedBytes(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const byCount = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const singles = byCount.slice(0, SINGLE).sort((a, b) => a - b);
  const pairs = byCount.slice(SINGLE).sort((a, b) => a - b);
  const codes = [];
  singles.forEach((byte, i) => (codes[byte] = alphabet[i]));
  pairs.forEach((byte, i) => {
    const [first, second] = [Math.floor(i / alphabet.length), i % alphabet.length];
    codes[byte] = alphabet[SINGLE + first] + alphabet[second];
  });
  const isSingle = new Set(singles);
  const frequent = Array.from({ length: 64 }, (_, digit) =>
    [0, 1, 2, 3].reduce((sum, bit) => sum + (isSingle.has(4 * digit + bit) ? 1 << bit : 0), 0),
  );
  return {
    frequent: frequent.map((digit) => digit.toString(16)).join(''),
    text: Array.from(bytes, (byte) => codes[byte]).join(''),
  };
}
