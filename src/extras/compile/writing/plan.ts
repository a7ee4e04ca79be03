// Where the blocks of a program lie in the memory of its module.
import { ValueError } from '../../../errors.js';
import { placesOf } from '../recording/steps.js';
import type { Block } from '../recording/steps.js';
import type { Branches, ProgramStep } from '../recording/branches.js';

/** Blocks begin at multiples of this: no vector then lies across two lines of the caches. */
const ALIGNMENT = 64;

/** Small blocks begin at multiples of this, as all do in the library. */
const SMALL_ALIGNMENT = 16;

/** Bytes behind the last block, which kernels may read with it. */
const MARGIN = 64;

/** Bytes of memory that a module of WebAssembly can have. */
const MAX_MEMORY = 2 ** 32 - 65536;

/** When a block is needed: from its first step to its last. */
interface Life {
  readonly block: Block;
  begin: number;
  end: number;
}

export interface Plan {
  readonly addressOf: (block: Block) => number;
  /** The blocks with numbers that are there from the start. */
  readonly constants: readonly Block[];
  readonly memoryBytes: number;
}

const aligned = (address: number, bytes: number): number => {
  const unit = bytes < ALIGNMENT ? SMALL_ALIGNMENT : ALIGNMENT;
  return Math.ceil(address / unit) * unit;
};

/** The blocks that steps name, with the first and the last of the steps. Steps of ways that exclude each other follow each other. */
function livesOf(program: readonly ProgramStep[], branches: Branches): Map<Block, Life> {
  const lives = new Map<Block, Life>();
  let time = 0;
  const visit = (steps: readonly ProgramStep[]): void => {
    for (const step of steps) {
      time++;
      for (const place of placesOf(step.kind === 'branch' ? step.ask : step)) {
        const block = branches.blockOf(place.block);
        const life = lives.get(block) ?? { block, begin: time, end: time };
        life.end = time;
        lives.set(block, life);
      }
      if (step.kind === 'branch') new Set(step.arms).forEach(visit);
    }
  };
  visit(program);
  return lives;
}

/** The lowest address at which a block does not touch those that are needed at the same time. */
function fit(life: Life, placed: ReadonlyMap<Life, number>, start: number): number {
  const { bytes } = life.block;
  const others = [...placed]
    .filter(([{ begin, end }]) => begin <= life.end && end >= life.begin)
    .sort(([, a], [, b]) => a - b);
  let address = aligned(start, bytes);
  for (const [{ block }, other] of others) {
    if (address + bytes <= other) break;
    address = Math.max(address, aligned(other + block.bytes, bytes));
  }
  return address;
}

/**
 * Plans memory: first what is there from the start, then what keeps its place, then what is computed on the way, where blocks share
 * room that are not needed at the same time.
 *
 * @param start where memory is free from
 * @param lasting the blocks of inputs and outputs, and of what is computed once
 */
export function planMemory(
  program: readonly ProgramStep[],
  branches: Branches,
  lasting: readonly Block[],
  start: number,
): Plan {
  const lives = livesOf(program, branches);
  const addresses = new Map<Block, number>();
  let next = start;
  const put = (block: Block): void => {
    if (addresses.has(block)) return;
    const address = aligned(next, block.bytes);
    addresses.set(block, address);
    next = address + block.bytes;
  };
  const constants = [...lives.keys()].filter(({ data }) => data !== undefined);
  constants.forEach(put);
  for (const block of lasting) put(branches.blockOf(block));
  const placed = new Map<Life, number>();
  let end = next;
  const rest = [...lives.values()].filter(({ block }) => !addresses.has(block));
  for (const life of rest.sort((a, b) => b.block.bytes - a.block.bytes)) {
    const address = fit(life, placed, next);
    placed.set(life, address);
    addresses.set(life.block, address);
    end = Math.max(end, address + life.block.bytes);
  }
  return {
    addressOf: (block) => addresses.get(branches.blockOf(block)) ?? 0,
    constants,
    memoryBytes: end + MARGIN,
  };
}

/** @throws ValueError for more bytes of memory than a module can have. */
export function requireMemory(label: string, bytes: number): void {
  if (bytes <= MAX_MEMORY) return;
  throw new ValueError(
    `compileModel: ${label} needs ${bytes} bytes of memory, and a module has at most ${MAX_MEMORY}. Compile it with ` +
      `weights: 'int8', or for smaller batches.`,
  );
}
