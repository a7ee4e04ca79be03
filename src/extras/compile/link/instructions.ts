// The instructions of a function of WebAssembly, as far as a linker looks at them: what a function calls, which constants may be
// addresses, and where the numbers of functions, types and globals stand.
import { ValueError } from '../../../errors.js';
import { ByteReader } from './bytes.js';

/** A number in the code that counts something of the module: a function, a type. */
export interface Reference {
  readonly kind: 'function' | 'type';
  readonly index: number;
  /** Where its bytes begin and end. */
  readonly begin: number;
  readonly end: number;
}

/** What the code of a function refers to. */
export interface Code {
  readonly references: readonly Reference[];
  /** Constants, and constant parts of addresses. */
  readonly constants: ReadonlySet<number>;
  readonly globals: ReadonlySet<number>;
  /** Whether the function calls functions of a table. */
  readonly callsTable: boolean;
  /** Whether the function asks how large memory is, or makes memory larger. */
  readonly looksAtSize: boolean;
}

const CALL = 0x10;
const CALL_INDIRECT = 0x11;
const PREFIX_MISC = 0xfc;
const PREFIX_SIMD = 0xfd;

/** What follows an opcode. */
type Rest =
  | 'none'
  | 'block'
  | 'index'
  | 'table'
  | 'types'
  | 'global'
  | 'memory'
  | 'size'
  | 'i32'
  | 'i64'
  | 'f32'
  | 'f64';

const RANGES: readonly (readonly [first: number, last: number, rest: Rest])[] = [
  [0x00, 0x01, 'none'],
  [0x02, 0x04, 'block'],
  [0x05, 0x05, 'none'],
  [0x0b, 0x0b, 'none'],
  [0x0c, 0x0d, 'index'],
  [0x0e, 0x0e, 'table'],
  [0x0f, 0x0f, 'none'],
  [0x1a, 0x1b, 'none'],
  [0x1c, 0x1c, 'types'],
  [0x20, 0x22, 'index'],
  [0x23, 0x24, 'global'],
  [0x28, 0x3e, 'memory'],
  [0x3f, 0x40, 'size'],
  [0x41, 0x41, 'i32'],
  [0x42, 0x42, 'i64'],
  [0x43, 0x43, 'f32'],
  [0x44, 0x44, 'f64'],
  [0x45, 0xc4, 'none'],
];

const RESTS = new Map<number, Rest>(
  RANGES.flatMap(([first, last, rest]) =>
    Array.from({ length: last - first + 1 }, (_, i): [number, Rest] => [first + i, rest]),
  ),
);

/** Finds what code refers to. */
class Scan {
  readonly #reader: ByteReader;
  readonly #references: Reference[] = [];
  readonly #constants = new Set<number>();
  readonly #globals = new Set<number>();
  #callsTable = false;
  #looksAtSize = false;

  constructor(code: Uint8Array) {
    this.#reader = new ByteReader(code);
  }

  run(): Code {
    const reader = this.#reader;
    // The locals: for each run of one type its length and the type.
    reader.list(() => {
      reader.unsigned();
      reader.byte();
    });
    while (!reader.isDone) this.#instruction(reader.byte());
    return {
      references: this.#references,
      constants: this.#constants,
      globals: this.#globals,
      callsTable: this.#callsTable,
      looksAtSize: this.#looksAtSize,
    };
  }

  #instruction(code: number): void {
    if (code === CALL) this.#refer('function');
    else if (code === CALL_INDIRECT) {
      this.#callsTable = true;
      this.#refer('type');
      this.#reader.unsigned();
    } else if (code === PREFIX_SIMD) this.#vector(this.#reader.unsigned());
    else if (code === PREFIX_MISC) this.#misc(this.#reader.unsigned());
    else {
      const rest = RESTS.get(code);
      if (rest === undefined) refuse(code);
      this.#rest(rest);
    }
  }

  #refer(kind: Reference['kind']): void {
    const begin = this.#reader.at;
    const index = this.#reader.unsigned();
    this.#references.push({ kind, index, begin, end: this.#reader.at });
  }

  #rest(rest: Rest): void {
    const reader = this.#reader;
    if (rest === 'index') reader.unsigned();
    else if (rest === 'memory') this.#address();
    else if (rest === 'i32') this.#constants.add(reader.signed() >>> 0);
    else if (rest === 'i64') while (reader.byte() >= 128);
    else if (rest === 'f32') reader.skip(4);
    else if (rest === 'f64') reader.skip(8);
    else if (rest === 'block') this.#block();
    else if (rest === 'global') this.#globals.add(reader.unsigned());
    else if (rest === 'types') reader.list(() => reader.byte());
    else if (rest === 'size') {
      this.#looksAtSize = true;
      reader.byte();
    } else if (rest === 'table') {
      reader.list(() => reader.unsigned());
      reader.unsigned();
    }
  }

  /** The type of a block: nothing, a type of value, or the number of a type. */
  #block(): void {
    const { at } = this.#reader;
    const type = this.#reader.signed();
    if (type >= 0)
      this.#references.push({ kind: 'type', index: type, begin: at, end: this.#reader.at });
  }

  #address(): void {
    const alignment = this.#reader.unsigned();
    if (alignment >= 64) refuse(alignment);
    this.#constants.add(this.#reader.unsigned());
  }

  #vector(code: number): void {
    const isLane = (code >= 84 && code <= 91) || (code >= 21 && code <= 34);
    if (code <= 11 || (code >= 84 && code <= 93)) this.#address();
    if (code === 12 || code === 13) this.#reader.skip(16);
    if (isLane) this.#reader.byte();
  }

  #misc(code: number): void {
    if (code <= 7) return;
    // memory.copy and memory.fill
    if (code !== 10 && code !== 11) refuse(code);
    this.#reader.skip(code === 10 ? 2 : 1);
  }
}

function refuse(code: number): never {
  throw new ValueError(
    `The linker does not know the WebAssembly instruction 0x${code.toString(16)}.`,
  );
}

/** What the code of a function refers to, its locals in front. */
export function scanCode(code: Uint8Array): Code {
  return new Scan(code).run();
}
