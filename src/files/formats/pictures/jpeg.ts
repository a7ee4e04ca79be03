import { checkSize, damaged, unsupported } from './raster.js';
import type { PictureFile } from './raster.js';

export const FORMAT = 'JPEG';

/** A component of the frame: luminance, a difference of colours, an ink. */
export interface Component {
  readonly id: number;
  /** Blocks of an MCU, across and down. */
  readonly h: number;
  readonly v: number;
  readonly table: number;
}

/** A marker with what belongs to it. */
export interface Segment {
  readonly marker: number;
  /** Where its contents begin and end, without marker and length. */
  readonly start: number;
  readonly end: number;
  /** Where the coded data behind a start of scan end. */
  readonly dataEnd: number;
}

/** What a JPEG file says before its pixels are decoded. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly components: readonly Component[];
  readonly segments: readonly Segment[];
  /** What Adobe's marker says of the colours; undefined without one. */
  readonly adobe: number | undefined;
}

export const [SOI, EOI, SOS, DHT, DRI, DQT, APP14] = [
  0xd8, 0xd9, 0xda, 0xc4, 0xdd, 0xdb, 0xee,
] as const;

const [APP0, APP15, COMMENT] = [0xe0, 0xef, 0xfe];

/** How often a progressive picture of the largest size may go over its pixels. */
const MAX_PASSES = 64;

/** A block of 64 pixels takes a bit at least. */
const PIXELS_OF_BYTE = 8 * 64;

/**
 * The markers of a JPEG file, with size and components.
 *
 * @throws FormatError for a file that is damaged, truncated or too large, and for processes other than Huffman-coded DCT with 8
 * bits: arithmetic coding, lossless, hierarchical, 12 bits.
 */
export function readJpegHeader(file: PictureFile): JpegHeader {
  const { bytes, maxPixels } = file;
  const segments = segmentsOf(file);
  const frames = segments.filter(({ marker }) => isFrame(marker));
  const [frame] = frames;
  if (frame === undefined || frames.length > 1) {
    throw damaged(file, FORMAT, `it has ${frames.length} frames`);
  }
  const { marker, start, end } = frame;
  if (marker > 0xc2) {
    const [process = ''] = PROCESSES.find(([, markers]) => markers.includes(marker)) ?? [];
    throw unsupported(file, FORMAT, process, 'Save the picture as a baseline or progressive JPEG.');
  }
  const [precision = 0, h1 = 0, h0 = 0, w1 = 0, w0 = 0, count = 0] = bytes.subarray(start, end);
  const [width, height] = [w1 * 256 + w0, h1 * 256 + h0];
  if (precision !== 8) {
    throw unsupported(file, FORMAT, `${precision} bits a sample`, 'Save the picture with 8 bits.');
  }
  const scans = segments.filter((segment) => segment.marker === SOS).length;
  if (scans === 0) throw damaged(file, FORMAT, 'it has no scan');
  if (scans * width * height > MAX_PASSES * maxPixels) {
    throw damaged(file, FORMAT, `${scans} scans of ${width} × ${height} pixels are too many`);
  }
  if (![1, 3, 4].includes(count) || end - start < 6 + 3 * count) {
    throw damaged(file, FORMAT, `${count} components are neither gray nor RGB nor CMYK`);
  }
  const components = Array.from({ length: count }, (_, i) => {
    const [id = 0, factors = 0, table = 0] = bytes.subarray(start + 6 + 3 * i);
    return { id, h: factors >> 4, v: factors & 15, table };
  });
  if (components.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4)) {
    throw damaged(file, FORMAT, 'the sampling of its components is impossible');
  }
  // The decoder holds all coefficients, unless one scan has them all.
  const isHeld = marker === 0xc2 || scans > 1;
  const bytesOfPixel = decodingBytes(components, isHeld) + (2 * bytes.length) / (width * height);
  checkSize(file, FORMAT, width, height, bytesOfPixel, bytes.length * PIXELS_OF_BYTE);
  return { width, height, isProgressive: marker === 0xc2, components, segments, adobe: adobeOf(file, segments) }; // prettier-ignore
}

/** Bytes that decoding takes for each pixel: four, and a copy; of inks those of two pictures, and of what they become. */
function decodingBytes(components: readonly Component[], isHeld: boolean): number {
  const [across, down] = [Math.max(...components.map(({ h }) => h)), Math.max(...components.map(({ v }) => v))]; // prettier-ignore
  const samples = components.reduce((sum, { h, v }) => sum + (h * v) / (across * down), 0);
  return (components.length === 4 ? 19 : 8) + (isHeld ? 2 * samples : 0);
}

/**
 * The file as its decoder gets it: segments that programs add, such as EXIF, become comments. The decoder keeps EXIF segments in
 * a list and walks the whole list for each new one, which takes minutes for many. JFIF's and Adobe's say what colours are.
 */
export function withoutExtras(
  { bytes }: PictureFile,
  { segments }: JpegHeader,
): Uint8Array<ArrayBuffer> {
  const extras = segments.filter(
    ({ marker }) => marker > APP0 && marker <= APP15 && marker !== APP14,
  );
  if (extras.length === 0) return bytes;
  const copy = bytes.slice();
  // The marker stands before two bytes of the length.
  for (const { start } of extras) copy[start - 3] = COMMENT;
  return copy;
}

/** Markers of frames that decoders here do not know, with what they are. */
const PROCESSES: readonly (readonly [string, readonly number[]])[] = [
  ['the lossless process', [0xc3]],
  ['the hierarchical process', [0xc5, 0xc6, 0xc7, 0xcd, 0xce, 0xcf]],
  ['arithmetic coding', [0xc9, 0xca, 0xcb]],
];

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** All markers up to the end of the picture. Bytes between them that mean nothing are passed over, as libjpeg does. */
function segmentsOf(file: PictureFile): Segment[] {
  const { bytes } = file;
  const segments: Segment[] = [];
  let at = 2;
  for (;;) {
    at = nextMarker(bytes, at);
    const marker = bytes[at];
    if (marker === undefined) throw damaged(file, FORMAT, 'it ends before its marker of the end');
    at++;
    if (marker === EOI) return segments;
    // Markers that stand alone.
    if ((marker >= 0xd0 && marker <= 0xd7) || marker === 0x01) continue;
    const length = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
    const end = at + length;
    if (length < 2 || end > bytes.length || marker === SOI) {
      throw damaged(file, FORMAT, `its marker ${marker.toString(16)} is cut off or out of place`);
    }
    let dataEnd = end;
    if (marker === SOS) {
      dataEnd = endOfData(bytes, end);
    }
    segments.push({ marker, start: at + 2, end, dataEnd });
    at = dataEnd;
  }
}

/** Where the byte of the next marker stands, behind its 0xff. */
function nextMarker(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    while (bytes[at] === 0xff) at++;
    if (bytes[at] !== 0) return at;
  }
}

/** Where the coded data of a scan end: before a marker that is none of a restart. */
function endOfData(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    const next = bytes[at + 1];
    if (next !== undefined && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7))
      return at;
    at++;
  }
}

function adobeOf({ bytes }: PictureFile, segments: readonly Segment[]): number | undefined {
  const found = segments.find(
    ({ marker, start, end }) =>
      marker === APP14 &&
      end - start >= 12 &&
      String.fromCharCode(...bytes.subarray(start, start + 5)) === 'Adobe',
  );
  return found === undefined ? undefined : bytes[found.start + 11];
}
