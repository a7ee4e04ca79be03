// What recordings hold together.
import { describe, expect, it } from 'vitest';
import { emptyTensor, ones, tidy } from '../../src/tensor/index.js';
import { recordRun } from '../../src/capture/recorded-run.js';
import type { RecordedRun } from '../../src/capture/recorded-run.js';

/** A run that holds a block of so many bytes, which nobody writes. */
function runOf(bytes: number): RecordedRun {
  return tidy(() => {
    const { run } = recordRun(
      [[ones([4])]] as const,
      ([[x]]) => {
        emptyTensor([bytes / 4], 'float32').dispose();
        return x.neg();
      },
      { bytes: 2 ** 30 },
    );
    return run ?? expect.fail('not recorded');
  });
}

describe('recordings', () => {
  it('have at most 512 MiB together: the oldest gives way', () => {
    const [first, second] = [runOf(2 ** 28), runOf(2 ** 27)];
    expect([first, second].map((run) => run.isValid())).toEqual([true, true]);
    const third = runOf(2 ** 28);
    expect([first, second, third].map((run) => run.isValid())).toEqual([false, true, true]);
    tidy(() => {
      expect(first.repeat([[ones([4])]])).toBeUndefined();
      expect(third.repeat([[ones([4])]])).toMatchObject({ shape: [4] });
    });
    for (const run of [first, second, third]) run.dispose();
  });
});
