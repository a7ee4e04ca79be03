// Real runs of Flower: a SuperLink, the ServerApp of examples/federated, nodes in Node and in a page.
// LANEGRAD_FLOWER_PYTHON names the Python of an environment with `flwr`.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { servePage } from '../../examples/federated/page-server.js';
import { federated, NodeProcess, weightsOf } from '../../examples/federated/run.js';
import { makeClassifier } from '../../examples/federated/shares.js';
import { Superlink } from '../../examples/federated/superlink.js';
import type { ReportLine } from '../../examples/federated/superlink.js';
import { chromiumPath, launchOptions } from '../../scripts/browsers/chromium.mjs';
import * as flower from '../../src/flower.js';
import { writeNpz } from '../../src/io/npz.js';
import { lossyProxy, repeatable } from './flower-proxy.js';

const python = process.env['LANEGRAD_FLOWER_PYTHON'] ?? '';
const executablePath = chromiumPath();
const PIXELS = 64;

let folder = '';
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flower-'));
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(folder, { recursive: true, force: true });
});

async function startSuperlink(
  options: { port?: number; database?: string } = {},
): Promise<Superlink> {
  const superlink = await Superlink.start({
    python,
    folder: path.join(folder, 'flower'),
    ...options,
  });
  ends.push(() => superlink.stop());
  return superlink;
}

function startNode(
  superlink: { readonly url: string },
  args: readonly string[],
  onLine?: (line: Readonly<Record<string, unknown>>) => void,
): NodeProcess {
  const node = new NodeProcess(
    ['--embedded', '--url', superlink.url, '--record', folder, ...args],
    onLine,
  );
  ends.push(async () => {
    node.kill();
    await node.ended;
  });
  return node;
}

/** Settings of a run that begins with the weights of the classifier. */
async function settingsOf(rounds: number, nodes: number) {
  const weights = path.join(folder, 'weights.npz');
  const initial = makeClassifier(PIXELS).getWeights();
  await writeNpz(weights, Object.fromEntries(initial.map((weight, i) => [String(i), weight])));
  return { weights, folder, rounds, nodes, timeout: 60 };
}

/** The average as Flower's FedAvg forms it: float32, answer by answer, in the order of the report. */
function averageOf(
  answers: readonly (readonly [weights: readonly Float32Array[], samples: number])[],
): Float32Array[] {
  const total = answers.reduce((sum, [, samples]) => sum + samples, 0);
  const [first] = answers;
  return (first?.[0] ?? []).map((array, i) => {
    const sums = new Float32Array(array.length);
    for (const [n, [weights, samples]] of answers.entries()) {
      const factor = Math.fround(samples / total);
      weights[i]?.forEach((value, at) => {
        const part = Math.fround(value * factor);
        sums[at] = n === 0 ? part : Math.fround((sums[at] ?? 0) + part);
      });
    }
    return sums;
  });
}

async function arraysOf(file: string): Promise<Float32Array[]> {
  return (await weightsOf(path.join(folder, file))).map((tensor) => tensor.data() as Float32Array);
}

const averagesOf = (report: readonly ReportLine[]) =>
  report.flatMap(({ averaged, round = 0 }) =>
    averaged === undefined ? [] : [{ round, averaged }],
  );
const dropsOf = (report: readonly ReportLine[]) =>
  report.filter(({ dropped }) => dropped !== undefined);

describe.skipIf(python === '')('a SuperLink of Flower (needs LANEGRAD_FLOWER_PYTHON)', () => {
  test.skipIf(executablePath === undefined)(
    'averages what three nodes and a page have sent, bit for bit (needs Chromium)',
    async () => {
      const superlink = await startSuperlink();
      const by = ['--count', '4', '--by', 'label'];
      const nodes = [0, 1, 2].map((index) =>
        startNode(superlink, ['--index', String(index), ...by]),
      );
      const site = await servePage(superlink.url);
      ends.push(() => site.close());
      const browser = await chromium.launch(launchOptions(executablePath ?? ''));
      ends.push(() => browser.close());
      const page = await browser.newPage();
      await page.goto(`${site.url}?index=3&count=4&by=label&record`);

      const report = await superlink.run(await settingsOf(5, 4));

      const pageId = await page.evaluate(() => document.documentElement.dataset['node']);
      const sentByPage = (
        await page.evaluate(() => (globalThis as unknown as { sent: number[][][] }).sent)
      ).map((weights) => weights.map((values) => Float32Array.from(values)));
      const ids = [...nodes.map(({ id }) => id), pageId];
      const averages = averagesOf(report);
      expect(averages).toHaveLength(5);
      for (const { round, averaged } of averages) {
        expect(averaged.map(([node]) => node).sort()).toEqual([...ids].sort());
        // Shares by label are unequal.
        expect(new Set(averaged.map(([, samples]) => samples)).size).toBeGreaterThan(1);
        const answers = await Promise.all(
          averaged.map(async ([node, samples]) => {
            const weights =
              node === pageId
                ? (sentByPage[round - 1] ?? [])
                : await arraysOf(`node-${node}-${round}.npz`);
            return [weights, samples] as const;
          }),
        );
        expect(await arraysOf(`round-${round}.npz`)).toEqual(averageOf(answers));
      }
      expect(dropsOf(report)).toEqual([]);
      await page.locator('#leave').click();
      await page.locator('#status').filter({ hasText: 'Left' }).waitFor();
    },
  );

  test.skipIf(process.env['LANEGRAD_DATA_DIR'] === undefined)(
    'trains on shares of MNIST as well as central training does (needs MNIST in LANEGRAD_DATA_DIR)',
    async () => {
      const options = { nodes: 3, rounds: 5, epochs: 2, by: 'random', strategy: 'fedavg' } as const;
      const { rounds, central } = await federated({ python, folder, embedded: false, ...options });
      expect(rounds.at(-1)).toBeGreaterThan((central.at(-1) ?? 1) - 0.01);
    },
  );

  test('goes on without a node that is killed and nodes that lie, and names them', async () => {
    const superlink = await startSuperlink();
    const share = (index: number): string[] => ['--index', String(index), '--count', '5'];
    const good = [0, 1].map((index) => startNode(superlink, share(index)));
    const killed = startNode(superlink, share(2), ({ type, round }) => {
      if (type === 'received' && round === 2) killed.kill('SIGKILL');
    });
    const nan = startNode(superlink, [...share(3), '--lie', 'nan']);
    const shapes = startNode(superlink, [...share(4), '--lie', 'shapes']);

    const report = await superlink.run(await settingsOf(3, 5));

    const ids = good.map(({ id }) => id);
    const nodesOf = averagesOf(report).map(({ averaged }) => averaged.map(([node]) => node).sort());
    expect(nodesOf).toEqual([[...ids, killed.id].sort(), [...ids].sort(), [...ids].sort()]);
    const drops = dropsOf(report).map(({ round, node, dropped }) => [round, node, dropped]);
    expect(drops).toContainEqual([1, nan.id, 'array 0 is not all finite float32']);
    expect(drops).toContainEqual([1, shapes.id, expect.stringContaining('array 0 has shape')]);
    // By its heartbeats, and not by the end of the time for the round.
    expect(drops).toContainEqual([2, killed.id, expect.stringContaining('Node Unavailable')]);
  });

  test('is joined again by its nodes after a restart, and the next run is complete', async () => {
    const database = path.join(folder, 'state.db');
    const first = await startSuperlink({ database });
    const nodes = [0, 1].map((index) =>
      startNode(first, [
        '--index',
        String(index),
        '--count',
        '2',
        '--key',
        path.join(folder, `${index}.key`),
      ]),
    );
    const settings = await settingsOf(1, 2);
    await first.run(settings);
    await first.stop();
    const second = await startSuperlink({ database, port: first.port });
    const report = await second.run({ ...settings, folder: path.join(folder, 'second') });
    const ids = nodes.map(({ id }) => id);
    expect(averagesOf(report).map(({ averaged }) => averaged.map(([node]) => node).sort())).toEqual(
      [[...ids].sort()],
    );
  });

  test(
    'loses no work of a node when 12 % of the answers are lost on the way',
    { timeout: 600_000 },
    async () => {
      const superlink = await startSuperlink();
      const random = repeatable(1);
      // A lost answer to pull-messages loses the message itself: the server marks it as delivered. A node that has lost the answers to
      // its registration and to its activation is not there yet, but counts as online: a round would wait for it.
      const whole = new Set(['pull-messages', 'register-node']);
      const proxy = await lossyProxy(
        superlink.url,
        (route) => !whole.has(route) && random() < 0.12,
      );
      ends.push(() => proxy.close());
      const nodes = [0, 1, 2].map((index) =>
        startNode(proxy, ['--index', String(index), '--count', '3']),
      );
      await Promise.all(nodes.map((node) => node.tells('joined')));

      // On a busy machine a round takes its time; an answer that is lost holds it up until the end.
      const report = await superlink.run({ ...(await settingsOf(10, 3)), timeout: 300 });

      expect(proxy.lost.get('push-object') ?? 0).toBeGreaterThan(5);
      expect(dropsOf(report)).toEqual([]);
      const ids = nodes.map(({ id }) => id).sort();
      const averages = averagesOf(report);
      expect(averages.map(({ averaged }) => averaged.map(([node]) => node).sort())).toEqual(
        Array.from({ length: 10 }, () => ids),
      );
      for (const { round, averaged } of averages) {
        const answers = await Promise.all(
          averaged.map(async ([node, samples]) => {
            return [await arraysOf(`node-${node}-${round}.npz`), samples] as const;
          }),
        );
        expect(await arraysOf(`round-${round}.npz`)).toEqual(averageOf(answers));
      }
    },
  );

  test('is not poisoned by a run that diverges, and has updates clipped as it demands', async () => {
    const superlink = await startSuperlink();
    const nodes = [0, 1].map((index) =>
      startNode(superlink, ['--index', String(index), '--count', '2']),
    );
    const settings = await settingsOf(1, 2);
    for (const [lr, fault] of [
      [1e300, /ValueError: the config of the server: lr must be/],
      [3e38, /FormatError: training has made numbers that are not finite/],
    ] as const) {
      const lost = await superlink.run({ ...settings, lr, folder: path.join(folder, `${lr}`) });
      const drops = dropsOf(lost);
      expect(drops.map(({ node }) => node).sort()).toEqual(nodes.map(({ id }) => id).sort());
      for (const { dropped } of drops) expect(dropped).toMatch(fault);
    }
    const fixed = await superlink.run({
      ...settings,
      clipping: 'fixed',
      folder: path.join(folder, 'fixed'),
    });
    expect(averagesOf(fixed)[0]?.averaged).toHaveLength(2);
    expect(fixed[0]?.metrics?.['norm_bit']).toBe(1);
    for (const norm of Object.values(fixed[0]?.norms ?? {})) {
      expect(norm).toBeGreaterThan(0.49);
      expect(norm).toBeLessThanOrEqual(0.5);
    }
    // Clipped by the server: a node notices nothing.
    for (const clipping of ['server-fixed', 'server-adaptive'] as const) {
      const clipped = await superlink.run({
        ...settings,
        clipping,
        rounds: 2,
        folder: path.join(folder, clipping),
      });
      expect(dropsOf(clipped)).toEqual([]);
      expect(averagesOf(clipped).map(({ averaged }) => averaged.length)).toEqual([2, 2]);
      expect(clipped[0]?.metrics).not.toHaveProperty('norm_bit');
      for (const norm of clipped.slice(0, 1).flatMap((line) => Object.values(line.norms ?? {}))) {
        // In float32, as the server counts.
        expect(norm).toBeGreaterThan(0.49);
        expect(norm).toBeLessThanOrEqual(0.5 * (1 + 1e-5));
      }
    }
    // Flat, in int8, and with a norm that adapts.
    const small = await superlink.run({
      ...settings,
      rounds: 2,
      clipping: 'adaptive',
      flat: true,
      update: 'int8',
      folder: path.join(folder, 'small'),
    });
    expect(dropsOf(small)).toEqual([]);
    expect(averagesOf(small).map(({ averaged }) => averaged.length)).toEqual([2, 2]);
    const norms = small.map((line) => Object.values(line.norms ?? {}));
    // What the server adds up in float32 may round.
    for (const norm of norms[0] ?? []) expect(norm).toBeLessThanOrEqual(0.5 * (1 + 1e-6));
    expect(small[0]?.metrics?.['norm_bit']).toBe(1);
    expect(await arraysOf('small/round-2.npz')).toHaveLength(4);
  });

  test('admits a node that was killed and comes again with its key, as soon as it counts as gone', async () => {
    const superlink = await startSuperlink();
    const key = await flower.generateKey();
    const file = path.join(folder, 'node.key');
    await writeFile(file, await flower.exportKey(key));
    const killed = startNode(superlink, ['--key', file]);
    await killed.tells('joined');
    killed.kill('SIGKILL');
    await killed.ended;
    const waits: string[] = [];
    const node = await flower.join(superlink.url, {
      key,
      train: () => ({}),
      onProgress: (one) => {
        if (one.type === 'retrying') waits.push(one.error.message);
      },
    });
    ends.push(() => node.leave());
    expect(String(node.id)).toBe(killed.id);
    expect(waits.length).toBeGreaterThan(0);
    for (const wait of waits) expect(wait).toMatch(/HTTP 412.*counts as online/);
  });

  test.skipIf(executablePath === undefined)(
    'is left at once by a page that reloads, and joined again by one that comes back (needs Chromium)',
    async () => {
      const superlink = await startSuperlink();
      const site = await servePage(superlink.url);
      ends.push(() => site.close());
      const browser = await chromium.launch({
        ...launchOptions(executablePath ?? ''),
        // Playwright turns the back-forward cache off.
        ignoreDefaultArgs: ['--disable-back-forward-cache'],
      });
      ends.push(() => browser.close());
      const page = await browser.newPage();
      const nodeOf = async (): Promise<string> => {
        await page.waitForFunction(() => document.documentElement.dataset['node'] !== undefined);
        return page.evaluate(() => document.documentElement.dataset['node'] ?? '');
      };
      const logs = async (line: string, times = 1): Promise<void> => {
        while ((await superlink.log()).split(line).length <= times)
          await new Promise((resolve) => setTimeout(resolve, 100));
      };
      await page.goto(`${site.url}?index=0&count=1`);
      const first = await nodeOf();
      await page.reload();
      const second = await nodeOf();
      expect(second).not.toBe(first);
      await logs(`Deactivated node_id=${first}`);
      await page.goto('about:blank');
      await logs(`Deactivated node_id=${second}`);
      // A page from the cache is there without another load.
      await page.goBack({ waitUntil: 'commit' });
      await logs(`Activated node_id=${second}`, 2);
      const report = await superlink.run(await settingsOf(1, 1));
      expect(averagesOf(report)[0]?.averaged.map(([node]) => node)).toEqual([second]);
      expect(dropsOf(report)).toEqual([]);
    },
  );
});
