// Runs of Flower's legacy workflow under a real SuperLink, with secure aggregation and without: nodes of lanegrad in this
// process and in a page, and Flower's own. LANEGRAD_FLOWER_PYTHON names the Python of an environment with `flwr`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { servePage } from '../../examples/federated/page-server.js';
import { freePort } from '../../examples/processes.js';
import { weightsOf } from '../../examples/federated/run.js';
import { loadRows, makeClassifier, shareOf } from '../../examples/federated/shares.js';
import { Superlink } from '../../examples/federated/superlink.js';
import type { ReportLine } from '../../examples/federated/superlink.js';
import { chromiumPath, launchOptions } from '../../scripts/browsers/chromium.mjs';
import * as flower from '../../src/flower.js';
import { writeNpz } from '../../src/io/npz.js';

const python = process.env['LANEGRAD_FLOWER_PYTHON'] ?? '';
/** What SecAggPlusWorkflow has as defaults. */
const [MAX_WEIGHT, STEP] = [1000, 16 / 2 ** 22];
const PIXELS = 64;
/** Shares of the digits. */
const COUNT = 5;
/** Stages of a round, each of which a node answers; the weights are those of the third one. */
const STAGES = 4;
const executablePath = chromiumPath();

let folder = '';
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flower-'));
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(folder, { recursive: true, force: true });
});

/** A line of the app's report. */
type Line = ReportLine & {
  readonly stage?: string | null;
  readonly type?: string;
  readonly error?: string;
  readonly records?: readonly string[];
  readonly arrays?: number;
  readonly masked?: number;
  readonly small?: number | null;
  readonly told?: readonly (readonly [loss: number, code: number])[];
  readonly measured?: readonly (readonly [
    node: string,
    loss: number,
    samples: number,
    metrics: Readonly<Record<string, number>>,
  ])[];
};

async function startSuperlink(): Promise<Superlink> {
  const app = fileURLToPath(new URL('flower-legacy-app', import.meta.url));
  const superlink = await Superlink.start({ python, folder: path.join(folder, 'flower'), app });
  ends.push(() => superlink.stop());
  return superlink;
}

async function startFlowersNode(superlink: Superlink, index: number): Promise<void> {
  const port = String(await freePort());
  const address = new URL(superlink.url).host;
  const where = ['--insecure', '--superlink', address, '--port', port];
  superlink.spawn('flower-supernode', [...where, '--node-config', `index=${index}`]);
}

/** What a node had as weights when it answered, round by round. */
interface TestedNode {
  readonly id: string;
  readonly sent: (round: number) => Promise<Float32Array[] | undefined>;
}

/** A node in a page of the example. */
async function openPage(superlink: Superlink, index: number): Promise<TestedNode> {
  const site = await servePage(superlink.url);
  ends.push(() => site.close());
  const browser = await chromium.launch(launchOptions(executablePath ?? ''));
  ends.push(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${site.url}?index=${index}&count=${COUNT}&by=random&record`);
  await page.waitForFunction(() => document.documentElement.dataset['node'] !== undefined);
  const id = await page.evaluate(() => document.documentElement.dataset['node'] ?? '');
  return {
    id,
    async sent(round) {
      const all = await page.evaluate(() => (globalThis as unknown as { sent: number[][][] }).sent);
      return all[STAGES * (round - 1) + 2]?.map((values) => Float32Array.from(values));
    },
  };
}

/** A node of lanegrad with a share of the digits, and the weights that it had when it answered, round by round. */
async function joinNode(superlink: Superlink, index: number, leavesIn = 0) {
  const [[x, y]] = await loadRows(true);
  const model = makeClassifier(PIXELS);
  const data = shareOf(x, y, { index, count: COUNT, by: 'random' });
  const sent = new Map<number, Float32Array[]>();
  const failures: unknown[] = [];
  const node = await flower.join(superlink.url, {
    model,
    data,
    validationData: data,
    batchSize: 32,
    pollInterval: 0.2,
    heartbeatInterval: 10,
    onProgress(progress) {
      if (progress.type === 'failed') failures.push(progress.error);
      if (progress.type !== 'received' && progress.type !== 'answered') return;
      const round = Number(progress.message.config.get('server-round'));
      if (Number.isNaN(round)) return;
      if (progress.type === 'answered') {
        sent.set(round, model.getWeights().map((weight) => weight.data() as Float32Array)); // prettier-ignore
      } else if (round === leavesIn) void node.leave();
    },
  });
  ends.push(() => node.leave());
  return {
    id: String(node.id),
    samples: data[0].shape[0] ?? 0,
    sent: (round: number) => Promise.resolve(sent.get(round)),
    failures,
  };
}

async function arraysOf(file: string): Promise<Float32Array[]> {
  return (await weightsOf(path.join(folder, file))).map((tensor) => tensor.data() as Float32Array);
}

/** Compares an average of the server with that of what nodes have sent, weighted by their samples. */
async function expectAverage(
  round: number,
  averaged: readonly (readonly [node: string, samples: number])[],
  nodes: readonly TestedNode[],
  step: number,
): Promise<void> {
  const total = averaged.reduce((sum, [, samples]) => sum + samples, 0);
  const sent = await Promise.all(
    averaged.map(async ([id, samples]) => {
      const own = nodes.find((node) => node.id === id);
      const arrays = (await own?.sent(round)) ?? (await arraysOf(`node-${id}-${round}.npz`));
      return { samples, arrays };
    }),
  );
  const average = await arraysOf(`round-${round}.npz`);
  expect(average.length).toBe(4);
  // Each node rounds its part up or down, and has 24 bits.
  const bound = (1.5 * averaged.length * step * MAX_WEIGHT) / total + 1e-6;
  for (const [a, array] of average.entries()) {
    let error = 0;
    for (const [i, value] of array.entries()) {
      const exact = sent.reduce(
        (sum, one) => sum + (one.samples / total) * (one.arrays[a]?.[i] ?? NaN),
        0,
      );
      error = Math.max(error, Math.abs(value - exact));
      if (Number.isNaN(exact)) error = NaN;
    }
    expect(error).toBeLessThan(bound);
  }
}

describe.skipIf(python === '')(
  'the legacy workflow of Flower (needs LANEGRAD_FLOWER_PYTHON)',
  () => {
    test('averages masked weights of nodes of lanegrad, of a page (where there is Chromium) and of Flower, also when two are lost on the way', async () => {
      const superlink = await startSuperlink();
      await Promise.all([0, 1].map((index) => startFlowersNode(superlink, index)));
      const nodes = await Promise.all([
        joinNode(superlink, 0),
        joinNode(superlink, 1),
        joinNode(superlink, 2, 2),
      ]);
      const pages = executablePath === undefined ? [] : [await openPage(superlink, 3)];
      const count = 2 + nodes.length + pages.length;
      const weights = path.join(folder, 'weights.npz');
      const initial = makeClassifier(PIXELS).getWeights();
      await writeNpz(weights, Object.fromEntries(initial.map((weight, i) => [String(i), weight])));
      const settings = {
        folder,
        weights,
        secure: true,
        rounds: 2,
        nodes: 5,
        failing: 2,
        evaluations: 0,
      };
      const report: readonly Line[] = await superlink.run(settings);

      const answers = report.filter(({ stage }) => typeof stage === 'string');
      // No array leaves a node but masked ones.
      expect(answers.filter(({ arrays = 0 }) => arrays > 0)).toEqual([]);
      const vectors = answers.filter(({ masked = 0 }) => masked > 0);
      expect(vectors.map(({ masked }) => masked)).toEqual(new Array(2 * count - 2).fill(5));
      for (const { small } of vectors) expect(small).toBeLessThan(0.01);
      const rounds = report.filter(({ averaged }) => averaged !== undefined);
      expect(rounds.map(({ averaged }) => averaged?.length)).toEqual([count, count - 2]);
      for (const { round = 0, averaged = [], told = [] } of rounds) {
        await expectAverage(round, averaged, [...nodes, ...pages], STEP);
        expect(told.every(([loss, code]) => loss > 0 && code === 0)).toBe(true);
        for (const { id, samples } of nodes.slice(0, 2))
          expect(averaged).toContainEqual([id, samples]);
      }
      expect(nodes.flatMap(({ failures }) => failures)).toEqual([]);
    });

    test('averages weights without secure aggregation, from those of one node on', async () => {
      const superlink = await startSuperlink();
      const nodes = await Promise.all([joinNode(superlink, 0), joinNode(superlink, 1)]);
      const settings = { folder, secure: false, rounds: 2, nodes: 2, evaluations: 2 };
      const report: readonly Line[] = await superlink.run(settings);

      const [first] = report;
      expect(first).toMatchObject({ type: 'get_parameters', arrays: 4 });
      const rounds = report.filter(({ averaged }) => averaged !== undefined);
      expect(rounds.map(({ averaged }) => averaged?.length)).toEqual([2, 2]);
      for (const { round = 0, averaged = [] } of rounds)
        await expectAverage(round, averaged, nodes, 0);
      const measured = report.flatMap((line) => line.measured ?? []);
      expect(measured).toHaveLength(4);
      for (const [id, loss, samples, metrics] of measured) {
        expect(samples).toBe(nodes.find((node) => node.id === id)?.samples);
        expect(loss).toBeGreaterThan(0);
        expect(Object.keys(metrics)).toEqual(['accuracy']);
      }
      expect(nodes.flatMap(({ failures }) => failures)).toEqual([]);
    });
  },
);
