// Reads one file, and reports its cost; the process only reads this file.
import { readFileSync } from 'node:fs';
import '../../../src/known.js';
import { memory } from '../../../src/index.js';
import { loaders } from './loaders.js';

/** The cost of reading a file. */
export interface Cost {
  /** Of the processor, by all threads, from the start of the process on. */
  readonly milliseconds: number;
  /** The most memory that the process had, without the arrays of the file: these are held twice for a moment. */
  readonly bytes: number;
  /** Why the file was refused, or that it was read. */
  readonly outcome: string;
}

/** Characters of a message that are sent back. */
const SHOWN = 200;

/** The most memory that this process had. Linux counts that of the parent in `maxRSS`, from before the program was started. */
function mostMemory(): number {
  const { maxRSS } = process.resourceUsage();
  if (process.platform !== 'linux') return maxRSS * 1024;
  const [, own] = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(own ?? maxRSS) * 1024;
}

async function costOf(kind: keyof typeof loaders, path: string): Promise<Cost> {
  let [outcome, own] = ['read', 0];
  try {
    const held = await loaders[kind](new Uint8Array(readFileSync(path)));
    own = memory().bytes;
    held.dispose();
  } catch (error) {
    outcome = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return {
    milliseconds: (userCPUTime + systemCPUTime) / 1000,
    bytes: Math.max(0, mostMemory() - 2 * own),
    outcome: outcome.slice(0, SHOWN),
  };
}

const [, , kind = '', path = ''] = process.argv;
void costOf(kind as keyof typeof loaders, path).then((cost) => {
  process.send?.(cost, () => process.exit());
});
