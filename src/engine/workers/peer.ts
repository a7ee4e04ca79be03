import { isArrayBuffer, isError, isPlainObject } from '../../config/index.js';
import { LanegradError } from '../../errors.js';
import { describeError, rebuildError } from '../../config/wire-error.js';
import type { WireError } from '../../config/wire-error.js';

/** One end of a pair of threads that send each other messages. */
export interface Port {
  /** Sends a message; `transfer` moves to the other side. */
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
}

/** What one side offers to the other, by name. */
export type Methods<T> = { readonly [Name in keyof T]: (...args: never) => unknown };

/** What a method comes to. */
type Result<F extends (...args: never) => unknown> = Awaited<ReturnType<F>>;

type Message =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: string;
      readonly args: unknown[];
    }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: WireError };

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Calls the methods of the other thread and answers its calls. Typed arrays in arguments and results are moved, not
 * copied, so only arrays of your own may be sent. Errors keep class and message; one that travels there and back is
 * the same object again.
 */
export class Peer<Theirs extends Methods<Theirs>> {
  readonly #pending = new Map<number, Pending>();
  /** Errors of this side that the other may send back. */
  readonly #sent = new Map<number, unknown>();
  readonly #received = new WeakMap<object, number>();
  #calls = 0;
  #errors = 0;
  #end: Error | undefined;

  /**
   * @param methods what the other side may call
   * @param onBusy told whether calls wait for an answer
   */
  constructor(
    private readonly port: Port,
    private readonly methods: Readonly<Record<string, (...args: never) => unknown>>,
    private readonly onBusy: (isBusy: boolean) => void = () => undefined,
  ) {}

  /** Calls a method of the other side. */
  async call<Name extends keyof Theirs & string>(
    method: Name,
    ...args: Parameters<Theirs[Name]>
  ): Promise<Result<Theirs[Name]>> {
    if (this.#end !== undefined) throw this.#end;
    const id = this.#calls++;
    this.#send({ kind: 'call', id, method, args });
    if (this.#pending.size === 0) this.onBusy(true);
    return new Promise<Result<Theirs[Name]>>((resolve, reject) => {
      const settle = (value: unknown): void => {
        resolve(value as Result<Theirs[Name]>);
      };
      this.#pending.set(id, { resolve: settle, reject });
    });
  }

  /** Takes a message of the other side. */
  receive(message: unknown): void {
    const received = message as Message;
    if (received.kind === 'call') {
      void this.#answer(received);
      return;
    }
    const pending = this.#pending.get(received.id);
    if (pending === undefined) return;
    this.#pending.delete(received.id);
    if (received.kind === 'result') pending.resolve(received.value);
    else pending.reject(this.#errorOf(received.error));
    if (this.#pending.size === 0) {
      this.#sent.clear();
      this.onBusy(false);
    }
  }

  /** Nothing comes any more: all calls fail, now and later. */
  end(reason: Error): void {
    this.#end ??= reason;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(this.#end);
    if (waiting.length > 0) this.onBusy(false);
  }

  async #answer({ id, method, args }: Message & { kind: 'call' }): Promise<void> {
    try {
      const f = this.methods[method];
      if (f === undefined) throw new LanegradError(`there is no method '${method}'.`);
      this.#send({ kind: 'result', id, value: await f(...(args as never)) });
    } catch (error) {
      this.#send({ kind: 'failure', id, error: this.#wireError(error) });
    }
  }

  #send(message: Message): void {
    const buffers = new Set<ArrayBuffer>();
    collectBuffers(message, buffers);
    this.port.post(message, [...buffers]);
  }

  #wireError(error: unknown): WireError {
    const theirs = isError(error) ? this.#received.get(error) : undefined;
    if (theirs !== undefined) return { ...describeError(error), returned: theirs };
    const number = this.#errors++;
    this.#sent.set(number, error);
    return { ...describeError(error), number };
  }

  #errorOf(wire: WireError): unknown {
    if (wire.returned !== undefined && this.#sent.has(wire.returned)) {
      return this.#sent.get(wire.returned);
    }
    const error = rebuildError(wire);
    if (wire.number !== undefined) this.#received.set(error, wire.number);
    return error;
  }
}

/** The memory of all typed arrays in a message. */
function collectBuffers(value: unknown, buffers: Set<ArrayBuffer>): void {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value)) {
    if (isArrayBuffer(value.buffer)) buffers.add(value.buffer);
  } else if (Array.isArray(value)) {
    // Long lists of numbers hold no arrays.
    for (const item of value) {
      if (typeof item === 'number') break;
      collectBuffers(item, buffers);
    }
  } else if (isPlainObject(value)) {
    for (const item of Object.values(value)) collectBuffers(item, buffers);
  }
}
