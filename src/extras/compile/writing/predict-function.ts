// Writes the function that predicts: calls of kernels with constant arguments.
import { ByteWriter } from '../link/bytes.js';
import { ValueType } from '../link/object.js';
import type { FunctionType } from '../link/object.js';
import type { Linked } from '../link/linker.js';
import { isPlace } from '../recording/steps.js';
import type { Argument, Ask, Block, KernelCall, Place } from '../recording/steps.js';
import type { Branch, ProgramStep } from '../recording/branches.js';

const enum Op {
  If = 0x04,
  Else = 0x05,
  End = 0x0b,
  Return = 0x0f,
  Call = 0x10,
  LocalGet = 0x20,
  LocalSet = 0x21,
  Load = 0x28,
  I32Const = 0x41,
  F32Const = 0x43,
  F64Const = 0x44,
  LessSigned = 0x48,
  Misc = 0xfc,
}

/** A block that leaves nothing. */
const EMPTY = 0x40;
const MEMORY_COPY = 10;

/** What the function that predicts takes and gives. */
export const PREDICT_TYPE: FunctionType = { parameters: [], results: [ValueType.I32] };

/** What the function takes and gives that a host calls when it instantiates the module. */
export const START_TYPE: FunctionType = { parameters: [], results: [] };

/** An error that a prediction can end with. */
export interface Failure {
  readonly layer: string;
  readonly message: string;
}

/** Writes the steps of a program. */
export class PredictWriter {
  readonly #linked: Linked;
  readonly #addressOf: (block: Block) => number;
  #code = new ByteWriter();
  /** What the codes 1, 2, … mean. */
  readonly failures: Failure[] = [];

  constructor(linked: Linked, addressOf: (block: Block) => number) {
    this.#linked = linked;
    this.#addressOf = addressOf;
  }

  /** Locals and instructions of the function: one local, for answers to questions. */
  body(program: readonly ProgramStep[]): Uint8Array {
    this.#code = new ByteWriter().byte(1, 1, ValueType.I32);
    this.#steps(program);
    this.#integer(0).#code.byte(Op.End);
    return this.#code.bytes;
  }

  /** Locals and instructions of a function that calls kernels and gives nothing. */
  startBody(calls: readonly KernelCall[]): Uint8Array {
    this.#code = new ByteWriter().byte(0);
    for (const call of calls) this.#call(call);
    return this.#code.byte(Op.End).bytes;
  }

  #integer(value: number): this {
    this.#code.byte(Op.I32Const).signed(value);
    return this;
  }

  #place({ block, offset }: Place): this {
    return this.#integer(this.#addressOf(block) + offset);
  }

  #steps(steps: readonly ProgramStep[]): void {
    for (const step of steps) {
      if (step.kind === 'call') this.#call(step);
      else if (step.kind === 'copy') {
        this.#place(step.to).#place(step.from).#integer(step.bytes);
        this.#code.byte(Op.Misc, MEMORY_COPY, 0, 0);
      } else if (step.kind === 'branch') this.#branch(step);
      else this.#integer(this.#failure(step)).#code.byte(Op.Return);
    }
  }

  #call({ kernel, args }: KernelCall): void {
    const { functions, types, kernels } = this.#linked;
    const index = kernels.get(kernel) ?? 0;
    const { parameters = [] } = types[functions[index]?.type ?? 0] ?? {};
    // Kernels that threads can share are told that they are thread 0 of 1.
    const all = parameters.length === args.length + 2 ? [0, 1, ...args] : args;
    parameters.forEach((type, i) => {
      this.#argument(all[i] ?? 0, type);
    });
    this.#code.byte(Op.Call).unsigned(index);
  }

  #argument(value: Argument, type: ValueType): void {
    if (isPlace(value)) this.#place(value);
    else if (type === ValueType.F32) this.#code.byte(Op.F32Const).float32(value);
    else if (type === ValueType.F64) this.#code.byte(Op.F64Const).float64(value);
    else this.#integer(value);
  }

  #branch({ ask, arms }: Branch): void {
    this.#ask(ask);
    this.#code.byte(Op.LocalSet, 0);
    let open = 0;
    ask.limits.forEach((limit, i) => {
      // What neighbouring answers do alike.
      if (arms[i] === arms[i + 1]) return;
      this.#code.byte(Op.LocalGet, 0);
      this.#integer(limit).#code.byte(Op.LessSigned, Op.If, EMPTY);
      this.#steps(arms[i] ?? []);
      this.#code.byte(Op.Else);
      open++;
    });
    this.#steps(arms.at(-1) ?? []);
    while (open-- > 0) this.#code.byte(Op.End);
  }

  /** Leaves the number that answers a question. */
  #ask({ call, word }: Ask): void {
    if (call !== undefined) this.#call(call);
    // Aligned to 4 bytes.
    if (word !== undefined) this.#place(word).#code.byte(Op.Load, 2, 0);
  }

  #failure({ layer, message }: Failure): number {
    const at = this.failures.findIndex(
      (other) => other.layer === layer && other.message === message,
    );
    return at === -1 ? this.failures.push({ layer, message }) : at + 1;
  }
}

/** The kernels that a program calls. */
export function kernelsOf(program: readonly ProgramStep[]): string[] {
  const names = new Set<string>();
  const visit = (steps: readonly ProgramStep[]): void => {
    for (const step of steps) {
      if (step.kind === 'call') names.add(step.kernel);
      if (step.kind !== 'branch') continue;
      if (step.ask.call !== undefined) names.add(step.ask.call.kernel);
      step.arms.forEach(visit);
    }
  };
  visit(program);
  return [...names];
}
