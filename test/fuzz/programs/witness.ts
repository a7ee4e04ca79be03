// What a program can see: the calls of its own functions, the results, and the state after each action.
import { vi } from 'vitest';
import { keep, memory, Tensor, Variable } from '../../../src/engine/tensor/index.js';

/** One more than the number of elements that are shown; of longer arrays only a hash is shown. */
const SHOWN = 6;

/** The most tensors that a program keeps. */
const MOST_KEPT = 40;

/** FNV-1a. */
function hash(bytes: Uint8Array): string {
  let h = 0x811c9dc5;
  for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193);
  return (h >>> 0).toString(16);
}

/** A tensor as text that tells its bits. */
function textOfTensor(tensor: Tensor): string {
  if (tensor.isDisposed) return 'a disposed tensor';
  const data = tensor.data();
  const bits = hash(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const shown = data.length < SHOWN ? ` ${[...data].join(' ')}` : '';
  const masked = tensor.mask === undefined ? '' : ` masked by ${textOf(tensor.mask)}`;
  return `${tensor.dtype}[${tensor.shape.join(',')}]${shown} #${bits}${masked}`;
}

function textOfVariable(variable: Variable): string {
  try {
    return variable.lend(textOfTensor);
  } catch (error) {
    return textOfError(error);
  }
}

/** A value as text: bits of tensors and numbers, what is in lists and plain objects. */
export function textOf(value: unknown, depth = 4): string {
  if (value instanceof Tensor) return textOfTensor(value);
  if (value instanceof Variable) return textOfVariable(value);
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth === 0) return '…';
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return `[${[...(value as unknown as readonly unknown[])].map((item) => textOf(item, depth - 1)).join(', ')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value.constructor.name;
  const items = Object.entries(value).map(([key, item]) => `${key}: ${textOf(item, depth - 1)}`);
  return `{ ${items.join(', ')} }`;
}

/** What an own function throws. */
export class OwnError extends Error {}

/** Class and message; how much memory was asked for is not what matters. */
export function textOfError(error: unknown): string {
  if (!(error instanceof Error)) return `throws ${textOf(error)}`;
  const { name } = error.constructor;
  return name === 'OutOfMemoryError' ? name : `${name}: ${error.message}`;
}

/** What happens within a later call of one of the program's own functions. */
interface Pending {
  after: number;
  readonly happen: () => void;
}

/** Sees what one run of a program sees. */
export class Witness {
  /** Since the last `report`. */
  #log: string[] = [];
  /** What the program goes on to hold. */
  readonly kept: Tensor[] = [];
  /** Own functions scale by it. */
  knob = 1;
  #pending: Pending[] = [];
  #isQuiet = false;
  readonly #restores: (() => void)[] = [];
  readonly #before = memory();

  constructor() {
    const warn = vi.spyOn(console, 'warn').mockImplementation((...texts) => {
      this.note(`warning: ${texts.join(' ')}`);
    });
    this.#restores.push(() => {
      warn.mockRestore();
    });
  }

  note(text: string): void {
    this.#log.push(text);
  }

  /** Runs `f`, which only looks: own functions that it calls do not count. */
  quietly<T>(f: () => T): T {
    this.#isQuiet = true;
    try {
      return f();
    } finally {
      this.#isQuiet = false;
    }
  }

  /** Called by each own function. @param seen what it looks at */
  called(name: string, ...seen: readonly unknown[]): void {
    if (this.#isQuiet) return;
    this.note(`${name}(${seen.map((value) => textOf(value)).join(', ')})`);
    for (const pending of this.#pending) pending.after--;
    const due = this.#pending.filter(({ after }) => after <= 0);
    if (due.length === 0) return;
    this.#pending = this.#pending.filter(({ after }) => after > 0);
    for (const { happen } of due) happen();
  }

  /** Lets something happen within a later call. */
  later(after: number, happen: () => void): void {
    this.#pending.push({ after, happen });
  }

  /** Remembers how to undo what reaches beyond the run. */
  onEnd(restore: () => void): void {
    this.#restores.push(restore);
  }

  /** Undoes the last that is left. */
  restoreLast(): void {
    if (this.#restores.length > 1) this.#restores.pop()?.();
  }

  /** What an own function goes on to hold, of what it was given. */
  keep(tensors: readonly (Tensor | null)[]): void {
    for (const tensor of tensors) {
      if (tensor === null || tensor.isDisposed || this.kept.length >= MOST_KEPT) continue;
      this.kept.push(keep(tensor));
    }
  }

  /**
   * What was seen since the last report, and the state now. A metric may get the batch of the caller, or a copy: what is
   * kept of it does not count as memory.
   *
   * @param state by names
   * @param held what the caller holds
   */
  report(state: Readonly<Record<string, string>>, held: readonly Tensor[]): string[] {
    const log = this.#log;
    this.#log = [];
    const now = memory();
    const isOf = new Set(held);
    const kept = new Set(this.kept.filter((each) => !each.isDisposed && !isOf.has(each)));
    const ofCaller = new Set(held.filter(({ isDisposed }) => !isDisposed).map(({ storage }) => storage)); // prettier-ignore
    const storages = new Set([...kept].map(({ storage }) => storage).filter((storage) => !ofCaller.has(storage))); // prettier-ignore
    const bytes = [...storages].reduce((sum, { bytes }) => sum + bytes, this.#before.bytes);
    return [
      ...log,
      ...Object.entries(state).map(([name, text]) => `${name}: ${text}`),
      ...this.kept.map((tensor, i) => `kept ${i}: ${textOf(tensor)}`),
      `memory: ${now.tensors - this.#before.tensors - kept.size} tensors, ${now.bytes - bytes} bytes`,
    ];
  }

  end(): void {
    for (const tensor of this.kept) tensor.dispose();
    for (const restore of this.#restores.splice(0).reverse()) restore();
  }
}
