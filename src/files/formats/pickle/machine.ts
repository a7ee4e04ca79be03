import { describeValue } from '../../../config/describe-value.js';
import { isUint8Array } from '../../../config/index.js';
import { FormatError } from '../../../errors.js';
import { knownCallable, NumpyObjects } from './numpy.js';
import { decodeUtf8, latin1, parseQuoted, parseUnicode, wholeNumber } from './text.js';
import { BYTES, Containers, Memory, PickledArray, PickledCallable, PickledDict } from './values.js';
import type { PickleValue } from './values.js';

/** Bytes that a long whole number may have. */
const MAX_LONG = 255;
/** Bytes of a line of text, but of texts themselves. */
const MAX_LINE = 2000;

/** The stack of a pickle, what the pickle keeps, and where its reader is. */
export class Machine {
  readonly #view: DataView;
  #at = 0;
  #stack: PickleValue[] = [];
  /** Lengths of the stack at the marks that are open. */
  readonly #marks: number[] = [];
  /** The most values that were on it. */
  #highest = 0;
  readonly #memo = new Map<number, PickleValue>();
  /** What all of it may take. */
  readonly memory: Memory;
  readonly #containers: Containers;
  readonly #numpy: NumpyObjects;
  /** Whether the pickle has ended. */
  isOver = false;

  constructor(
    private readonly bytes: Uint8Array<ArrayBuffer>,
    private readonly label: string,
    maxBytes: number,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.memory = new Memory(maxBytes, () => this.location);
    this.#containers = new Containers(label, this.memory);
    this.#numpy = new NumpyObjects(this.memory);
  }

  /** Where the machine is, for messages. */
  get location(): string {
    return `${this.label}: byte ${this.#at}`;
  }

  wrong(problem: string): FormatError {
    return new FormatError(`${this.location}: ${problem}: no pickle, or a damaged one.`);
  }

  /** The bytes that follow, as a value. */
  view(length: number): Uint8Array<ArrayBuffer> {
    this.memory.take(BYTES.view);
    return this.take(length);
  }

  /** The bytes that follow. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Moves on; gives where it was. */
  #advance(length: number): number {
    const start = this.#at;
    if (length > this.bytes.length - start) {
      throw new FormatError(
        `${this.location}: the pickle is truncated: ${length} bytes are needed, ${this.bytes.length - start} follow. Get ` +
          `the file again.`,
      );
    }
    this.#at = start + length;
    return start;
  }

  /** A number of that many bytes, little-endian. */
  unsigned(width: 1 | 2 | 4 | 8): number {
    const at = this.#advance(width);
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at, true);
    if (width === 4) return this.#view.getUint32(at, true);
    return Number(this.#view.getBigUint64(at, true));
  }

  signed(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A whole number of any length, little-endian, in two's complement. */
  long(length: number): number | bigint {
    if (length > MAX_LONG) {
      throw new FormatError(
        `${this.location}: a whole number of ${length} bytes; at most ${MAX_LONG} are read.`,
      );
    }
    const bytes = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
    return wholeNumber(BigInt.asIntN(8 * length, value));
  }

  /** The characters up to the end of the line, which is short. */
  line(): string {
    return latin1(this.lineBytes(MAX_LINE));
  }

  /** The bytes up to the end of the line. */
  lineBytes(maxLength = Infinity): Uint8Array<ArrayBuffer> {
    const end = this.bytes.indexOf(0x0a, this.#at);
    const length = (end === -1 ? this.bytes.length : end) - this.#at;
    if (end === -1 || length > maxLength) {
      throw this.wrong(`expected the end of a line within ${maxLength} bytes`);
    }
    const line = this.take(length);
    this.#at++;
    return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
  }

  text(length: number): string {
    const bytes = this.take(length);
    // Two bytes for each character, where one of them needs two.
    this.memory.take(BYTES.text + 2 * length);
    return decodeUtf8(bytes, () => this.location);
  }

  /** A text of Python 2 in quotes. */
  quoted(): Uint8Array<ArrayBuffer> {
    const line = this.lineBytes();
    this.memory.take(BYTES.view + line.length);
    return parseQuoted(line, this.location);
  }

  /** A text with escapes. */
  escaped(): string {
    const line = this.lineBytes();
    // The codes of its characters, and then the characters.
    this.memory.take(BYTES.text + 4 * line.length);
    return parseUnicode(line, this.location);
  }

  push(value: PickleValue): void {
    this.memory.take(BYTES.slot);
    if (typeof value === 'number' && (value | 0) !== value) this.memory.take(BYTES.number);
    if (typeof value === 'bigint') this.memory.take(BYTES.long);
    if (this.#stack.length === this.#highest) {
      this.memory.take(BYTES.growth);
      this.#highest++;
    }
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.length > (this.#marks.at(-1) ?? 0) ? this.#stack.pop() : undefined;
    if (value === undefined) throw this.wrong('nothing is on the stack');
    return value;
  }

  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    this.memory.take(BYTES.growth);
    this.#marks.push(this.#stack.length);
  }

  /** What lies above the last mark. */
  popMark(): PickleValue[] {
    const length = this.#marks.pop();
    if (length === undefined) throw this.wrong('no mark is on the stack');
    return this.#stack.splice(length);
  }

  /** The last values, in their order. */
  popped(count: number): PickleValue[] {
    const values = Array.from({ length: count }, () => this.pop());
    return values.reverse();
  }

  pushList(items: PickleValue[]): void {
    this.#containers.hold(this.#containers.add(items), items);
    this.push(items);
  }

  pushDict(items: readonly PickleValue[]): void {
    this.push(this.#containers.add(new PickledDict()));
    this.setItems(items);
  }

  /** Adds items to the list on top. */
  extend(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.wrong(`items are added to ${describeValue(list)}`);
    this.#containers.hold(list, items);
    // Not `push(...items)`, for which there may be too many.
    for (const item of items) list.push(item);
  }

  /** Adds keys and values, in turns, to the dict on top. */
  setItems(items: readonly PickleValue[]): void {
    const dict = this.top();
    if (!(dict instanceof PickledDict))
      throw this.wrong(`a key is given to ${describeValue(dict)}`);
    if (items.length % 2 !== 0) throw this.wrong('a key has no value');
    this.memory.take((items.length / 2) * BYTES.entry);
    this.#containers.hold(dict, items);
    for (let i = 0; i < items.length; i += 2) {
      dict.set(this.#keyOf(items[i] ?? null), items[i + 1] ?? null);
    }
  }

  /** Texts of Python 2 are bytes, and mostly names. */
  #keyOf(key: PickleValue): string | number {
    if (typeof key === 'string' || typeof key === 'number') return key;
    if (isUint8Array(key) && key.length <= MAX_LINE) {
      this.memory.take(BYTES.text + key.length);
      return latin1(key);
    }
    throw new FormatError(
      `${this.location}: the key of a dict is ${describeValue(key)}; texts and numbers are read as keys.`,
    );
  }

  keep(index: number): void {
    if (!this.#memo.has(index)) this.memory.take(BYTES.entry);
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.keep(this.#memo.size);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.wrong(`value ${index} was not kept`);
    this.push(value);
  }

  /** Puts a callable on the stack, which is known, or else refused by its name. */
  find(module: PickleValue, name: PickleValue): void {
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw this.wrong(`a callable is named by ${describeValue([module, name])}`);
    }
    this.memory.take(BYTES.text);
    this.push(knownCallable(module, name, this.location));
  }

  reduce(): void {
    const [callable = null, args] = this.popped(2);
    if (!(callable instanceof PickledCallable) || !Array.isArray(args)) {
      throw this.wrong(`${describeValue(callable)} is called with ${describeValue(args)}`);
    }
    this.memory.take(BYTES.container);
    const made = this.#numpy.call(callable, args, this.location);
    if (made instanceof PickledArray) this.#containers.add(made);
    this.push(made);
  }

  build(): void {
    this.memory.take(BYTES.container);
    const state = this.pop();
    const target = this.top();
    if (target instanceof PickledArray) this.#containers.hold(target, [state]);
    this.#numpy.build(target, state, this.location);
  }

  protocol(version: number): void {
    if (version > 5) {
      throw new FormatError(
        `${this.location}: protocol ${version} of pickles is unknown; 0 to 5 are read.`,
      );
    }
  }

  stop(): void {
    this.isOver = true;
  }

  refuse(what: string): never {
    throw new FormatError(
      `${this.location}: the pickle uses ${what}, which is not read: lists, tuples, dicts, numbers, texts, bytes and NumPy's ` +
        `arrays are.`,
    );
  }
}
