// A program as it is beside a run in which no step is repeated.
import { vi } from 'vitest';
import { RepeatedSteps } from '../../../src/models/training/repeated-steps.js';
import { memory } from '../../../src/tensor/index.js';
import type { Program } from './program.js';
import { textOfAction } from './program.js';
import { runProgram } from './run-program.js';
import type { Trace } from './run-program.js';

/** Runs `f`, in which every step runs the layers. */
export async function withoutRepetition<T>(f: () => Promise<T>): Promise<T> {
  const steps = RepeatedSteps.prototype;
  const spies = [
    vi.spyOn(steps, 'repeat').mockReturnValue(undefined),
    vi.spyOn(steps, 'repeatUse').mockReturnValue(false),
    vi.spyOn(steps, 'step').mockImplementation((x, _setting, step) => step(x)),
    vi.spyOn(steps, 'use').mockImplementation((op, x, _setting, step, prepare) => {
      prepare(step(x), false)(op);
    }),
  ];
  try {
    return await f();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** What tells the runs of a program apart. */
export interface Difference {
  readonly program: Program;
  /** The action after which it is seen. */
  readonly action: number;
  /** To read. */
  readonly text: string;
  /** The program without what comes behind. */
  readonly kind: string;
}

function firstDifference(program: Program, repeated: Trace, plain: Trace): Difference | undefined {
  for (let action = 0; action < plain.seen.length; action++) {
    const [a, b] = [repeated.seen[action] ?? [], plain.seen[action] ?? []];
    const at = a.findIndex((line, i) => line !== b[i]);
    if (at === -1 && a.length === b.length) continue;
    const [line = 'nothing', expected = 'nothing'] =
      at === -1 ? [undefined, b[a.length]] : [a[at], b[at]];
    const done = program.actions[action];
    const text = `action ${action + 1}${done === undefined ? '' : `, ${textOfAction(done)}`}\n  repeated: ${line}\n  without:  ${expected}`;
    const kind = expected.split(/[:(]| gives /)[0] ?? '';
    return {
      program: { ...program, actions: program.actions.slice(0, action + 1) },
      action,
      text,
      kind,
    };
  }
  return undefined;
}

/** What a program sees otherwise when its steps are repeated; undefined if nothing. */
export async function differenceOf(program: Program): Promise<Difference | undefined> {
  const before = memory();
  const plain = await withoutRepetition(() => runProgram(program));
  const between = memory();
  const repeated = await runProgram(plain.settled);
  const after = memory();
  const found = firstDifference(plain.settled, repeated, plain);
  if (found === undefined) {
    const [a, b] = [after.tensors - between.tensors, between.tensors - before.tensors];
    if (a === b) return undefined;
    const text = `at the end\n  repeated: ${a} tensors are left\n  without:  ${b}`;
    return { program: plain.settled, action: program.actions.length - 1, text, kind: 'left' };
  }
  // What is no program at all, such as one that reads memory that it has given back, need not be the same twice.
  const again = await withoutRepetition(() => runProgram(plain.settled));
  return firstDifference(plain.settled, again, plain) === undefined ? found : undefined;
}
