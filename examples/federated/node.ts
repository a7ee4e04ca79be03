// One node of the federation: a program with its own digits, which sends only weights and metrics.
//   npx tsx examples/federated/node.ts --url http://127.0.0.1:8000 --index 0 --count 3
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { configure } from 'lanegrad';
import * as flower from 'lanegrad/flower';
import { isMain } from '../is-main.js';
import { writeWeights } from './initial-weights.js';
import { serveTotals, Totals } from './monitor.js';
import { BATCH_SIZE, DIVISIONS, loadRows, makeClassifier, nameOf, shareOf } from './shares.js';

const OPTIONS = {
  url: { type: 'string', default: 'http://127.0.0.1:8000' },
  index: { type: 'string', default: '0' },
  count: { type: 'string', default: '1' },
  by: { type: 'string', default: 'random' },
  /** The small built-in digits instead of MNIST. */
  embedded: { type: 'boolean', default: false },
  /** A file with the private key, with which a node that comes back is the same node. It is made if it does not exist. */
  key: { type: 'string' },
  /** A folder for the weights of each answer. */
  record: { type: 'string' },
  /** A port of this machine at which a monitor reads what the node has done: http://127.0.0.1:9100/metrics. */
  monitor: { type: 'string' },
  /** What a malicious node sends. */
  lie: { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const [index, count] = [Number(values.index), Number(values.count)];
  // Nodes of one machine share its processors.
  await configure({ threads: 1 });
  const [[x, y]] = await loadRows(values.embedded);
  const data = shareOf(x, y, { index, count, by: nameOf('--by', values.by, DIVISIONS) });
  const model = makeClassifier(x.shape[1] ?? 0);
  const say = (line: Readonly<Record<string, unknown>>): void => {
    console.log(JSON.stringify({ node: index, ...line }));
  };
  const { record, lie } = values;
  const totals = new Totals();
  const site =
    values.monitor === undefined ? undefined : await serveTotals(totals, Number(values.monitor));
  if (site !== undefined) say({ type: 'monitor', url: site.url });
  const node = await flower.join(values.url, {
    model,
    data,
    batchSize: BATCH_SIZE,
    // The server notices after 20 s that a node is lost.
    heartbeatInterval: 10,
    // A SuperLink gives up an answer of which nothing comes for 180 s: several requests that stand still must fit in.
    requestTimeout: 20,
    ...(values.key === undefined ? {} : { key: await keyOf(values.key) }),
    ...(lie === undefined ? {} : { train: (message) => liesOf(lie, message) }),
    onProgress(progress) {
      const { type } = progress;
      totals.note(progress);
      if (type === 'joined')
        say({
          type,
          id: String(progress.nodeId),
          isAgain: progress.isAgain,
          samples: data[0].shape[0],
        });
      else if (type === 'received')
        say({ type, round: progress.message.config.get('server-round') });
      else if (type === 'epoch') {
        say({ type, ...progress.logs });
        const { epoch, epochs, message } = progress;
        // These are the weights that are sent. The server may have them before this node knows that it does.
        if (record !== undefined && epoch + 1 === epochs)
          void keep(record, String(message.config.get('server-round')));
      } else if (type === 'answered') {
        say({ type, bytes: progress.bytes, seconds: progress.seconds });
      } else if (type === 'failed' || type === 'retrying')
        say({ type, error: String(progress.error) });
      else if (type === 'dropped') say({ type, reason: progress.reason });
      else say({ type });
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void node.leave());

  /** After the last epoch the model has the weights that are sent. */
  async function keep(folder: string, round: string): Promise<void> {
    await writeWeights(path.join(folder, `node-${node.id}-${round}.npz`), model.getWeights());
  }

  try {
    await node.done;
  } finally {
    site?.close();
  }
}

/** The key in a file. */
async function keyOf(file: string): Promise<CryptoKeyPair> {
  const key = await flower.generateKey();
  try {
    await writeFile(file, await flower.exportKey(key), { mode: 0o600, flag: 'wx' });
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const { readFile } = await import('node:fs/promises');
    return flower.importKey(await readFile(file, 'utf8'));
  }
}

/** An answer that would spoil the average: weights that are NaN, or of other shapes. */
function liesOf(lie: string, { arrays }: flower.FlowerMessage): flower.RecordsLike {
  const lies = new flower.ArrayRecord(
    [...arrays.values()].map((array) => (lie === 'nan' ? array.mul(NaN) : array.reshape([-1]))),
  );
  const metrics = new flower.MetricRecord({ loss: 0, accuracy: 1, 'num-examples': 1_000_000 });
  return { arrays: lies, metrics };
}

if (isMain(import.meta.url)) await main();
