// Writes a module of WebAssembly.
import { ByteWriter } from './bytes.js';
import type { LinkedFunction } from './linker.js';
import type { Data, FunctionType } from './object.js';

/** Bytes of one page of memory. */
const PAGE_BYTES = 65536;

const enum ExportKind {
  Function = 0,
  Memory = 2,
  Global = 3,
}

/** What a module consists of. */
export interface ModuleParts {
  readonly types: readonly FunctionType[];
  readonly functions: readonly LinkedFunction[];
  /** The function that a host calls when it instantiates the module; undefined for none. */
  readonly start?: number | undefined;
  readonly table: readonly number[];
  readonly data: readonly Data[];
  /** Bytes of memory, which does not grow. */
  readonly memoryBytes: number;
  /** Functions by the names under which they are exported. */
  readonly exports: ReadonlyMap<string, number>;
  /** Constant numbers by the names under which they are exported. */
  readonly constants: ReadonlyMap<string, number>;
  /** Texts by the names of their sections. */
  readonly sections: ReadonlyMap<string, string>;
}

const I32 = 0x7f;
const FUNCREF = 0x70;

/** `i32.const value`, as the value of what is known before the module runs. */
function writeConstant(writer: ByteWriter, value: number): void {
  writer.byte(0x41).signed(value).byte(0x0b);
}

/** The bytes of a module. Its memory is exported as `memory`. */
export function writeModule(parts: ModuleParts): Uint8Array<ArrayBuffer> {
  const { types, functions, table, data, exports, constants, sections } = parts;
  const pages = Math.max(1, Math.ceil(parts.memoryBytes / PAGE_BYTES));
  const module = new ByteWriter().byte(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const section = <T>(
    id: number,
    items: readonly T[],
    write: (to: ByteWriter, item: T) => void,
  ) => {
    if (items.length === 0) return;
    module.byte(id).sized((to) =>
      to.list(items, (item) => {
        write(to, item);
      }),
    );
  };
  section(1, types, (to, { parameters, results }) => {
    to.byte(0x60).unsigned(parameters.length).raw(parameters);
    to.unsigned(results.length).raw(results);
  });
  section(3, functions, (to, { type }) => to.unsigned(type));
  const places = table.length + 1;
  section(4, table.length > 0 ? [places] : [], (to, count) =>
    to.byte(FUNCREF, 1).unsigned(count).unsigned(count),
  );
  section(5, [pages], (to, count) => to.byte(1).unsigned(count).unsigned(count));
  section(6, [...constants.values()], (to, value) => {
    to.byte(I32, 0);
    writeConstant(to, value);
  });
  const exported: readonly (readonly [string, ExportKind, number])[] = [
    ['memory', ExportKind.Memory, 0],
    ...[...exports].map(([name, index]) => [name, ExportKind.Function, index] as const),
    ...[...constants.keys()].map((name, i) => [name, ExportKind.Global, i] as const),
  ];
  section(7, exported, (to, [name, kind, index]) => to.text(name).byte(kind).unsigned(index));
  if (parts.start !== undefined) {
    const { start } = parts;
    module.byte(8).sized((to) => to.unsigned(start));
  }
  section(9, table.length > 0 ? [table] : [], (to, list) => {
    to.unsigned(0);
    writeConstant(to, 1);
    to.list(list, (index) => to.unsigned(index));
  });
  section(10, functions, (to, { body }) => to.unsigned(body.length).raw(body));
  section(11, data, (to, { address, bytes }) => {
    to.unsigned(0);
    writeConstant(to, address);
    to.unsigned(bytes.length).raw(bytes);
  });
  for (const [name, text] of sections) {
    const bytes = new TextEncoder().encode(text);
    module.byte(0).sized((to) => to.text(name).raw(bytes));
  }
  return module.bytes;
}
