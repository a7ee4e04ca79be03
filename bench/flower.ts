// `npm run bench:flower`: the time of a Flower node for a round, without training and without waiting for the server, compared with
// `fetch` alone moving the same bytes both ways; and the memory that the node needs.
//   --megabytes 100   of the weights
//   --rounds 9        both in turns
//   --python PATH     of an environment with `flwr`: also whole rounds under a real SuperLink, compared with Flower's own node
//   --turns 2         of both nodes
//   --messages        only counts the requests and bytes of a message, with four arrays and with one
//   --idle 200        with --python, alone: the share of a core that this many idle nodes take at the SuperLink
//   --secure 4        with --python, alone: rounds of secure aggregation of five nodes with this many MB of weights, compared with Flower's
//   --tabs            with --python, alone: a node in a tab that is hidden or frozen (needs Chromium)
//   --many 100        with --python, alone: processor time of SuperLink and nodes for a round of this many nodes
import './help.js';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { configure, layers, models } from 'lanegrad';
import * as flower from 'lanegrad/flower';
import { chromiumPath } from '../scripts/browsers/chromium.mjs';
import { warnOfOldBuild } from './build-check.js';
import { wholeNumber } from './epoch-options.js';
import { formatMs, formatRatio } from './format.js';
import { printHeading, printMachine, printTable } from './report.js';
import { LineProcess } from './runner/line-process.js';
import { summarize } from './timing.js';
import { idleNodes, roundsOfMany } from './flower/many-nodes.js';
import type { Compared } from './flower/many-nodes.js';
import { messageCosts } from './flower/message-costs.js';
import { secureRounds } from './flower/secure-rounds.js';
import { backgroundTabs } from './flower/tabs.js';
import { wholeRounds } from './flower/whole-rounds.js';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '9' },
    python: { type: 'string' },
    turns: { type: 'string', default: '2' },
    messages: { type: 'boolean', default: false },
    idle: { type: 'string' },
    many: { type: 'string' },
    secure: { type: 'string' },
    tabs: { type: 'boolean', default: false },
  },
});
const rounds = wholeNumber('rounds', values.rounds);
const megabytes = wholeNumber('megabytes', values.megabytes);
await configure({ threads: 1 });
warnOfOldBuild();
printMachine('1 thread');

if (values.messages) {
  printHeading('a train message of four matrices of 64 × 64, without polls and heartbeats');
  printTable(
    ['', 'requests', 'bytes to the node', 'bytes from the node'],
    (await messageCosts()).map(({ name, requests, received, sent }) => [
      name,
      String(requests),
      String(received),
      String(sent),
    ]),
  );
  process.exit();
}
const manyOf = (name: 'idle' | 'many' | 'secure'): readonly [python: string, count: number] => {
  if (values.python === undefined) throw new Error(`--${name} needs --python`);
  return [values.python, wholeNumber(name, values[name] ?? '')];
};
const turns = wholeNumber('turns', values.turns);
if (values.idle !== undefined) {
  const [python, count] = manyOf('idle');
  const ways = ['a question a second', 'longer and longer waits'] as const;
  const { parts, requests } = await idleNodes(python, count, 60, turns);
  printHeading(`the part of a core that ${count} idle nodes keep the SuperLink busy`);
  printCompared(...ways, parts);
  printHeading(`requests of ${count} idle nodes in a second`);
  printCompared(...ways, requests);
  process.exit();
}
if (values.many !== undefined) {
  const [python, count] = manyOf('many');
  printHeading(`processor seconds of SuperLink and nodes for a round of ${count} nodes`);
  printCompared(
    'four arrays, a question a second',
    'a flat array, with advice',
    await roundsOfMany(python, count, turns),
  );
  process.exit();
}

if (values.secure !== undefined) {
  const [python, size] = manyOf('secure');
  const { lanegrad, flower: flowers } = await secureRounds(python, size, turns);
  const ways = ["five of Flower's own nodes", 'five nodes of lanegrad'] as const;
  printHeading(`seconds of a round of secure aggregation, ${size} MB of weights`);
  printCompared(...ways, { before: flowers.passed, now: lanegrad.passed });
  printHeading('processor seconds of the nodes for a round');
  printCompared(...ways, { before: flowers.processor, now: lanegrad.processor });
  process.exit();
}
if (values.tabs) {
  const executablePath = chromiumPath();
  if (values.python === undefined || executablePath === undefined)
    throw new Error('--tabs needs --python, and Chromium');
  const rows: string[][] = [];
  await backgroundTabs(values.python, executablePath, (state) => {
    const { name, polls, heartbeats, seconds, averaged } = state;
    console.error(JSON.stringify(state));
    rows.push([
      name,
      polls.toFixed(1),
      heartbeats.toFixed(1),
      seconds === undefined ? 'none' : `${seconds.toFixed(1)} s`,
      averaged.join(', '),
    ]);
  });
  printHeading('a node in a tab of Chromium, next to one in a program');
  printTable(
    ['the tab is', 'polls a minute', 'heartbeats a minute', 'a round', 'nodes averaged'],
    rows,
  );
  process.exit();
}

/** Both ways, and their ratio. */
function printCompared(before: string, now: string, values: Compared): void {
  const [first, second] = [summarize(values.before), summarize(values.now)];
  printTable(
    ['', 'median', 'minimum'],
    [
      [before, first.median.toFixed(3), first.min.toFixed(3)],
      [now, second.median.toFixed(3), second.min.toFixed(3)],
      ['ratio', formatRatio(second.median / first.median), formatRatio(second.min / first.min)],
    ],
  );
}

const width = Math.round(Math.sqrt((megabytes * 1e6) / 8));
const model = new models.Sequential([
  layers.Input({ shape: [width] }),
  new layers.Dense(width, { useBias: false }),
  new layers.Dense(width, { useBias: false }),
]);
model.compile({ optimizer: 'sgd', loss: 'mse' });
const weights = model.weights.map(({ shape }) => shape);
const bytes = weights.reduce((sum, shape) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);

const superlink = new LineProcess({
  file: process.execPath,
  args: [
    '--import',
    'tsx',
    fileURLToPath(new URL('flower/superlink.ts', import.meta.url)),
    JSON.stringify(weights),
  ],
});
const url = `http://127.0.0.1:${await superlink.ask('port')}`;

// Memory is looked at all the time.
const rss = (): number => process.memoryUsage.rss();
let [most, isWatched] = [0, false];
const watch = setInterval(() => {
  if (isWatched) most = Math.max(most, rss());
}, 5);

let answered = (_seconds: number): void => undefined;
const node = await flower.join(url, {
  maxBytes: 2 ** 31,
  pollInterval: 0.01,
  train({ arrays }) {
    model.setWeights([...arrays.values()]);
    for (const array of arrays.values()) array.dispose();
    const sent = new flower.ArrayRecord(model.getWeights());
    return { arrays: sent, metrics: new flower.MetricRecord({ 'num-examples': 1 }) };
  },
  onProgress(progress) {
    if (progress.type === 'answered') answered(progress.seconds);
    if (progress.type === 'failed') throw progress.error;
  },
});

/** From the receipt of the message to the end of the answer. */
async function round(): Promise<number> {
  const end = new Promise<number>((resolve) => {
    answered = resolve;
  });
  await superlink.ask('arm');
  return 1000 * (await end);
}

let pieces: string[] = [];

/** The same bytes both ways, four requests at a time. */
async function fetchAlone(): Promise<number> {
  const start = performance.now();
  const left = [...pieces];
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        const body = await (await fetch(`${url}/${id}`, { method: 'POST' })).arrayBuffer();
        await (await fetch(`${url}/v1/fleet/push-object`, { method: 'POST', body })).arrayBuffer();
      }
    }),
  );
  return performance.now() - start;
}

const times: { node: number[]; fetch: number[] } = { node: [], fetch: [] };
await round();
// Those of the message, which is there by now.
pieces = (await (await fetch(`${url}/pieces`)).json()) as string[];
await fetchAlone();
const before = rss();
for (let i = 0; i < rounds; i++) {
  isWatched = true;
  times.node.push(await round());
  isWatched = false;
  times.fetch.push(await fetchAlone());
}
clearInterval(watch);
await node.leave();
await superlink.close();

const [own, alone] = [summarize(times.node), summarize(times.fetch)];
printHeading(`a round of a node of Flower, ${(bytes / 1e6).toFixed(0)} MB of weights`);
printTable(
  ['', 'median', 'minimum'],
  [
    ['node', formatMs(own.median), formatMs(own.min)],
    ['`fetch` of the same bytes, both ways', formatMs(alone.median), formatMs(alone.min)],
    ['node ÷ `fetch`', formatRatio(own.median / alone.median), formatRatio(own.min / alone.min)],
    [
      'resident memory above that before the rounds ÷ weights',
      formatRatio((most - before) / bytes),
      '',
    ],
  ],
);

if (values.python !== undefined) {
  const whole = await wholeRounds(values.python, megabytes, turns);
  const [ours, flowers] = [summarize(whole.lanegrad), summarize(whole.flower)];
  printHeading('whole rounds under a SuperLink, from the message to the answer');
  printTable(
    ['', 'median', 'minimum'],
    [
      ['lanegrad', `${ours.median.toFixed(1)} s`, `${ours.min.toFixed(1)} s`],
      ["Flower's own node", `${flowers.median.toFixed(1)} s`, `${flowers.min.toFixed(1)} s`],
      [
        'lanegrad ÷ Flower',
        formatRatio(ours.median / flowers.median),
        formatRatio(ours.min / flowers.min),
      ],
    ],
  );
}
process.exit();
