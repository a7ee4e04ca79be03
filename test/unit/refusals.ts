// The form of tests of refusals: the class of the error, its messages, and the calls that cause them.
import { expect, it } from 'vitest';
import { memory } from '../../src/engine/tensor/index.js';

export type ErrorClass = new (message: string) => Error;

/** A pattern for a message. ' ... ' stands for parts that are left out, '^' for the beginning. */
export function saying(message: string): RegExp {
  const parts = message.split(/ ?\.\.\. ?/);
  return new RegExp(
    parts.map((part) => part.replace(/[$()*+?.[\\\]{|}]/g, '\\$&')).join('.*'),
    's',
  );
}

type Call = () => unknown;

/** Runs the checks of a refusal, which leaves no tensor behind. */
export function leavingNothing(check: () => void): void {
  const { tensors, bytes } = memory();
  check();
  expect(memory()).toMatchObject({ tensors, bytes });
}

/** One test a message. */
export function refuses(
  error: ErrorClass,
  cases: Readonly<Record<string, Call | readonly Call[]>>,
  run: (check: () => void) => void = (check) => check(),
): void {
  it.each(Object.entries(cases))('%s', (message, calls) => {
    for (const call of [calls].flat()) {
      run(() => {
        expect(call).toThrow(error);
        expect(call).toThrow(saying(message));
      });
    }
  });
}
