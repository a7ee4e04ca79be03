// A binary of kernels, as a linker sees it.
import { ValueError } from '../../../errors.js';
import { ByteReader } from './bytes.js';
import { scanCode } from './instructions.js';
import type { Code } from './instructions.js';

/** The types of values, as their bytes in the binary. */
export const enum ValueType {
  I32 = 0x7f,
  I64 = 0x7e,
  F32 = 0x7d,
  F64 = 0x7c,
  V128 = 0x7b,
}

/** What a function takes and gives. */
export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Bytes that are in memory from the start. */
export interface Data {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** A binary taken apart. It imports a memory and nothing else. */
export interface KernelObject {
  readonly types: readonly FunctionType[];
  /** For each function the number of its type. */
  readonly functions: readonly number[];
  /** For each function its locals and instructions. */
  readonly bodies: readonly Uint8Array[];
  readonly data: readonly Data[];
  /** Functions by the names under which they are exported. */
  readonly exports: ReadonlyMap<string, number>;
  /** Functions by their places in the table. */
  readonly table: ReadonlyMap<number, number>;
  /** What the code of a function refers to. */
  code(index: number): Code;
}

const enum Section {
  Type = 1,
  Import = 2,
  Function = 3,
  Export = 7,
  Element = 9,
  Code = 10,
  Data = 11,
}

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** `i32.const n`, and the end of the expression. */
function constant(reader: ByteReader): number {
  const code = reader.byte();
  const value = reader.signed() >>> 0;
  if (code !== 0x41 || reader.byte() !== 0x0b) throw unexpected('an address that is no constant');
  return value;
}

const unexpected = (what: string): ValueError =>
  new ValueError(`The kernels have ${what}, which the linker does not know. Rebuild the package.`);

/** The sections of a binary, each with a reader of it. */
function sectionsOf(binary: Uint8Array): Map<number, ByteReader> {
  const reader = new ByteReader(binary);
  if (HEADER.some((byte) => reader.byte() !== byte)) throw unexpected('another version');
  const sections = new Map<number, ByteReader>();
  while (!reader.isDone) {
    const id = reader.byte();
    const length = reader.unsigned();
    const begin = reader.at;
    reader.skip(length);
    if (id !== 0) sections.set(id, new ByteReader(binary, begin, reader.at));
  }
  return sections;
}

function readType(reader: ByteReader): FunctionType {
  if (reader.byte() !== 0x60) throw unexpected('a type of something else than functions');
  const valueType = (): ValueType => reader.byte();
  const parameters = reader.list(valueType);
  return { parameters, results: reader.list(valueType) };
}

function checkImport(reader: ByteReader): void {
  reader.text();
  reader.text();
  if (reader.byte() !== 2) throw unexpected('an import');
  const hasLimit = (reader.byte() & 1) === 1;
  reader.unsigned();
  if (hasLimit) reader.unsigned();
}

function readExports(reader: ByteReader): Map<string, number> {
  const all = reader.list(() => ({
    name: reader.text(),
    kind: reader.byte(),
    index: reader.unsigned(),
  }));
  return new Map(all.filter(({ kind }) => kind === 0).map(({ name, index }) => [name, index]));
}

function readTable(reader: ByteReader): Map<number, number> {
  const table = new Map<number, number>();
  reader.list(() => {
    if (reader.unsigned() !== 0) throw unexpected('another table');
    const first = constant(reader);
    reader.list(() => reader.unsigned()).forEach((index, i) => table.set(first + i, index));
  });
  return table;
}

function readData(reader: ByteReader): Data {
  if (reader.unsigned() !== 0) throw unexpected('data without an address');
  const address = constant(reader);
  return { address, bytes: reader.take(reader.unsigned()) };
}

/** Takes a binary of kernels apart. @throws ValueError for what the build of kernels does not write. */
export function readObject(binary: Uint8Array): KernelObject {
  const sections = sectionsOf(binary);
  const all = <T>(section: Section, read: (reader: ByteReader) => T): T[] => {
    const reader = sections.get(section);
    return reader === undefined ? [] : reader.list(() => read(reader));
  };
  all(Section.Import, checkImport);
  const exported = sections.get(Section.Export);
  const elements = sections.get(Section.Element);
  const bodies = all(Section.Code, (reader) => reader.take(reader.unsigned()));
  const scanned = new Map<number, Code>();
  return {
    types: all(Section.Type, readType),
    functions: all(Section.Function, (reader) => reader.unsigned()),
    bodies,
    data: all(Section.Data, readData),
    exports: exported === undefined ? new Map<string, number>() : readExports(exported),
    table: elements === undefined ? new Map<number, number>() : readTable(elements),
    code(index) {
      const known = scanned.get(index) ?? scanCode(bodies[index] ?? new Uint8Array(1));
      scanned.set(index, known);
      return known;
    },
  };
}
