// Takes kernels out of the binaries that the library runs, with all that they call, and nothing else.
import { ValueError } from '../../../errors.js';
import { ByteWriter } from './bytes.js';
import type { Data, FunctionType, KernelObject } from './object.js';

/** A function of the new module. */
export interface LinkedFunction {
  /** The number of its type. */
  readonly type: number;
  /** Locals and instructions. */
  readonly body: Uint8Array;
}

/** What a module needs that runs some kernels. Addresses are those of the binaries that the kernels come from. */
export interface Linked {
  readonly types: readonly FunctionType[];
  readonly functions: readonly LinkedFunction[];
  /** The functions of the table, which begins with an empty place. */
  readonly table: readonly number[];
  readonly data: readonly Data[];
  /** For each kernel the number of its function. */
  readonly kernels: ReadonlyMap<string, number>;
  /** Where memory is free from: no kernel has data there. */
  readonly end: number;
}

/**
 * So many bytes before static data may lie the constant to which a variable is added to find their address: as an index may not
 * begin with 0.
 */
const REACH = 64;

// A reference to a function is an object of AssemblyScript in static data: a header and, where references point to, the place of
// the function in the table.

const HEADER_WORDS = [0x1c, 0, 0, 4, 8] as const;
const HEADER_BYTES = 4 * HEADER_WORDS.length;

/** The place in the table that an object refers to; undefined for other data. */
function slotOf({ bytes }: Data): number | undefined {
  if (bytes.length < HEADER_BYTES + 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (HEADER_WORDS.some((word, i) => view.getUint32(4 * i, true) !== word)) return undefined;
  return view.getUint32(HEADER_BYTES, true);
}

/** Whether code with this constant may read these data. */
function isReached(data: Data, constant: number): boolean {
  const { address, bytes } = data;
  if (slotOf(data) !== undefined) return constant === address + HEADER_BYTES;
  return constant >= address - REACH && constant < address + bytes.length;
}

/** A function of one of the objects. */
interface Origin {
  readonly object: KernelObject;
  readonly index: number;
}

class Linker {
  readonly #objects: readonly KernelObject[];
  readonly #origins: Origin[] = [];
  readonly #numbers = new Map<KernelObject, Map<number, number>>();
  readonly #types = new Map<string, number>();
  readonly #typeList: FunctionType[] = [];
  readonly #data = new Map<Data, Data>();
  readonly #table: number[] = [];
  /** References to functions that constants point to: they are of use if something calls functions of the table. */
  readonly #slots: { readonly object: KernelObject; readonly data: Data }[] = [];
  #callsTable = false;
  /** The kernel that is linked, for messages. */
  #kernel = '';

  constructor(objects: readonly KernelObject[]) {
    this.#objects = objects;
  }

  link(names: readonly string[]): Linked {
    const kernels = new Map(names.map((name) => [name, this.#linkKernel(name)]));
    // What they refer to may point to further ones.
    for (let slot = this.#nextSlot(); slot !== undefined; slot = this.#nextSlot())
      this.#addSlot(slot.object, slot.data);
    // Functions that are called are numbered by now.
    const functions = this.#origins.map((origin) => this.#written(origin));
    const ends = this.#objects.flatMap(({ data }) =>
      data.map(({ address, bytes }) => address + bytes.length),
    );
    for (const { data } of this.#slots) this.#data.delete(data);
    return {
      types: this.#typeList,
      functions,
      table: this.#table,
      data: [...this.#data.values()].sort((a, b) => a.address - b.address),
      kernels,
      end: Math.max(0, ...ends),
    };
  }

  #linkKernel(name: string): number {
    this.#kernel = name;
    for (const object of this.#objects) {
      const index = object.exports.get(name);
      if (index !== undefined) return this.#add(object, index);
    }
    throw new ValueError(`There is no kernel ${name} in the binaries that are linked.`);
  }

  /** The number of a function in the new module, which gets it and all that it needs. */
  #add(object: KernelObject, index: number): number {
    const numbers = this.#numbers.get(object) ?? new Map<number, number>();
    this.#numbers.set(object, numbers);
    const known = numbers.get(index);
    if (known !== undefined) return known;
    const number = this.#origins.length;
    numbers.set(index, number);
    this.#origins.push({ object, index });
    const { references, constants, globals, looksAtSize } = object.code(index);
    if (globals.size > 0 || looksAtSize) {
      throw new ValueError(
        `The kernel ${this.#kernel} cannot be linked: it keeps state or asks for memory, as an allocator does.`,
      );
    }
    for (const { kind, index: callee } of references) {
      if (kind === 'function') this.#add(object, callee);
      else this.#callsTable = true;
    }
    for (const data of object.data) {
      if (this.#data.has(data)) continue;
      for (const constant of constants) {
        if (!isReached(data, constant)) continue;
        this.#addData(object, data);
        break;
      }
    }
    return number;
  }

  #addData(object: KernelObject, data: Data): void {
    this.#data.set(data, data);
    if (slotOf(data) !== undefined) this.#slots.push({ object, data });
  }

  /** A reference to a function that is still to be linked. Without calls of the table it is a number that happens to be the same. */
  #nextSlot(): { readonly object: KernelObject; readonly data: Data } | undefined {
    return this.#callsTable ? this.#slots.pop() : undefined;
  }

  #addSlot(object: KernelObject, data: Data): void {
    const target = object.table.get(slotOf(data) ?? 0);
    if (target === undefined) return;
    this.#table.push(this.#add(object, target));
    const bytes = new Uint8Array(data.bytes);
    // Place 0 is empty.
    new DataView(bytes.buffer).setUint32(HEADER_BYTES, this.#table.length, true);
    this.#data.set(data, { address: data.address, bytes });
  }

  #typeOf({ types }: KernelObject, index: number): number {
    const type = types[index] ?? { parameters: [], results: [] };
    const key = `${type.parameters.join()}:${type.results.join()}`;
    const known = this.#types.get(key);
    if (known !== undefined) return known;
    this.#types.set(key, this.#typeList.length);
    return this.#typeList.push(type) - 1;
  }

  /** A function with the new numbers of what it refers to. */
  #written({ object, index }: Origin): LinkedFunction {
    const from = object.bodies[index] ?? new Uint8Array(0);
    const body = new ByteWriter();
    let at = 0;
    for (const { kind, index: old, begin, end } of object.code(index).references) {
      body.raw(from.subarray(at, begin));
      if (kind === 'type') body.signed(this.#typeOf(object, old));
      else body.unsigned(this.#numbers.get(object)?.get(old) ?? 0);
      at = end;
    }
    body.raw(from.subarray(at));
    return { type: this.#typeOf(object, object.functions[index] ?? 0), body: body.bytes };
  }
}

/**
 * The functions, the data and the table that some kernels need, out of the binaries that hold these kernels.
 *
 * @param objects the first that exports a kernel gives it
 * @param kernels the names under which kernels are exported
 * @throws ValueError for a kernel that is not there, or that has a state of its own
 */
export function linkKernels(objects: readonly KernelObject[], kernels: readonly string[]): Linked {
  return new Linker(objects).link(kernels);
}
