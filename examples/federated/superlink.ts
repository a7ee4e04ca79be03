// Flower's side of the example: a SuperLink and runs of the ServerApp, as child processes on this machine.
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../processes.js';

/** A line of the ServerApp's report. */
export interface ReportLine {
  readonly round?: number;
  /** The nodes whose weights were averaged, in this order, with their numbers of samples. */
  readonly averaged?: readonly (readonly [node: string, samples: number])[];
  readonly metrics?: Readonly<Record<string, number>>;
  /** The L2 norms of the updates, by nodes. */
  readonly norms?: Readonly<Record<string, number>>;
  /** The node whose answer was left out, and why. */
  readonly node?: string;
  readonly dropped?: string;
  readonly end?: boolean;
}

/** Settings of a run, as `server/pyproject.toml` has them. */
export interface RunSettings {
  readonly weights: string;
  readonly folder: string;
  readonly strategy?: 'fedavg' | 'fedadam' | 'fedprox';
  readonly clipping?: 'none' | 'fixed' | 'adaptive' | 'server-fixed' | 'server-adaptive';
  readonly flat?: boolean;
  readonly update?: 'whole' | 'float16' | 'int8';
  readonly rounds: number;
  readonly nodes: number;
  readonly epochs?: number;
  /** The learning rate; 0 for that of the nodes. */
  readonly lr?: number;
  /** Seconds between two questions of a node; 0: nodes decide. */
  readonly 'poll-interval'?: number;
  readonly timeout?: number;
}

export interface SuperlinkOptions {
  /** The Python of an environment with `flwr`. */
  readonly python: string;
  /** A folder for logs and Flower's own files. */
  readonly folder: string;
  /** A file for the SuperLink's state, which outlives it. Default: its memory. */
  readonly database?: string;
  readonly port?: number;
  /** The folder of the app. Default: that of the example. */
  readonly app?: string;
}

const APP = fileURLToPath(new URL('server', import.meta.url));

/** A SuperLink that runs on this machine and listens to it alone. */
export class Superlink {
  readonly #children: ChildProcess[] = [];

  private constructor(
    private readonly options: SuperlinkOptions,
    readonly port: number,
  ) {}

  /** Starts one, and waits until it answers. */
  static async start(options: SuperlinkOptions): Promise<Superlink> {
    await mkdir(options.folder, { recursive: true });
    const port = options.port ?? (await freePort());
    const superlink = new Superlink(options, port);
    await superlink.#start();
    return superlink;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The process groups of the SuperLink and the runs. */
  get groups(): readonly number[] {
    return this.#children.flatMap(({ pid }) => pid ?? []);
  }

  async #start(): Promise<void> {
    const { folder, database } = this.options;
    const connection = `[superlink]\ndefault = "here"\n[superlink.here]\naddress = "127.0.0.1:${this.port}"\ninsecure = true\n`;
    await writeFile(path.join(folder, 'config.toml'), connection);
    const child = this.spawn('flower-superlink', [
      '--insecure',
      '--host',
      '127.0.0.1',
      '--port',
      String(this.port),
      '--disable-runtime-dependency-installation',
      ...(database === undefined ? [] : ['--database', database]),
    ]);
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the SuperLink has ended: ${await this.log()}`);
      if (await answers(this.url)) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** What the SuperLink and the runs have printed. */
  log(): Promise<string> {
    return readFile(path.join(this.options.folder, 'superlink.log'), 'utf8').catch(() => '');
  }

  /** Runs the ServerApp; fulfilled with its report when the run is over. */
  async run(
    settings: RunSettings | (Readonly<Record<string, unknown>> & { readonly folder: string }),
    onLine: (line: ReportLine) => void = () => undefined,
  ): Promise<ReportLine[]> {
    const report = path.join(settings.folder, 'report.jsonl');
    await mkdir(settings.folder, { recursive: true });
    await writeFile(report, '');
    const config = Object.entries(settings).map(
      ([name, value]) => `${name}=${JSON.stringify(value)}`,
    );
    const child = this.spawn('flwr', [
      'run',
      this.options.app ?? APP,
      'here',
      '--stream',
      '--run-config',
      config.join(' '),
    ]);
    let told = 0;
    for (;;) {
      const ended = child.exitCode !== null;
      const lines = (await readFile(report, 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ReportLine);
      for (const line of lines.slice(told)) onLine(line);
      told = lines.length;
      if (lines.at(-1)?.end === true) {
        this.#end(child);
        return lines;
      }
      if (ended)
        throw new Error(`the run has ended without a result: ${(await this.log()).slice(-4000)}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** Starts a program of Flower's environment, which ends with the SuperLink. */
  spawn(command: string, args: readonly string[]): ChildProcess {
    const bin = path.dirname(this.options.python);
    const child = spawn(path.join(bin, command), args, {
      cwd: this.options.folder,
      // A process group of its own, which ends as a whole.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
        FLWR_HOME: this.options.folder,
        FLWR_TELEMETRY_ENABLED: '0',
        FLWR_DISABLE_UPDATE_CHECK: '1',
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    const log = path.join(this.options.folder, 'superlink.log');
    const keep = (chunk: Buffer): void => void writeFile(log, chunk, { flag: 'a' });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.#children.push(child);
    return child;
  }

  #end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): void {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }

  /** Ends the SuperLink, the runs and all that they have started, and waits until they are gone. */
  async stop(): Promise<void> {
    const children = this.#children.splice(0);
    const started = await descendantsOf(children.flatMap(({ pid }) => pid ?? []));
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        this.#end(child);
        const timer = setTimeout(() => this.#end(child, 'SIGKILL'), 10_000);
        await ended;
        clearTimeout(timer);
      }),
    );
    // The SuperLink starts ServerApps in sessions of their own, and some outlive it.
    for (const pid of started) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended with its parent.
      }
    }
  }
}

/** The processes that these have started, and those that they have started in turn. Empty where there is no `ps`. */
async function descendantsOf(pids: readonly number[]): Promise<number[]> {
  const list = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']).catch(() => undefined);
  const pairs = (list?.stdout ?? '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = new Set(pids);
  // Children are found in the pass after that of their parents.
  for (let count = 0; count !== found.size;) {
    count = found.size;
    for (const [pid = 0, parent = 0] of pairs) if (found.has(parent)) found.add(pid);
  }
  return [...found].filter((pid) => !pids.includes(pid));
}

/** Whether a SuperLink answers, be it with a refusal. */
async function answers(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/v1/fleet/pull-messages`, { method: 'POST' });
    return true;
  } catch {
    return false;
  }
}
