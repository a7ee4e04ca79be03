// Bytes as text that a module can hold, in the layout that src/wasm/embedded.ts describes and reads.

/** As in src/wasm/embedded.ts. */
const LETTERS =
  'etrni as,o()=.lhuc{}dpmf:g;wby0v?[]>1#xS&!2kNCzA|-_+MLEOB3RDj*PTI/WFUGqV4HK58Z6JYQX79%^@~';
const SINGLE = LETTERS.length - 2;

/** @param {Uint8Array} bytes @returns {{ frequent: string, text: string }} */
export function embedBytes(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const byCount = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const frequent = byCount.slice(0, SINGLE);
  const others = byCount.slice(SINGLE).sort((a, b) => a - b);
  const codes = [];
  frequent.forEach((byte, i) => (codes[byte] = LETTERS[i]));
  others.forEach((byte, i) => {
    const [first, second] = [Math.floor(i / LETTERS.length), i % LETTERS.length];
    codes[byte] = LETTERS[SINGLE + first] + LETTERS[second];
  });
  return {
    frequent: frequent.map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    text: Array.from(bytes, (byte) => codes[byte]).join(''),
  };
}
