import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import type { DType } from '../../../config/dtype.js';
import { bytesOfData, concatenate } from '../bytes.js';
import type { FileArray, SmallArray } from '../elements.js';
import { MAX_DEPTH, MAX_OBJECTS, SIGNATURE } from './file.js';
import { MESSAGE } from './header.js';

// HDF5 in its newer form, which HDF5's own library reads since its version 1.8 (2008), and of it the least that Keras's
// files need:
//
//     superblock   version 2: where the root is
//     elements     of an array, in one piece
//     headers      'OHDR', version 2: an array's type, shape and place; a group's links and texts
//     heaps        'GCOL': what texts say
//
// Each begins at a multiple of 8. What a header leads to stands before it, so that its address is known; the root is the
// last. The same content gives the same bytes.

/** A group that is to be written. */
export interface Hdf5Content {
  readonly texts?: Readonly<Record<string, string>>;
  readonly groups?: ReadonlyMap<string, Hdf5Content>;
  readonly arrays?: ReadonlyMap<string, FileArray | SmallArray>;
}

/**
 * The bytes of an HDF5 file, in pieces, one behind the other. The elements of arrays are not copied.
 *
 * @param owner the method, for messages
 * @throws ValueError for more objects, deeper groups or longer names than are read.
 */
export function writeHdf5(owner: string, content: Hdf5Content): Uint8Array<ArrayBuffer>[] {
  const file = new NewFile(owner);
  return file.finish(writeGroup(file, content, 0));
}

/** Bytes of an address and of a length. */
const WIDE = 8;
const SUPERBLOCK = 12 + 4 * WIDE + 4;
const NOWHERE: readonly number[] = Array.from({ length: WIDE }, () => 0xff);
const UTF8 = 1;
/** A heap takes no fewer bytes. */
const HEAP = 4096;
/** Bytes before the contents of a heap, and before each text in a heap. */
const HEAP_HEADER = 16;
/** A message has at most 65535 bytes. */
const MAX_NAME = 65_000;
/** What HDF5's own library takes in at once. */
const MAX_HEADER = 2 ** 25;

/** A message of a header. */
type Written = readonly [type: number, body: ArrayLike<number>];

/** The bytes of a number, little-endian. */
function little(value: number, width: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; bytes.length < width; rest = Math.floor(rest / 256))
    bytes.push(rest % 256);
  return bytes;
}

function encoded(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** The parts, and behind them their check sum. */
function summed(parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const bytes = concatenate([...parts, [0, 0, 0, 0]]);
  const sum = lookup3(bytes.subarray(0, -4));
  bytes.set(little(sum, 4), bytes.length - 4);
  return bytes;
}

/** The pieces of a file that grows. */
class NewFile {
  readonly #owner: string;
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [new Uint8Array(SUPERBLOCK)];
  #length = SUPERBLOCK;
  #objects = 0;
  #heap: { readonly at: number; readonly bytes: Uint8Array; used: number; texts: number } = {
    at: 0,
    bytes: new Uint8Array(0),
    used: 0,
    texts: 0,
  };

  constructor(owner: string) {
    this.#owner = owner;
  }

  refusal(problem: string): ValueError {
    return new ValueError(`${this.#owner}: HDF5 cannot hold the model: ${problem}.`);
  }

  /** Adds a piece; gives its address. */
  put(bytes: Uint8Array<ArrayBuffer>): number {
    const gap = -this.#length & 7;
    if (gap > 0) this.#pieces.push(new Uint8Array(gap));
    const address = this.#length + gap;
    this.#pieces.push(bytes);
    this.#length = address + bytes.length;
    return address;
  }

  /** Adds the header of an object; gives its address. */
  putHeader(messages: readonly Written[]): number {
    // The root is none of them.
    if (this.#objects++ > MAX_OBJECTS) {
      throw this.refusal(`it has more than ${MAX_OBJECTS} groups and arrays`);
    }
    const length = messages.reduce((sum, [, body]) => sum + 4 + body.length, 0);
    if (length > MAX_HEADER) {
      throw this.refusal(`the names in a group take ${length} bytes of at most ${MAX_HEADER}`);
    }
    const parts = messages.flatMap(([type, body]) => [[type, ...little(body.length, 2), 0], body]);
    // Flags: the length of all messages takes four bytes.
    return this.put(summed([encoded('OHDR'), [2, 2], little(length, 4), ...parts]));
  }

  /** Adds a text; gives the element that leads to it: its length, where its heap is, and its number there. */
  putText(text: string): number[] {
    const bytes = encoded(text);
    if (bytes.length > MAX_NAME || text.includes('\0')) {
      throw this.refusal(`a name is ${describeValue(text)}`);
    }
    if (bytes.length === 0) return [...little(0, 4), ...little(0, WIDE), ...little(0, 4)];
    const size = HEAP_HEADER + 8 * Math.ceil(bytes.length / 8);
    // What is free has a header too.
    if (this.#heap.used + size + HEAP_HEADER > this.#heap.bytes.length) {
      this.#startHeap(HEAP_HEADER + size + HEAP_HEADER);
    }
    const { at, bytes: heap, used } = this.#heap;
    const number = ++this.#heap.texts;
    const put = (offset: number, index: number, length: number): void => {
      heap.set([...little(index, 2), ...little(index === 0 ? 0 : 1, 2), ...little(0, 4)], offset);
      heap.set(little(length, WIDE), offset + 8);
    };
    put(used, number, bytes.length);
    heap.set(bytes, used + HEAP_HEADER);
    this.#heap.used += size;
    put(this.#heap.used, 0, heap.length - this.#heap.used);
    return [...little(bytes.length, 4), ...little(at, WIDE), ...little(number, 4)];
  }

  #startHeap(least: number): void {
    const bytes = new Uint8Array(Math.max(HEAP, least));
    bytes.set([...encoded('GCOL'), 1, 0, 0, 0, ...little(bytes.length, WIDE)]);
    this.#heap = { at: this.put(bytes), bytes, used: HEAP_HEADER, texts: 0 };
  }

  /** All pieces. @param root its address */
  finish(root: number): Uint8Array<ArrayBuffer>[] {
    const [base, end] = [0, this.#length];
    const head = [SIGNATURE, [2, WIDE, WIDE, 0], little(base, WIDE), NOWHERE];
    this.#pieces[0] = summed([...head, little(end, WIDE), little(root, WIDE)]);
    return this.#pieces;
  }
}

/** Writes the members of a group, then its header, whose address it gives. */
function writeGroup(file: NewFile, content: Hdf5Content, depth: number): number {
  if (depth > MAX_DEPTH) throw file.refusal(`its groups nest deeper than ${MAX_DEPTH}`);
  const { texts = {}, groups = [], arrays = [] } = content;
  const links = new Map<string, number>();
  for (const [name, array] of arrays) links.set(name, writeArray(file, array));
  for (const [name, inner] of groups) links.set(name, writeGroup(file, inner, depth + 1));
  return file.putHeader([
    // Neither a heap of links nor limits.
    [MESSAGE.linkInfo, [0, 0, ...NOWHERE, ...NOWHERE]],
    [MESSAGE.groupInfo, [0, 0]],
    ...Array.from(links, ([name, address]) => link(file, name, address)),
    ...Object.entries(texts).map(([name, text]) => attribute(name, file.putText(text))),
  ]);
}

/** Flags: the length of the name takes two bytes, and its character set is given. */
function link(file: NewFile, name: string, address: number): Written {
  const bytes = encoded(name);
  if (bytes.length > MAX_NAME || /^\.?$|[/\0]/.test(name)) {
    throw file.refusal(`a group or an array in it is called ${describeValue(name)}`);
  }
  const flags = 0x11;
  const head = [1, flags, UTF8, ...little(bytes.length, 2)];
  return [MESSAGE.link, concatenate([head, bytes, little(address, WIDE)])];
}

/** A type: class and version, 24 bits, bytes of an element, and what the class says besides. */
const type = (id: number, bits: readonly number[], size: number, rest: readonly number[]) =>
  [0x10 | id, ...bits, ...little(size, 4), ...rest] as const;
/** From which bit on, and how many. */
const bitsOf = (count: number): number[] => [...little(0, 2), ...little(count, 2)];

const UINT8 = type(0, [0, 0, 0], 1, bitsOf(8));
const TYPES: Readonly<Record<DType | SmallArray['kind'], readonly number[]>> = {
  // The first bit of the fraction is not stored; the sign is bit 31. Then exponent, fraction, and the exponent's bias.
  float32: type(1, [0x20, 31, 0], 4, [...bitsOf(32), 23, 8, 0, 23, ...little(127, 4)]),
  int32: type(0, [8, 0, 0], 4, bitsOf(32)),
  uint8: UINT8,
  bool: UINT8,
  i1: type(0, [8, 0, 0], 1, bitsOf(8)),
  f2: type(1, [0x20, 15, 0], 2, [...bitsOf(16), 10, 5, 0, 10, ...little(15, 4)]),
};
/** A text of any length, in UTF-8, which is kept as bytes elsewhere. */
const TEXT = type(9, [1, UTF8, 0], 8 + WIDE, UINT8);

/** A dataspace: none for a lone element. */
function space(shape: readonly number[]): number[] {
  const lengths = shape.flatMap((length) => little(length, WIDE));
  return [2, shape.length, 0, shape.length === 0 ? 0 : 1, ...lengths];
}

function attribute(name: string, element: readonly number[]): Written {
  const parts = [[...encoded(name), 0], TEXT, space([])];
  const lengths = parts.flatMap(({ length }) => little(length, 2));
  return [MESSAGE.attribute, [3, 0, ...lengths, UTF8, ...parts.flat(), ...element]];
}

/** Writes the elements of an array, then its header, whose address it gives. */
function writeArray(file: NewFile, array: FileArray | SmallArray): number {
  const { shape, data } = array;
  const bytes = bytesOfData(data);
  const at = bytes.length === 0 ? NOWHERE : little(file.put(bytes), WIDE);
  return file.putHeader([
    [MESSAGE.dataspace, space(shape)],
    [MESSAGE.datatype, TYPES['kind' in array ? array.kind : array.dtype]],
    // Written when the elements are, if there is one; and there is none.
    [MESSAGE.fill, [3, 0x0a]],
    // In one piece.
    [MESSAGE.layout, [3, 1, ...at, ...little(bytes.length, WIDE)]],
  ]);
}

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
