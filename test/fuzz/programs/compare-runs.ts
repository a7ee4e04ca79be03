// Compares a run of a program with a run in which no step is repeated.
import { CapturedSteps } from '../../../src/nn/training/captured-steps.js';
import { memory } from '../../../src/engine/tensor/index.js';
import { neverRepeat } from '../../unit/models/repeated.js';
import type { Program } from './program.js';
import { textOfAction } from './program.js';
import { runProgram } from './run-program.js';
import type { Trace } from './run-program.js';

/** Runs `f`, in which every step runs the layers. */
async function withoutRepetition<T>(f: () => Promise<T>): Promise<T> {
  const spies = neverRepeat(CapturedSteps.prototype);
  try {
    return await f();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** What tells two runs of a program apart. */
export interface Difference {
  /** The program up to the action after which it is seen. */
  readonly program: Program;
  /** To read. */
  readonly text: string;
}

/** The first that one run has seen and the other has not. @param names of the runs */
function firstDifference(
  program: Program,
  runs: readonly [Trace, Trace],
  names: readonly [string, string],
): Difference | undefined {
  const [first, second] = runs;
  for (const [i, expected] of second.seen.entries()) {
    const lines = [first.seen[i] ?? [], expected] as const;
    const length = Math.max(...lines.map((list) => list.length));
    const at = Array.from({ length }, (_, line) => line).find((line) => lines[0][line] !== lines[1][line]); // prettier-ignore
    if (at === undefined) continue;
    const done = program.actions[i];
    const of = done === undefined ? 'the model' : `action ${i + 1}, ${textOfAction(done)}`;
    const seen = lines.map((list, run) => `  ${names[run] ?? ''}: ${list[at] ?? 'nothing'}`);
    const actions = program.actions.slice(0, i + 1);
    return { program: { ...program, actions }, text: [of, ...seen].join('\n') };
  }
  return undefined;
}

/** What a program sees otherwise when its steps are repeated; undefined if nothing. */
export async function differenceOf(program: Program): Promise<Difference | undefined> {
  const before = memory();
  const plain = await withoutRepetition(() => runProgram(program));
  const between = memory();
  const { settled } = plain;
  const repeated = await runProgram(settled);
  const [a, b] = [memory().tensors - between.tensors, between.tensors - before.tensors];
  const found = firstDifference(settled, [repeated, plain], ['repeated', 'without ']);
  if (found !== undefined) {
    // What is not the same twice is another fault.
    const again = await withoutRepetition(() => runProgram(settled));
    return firstDifference(settled, [again, plain], ['without, again', 'without       ']) ?? found;
  }
  const text = `in the end\n  repeated: ${a} tensors are left\n  without : ${b}`;
  return a === b ? undefined : { program: settled, text };
}
