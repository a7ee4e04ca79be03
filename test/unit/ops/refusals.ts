// How the tests of refusals are written: what is called, which error class, which parts of its message.
import { expect, it } from 'vitest';

type ErrorClass = new (message: string) => Error;

export type Refusal = readonly [
  call: () => unknown,
  error: ErrorClass,
  ...parts: readonly string[],
];

/** One test a refusal. */
export function refuses(cases: Readonly<Record<string, Refusal>>): void {
  it.each(Object.entries(cases))('%s', (_, [call, error, ...parts]) => {
    expect(call).toThrow(error);
    for (const part of parts) expect(call).toThrow(part);
  });
}
