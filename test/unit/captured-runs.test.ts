// What recordings hold together.
import { describe, expect, it } from 'vitest';
import { currentRuntime } from '../../src/engine/runtime/index.js';
import { emptyTensor, ones, Tensor, tidy } from '../../src/engine/tensor/index.js';
import { workOf } from '../../src/engine/runtime/pool/pool.js';
import { captureRun } from '../../src/nn/capture/captured-run.js';
import type { CapturedRun } from '../../src/nn/capture/captured-run.js';

/** A run that holds a block of this many bytes, which are never written. */
function runOf(bytes: number): CapturedRun {
  return tidy(() => {
    const { run } = captureRun(
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
      expect(first.replay([[ones([4])]])).toBeUndefined();
      expect(third.replay([[ones([4])]])).toMatchObject({ shape: [4] });
    });
    for (const run of [first, second, third]) run.dispose();
  });

  it('say what they consist of: inputs, results, kernels with blocks and costs', () => {
    tidy(() => {
      const step = ([[a, b]]: readonly [readonly [Tensor, Tensor]]): Tensor => a.mul(b).exp();
      const { run } = captureRun([[ones([4, 250]), ones([4, 250])]] as const, step, {
        bytes: 2 ** 20,
      });
      const [head, ...steps] = run?.describe(workOf).split('\n') ?? [];
      expect(head).toMatch(
        /^float32 \[4, 250\], float32 \[4, 250\] → float32 \[4, 250\]: 2 kernels in 2 steps, \d+ ns/,
      );
      // y = f(x) of 1,000 elements, of which each costs 1 ns.
      expect(steps.at(-1)).toMatch(/^unary #\d+ #\d+ 1000 \d+ 0 0 0: 1000 ns$/);
      run?.dispose();
    });
  });

  it('hold numbers that the program writes, unless it writes them over those of a kernel', () => {
    const written = (make: () => Tensor): string =>
      tidy(() => {
        const step = ([[x]]: readonly [readonly [Tensor]]): Tensor => {
          const made = make();
          currentRuntime().writing(made.pointer).float32[made.pointer / 4] = 7;
          return x.add(made);
        };
        const { run } = captureRun([[ones([1])]] as const, step, { bytes: 2 ** 20 });
        const again = run?.replay([[ones([1])]]);
        run?.dispose();
        return again instanceof Tensor ? String(again) : 'not recorded';
      });
    expect(written(() => emptyTensor([1], 'float32'))).toBe('[8.]');
    expect(written(() => ones([1]))).toBe('not recorded');
  });

  it('count detours by their choices: five choices, each of which is worse in a fifth of the looks, are good ones', () => {
    // A repetition of eight looks again.
    const [looks, eight] = [40, 8];
    let look = 0;
    const detoursOf = (isWorse: (choice: number) => boolean): number =>
      tidy(() => {
        look = -1;
        const { run } = captureRun(
          [[ones([4])]] as const,
          ([[x]]) => {
            for (let choice = 0; choice < 5; choice++)
              currentRuntime().hint(() => look >= 0 && isWorse(choice), false);
            return x.neg();
          },
          { bytes: 2 ** 20 },
        );
        if (run === undefined) return expect.fail('not recorded');
        for (let repetition = 1; repetition <= looks * eight; repetition++) {
          look = Math.floor(repetition / eight);
          run.borrow([[ones([4])]], () => undefined);
        }
        run.dispose();
        return run.detours;
      });
    expect(detoursOf((choice) => look % 5 === choice)).toBe((looks / 5) * eight);
    expect(detoursOf((choice) => choice === 3)).toBe(looks * eight);
  });
});
