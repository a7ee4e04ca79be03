// A node in a tab of Chromium that is in front, hidden, hidden for long, frozen, and in front again: how often it asks, and
// whether the federation goes on. The other node is a program. For `npm run bench:flower -- --tabs`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeNpz } from 'lanegrad/io/npz';
import { servePage } from '../../examples/federated/page-server.js';
import { NodeProcess } from '../../examples/federated/run.js';
import { makeClassifier } from '../../examples/federated/shares.js';
import { Superlink } from '../../examples/federated/superlink.js';
import { startBrowser, Tab } from './browser-tabs.js';

/** What was seen while the tab was in one state. */
export interface TabState {
  readonly name: string;
  /** Requests a minute while there was no message. */
  readonly polls: number;
  readonly heartbeats: number;
  /** Seconds of a round from one average to the next; undefined where no second round came. */
  readonly seconds: number | undefined;
  /** Nodes that were averaged in the rounds. */
  readonly averaged: readonly number[];
}

/** Pixels of the digits. */
const PIXELS = 64;
/** Chromium wakes a tab once a minute when it has been hidden for five. */
const HIDDEN_FOR_LONG = 330;

/** @param tell called with each state when it is over */
export async function backgroundTabs(
  python: string,
  executablePath: string,
  tell: (state: TabState) => void,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'flower-'));
  const superlink = await Superlink.start({ python, folder });
  const counts = new Map<string, number>();
  const site = await servePage(superlink.url, 0, (route) =>
    counts.set(route, (counts.get(route) ?? 0) + 1),
  );
  const share = ['--index', '0', '--count', '2', '--embedded'];
  const node = new NodeProcess(['--url', superlink.url, ...share]);
  const { session, close } = await startBrowser(executablePath);
  const weights = path.join(folder, 'weights.npz');
  const initial = makeClassifier(PIXELS).getWeights();
  await writeNpz(weights, Object.fromEntries(initial.map((array, i) => [String(i), array])));

  const watch = async (name: string, minutes: number, nodes: number): Promise<void> => {
    counts.clear();
    await sleep(60 * minutes);
    const a = (route: string): number => (counts.get(route) ?? 0) / minutes;
    const [polls, heartbeats] = [a('pull-messages'), a('send-node-heartbeat')];
    const times: number[] = [];
    const averaged: number[] = [];
    const settings = {
      weights,
      folder: path.join(folder, name.replaceAll(' ', '-')),
      rounds: 2,
      nodes,
      timeout: 400,
    };
    await superlink.run(settings, (line) => {
      if (line.averaged === undefined) return;
      times.push(performance.now());
      averaged.push(line.averaged.length);
    });
    const [first, second] = times;
    const seconds =
      first === undefined || second === undefined ? undefined : (second - first) / 1000;
    tell({ name, polls, heartbeats, seconds, averaged });
  };

  try {
    const tab = await Tab.open(session, `${site.url}?index=1&count=2`, true);
    await node.tells('joined');
    while ((await tab.evaluate('document.documentElement.dataset.node')) === 'undefined')
      await sleep(1);
    await watch('in front', 1, 2);
    const other = await Tab.open(session, 'about:blank');
    await other.show();
    await watch(await tab.evaluate('document.visibilityState'), 1, 2);
    await sleep(HIDDEN_FOR_LONG);
    await watch('hidden for more than five minutes', 3, 2);
    await tab.setFrozen(true);
    await watch('frozen', 1, 1);
    await tab.setFrozen(false);
    await tab.show();
    await watch('in front again', 1, 2);
  } finally {
    await close();
    node.kill();
    await node.ended;
    await site.close();
    await superlink.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
