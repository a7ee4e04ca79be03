// Bytes as text that a module can hold, in the layout that src/wasm/embedded.ts describes and reads.

/** These two as in src/wasm/embedded.ts. */
const LETTERS =
  'etrni as,o()=.lhuc{}dpmf:g;wby0v?[]>1#xS&!2kNCzA|-_+MLEOB3RDj*PTI/WFUGqV4HK58Z6JYQX79%^@~';
const FREQUENT =
  '200001fd04410b2102036a05400c1022090706080a0d7fe68074e46b0e7b0f4a111b4e6c13ff123f46e52872' +
  '437348716d6f146536304217454916526160e01a152a7d1ff0505f18c02319aba06ee7fc37446967ae4f64';

/** @param {Uint8Array} bytes @returns {string} */
export function embedBytes(bytes) {
  const singles = LETTERS.length - 2;
  const codes = [];
  for (let i = 0; i < singles; i++) {
    codes[parseInt(FREQUENT.slice(2 * i, 2 * i + 2), 16)] = LETTERS[i];
  }
  let others = 0;
  for (let byte = 0; byte < 256; byte++) {
    if (codes[byte] !== undefined) continue;
    const first = LETTERS[singles + Math.floor(others / LETTERS.length)];
    codes[byte] = first + LETTERS[others++ % LETTERS.length];
  }
  return Array.from(bytes, (byte) => codes[byte]).join('');
}
