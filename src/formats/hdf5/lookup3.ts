// lookup3 by Bob Jenkins (2006, public domain), the check sum of HDF5's newer structures: the bytes, three words at a
// time, are added to three sums, which are then mixed.

/** How far a word turns in each step of mixing. */
const TURNS = [4, 6, 8, 16, 19, 4];
/** And in each step after the last bytes. */
const LAST_TURNS = [14, 11, 25, 16, 4, 14, 24];

const turned = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** The check sum of the bytes. */
export function lookup3(bytes: Uint8Array): number {
  const { length } = bytes;
  let a = (0xdeadbeef + length) | 0;
  let b = a;
  let c = a;
  if (length === 0) return c >>> 0;
  const word = (at: number): number =>
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24);
  for (let at = 0; ; at += 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    if (at + 12 >= length) break;
    for (const by of TURNS) {
      // a, b and c change places after each step.
      const mixed = (a - c) ^ turned(c, by);
      c = (c + b) | 0;
      a = b;
      b = c;
      c = mixed;
    }
  }
  for (const by of LAST_TURNS) {
    const mixed = ((c ^ b) - turned(b, by)) | 0;
    c = a;
    a = b;
    b = mixed;
  }
  return b >>> 0;
}
