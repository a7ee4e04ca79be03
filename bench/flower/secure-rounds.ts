// Rounds of secure aggregation under a real SuperLink, with five nodes of lanegrad and with five of Flower's own in turns.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { layers, models, ones } from 'lanegrad';
import * as flower from 'lanegrad/flower';
import { writeNpz } from 'lanegrad/io/npz';
import { Superlink } from '../../examples/federated/superlink.js';
import { freePort } from '../../examples/processes.js';
import { ownSeconds, treeSeconds } from './processor-time.js';

/** Seconds of a round: as they pass, and of the processors, for all nodes together. */
export interface SecureRounds {
  readonly passed: number[];
  readonly processor: number[];
}

const NODES = 5;
const ROUNDS = 4;
/** The server of the tests, and Flower's own node that goes with it. */
const APP = fileURLToPath(new URL('../../test/integration/flower-legacy-app', import.meta.url));

/** Nodes that have joined. */
interface Joined {
  /** Processor time that they have taken. */
  readonly seconds: () => Promise<number>;
  readonly leave: () => Promise<unknown>;
}

/** @param megabytes of the weights @param turns runs of either kind */
export async function secureRounds(
  python: string,
  megabytes: number,
  turns: number,
): Promise<Record<'lanegrad' | 'flower', SecureRounds>> {
  const times = {
    flower: { passed: [], processor: [] } as SecureRounds,
    lanegrad: { passed: [], processor: [] } as SecureRounds,
  };
  const width = Math.round(Math.sqrt((megabytes * 1e6) / 4));
  for (let turn = 0; turn < turns; turn++) {
    for (const name of ['flower', 'lanegrad'] as const) {
      const folder = await mkdtemp(path.join(tmpdir(), 'flower-'));
      const superlink = await Superlink.start({ python, folder, app: APP });
      try {
        const join = name === 'flower' ? flowersNodes : ownNodes;
        const joined = await join(superlink, width);
        await measure(superlink, folder, width, joined, times[name]);
        await joined.leave();
      } finally {
        await superlink.stop();
        await rm(folder, { recursive: true, force: true });
      }
    }
  }
  return times;
}

async function measure(
  superlink: Superlink,
  folder: string,
  width: number,
  joined: Joined,
  { passed, processor }: SecureRounds,
): Promise<void> {
  const weights = path.join(folder, 'weights.npz');
  await writeNpz(weights, { 0: ones([width, width]).mul(0.01) });
  const run = { folder, weights, secure: true, rounds: ROUNDS, nodes: NODES, timeout: 600 };
  let last: { readonly at: number; readonly taken: Promise<number> } | undefined;
  const pending: Promise<void>[] = [];
  const report = await superlink.run({ ...run, failing: 0, evaluations: 0 }, (line) => {
    if (line.averaged === undefined) return;
    const [before, now] = [last, { at: performance.now(), taken: joined.seconds() }];
    last = now;
    // The first round starts what a node needs.
    if (before === undefined) return;
    passed.push((now.at - before.at) / 1000);
    pending.push(
      Promise.all([before.taken, now.taken]).then(([a, b]) => void processor.push(b - a)),
    );
  });
  await Promise.all(pending);
  const counts = report.flatMap(({ averaged }) => averaged?.length ?? []);
  if (counts.length !== ROUNDS || counts.some((count) => count !== NODES))
    throw new Error(
      `rounds of ${counts.join(', ')} nodes: ${(await superlink.log()).slice(-2000)}`,
    );
}

async function flowersNodes(superlink: Superlink): Promise<Joined> {
  const where = ['--insecure', '--superlink', new URL(superlink.url).host];
  const pids: number[] = [];
  for (let index = 0; index < NODES; index++) {
    const own = ['--port', String(await freePort()), '--node-config', `index=${index}`];
    const { pid } = superlink.spawn('flower-supernode', [...where, ...own]);
    if (pid !== undefined) pids.push(pid);
  }
  // They end with the SuperLink.
  return { seconds: () => treeSeconds(pids), leave: () => Promise.resolve() };
}

async function ownNodes(superlink: Superlink, width: number): Promise<Joined> {
  const x = ones([8, width]);
  const nodes = await Promise.all(
    Array.from({ length: NODES }, (_, index) => {
      const model = new models.Sequential([
        layers.Input({ shape: [width] }),
        new layers.Dense(width, { useBias: false }),
      ]);
      model.compile({ optimizer: 'sgd', loss: 'mse' });
      const numExamples = 150 + 50 * index;
      const onProgress = (progress: flower.FlowerProgress): void => {
        if (progress.type === 'failed') throw progress.error;
      };
      return flower.join(superlink.url, { model, data: [x, x], numExamples, onProgress });
    }),
  );
  return {
    seconds: () => Promise.resolve(ownSeconds()),
    leave: () => Promise.all(nodes.map((node) => node.leave())),
  };
}
