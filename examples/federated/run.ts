// Federated training on one machine: Flower's SuperLink, its ServerApp, and some nodes with a share of the digits each.
// Prints the accuracy of the averaged weights after each round, and that of training on all digits in one place.
//   npx tsx examples/federated/run.ts --nodes 3 --rounds 5 --by random
//   npx tsx examples/federated/run.ts --by label --strategy fedadam --rounds 10
//   npx tsx examples/federated/run.ts --page     a page joins too: the run waits for it, and all use the small digits
// It needs a Python with `flwr`: the one that `--python` names, or an environment that it makes once.
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Tensor } from 'lanegrad';
import { readNpz } from 'lanegrad/io/npz';
import { isMain } from '../is-main.js';
import { pythonWith } from '../processes.js';
import { writeWeights } from './initial-weights.js';
import { servePage } from './page-server.js';
import type { PageServer } from './page-server.js';
import { BATCH_SIZE, DIVISIONS, loadRows, makeClassifier, nameOf } from './shares.js';
import type { Division } from './shares.js';
import { Superlink } from './superlink.js';
import type { ReportLine } from './superlink.js';

/** How the server averages. */
const STRATEGIES = ['fedavg', 'fedadam', 'fedprox'] as const;

/** One node as a child process, and the lines that it printed. */
export class NodeProcess {
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcessByStdio<null, Readable, null>;

  constructor(
    args: readonly string[],
    onLine: (line: Readonly<Record<string, unknown>>) => void = () => undefined,
  ) {
    const program = fileURLToPath(new URL('node.ts', import.meta.url));
    this.#child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.ended = new Promise((resolve) => this.#child.once('exit', resolve));
    createInterface({ input: this.#child.stdout }).on('line', (text) => {
      // If there is no MNIST, the program says so first.
      if (!text.startsWith('{')) return;
      const line = JSON.parse(text) as Readonly<Record<string, unknown>>;
      this.lines.push(line);
      onLine(line);
    });
  }

  /** The number by which the server knows the node; undefined until the node has joined. */
  get id(): string | undefined {
    return this.lines.find(({ type }) => type === 'joined')?.['id'] as string | undefined;
  }

  /** Resolves when the node has printed a line of that type. */
  async tells(type: string): Promise<void> {
    while (!this.lines.some((line) => line['type'] === type))
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.#child.kill(signal);
  }
}

export interface FederatedOptions {
  readonly python: string;
  readonly nodes: number;
  readonly rounds: number;
  /** Of each round, on each node. */
  readonly epochs: number;
  readonly by: Division;
  readonly strategy: (typeof STRATEGIES)[number];
  readonly embedded: boolean;
  readonly folder: string;
  /** Called with the address of a page; the run waits for the page, which has its own share. Default: there is none. */
  readonly onPage?: (url: string) => void;
  /** Called with each line of the ServerApp's report. */
  readonly onReport?: (line: ReportLine) => void;
}

/** Test accuracy after each round, and of central training with as many epochs. */
export interface FederatedResult {
  readonly rounds: readonly number[];
  readonly central: readonly number[];
  readonly report: readonly ReportLine[];
}

/** Runs a federation from its first to its last round. */
export async function federated(options: FederatedOptions): Promise<FederatedResult> {
  const { python, rounds, epochs, by, strategy, embedded, folder, onPage } = options;
  const nodes = options.nodes + (onPage === undefined ? 0 : 1);
  const [[x, y], [xTest, yTest]] = await loadRows(embedded);
  const model = makeClassifier(x.shape[1] ?? 0);
  const accuracy = async (): Promise<number> =>
    (await model.evaluate(xTest, yTest, { verbose: 0, returnDict: true }))['accuracy'] ?? NaN;
  await mkdir(folder, { recursive: true });
  const weights = path.join(folder, 'weights.npz');
  const initial = model.getWeights();
  await writeWeights(weights, initial);

  const superlink = await Superlink.start({ python, folder: path.join(folder, 'flower') });
  const processes: NodeProcess[] = [];
  let site: PageServer | undefined;
  let report: ReportLine[];
  try {
    if (onPage !== undefined) {
      site = await servePage(superlink.url);
      onPage(`${site.url}?index=${nodes - 1}&count=${nodes}&by=${by}`);
    }
    for (let index = 0; index < options.nodes; index++) {
      const args = [
        '--url',
        superlink.url,
        '--index',
        String(index),
        '--count',
        String(nodes),
        '--by',
        by,
      ];
      processes.push(
        new NodeProcess([...args, '--record', folder, ...(embedded ? ['--embedded'] : [])]),
      );
    }
    const settings = { weights, folder, strategy, rounds, nodes, epochs, timeout: 60 };
    report = await superlink.run(settings, options.onReport);
  } finally {
    for (const one of processes) one.kill();
    await Promise.all(processes.map(({ ended }) => ended));
    await site?.close();
    await superlink.stop();
  }

  const ofRounds: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    model.setWeights(await weightsOf(path.join(folder, `round-${round}.npz`)));
    ofRounds.push(await accuracy());
  }
  const central: number[] = [];
  model.setWeights(initial);
  for (let round = 0; round < rounds; round++) {
    await model.fit(x, y, { epochs, batchSize: BATCH_SIZE, verbose: 0 });
    central.push(await accuracy());
  }
  return { rounds: ofRounds, central, report };
}

/** The arrays of a file, in the order of the weights. */
export async function weightsOf(file: string): Promise<Tensor[]> {
  const arrays = await readNpz(file);
  return Object.keys(arrays)
    .sort((a, b) => Number(a) - Number(b))
    .flatMap((name) => arrays[name] ?? []);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      python: { type: 'string' },
      nodes: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '5' },
      epochs: { type: 'string', default: '2' },
      by: { type: 'string', default: 'random' },
      strategy: { type: 'string', default: 'fedavg' },
      embedded: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
    },
  });
  const by = nameOf('--by', values.by, DIVISIONS);
  const strategy = nameOf('--strategy', values.strategy, STRATEGIES);
  const folder = await mkdtemp(path.join(tmpdir(), 'federated-'));
  try {
    const { rounds, central } = await federated({
      python: values.python ?? (await pythonWith('examples/federated/requirements.txt')),
      nodes: Number(values.nodes),
      rounds: Number(values.rounds),
      epochs: Number(values.epochs),
      by,
      strategy,
      embedded: values.embedded || values.page,
      ...(values.page ? { onPage: (url) => console.log(`open ${url}`) } : {}),
      folder,
      onReport: (line) => console.log(JSON.stringify(line)),
    });
    console.log('round  federated  central');
    rounds.forEach((accuracy, i) => {
      console.log(
        `${String(i + 1).padStart(5)} ${accuracy.toFixed(4).padStart(10)} ${(central[i] ?? NaN).toFixed(4).padStart(8)}`,
      );
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (isMain(import.meta.url)) await main();
