import { concatenate } from '../bytes.js';
import { checkSize, damaged } from './raster.js';
import type { PictureFile, Raster } from './raster.js';

const FORMAT = 'WebP';

/** Bytes of a pixel that decoding takes: colours and alpha as decoded, as given, and as copied; of a canvas its own too. */
const [PICTURE_PIXEL, CANVAS_PIXEL] = [13, 17];

/** What of a file is to be decoded. */
export interface WebPFrame {
  /** A file of one picture. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hasAlpha: boolean;
  readonly width: number;
  readonly height: number;
  /** Where the picture lies on the canvas of an animation. */
  readonly canvas?: { readonly width: number; readonly height: number; readonly left: number; readonly top: number }; // prettier-ignore
}

/** A piece of a RIFF file: its four letters and what it holds. */
interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The picture of a WebP file, or the first frame of an animation as a file of its own, with its sizes.
 *
 * @throws FormatError for a file that is damaged, truncated or too large.
 */
export function webPFrame(file: PictureFile): WebPFrame {
  const { bytes } = file;
  const stated = u32(bytes, 4) + 8;
  if (stated > bytes.length) {
    throw damaged(file, FORMAT, `it states ${stated} bytes and has ${bytes.length}`);
  }
  const chunks = chunksOf(file, 12, stated);
  const extended = chunks.find(({ type }) => type === 'VP8X');
  const frame = chunks.find(({ type }) => type === 'ANMF');
  if (extended === undefined) return still(file, chunks, bytes);
  const [width, height] = [u24(bytes, extended.start + 4) + 1, u24(bytes, extended.start + 7) + 1];
  const isAnimated = ((bytes[extended.start] ?? 0) & 2) !== 0;
  checkSize(file, FORMAT, width, height, isAnimated ? CANVAS_PIXEL : PICTURE_PIXEL);
  if (!isAnimated || frame === undefined) return still(file, chunks, bytes);
  const area = { width, height, left: 2 * u24(bytes, frame.start), top: 2 * u24(bytes, frame.start + 3) }; // prettier-ignore
  const inner = chunksOf(file, frame.start + 16, frame.end);
  const picture = still(file, inner, aloneFile(bytes, inner));
  const { left, top } = area;
  if (left + picture.width > width || top + picture.height > height) {
    throw damaged(file, FORMAT, 'its first frame lies beyond its canvas');
  }
  const hasAlpha = ((bytes[extended.start] ?? 0) & 16) !== 0;
  return { ...picture, hasAlpha, canvas: area };
}

/** The frame on its canvas; what it does not cover is transparent. @param data four bytes a pixel */
export function onCanvas({ width, height, hasAlpha, canvas }: WebPFrame, data: Uint8Array): Raster {
  const kind = hasAlpha ? 'rgba' : 'rgbx';
  if (canvas === undefined) return { width, height, kind, data };
  const whole = new Uint8Array(canvas.width * canvas.height * 4);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(4 * y * width, 4 * (y + 1) * width);
    whole.set(row, 4 * ((canvas.top + y) * canvas.width + canvas.left));
  }
  return { width: canvas.width, height: canvas.height, kind, data: whole };
}

function chunksOf(file: PictureFile, start: number, end: number): Chunk[] {
  const { bytes } = file;
  const chunks: Chunk[] = [];
  for (let at = start; at + 8 <= end;) {
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    const length = u32(bytes, at + 4);
    if (at + 8 + length > end)
      throw damaged(file, FORMAT, `it ends within its chunk ${type.trim()}`);
    chunks.push({ type, start: at + 8, end: at + 8 + length });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

/** A picture with the size that its data state. */
function still(
  file: PictureFile,
  chunks: readonly Chunk[],
  alone: Uint8Array<ArrayBuffer>,
): WebPFrame {
  const { bytes } = file;
  const picture = chunks.find(({ type }) => type === 'VP8 ' || type === 'VP8L');
  if (picture === undefined || picture.end - picture.start < 10) {
    throw damaged(file, FORMAT, 'it holds no picture');
  }
  const { start } = picture;
  const isLossless = picture.type === 'VP8L';
  const packed = u32(bytes, start + 1);
  const width = isLossless ? (packed & 0x3fff) + 1 : u32(bytes, start + 6) & 0x3fff;
  const height = isLossless
    ? ((packed >>> 14) & 0x3fff) + 1
    : (u32(bytes, start + 6) >>> 16) & 0x3fff;
  checkSize(file, FORMAT, width, height, PICTURE_PIXEL);
  const hasAlpha = isLossless
    ? ((packed >>> 28) & 1) !== 0
    : chunks.some(({ type }) => type === 'ALPH');
  return { bytes: alone, hasAlpha, width, height };
}

/** A file of the chunks of one frame. */
function aloneFile(
  bytes: Uint8Array<ArrayBuffer>,
  chunks: readonly Chunk[],
): Uint8Array<ArrayBuffer> {
  const picture = chunks.find(({ type }) => type === 'VP8 ' || type === 'VP8L');
  const alpha = chunks.find(({ type }) => type === 'ALPH');
  const pieces: Uint8Array[] = [];
  if (alpha !== undefined && picture?.type === 'VP8 ') {
    // A picture with alpha has to say so, with its size.
    const size = u32(bytes, picture.start + 6);
    const sides = [(size & 0x3fff) - 1, ((size >>> 16) & 0x3fff) - 1];
    const header = [16, 0, 0, 0, ...sides.flatMap((side) => [side & 255, (side >> 8) & 255, 0])];
    pieces.push(Uint8Array.from([...letters('VP8X'), ...le32(10), ...header]));
    pieces.push(whole(bytes, alpha));
  }
  if (picture !== undefined) pieces.push(whole(bytes, picture));
  const body = concatenate([letters('WEBP'), ...pieces]);
  return concatenate([letters('RIFF'), le32(body.length), body]);
}

/** A chunk with its head, and with the byte that makes its length even. */
function whole(bytes: Uint8Array, { start, end }: Chunk): Uint8Array {
  const contents = bytes.subarray(start - 8, end);
  return contents.length % 2 === 0 ? contents : concatenate([contents, [0]]);
}

function letters(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

function le32(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
}

function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
}

function u32(bytes: Uint8Array, at: number): number {
  return u24(bytes, at) + (bytes[at + 3] ?? 0) * 2 ** 24;
}
