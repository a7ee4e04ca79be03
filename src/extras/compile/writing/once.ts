// What of a program only weights decide, such as bringing them into the form that a kernel reads. It is computed once.
import { isPlace } from '../recording/steps.js';
import type { Argument, Block, KernelCall, Place } from '../recording/steps.js';
import type { Branches, ProgramStep } from '../recording/branches.js';

export type CallStep = Extract<ProgramStep, { readonly kind: 'call' }>;

/** A program in two parts. */
export interface Divided {
  /** What runs when the module is instantiated. */
  readonly once: readonly CallStep[];
  /** What runs in each prediction. */
  readonly each: readonly ProgramStep[];
  /** The blocks that `once` leaves, which nothing else writes. */
  readonly kept: readonly Block[];
}

/** Which arguments of kernels are room to work in. */
const SCRATCH: Readonly<Partial<Record<CallStep['kernel'], number>>> = { winogradKernel: 4 };

/** Kernels that write a part of their block. */
const PARTIAL: ReadonlySet<string> = new Set<CallStep['kernel']>(['gemmPackB']);

/** The calls that write a block, at places of their own. */
interface Written {
  readonly calls: Map<number, CallStep>;
  /** Whether the block is written on the usual way. */
  isUsual: boolean;
}

class Divider {
  readonly #branches: Branches;
  readonly #written = new Map<Block, Written | 'otherwise'>();
  readonly #kept = new Set<Block>();
  readonly #order: CallStep[] = [];

  constructor(branches: Branches) {
    this.#branches = branches;
  }

  divide(program: readonly ProgramStep[]): Divided {
    this.#visit(program, true);
    const once: CallStep[] = [];
    for (const step of this.#order) {
      if (!this.#isConstant(step)) continue;
      const [to] = step.args as readonly [Place];
      const block = this.#branches.blockOf(to.block);
      const written = this.#written.get(block);
      if (written === undefined || written === 'otherwise' || !written.isUsual) continue;
      const calls = [...written.calls.values()];
      if (!calls.every((call) => this.#isConstant(call))) continue;
      this.#kept.add(block);
      if (written.calls.get(to.offset) === step) once.push(withOwnScratch(step));
    }
    return { once, each: this.#others(program), kept: [...this.#kept] };
  }

  /** Notes which steps write which block. */
  #visit(steps: readonly ProgramStep[], isUsual: boolean): void {
    for (const step of steps) {
      if (step.kind === 'call') this.#noteCall(step, isUsual);
      else if (step.kind === 'copy') this.#noteOther(step.to);
      else if (step.kind === 'branch') {
        const { word, call } = step.ask;
        for (const place of [word, ...(call?.args ?? [])]) this.#noteOther(place);
        [...new Set(step.arms)].forEach((arm, i) => {
          this.#visit(arm, isUsual && i === 0);
        });
      }
    }
  }

  #noteOther(place: Argument | undefined): void {
    if (place !== undefined && isPlace(place))
      this.#written.set(this.#branches.blockOf(place.block), 'otherwise');
  }

  /** Kernels write where their first argument points to; where they write elsewhere too, is no constant. */
  #noteCall(step: CallStep, isUsual: boolean): void {
    const [to] = step.args;
    if (to === undefined || !isPlace(to)) return;
    const block = this.#branches.blockOf(to.block);
    const written = this.#written.get(block) ?? { calls: new Map<number, CallStep>(), isUsual };
    this.#written.set(block, written);
    this.#order.push(step);
    if (written === 'otherwise') return;
    written.isUsual ||= isUsual;
    const known = written.calls.get(to.offset);
    const isAnother = known === undefined ? written.calls.size > 0 : !this.#isSame(known, step);
    const isPart = known === undefined && PARTIAL.has(step.kernel);
    if (isAnother && !isPart) this.#written.set(block, 'otherwise');
    else written.calls.set(to.offset, known ?? step);
  }

  #isSame(a: KernelCall, b: KernelCall): boolean {
    return (
      a.kernel === b.kernel &&
      a.args.every((arg, i) => {
        const other = b.args[i] ?? NaN;
        if (!isPlace(arg) || !isPlace(other)) return Object.is(arg, other);
        const [one, two] = [arg, other].map(({ block }) => this.#branches.blockOf(block));
        return SCRATCH[a.kernel] === i || (arg.offset === other.offset && one === two);
      })
    );
  }

  /** Whether all that a call reads is known before predictions. */
  #isConstant({ kernel, args }: CallStep): boolean {
    return args.every((arg, i) => {
      if (!isPlace(arg) || i === SCRATCH[kernel]) return true;
      const block = this.#branches.blockOf(arg.block);
      if (i === 0) return block.data === undefined && !block.isFixed;
      return block.data !== undefined || this.#kept.has(block);
    });
  }

  #others(program: readonly ProgramStep[]): ProgramStep[] {
    const remaining = new Map<readonly ProgramStep[], readonly ProgramStep[]>();
    return program.flatMap((step): ProgramStep[] => {
      if (step.kind === 'call') {
        const [to] = step.args;
        const isDone = to !== undefined && isPlace(to) && this.#kept.has(this.#branches.blockOf(to.block)); // prettier-ignore
        return isDone ? [] : [step];
      }
      if (step.kind !== 'branch') return [step];
      const arms = step.arms.map((arm) => {
        const others = remaining.get(arm) ?? this.#others(arm);
        remaining.set(arm, others);
        return others;
      });
      return [{ ...step, arms }];
    });
  }
}

/** The call with room of its own, as that of the prediction is in use at another time. */
function withOwnScratch(step: CallStep): CallStep {
  const args = step.args.map((arg, i): Argument => {
    if (!isPlace(arg) || i !== SCRATCH[step.kernel]) return arg;
    return { block: { bytes: arg.block.bytes, data: undefined, isFixed: false }, offset: 0 };
  });
  return { ...step, args };
}

/** Divides a program into what is computed once and what each prediction computes. */
export const divide = (program: readonly ProgramStep[], branches: Branches): Divided =>
  new Divider(branches).divide(program);
