// Processor time of other processes, from /proc: Linux alone.
import { readdir, readFile } from 'node:fs/promises';

/** Ticks of /proc in a second. */
const TICKS = 100;

interface Times {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Of the process, and of its children that have ended. */
  readonly seconds: number;
}

async function allTimes(): Promise<Times[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = names.map(async (name) => {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // Behind the name of the program, which may hold anything: state, parent, group, …
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i] ?? 0), 0);
    const [parent, group] = [Number(fields[1]), Number(fields[2])];
    return { pid: Number(name), parent, group, seconds: ticks / TICKS };
  });
  return Promise.all(stats);
}

function total(times: readonly Times[]): number {
  return times.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Seconds of processor time that the processes of these groups have taken. */
export async function groupSeconds(groups: readonly number[]): Promise<number> {
  return total((await allTimes()).filter(({ group }) => groups.includes(group)));
}

/** Seconds of processor time that these processes have taken, and all that they have started. */
export async function treeSeconds(pids: readonly number[]): Promise<number> {
  const times = await allTimes();
  const found = new Set(pids);
  // Children are found in the pass after that of their parents.
  for (let count = 0; count !== found.size;) {
    count = found.size;
    for (const { pid, parent } of times) if (found.has(parent)) found.add(pid);
  }
  return total(times.filter(({ pid }) => found.has(pid)));
}

/** Seconds of processor time that this process has taken. */
export function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
