// Reads files that the parent process sends, one after the other, and answers what each has cost.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import '../../../src/known.js';
import { memory } from '../../../src/index.js';
import { loaders } from './loaders.js';
import type { CostlyFile } from './loaders.js';

/** What reading a file has cost. */
export interface Cost {
  readonly milliseconds: number;
  /** By which the process has grown at most, without the arrays of the file: these are held twice for a moment. */
  readonly bytes: number;
  /** Why the file was refused, or that it was read. */
  readonly outcome: string;
  /** Whether the process has grown so much that it cannot tell what the next file takes. */
  readonly isUsedUp: boolean;
}

/** Characters of a message that are sent back. */
const SHOWN = 200;

/** Growth from which on another process reads the next file. */
const USED_UP = 2 ** 26;

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;
const peak = (): number => process.resourceUsage().maxRSS * 1024;

/** Bytes of the arrays that are held now. */
async function costOf({ kind, bytes }: CostlyFile): Promise<Cost> {
  collect();
  const [before, grown] = [process.memoryUsage.rss(), peak()];
  const { bytes: inUse } = memory();
  const [start, used] = [performance.now(), process.cpuUsage()];
  let [outcome, own] = ['read', 0];
  try {
    const held = await loaders[kind](bytes);
    own = memory().bytes - inUse;
    held.dispose();
  } catch (error) {
    outcome = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  // Where other processes have the processor the reader waits, which costs it nothing.
  const { user, system } = process.cpuUsage(used);
  const milliseconds = Math.min(performance.now() - start, (user + system) / 1000);
  const most = peak();
  return {
    milliseconds,
    bytes: most > grown ? Math.max(0, most - before - 2 * own) : 0,
    outcome: outcome.slice(0, SHOWN),
    isUsedUp: most - Math.min(before, process.memoryUsage.rss()) > USED_UP,
  };
}

process.on('message', (file: CostlyFile) => {
  void costOf(file).then((cost) => process.send?.(cost));
});
process.send?.('ready');
