// What many nodes cost under a real SuperLink: while they are idle, and in rounds. All nodes run in this process. Linux only, since
// the processor time of other processes is read from /proc.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as flower from 'lanegrad/flower';
import { Superlink } from '../../examples/federated/superlink.js';
import { groupSeconds, ownSeconds } from './processor-time.js';

const APP = fileURLToPath(new URL('app', import.meta.url));

/** Two ways, measured in turns: as nodes were at first, and as they are. */
export interface Compared {
  readonly before: number[];
  readonly now: number[];
}

const WAYS = ['before', 'now'] as const;

async function withNodes<T>(
  superlink: Superlink,
  count: number,
  options: Partial<flower.NodeOptions>,
  work: () => Promise<T>,
): Promise<T> {
  const train: flower.FlowerHandler = ({ arrays }) => {
    const changed = new Map([...arrays].map(([name, array]) => [name, array.add(Math.random())]));
    for (const array of arrays.values()) array.dispose();
    const metrics = new flower.MetricRecord({ 'num-examples': 1 });
    return { arrays: new flower.ArrayRecord(changed), metrics };
  };
  const nodes: flower.FlowerNode[] = [];
  try {
    for (let i = 0; i < count; i++)
      nodes.push(await flower.join(superlink.url, { train, ...options }));
    return await work();
  } finally {
    await Promise.all(nodes.map((node) => node.leave()));
  }
}

async function withSuperlink<T>(
  python: string,
  work: (superlink: Superlink, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'flower-'));
  const superlink = await Superlink.start({ python, folder, app: APP });
  try {
    return await work(superlink, folder);
  } finally {
    await superlink.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The part of a core that the SuperLink is busy, and the requests a second. */
export interface Idle {
  readonly parts: Compared;
  readonly requests: Compared;
}

/** What idle nodes cost the SuperLink, with a question a second and with longer and longer waits. */
export async function idleNodes(
  python: string,
  count: number,
  seconds: number,
  turns: number,
): Promise<Idle> {
  const idle: Idle = { parts: { before: [], now: [] }, requests: { before: [], now: [] } };
  const requests = countRequests();
  for (let turn = 0; turn < turns; turn++) {
    for (const way of WAYS) {
      await withSuperlink(python, (superlink) => {
        const options = {
          heartbeatInterval: 30,
          // As it is after eight minutes without a message.
          ...(way === 'before' ? { maxPollInterval: 1 } : { pollInterval: 60 }),
        };
        return withNodes(superlink, count, options, async () => {
          await sleep(way === 'before' ? 10 : 60);
          const [start, first] = [await groupSeconds(superlink.groups), requests()];
          await sleep(seconds);
          idle.parts[way].push(((await groupSeconds(superlink.groups)) - start) / seconds);
          idle.requests[way].push((requests() - first) / seconds);
        });
      });
    }
  }
  return idle;
}

/** Seconds of processor time of SuperLink and nodes for a round of this many nodes, of four arrays, and of one flat array with advice. */
export async function roundsOfMany(
  python: string,
  count: number,
  turns: number,
): Promise<Compared> {
  const times: Compared = { before: [], now: [] };
  const rounds = 3;
  for (let turn = 0; turn < turns; turn++) {
    for (const way of WAYS) {
      await withSuperlink(python, (superlink, folder) => {
        const options = way === 'before' ? { maxPollInterval: 1 } : {};
        return withNodes(superlink, count, options, async () => {
          const taken = async (): Promise<number> =>
            (await groupSeconds(superlink.groups)) + ownSeconds();
          const start = await taken();
          const lines = await superlink.run({
            folder: path.join(folder, 'run'),
            width: 64,
            arrays: 4,
            flat: way === 'now',
            nodes: count,
            rounds,
            'poll-interval': way === 'now' ? count / 20 : 0,
          });
          const { error } = (lines.find((line) => 'error' in line) ?? {}) as {
            error?: string | null;
          };
          if (typeof error === 'string') throw new Error(error);
          times[way].push(((await taken()) - start) / rounds);
        });
      });
    }
  }
  return times;
}

/** Counts what `fetch` is called for from now on. */
function countRequests(): () => number {
  const { fetch } = globalThis;
  let count = 0;
  globalThis.fetch = (...args) => {
    count++;
    return fetch(...args);
  };
  return () => count;
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
