import { FormatError } from '../../../errors.js';
import { beyondLimit } from '../bytes.js';
import { MAX_RATIO } from '../gzip.js';

// What reading may cost in all, so that no tree of a hostile file is walked for ever: bytes of structure that are
// looked at, some of them several times. Keras's files need about twice their own structure (measured).
const WORK_PER_BYTE = 16;
const WORK_AT_LEAST = 2 ** 22;
/** What a look costs besides its bytes: an empty structure is not free. */
const WORK_PER_LOOK = 32;

/**
 * The bytes of an HDF5 file, which are only looked at through cursors that cannot leave it.
 *
 * The check sums that newer structures carry are not verified: the elements, nearly all bytes of a file, have none, the
 * structures that Keras writes by default neither, and a file that was made to do harm has the right ones.
 */
export class Hdf5File {
  /** Bytes of an address. The superblock says them. */
  addressSize = 8;
  /** Bytes of a length. */
  lengthSize = 8;
  readonly view: DataView<ArrayBuffer>;
  #work: number;

  constructor(
    readonly bytes: Uint8Array<ArrayBuffer>,
    /** The name in messages. */
    readonly label: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#work = WORK_AT_LEAST + WORK_PER_BYTE * bytes.length;
  }

  /** A cursor over these bytes. @throws FormatError unless they are in the file. */
  at(address: number | undefined, length: number): Cursor {
    if (address === undefined || !(length >= 0 && address + length <= this.bytes.length)) {
      throw this.damaged(
        `${length} bytes at ${address ?? 'no address'} are not within its ${this.bytes.length}`,
      );
    }
    this.#work -= length + WORK_PER_LOOK;
    if (this.#work < 0) throw this.damaged('its structure goes round in circles');
    return new Cursor(this, address, address + length);
  }

  /** The text from `start` to the next zero byte, which lies before `end`. @throws FormatError */
  zeroTerminated(start: number, end: number): string {
    const stop = this.bytes.indexOf(0, start);
    if (stop === -1 || stop >= end) throw this.damaged('a name has no end');
    return this.at(start, stop - start).text();
  }

  damaged(problem: string, cause?: unknown): FormatError {
    return new FormatError(`${this.label}: damaged HDF5 file: ${problem}. Get the file again.`, {
      cause,
    });
  }
}

/** Reads one thing after the other. All numbers but elements are little-endian and unsigned. */
export class Cursor {
  constructor(
    readonly file: Hdf5File,
    /** Where the next thing is. */
    public position: number,
    readonly end: number,
  ) {}

  get left(): number {
    return this.end - this.position;
  }

  #advance(length: number): number {
    const { position } = this;
    if (!(length >= 0 && length <= this.left)) {
      throw this.file.damaged(`${length} bytes at ${position} reach beyond what holds them`);
    }
    this.position += length;
    return position;
  }

  skip(length: number): void {
    this.#advance(length);
  }

  /** A number of so many bytes, at most 8. Beyond 2⁵³ it is not exact: too large for anything in a file. */
  number(width: number): number {
    const at = this.#advance(width);
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = 256 * value + (this.file.bytes[at + i] ?? 0);
    return value;
  }

  length(): number {
    return this.number(this.file.lengthSize);
  }

  /** Undefined for nothing, which is written as all ones. */
  address(): number | undefined {
    const { addressSize } = this.file;
    const bytes = this.raw(addressSize);
    if (bytes.every((byte) => byte === 0xff)) return undefined;
    this.position -= addressSize;
    return this.number(addressSize);
  }

  /** The next bytes, not copied. */
  raw(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#advance(length);
    return this.file.bytes.subarray(at, at + length);
  }

  /** A cursor over the next bytes alone. */
  take(length: number): Cursor {
    const at = this.#advance(length);
    return new Cursor(this.file, at, at + length);
  }

  /** The next bytes, all if no length is given, as UTF-8. */
  text(length = this.left): string {
    const bytes = this.raw(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      throw this.file.damaged('a text is no UTF-8', error);
    }
  }

  /** Structures begin with four letters. */
  expect(signature: string): void {
    const at = this.position;
    const found = String.fromCharCode(...this.raw(signature.length));
    if (found !== signature) throw this.file.damaged(`there is no ${signature} at ${at}`);
  }

  /** Some numbers of versions are known here. */
  version(what: string, ...known: readonly number[]): number {
    const version = this.number(1);
    if (known.includes(version)) return version;
    throw new FormatError(
      `${this.file.label}: damaged HDF5 file, or one of a newer kind: it has a ${what} of version ${version}; readable ` +
        `are ${known.join(', ')}. Save it again with Keras's or h5py's defaults.`,
    );
  }
}

/** Groups and arrays of a file. */
export const MAX_OBJECTS = 100_000;
/** Groups in groups: models nest a few levels; links may form circles. */
export const MAX_DEPTH = 64;

/** What a file of that length may make its reader do: several links may lead to one array. */
export class Limits {
  #objects = MAX_OBJECTS;
  #stored: number;
  #inflated: number;

  /** @param maxBytes the most bytes that compressed arrays may inflate to, all together */
  constructor(
    length: number,
    readonly label: string,
    readonly maxBytes: number,
  ) {
    this.#stored = length;
    this.#inflated = Math.min(length * MAX_RATIO, maxBytes);
  }

  countObject(): void {
    if (this.#objects-- === 0) {
      throw new FormatError(`${this.label}: holds more than ${MAX_OBJECTS} objects.`);
    }
  }

  countBytes(bytes: number, isCompressed: boolean, name: string): void {
    if (isCompressed) this.#inflated -= bytes;
    else this.#stored -= bytes;
    if (this.#stored < 0 || this.#inflated < 0) {
      throw beyondLimit(
        `${this.label}: with '${name}' its arrays come to more bytes than a file of this length can hold, or than ` +
          `the ${this.maxBytes} that are allowed`,
      );
    }
  }
}

/** The bytes that an HDF5 file begins with. */
export const SIGNATURE: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** True for bytes that begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}
