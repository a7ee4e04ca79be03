// JPEG files of four inks. The decoder makes red, green and blue of three components and nothing of four. So such a file
// becomes two files of three components each, and the pictures of both together are the inks. Blocks of coefficients are
// coded one after the other, and no block depends on one of another component: those of a component can be left out without
// decoding them, if their codes are followed.
import { concatenate } from '../bytes.js';
import { APP14, DHT, DQT, DRI, EOI, FORMAT, SOI, SOS } from './jpeg.js';
import type { Component, JpegHeader, Segment } from './jpeg.js';
import { damaged, unsupported } from './raster.js';
import type { PictureFile, Raster } from './raster.js';

/** Two files: the first three components, and the last three. */
export interface InkFiles {
  readonly first: Uint8Array<ArrayBuffer>;
  readonly last: Uint8Array<ArrayBuffer>;
  /** The first three were differences of colours: the decoder has made colours of them. */
  readonly isYcck: boolean;
}

/**
 * The two files of a file with four components.
 *
 * @throws FormatError for one that is damaged, or samples its components in a way that cannot be split.
 */
export function splitInks(file: PictureFile, header: JpegHeader): InkFiles {
  const isYcck = header.adobe !== undefined && header.adobe !== 0;
  const [first, last] = [header.components.slice(0, 3), header.components.slice(1)];
  return {
    first: without(file, header, first, isYcck ? 1 : 0),
    last: without(file, header, last, 0),
    isYcck,
  };
}

/**
 * The picture of the inks, by what the two files show, four bytes a pixel. Inks are stored inverted, as Adobe does and Pillow
 * always expects.
 */
export function ofInks(
  { width, height }: JpegHeader,
  { isYcck }: InkFiles,
  first: Uint8Array,
  last: Uint8Array,
): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const light = last[4 * i + 2] ?? 0;
    for (let c = 0; c < 3; c++) {
      const stored = first[4 * i + c] ?? 0;
      const product = (isYcck ? stored : 255 - stored) * light + 128;
      data[3 * i + c] = light - (((product >> 8) + product) >> 8);
    }
  }
  return { width, height, kind: 'rgb', data };
}

/** The letters with which Adobe's marker begins. */
const ADOBE = [65, 100, 111, 98, 101];

/** A file of some of the components. @param transform how colours are coded, as Adobe's marker says it */
function without(
  file: PictureFile,
  header: JpegHeader,
  selected: readonly Component[],
  transform: number,
): Uint8Array<ArrayBuffer> {
  const { bytes } = file;
  const { components, segments } = header;
  const isLargest = (list: readonly Component[], of: 'h' | 'v'): number =>
    Math.max(...list.map((component) => component[of]));
  if (
    isLargest(selected, 'h') < isLargest(components, 'h') ||
    isLargest(selected, 'v') < isLargest(components, 'v')
  ) {
    throw sampling(file);
  }
  const pieces: Uint8Array[] = [
    Uint8Array.of(0xff, SOI),
    segment(APP14, [...ADOBE, 0, 100, 0, 0, 0, 0, transform]),
  ];
  const tables = new Map<number, Huffman>();
  let interval = 0;
  for (const one of segments) {
    const contents = bytes.subarray(one.start, one.end);
    if (one.marker === SOS) {
      pieces.push(...scanWithout(file, header, one, selected, { tables, interval }));
    } else if (one.marker === DQT || one.marker === DHT || one.marker === DRI) {
      pieces.push(segment(one.marker, contents));
      if (one.marker === DHT) readTables(file, contents, tables);
      if (one.marker === DRI) interval = (contents[0] ?? 0) * 256 + (contents[1] ?? 0);
    } else if (one.marker >= 0xc0 && one.marker <= 0xc2) {
      const sizes = selected.flatMap(({ id, h, v, table }) => [id, h * 16 + v, table]);
      pieces.push(segment(one.marker, [...contents.subarray(0, 5), selected.length, ...sizes]));
    }
  }
  pieces.push(Uint8Array.of(0xff, EOI));
  return concatenate(pieces);
}

function segment(marker: number, contents: ArrayLike<number>): Uint8Array {
  const length = contents.length + 2;
  return concatenate([[0xff, marker, length >> 8, length & 255], contents]);
}

function sampling(file: PictureFile): Error {
  return unsupported(
    file,
    FORMAT,
    'this sampling of four components',
    'Save the picture as RGB, or its inks without sampling.',
  );
}

/** What the coded data of a scan depend on. */
interface Coding {
  readonly tables: ReadonlyMap<number, Huffman>;
  /** MCUs between two restarts; 0: none. */
  readonly interval: number;
}

function scanWithout(
  file: PictureFile,
  header: JpegHeader,
  { start, end, dataEnd }: Segment,
  selected: readonly Component[],
  coding: Coding,
): Uint8Array[] {
  const { bytes } = file;
  const contents = bytes.subarray(start, end);
  const count = contents[0] ?? 0;
  if (count < 1 || count > 4 || contents.length < 4 + 2 * count) {
    throw damaged(file, FORMAT, 'the header of a scan is wrong');
  }
  const members = Array.from({ length: count }, (_, i): Member => {
    const [id, tables = 0] = contents.subarray(1 + 2 * i);
    const component = header.components.find((one) => one.id === id);
    if (component === undefined) throw damaged(file, FORMAT, `it has no component ${String(id)}`);
    return { component, tables, isSelected: selected.includes(component) };
  });
  const left = members.filter(({ isSelected }) => isSelected);
  if (left.length === 0) return [];
  const data = bytes.subarray(end, dataEnd);
  const tail = contents.subarray(1 + 2 * count, 4 + 2 * count);
  const head = segment(SOS, [
    left.length,
    ...left.flatMap(({ component, tables }) => [component.id, tables]),
    ...tail,
  ]);
  if (left.length === count) return [head, data];
  const [only] = left;
  // The blocks of one component alone come row by row; those among others come by MCUs.
  if (left.length === 1 && only !== undefined && only.component.h * only.component.v > 1) {
    throw sampling(file);
  }
  const spectrum = { first: tail[0] ?? 0, isRefining: (tail[2] ?? 0) >> 4 !== 0 };
  return [head, filterBlocks(file, header, members, spectrum, coding, data)];
}

/** A component of a scan. */
interface Member {
  readonly component: Component;
  /** The numbers of its tables: of the first coefficients, times 16, and of the others. */
  readonly tables: number;
  readonly isSelected: boolean;
}

/** The coded data without the blocks of components that are not selected. */
function filterBlocks(
  file: PictureFile,
  { width, height, isProgressive, components }: JpegHeader,
  members: readonly Member[],
  spectrum: { readonly first: number; readonly isRefining: boolean },
  { tables, interval }: Coding,
  data: Uint8Array,
): Uint8Array {
  if (isProgressive && spectrum.first > 0) {
    throw damaged(file, FORMAT, 'a scan of higher coefficients has several components');
  }
  const across = Math.ceil(width / (8 * Math.max(...components.map(({ h }) => h))));
  const down = Math.ceil(height / (8 * Math.max(...components.map(({ v }) => v))));
  const bits = new BitCopier(file, data);
  const blocks = members.map(({ component, tables: numbers, isSelected }) => ({
    count: component.h * component.v,
    isSelected,
    dc: tables.get(numbers >> 4),
    ac: tables.get(16 + (numbers & 15)),
  }));
  for (let mcu = 0; mcu < across * down; mcu++) {
    if (interval > 0 && mcu > 0 && mcu % interval === 0) bits.restart();
    for (const { count, isSelected, dc, ac } of blocks) {
      bits.isSelected = isSelected;
      for (let i = 0; i < count; i++) {
        if (isProgressive && spectrum.isRefining) bits.take(1);
        else {
          bits.take(bits.symbol(dc));
          if (!isProgressive) bits.coefficients(ac);
        }
      }
    }
  }
  return bits.end();
}

/** A code by its lengths: for each length the first code, where its symbols begin, and how many it has. */
interface Huffman {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

function readTables(file: PictureFile, contents: Uint8Array, tables: Map<number, Huffman>): void {
  for (let at = 0; at + 17 <= contents.length;) {
    const number = contents[at] ?? 0;
    const counts = contents.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = contents.subarray(at + 17, at + 17 + total);
    if (symbols.length < total) throw damaged(file, FORMAT, 'a table of codes is cut off');
    tables.set(number, { counts, symbols });
    at += 17 + total;
  }
}

/** Reads coded data bit by bit, and writes what is selected again. */
class BitCopier {
  /** Whether the bits that are read now are selected. */
  isSelected = true;
  readonly #out: Uint8Array;
  #written = 0;
  #at = 0;
  #byte = 0;
  #left = 0;
  #pending = 0;
  #pendingBits = 0;

  constructor(
    private readonly file: PictureFile,
    private readonly data: Uint8Array,
  ) {
    // Bits that fall on other places in bytes may need a stuffed zero behind each.
    this.#out = new Uint8Array(2 * data.length + 16);
  }

  /** Reads some bits. */
  take(count: number): void {
    for (let i = 0; i < count; i++) this.#bit();
  }

  /** Reads a code. */
  symbol(table: Huffman | undefined): number {
    if (table === undefined)
      throw damaged(this.file, FORMAT, 'a scan names a table that is missing');
    let [code, first, index] = [0, 0, 0];
    for (const count of table.counts) {
      code = 2 * code + this.#bit();
      if (code - first < count) return table.symbols[index + code - first] ?? 0;
      index += count;
      first = 2 * (first + count);
    }
    throw damaged(this.file, FORMAT, 'a code is unknown');
  }

  /** Reads the coefficients of a block behind the first. */
  coefficients(table: Huffman | undefined): void {
    for (let k = 1; k < 64; k++) {
      const symbol = this.symbol(table);
      const size = symbol & 15;
      if (size === 0 && symbol !== 0xf0) return;
      k += symbol >> 4;
      this.take(size);
    }
  }

  /** Goes on behind a marker of a restart. */
  restart(): void {
    this.#pad();
    const marker = this.data[this.#at + 1] ?? 0;
    if (this.data[this.#at] !== 0xff || marker < 0xd0 || marker > 0xd7) {
      throw damaged(this.file, FORMAT, 'a marker of a restart is missing');
    }
    this.#at += 2;
    this.#left = 0;
    this.#out[this.#written++] = 0xff;
    this.#out[this.#written++] = marker;
  }

  end(): Uint8Array {
    this.#pad();
    return this.#out.subarray(0, this.#written);
  }

  #bit(): number {
    if (this.#left === 0) {
      const byte = this.data[this.#at++];
      const isMarker = byte === 0xff && this.data[this.#at++] !== 0;
      if (byte === undefined || isMarker) throw damaged(this.file, FORMAT, 'a scan is too short');
      this.#byte = byte;
      this.#left = 8;
    }
    const bit = (this.#byte >> --this.#left) & 1;
    if (this.isSelected) this.#write(bit);
    return bit;
  }

  #write(bit: number): void {
    this.#pending = 2 * this.#pending + bit;
    if (++this.#pendingBits < 8) return;
    this.#out[this.#written++] = this.#pending;
    if (this.#pending === 0xff) this.#out[this.#written++] = 0;
    [this.#pending, this.#pendingBits] = [0, 0];
  }

  /** Fills a byte up with ones. */
  #pad(): void {
    while (this.#pendingBits > 0) this.#write(1);
  }
}
