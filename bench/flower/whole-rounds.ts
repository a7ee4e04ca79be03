// Whole rounds under a real SuperLink: from the server's message to the answer in its hands, with Flower's own node and with
// lanegrad's in turns. Both add 1 to each weight.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as flower from 'lanegrad/flower';
import { Superlink } from '../../examples/federated/superlink.js';
import { freePort } from '../../examples/processes.js';

export interface WholeRounds {
  /** Seconds of each round. */
  readonly flower: number[];
  readonly lanegrad: number[];
}

/** @param python the Python of an environment with `flwr` @param turns runs of each node */
export async function wholeRounds(
  python: string,
  megabytes: number,
  turns: number,
): Promise<WholeRounds> {
  const folder = await mkdtemp(path.join(tmpdir(), 'flower-'));
  const app = fileURLToPath(new URL('app', import.meta.url));
  const superlink = await Superlink.start({ python, folder, app });
  const times: WholeRounds = { flower: [], lanegrad: [] };
  const width = Math.round(Math.sqrt((megabytes * 1e6) / 8));
  try {
    for (let turn = 0; turn < turns; turn++) {
      for (const name of ['flower', 'lanegrad'] as const) {
        const leave = name === 'flower' ? await flowersNode(superlink) : await ownNode(superlink);
        const settings = { folder: path.join(folder, `${name}-${turn}`), width, rounds: 4 };
        const lines = await superlink.run(settings);
        await leave();
        for (const { round = 0, seconds, error } of lines as readonly Line[]) {
          if (typeof error === 'string') throw new Error(error);
          // The first one starts what a node needs.
          if (round > 0 && seconds !== undefined) times[name].push(seconds);
        }
      }
    }
  } finally {
    await superlink.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return times;
}

interface Line {
  readonly round?: number;
  readonly seconds?: number;
  readonly error?: string | null;
}

async function flowersNode(superlink: Superlink): Promise<() => Promise<void>> {
  const args = [
    '--insecure',
    '--superlink',
    new URL(superlink.url).host,
    '--port',
    String(await freePort()),
  ];
  const child = superlink.spawn('flower-supernode', args);
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
  };
}

async function ownNode(superlink: Superlink): Promise<() => Promise<void>> {
  const node = await flower.join(superlink.url, {
    maxBytes: 2 ** 31,
    train({ arrays }) {
      const sums = [...arrays.values()].map((array) => array.add(1));
      for (const array of arrays.values()) array.dispose();
      return {
        arrays: new flower.ArrayRecord(sums),
        metrics: new flower.MetricRecord({ 'num-examples': 1 }),
      };
    },
  });
  return () => node.leave();
}
