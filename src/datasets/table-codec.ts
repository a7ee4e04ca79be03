import { inflateGzip } from '../formats/gzip.js';

// A table of n samples of decimal numbers, each m · 10^−e with 1000 <= m <= 9999 (or 0, 0): base64 of gzip of
//
//     m & 255   [columns][n]      one byte each, column by column: what changes little stands together
//     m >> 8    [columns][n]
//     e         [columns][n]
//     class     [n]
//
// scripts/embed-table.mjs writes it.

/** A table whose rows are samples. */
export interface PackedTable {
  readonly samples: number;
  /** Numbers of a sample. */
  readonly columns: number;
  /** base64 of gzip. */
  readonly packed: string;
}

export interface Table {
  /** Row-major [samples, columns]. */
  readonly features: Float32Array<ArrayBuffer>;
  /** [samples] */
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** Unpacks an embedded table. */
export async function decodeTable(
  { samples, columns, packed }: PackedTable,
  name: string,
): Promise<Table> {
  const gzipped = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const plane = samples * columns;
  const bytes = await inflateGzip(gzipped, {
    name: `embedded ${name}`,
    limit: 3 * plane + samples,
  });
  const features = new Float32Array(plane);
  for (let column = 0; column < columns; column++) {
    for (let sample = 0; sample < samples; sample++) {
      const [low = 0, high = 0, exponent = 0] = [0, 1, 2].map(
        (part) => bytes[part * plane + column * samples + sample],
      );
      // Dividing by a power of ten rounds once, so this is the number that the decimal digits mean.
      features[sample * columns + column] = (low + 256 * high) / 10 ** exponent;
    }
  }
  return { features, labels: bytes.slice(3 * plane) };
}
