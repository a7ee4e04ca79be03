/** CRC-32 as zip, gzip and PNG use it: polynomial 0xEDB88320, bits reflected. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The check sum of the bytes, after those whose check sum is `before`. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  const { length } = bytes;
  // Not for…of, which takes five times as long (measured).
  for (let at = 0; at < length; at++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0);
  }
  return ~crc >>> 0;
}
