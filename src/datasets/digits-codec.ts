import { inflateGzip } from '../formats/gzip.js';

// The packed form is base64 of gzip of
//
//     labels[n]                                 one byte each, in the order of the file
//     pixels[64][n]                             one byte each, 0..16; pixel by pixel, column by column
//
// Within one pixel the samples stand sorted by label, then by the sum of the pixels above and to the left
// (both already known), then by their place in the file. Like stands beside like, which saves a
// fifth of what deflate makes of the plain rows. scripts/embed-digits.mjs writes it.

export const pixelCount = 64;
const sampleCount = 1797;

export interface Digits {
  /** Row-major `[n, 8, 8]`, 0..16. */
  readonly images: Uint8Array<ArrayBuffer>;
  /** `[n]`, 0..9. */
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** Unpacks the embedded digits. */
export async function decodeDigits(packed: string): Promise<Digits> {
  const gzipped = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const limit = sampleCount * (1 + pixelCount);
  const bytes = await inflateGzip(gzipped, { name: 'embedded digits', limit });
  const labels = bytes.slice(0, sampleCount);
  const images = new Uint8Array(sampleCount * pixelCount);
  let next = sampleCount;
  for (let column = 0; column < 8; column++) {
    for (let row = 0; row < 8; row++) {
      for (const sample of samplesInOrder(images, labels, row, column)) {
        images[sample * pixelCount + row * 8 + column] = bytes[next++] ?? 0;
      }
    }
  }
  return { images, labels };
}

/** The order in which the samples' values of one pixel are stored. */
function samplesInOrder(images: Uint8Array, labels: Uint8Array, row: number, column: number) {
  const keys = Array.from(labels, (label, sample) => {
    const pixel = sample * pixelCount + row * 8 + column;
    const above = row > 0 ? (images[pixel - 8] ?? 0) : 0;
    const left = column > 0 ? (images[pixel - 1] ?? 0) : 0;
    // above + left <= 32; the sample's number makes the order total.
    return (label * 33 + above + left) * sampleCount + sample;
  });
  keys.sort((a, b) => a - b);
  return keys.map((key) => key % sampleCount);
}
