// Where blocks lie in the memory of a module. Blocks without data take no memory here, however large they are.
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/extras/compile/link/bytes.js';
import type { Branches, ProgramStep } from '../../../src/extras/compile/recording/branches.js';
import type { Block } from '../../../src/extras/compile/recording/steps.js';
import { planMemory, requireMemory } from '../../../src/extras/compile/writing/plan.js';
import { ValueError } from '../../../src/index.js';

const GIB = 2 ** 30;

const block = (bytes: number, data?: Uint8Array): Block => ({ bytes, data, isFixed: false });

const copy = (to: Block, from: Block): ProgramStep => ({
  kind: 'copy',
  to: { block: to, offset: 0 },
  from: { block: from, offset: 0 },
  bytes: 4,
});

/** No ways join. */
const branches = { blockOf: (each: Block) => each } as Branches;

/** Bytes of a program that copies weights to the first of three blocks, the first to the second, and so on. */
function planned(weights: number, others: number) {
  const [w, a, b, c] = [block(weights, new Uint8Array(0)), block(others), block(others), block(others)]; // prettier-ignore
  const program = [copy(a, w), copy(b, a), copy(c, b)];
  const { addressOf, memoryBytes } = planMemory(program, branches, [], 4096);
  return { addresses: [w, a, b, c].map(addressOf), memoryBytes };
}

describe('the memory of a module', () => {
  it('holds weights alone, and shares the rest', () => {
    const { addresses, memoryBytes } = planned(1024, 640);
    expect(addresses).toEqual([4096, 5120, 5760, 5120]);
    expect(memoryBytes).toBe(6400 + 64);
  });

  it('may have nearly 4 GiB', () => {
    const { memoryBytes } = planned(3 * GIB, 0.4 * GIB);
    expect(() => {
      requireMemory("model 'large'", memoryBytes);
    }).not.toThrow();
  });

  it('does not hold weights that are larger', () => {
    for (const [weights, others] of [
      [4 * GIB, 640],
      [3 * GIB, 0.5 * GIB],
      [5 * GIB, 0],
    ] as const) {
      // prettier-ignore
      const { memoryBytes } = planned(weights, others);
      const require = (): void => {
        requireMemory("model 'large'", memoryBytes);
      };
      expect(require).toThrow(ValueError);
      expect(require).toThrow(
        `compileModel: model 'large' needs ${memoryBytes} bytes of memory, and a module has at most 4294901760. Compile it`,
      );
    }
  });

  it('has addresses that are written as numbers of 32 bits', () => {
    const address = 3 * GIB + 64;
    expect(new ByteReader(new ByteWriter().signed(address).bytes).signed() >>> 0).toBe(address);
  });
});
